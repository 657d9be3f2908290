import { type Failure, failure } from './failure.ts'
import { readCsvSheet } from './sheet-csv.ts'
import {
  packTable,
  type RawSheet,
  type SheetRead,
  type TableFile,
  tableIn,
} from './sheet-tables.ts'
import { readGrids } from './sheets.ts'
import { repack } from './zip-package.ts'

const maxEntries = 2000
const distinctItems = 5

/**
 * All sheets of a workbook or a CSV file, each with its table or why there is none. Runs in a process of
 * its own: what a stranger sends may take down whoever reads it. Fails with `workbook_unreadable`,
 * `workbook_encrypted` and `workbook_too_large`.
 */
export async function readTables(file: TableFile): Promise<SheetRead[]> {
  const read: SheetRead[] = []
  for await (const sheet of sheetsIn(file)) read.push(tableOf(sheet))
  return read
}

/** The sheets as they stand in the file, one after the other. */
export async function* sheetsIn(file: TableFile): AsyncGenerator<RawSheet> {
  if (file.extension === '.csv') {
    yield await readCsvSheet(file)
    return
  }
  const workbook = workbookIn(file)
  try {
    if ((yield* readGrids(workbook, file.limits)) === 'read') return
  } catch (error) {
    throw faultOf(error, file)
  }
  throw tooLarge(file)
}

/** The bytes that the library may see. It takes whatever it does not know for text. */
function workbookIn(file: TableFile): Buffer {
  const { buffer, byteOffset, length } = file.bytes
  const bytes = Buffer.from(buffer, byteOffset, length)
  const isCompound = bytes.subarray(0, 8).toString('hex') === 'd0cf11e0a1b11ae1'
  if (isCompound && hasEntry(bytes, 'EncryptedPackage')) throw failure('workbook_encrypted')
  if (file.extension === '.xls') {
    if (isCompound) return bytes
    throw unreadable(file)
  }
  if (bytes.subarray(0, 4).toString('latin1') !== 'PK\x03\x04') throw unreadable(file)
  const { unpackedBytes } = file.limits
  const workbook = repack(bytes, { entries: maxEntries, unpackedBytes }, isNeeded)
  if (workbook === 'too_large') throw tooLarge(file)
  if (workbook === 'encrypted') throw failure('workbook_encrypted')
  if (workbook === 'unreadable' || workbook.includes('<!DOCTYPE')) throw unreadable(file)
  return workbook
}

/**
 * Only what values are made of: no pictures, comments, formulas' order or program code; and nothing that
 * is read as another kind of file.
 */
function isNeeded(name: string): boolean {
  return (
    /\.(xml|rels)$/i.test(name) &&
    !/^(META-INF|Index|docProps|customXml|_xmlsignatures)\//i.test(name) &&
    !/^(xl\/)?(media|drawings|charts|embeddings|externalLinks|pivot\w+|comments|threadedComments|calcChain|printerSettings|queryTables|revisions|webextensions)/i.test(
      name,
    )
  )
}

/** Whether a compound file has an entry of this name, which is written in two bytes a letter. */
function hasEntry(bytes: Buffer, name: string): boolean {
  return bytes.includes(Buffer.from(`${name}\0`, 'utf16le'))
}

function faultOf(error: unknown, file: TableFile): unknown {
  const { failure: isOurs, message } = Object(error)
  if (isOurs) return error
  if (/password|encrypt/i.test(String(message))) return failure('workbook_encrypted')
  const isSize = error instanceof RangeError && /string length|allocation/i.test(error.message)
  return isSize ? tooLarge(file) : unreadable(file)
}

function unreadable({ extension }: TableFile): Failure {
  return failure('workbook_unreadable', { extension })
}

function tooLarge({ limits }: TableFile): Failure {
  const megabytes = Math.floor(limits.unpackedBytes / 2 ** 20)
  return failure('workbook_too_large', { megabytes, sheets: limits.sheets })
}

const nothing = { layout: null, columns: [], row_count: 0, notes: [], packed: null }

function tableOf(sheet: RawSheet): SheetRead {
  const table = sheet.skipped_reason === null ? tableIn(sheet) : sheet
  if (!('layout' in table)) {
    const { skipped_reason } = table
    const { name } = sheet
    return { ...nothing, name, skipped_reason }
  }
  const { name, layout, cells, row_count, notes } = table
  const columns = table.columns.map((column, n) => ({ ...column, items: itemsOf(cells[n] ?? []) }))
  const packed = packTable(table)
  return { name, layout, columns, row_count, notes, skipped_reason: null, packed }
}

/** The first distinct values, as texts. */
export function itemsOf(cells: readonly (string | number | null)[]): string[] {
  const items = new Set<string>()
  for (const cell of cells) {
    if (cell !== null) items.add(String(cell))
    if (items.size === distinctItems) break
  }
  return [...items]
}
