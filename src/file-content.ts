import { extname } from 'node:path'
import { failure } from './failure.ts'
import {
  isWordDocument,
  isWordPackage,
  isWorkbookDocument,
  isWorkbookPackage,
  type Look,
} from './file-documents.ts'
import { nameOf } from './file-names.ts'
import { asJson, asText } from './file-texts.ts'
import type { Kept } from './incoming.ts'
import type { Storage } from './storage.ts'

const word = 'application/msword'
const wordPackage = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const workbook = 'application/vnd.ms-excel'
const workbookPackage = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** What each extension stands for that is taken wherever nothing else is said. */
const usualTypes: Record<string, string> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.gif': 'image/gif',
  '.pdf': 'application/pdf',
  '.doc': word,
  '.docx': wordPackage,
}
export const fileTypes = [...new Set(Object.values(usualTypes))]

/** What each extension stands for; nothing else is taken anywhere. */
const types: Record<string, string> = {
  ...usualTypes,
  '.xls': workbook,
  '.xlsx': workbookPackage,
  '.txt': 'text/plain',
  '.csv': 'text/csv',
  '.json': 'application/json',
}

/** The types that files of some extensions have. */
export function typesOf(extensions: readonly string[]): string[] {
  return [...new Set(extensions.flatMap((each) => types[each] ?? []))]
}

/** How much of a file is read to see what it is. */
const headBytes = 64 * 1024

/** How some files begin, in hexadecimal; other kinds begin as Office's do: see `requireDocument`. */
const beginnings: Record<string, string> = {
  [word]: 'd0cf11e0a1b11ae1',
  [wordPackage]: '504b0304',
  [workbook]: 'd0cf11e0a1b11ae1',
  [workbookPackage]: '504b0304',
  // Its signature and the header behind it: one with a large colour profile is nothing to file-type.
  'image/png': '89504e470d0a1a0a0000000d49484452',
}

export const fileExtensions = Object.keys(usualTypes)

/** What passes a file on that is text, and fails where it is not. */
const textual: Record<string, typeof asText> = {
  'text/plain': asText,
  'text/csv': asText,
  'application/json': asJson,
}

/** What is known of a file before it is stored. */
export type CheckedFile = { name: string; type: string; extension: string }

export type FilePlace = { folder: string; maxBytes: number; extensions?: readonly string[] }

/** Where a file goes, and what it is, if it is one that is taken there. */
export async function checkFile(
  storage: Storage,
  { extensions, ...place }: FilePlace,
  sentName: string,
  sent: AsyncIterable<Buffer>,
) {
  const name = nameOf(sentName)
  const extension = extensionOf(name, extensions)
  const { type, body } = await checkContent(name, sent, extensions)
  const check = (kept: Kept) => requireDocument(storage, type, extension, kept)
  const file: CheckedFile = { name, type, extension }
  return { file, place: { ...place, check }, body }
}

/** The extension of a name, if files of it are taken at all. */
export function extensionOf(name: string, allowed: readonly string[] = fileExtensions): string {
  const extension = extname(name).toLowerCase()
  if (allowed.includes(extension)) return extension
  throw failure('file_type_not_allowed', { allowed })
}

/**
 * Reads the first bytes of a file, and what it is by them; answers the whole of it again. What a
 * client says of its type counts for nothing. Fails unless name and content agree; a text is looked at
 * while it is read, to its end.
 */
export async function checkContent(
  name: string,
  body: AsyncIterable<Buffer>,
  allowed?: readonly string[],
) {
  const extension = extensionOf(name, allowed)
  const type = types[extension] as string
  const chunks = body[Symbol.asyncIterator]()
  try {
    const head = await headOf(chunks)
    if (head.length === 0) throw failure('file_empty')
    const mismatch = () => failure('file_content_mismatch', { extension })
    const read = textual[type]
    if (read) return { type, body: read(joined(head, chunks), mismatch) }
    if (!(await beginsAs(type, head))) throw mismatch()
    return { type, body: joined(head, chunks) }
  } catch (error) {
    await chunks.return?.()
    throw error
  }
}

const documents: Record<string, (look: Look, size: number) => Promise<boolean>> = {
  [word]: isWordDocument,
  [wordPackage]: isWordPackage,
  [workbook]: isWorkbookDocument,
  [workbookPackage]: isWorkbookPackage,
}

/** Looks into a file of Office, once it is whole: its table of contents may stand at its end. */
export async function requireDocument(
  storage: Storage,
  type: string,
  extension: string,
  { key, size }: Kept,
): Promise<void> {
  const isOne = documents[type]
  if (!isOne) return
  const look: Look = async (start, length) => {
    const end = Math.min(start + length, size) - 1
    if (start < 0 || end < start) return Buffer.alloc(0)
    const chunks: Buffer[] = []
    for await (const chunk of await storage.get(key, { start, end })) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
  if (!(await isOne(look, size))) throw failure('file_content_mismatch', { extension })
}

async function beginsAs(type: string, head: Buffer): Promise<boolean> {
  const beginning = beginnings[type]
  if (beginning) return head.toString('hex', 0, beginning.length / 2) === beginning
  const { fileTypeFromBuffer } = await import('file-type')
  return (await fileTypeFromBuffer(head))?.mime === type
}

async function headOf(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let length = 0; length < headBytes; ) {
    const { done, value } = await chunks.next()
    if (done) break
    parts.push(value)
    length += value.length
  }
  return Buffer.concat(parts)
}

async function* joined(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncIterable<Buffer> {
  try {
    yield head
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
  } finally {
    await chunks.return?.()
  }
}
