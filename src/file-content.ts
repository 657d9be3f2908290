import { extname } from 'node:path'
import { failure } from './failure.ts'
import { isWordDocument, isWordPackage, type Look } from './file-documents.ts'
import { nameOf } from './file-names.ts'
import type { Kept } from './incoming.ts'
import type { Storage } from './storage.ts'

const word = 'application/msword'
const wordPackage = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

/** What each extension stands for; nothing else is taken. */
const types: Record<string, string> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.gif': 'image/gif',
  '.pdf': 'application/pdf',
  '.doc': word,
  '.docx': wordPackage,
}
export const fileTypes = [...new Set(Object.values(types))]

/** How much of a file is read to see what it is. */
const headBytes = 64 * 1024

/** How some files begin, in hexadecimal; other kinds begin as Word's do: see `requireDocument`. */
const beginnings: Record<string, string> = {
  [word]: 'd0cf11e0a1b11ae1',
  [wordPackage]: '504b0304',
  // Its signature and the header behind it: one with a large colour profile is nothing to file-type.
  'image/png': '89504e470d0a1a0a0000000d49484452',
}

export const fileExtensions = Object.keys(types)

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
  const { type, body } = await checkContent(name, sent)
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
 * client says of its type counts for nothing. Fails unless name and content agree.
 */
export async function checkContent(name: string, body: AsyncIterable<Buffer>) {
  const extension = extensionOf(name)
  const type = types[extension] as string
  const chunks = body[Symbol.asyncIterator]()
  try {
    const head = await headOf(chunks)
    if (head.length === 0) throw failure('file_empty')
    if (!(await beginsAs(type, head))) throw failure('file_content_mismatch', { extension })
    return { type, body: joined(head, chunks) }
  } catch (error) {
    await chunks.return?.()
    throw error
  }
}

/** Looks into a Word file, once it is whole: its table of contents may stand at its end. */
export async function requireDocument(
  storage: Storage,
  type: string,
  extension: string,
  { key, size }: Kept,
): Promise<void> {
  const isOne = type === word ? isWordDocument : type === wordPackage ? isWordPackage : undefined
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
