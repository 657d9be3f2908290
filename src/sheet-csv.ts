import { TextDecoder } from 'node:util'
import { type CsvFaults, type CsvLimits, readRecords } from './csv.ts'
import { breaksIn, readText } from './csv-text.ts'
import { failure } from './failure.ts'
import { textOf } from './sheet-cells.ts'
import type { Cell, RawSheet, TableFile } from './sheet-tables.ts'

/** What a cell of Excel holds at most. */
export const maxCell = 32_767
const chunkBytes = 1024 * 1024

/** What a file is called that has no sheets. */
export const csvName = 'CSV'

/** Thrown where a sheet is passed over. */
type Skip = { skipped_reason: string }

/**
 * The only sheet of a CSV file: all cells as texts, and where lines are empty one line without cells, for
 * it parts what is above from what is below. In UTF-8, UTF-16 with a mark, or Shift_JIS; its cells are
 * parted by commas, tabs or semicolons, by which there are most of in its first line.
 */
export async function readCsvSheet({ bytes, limits }: TableFile): Promise<RawSheet> {
  if (bytes.length > limits.unpackedBytes) return without('sheet_too_many_cells')
  const rows: Cell[][] = []
  const pieces = csvText(bytes, chunksOf(bytes))
  try {
    const first = await pieces.next()
    const head = first.done ? '' : first.value
    const columns = csvLimitsFor(head, limits.columns)
    let [expected, cells] = [1, 0]
    for await (const record of readRecords(joined(head, pieces), csvFaults, columns)) {
      if (record.line > expected) rows.push([])
      expected = record.line + 1
      for (const cell of record.cells) expected += breaksIn(cell)
      rows.push(record.cells.map(textOf))
      cells += record.cells.length
      if (cells > limits.cells) return without('sheet_too_many_cells')
    }
  } catch (error) {
    return without(skippedBy(error))
  }
  const isEmpty = rows.every((row) => row.every((cell) => cell === null))
  return isEmpty ? without('sheet_empty') : { name: csvName, rows, skipped_reason: null }
}

function without(skipped_reason: string): RawSheet {
  return { name: csvName, rows: [], skipped_reason }
}

/** Why a sheet is passed over, where that was thrown; anything else is thrown again. */
export function skippedBy(error: unknown): string {
  if ('skipped_reason' in Object(error)) return (error as Skip).skipped_reason
  throw error
}

/** Says that a file cannot be read, and where; a sheet with too many columns is passed over. */
export const csvFaults: CsvFaults = {
  stop(fault) {
    if (fault.rule === 'import_columns') {
      throw Object.assign(new Error(), { skipped_reason: 'sheet_too_wide' } satisfies Skip)
    }
    throw failure('workbook_unreadable', { extension: '.csv' }, { errors: [fault] })
  },
}

/** The text of a file that begins with these bytes; a mark there tells UTF-16, which nobody writes without one. */
export function csvText(
  [first, second]: Uint8Array,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  if (first === 0xff && second === 0xfe) return decoded(chunks, 'utf-16le')
  if (first === 0xfe && second === 0xff) return decoded(chunks, 'utf-16be')
  return readText(chunks, Number.POSITIVE_INFINITY, csvFaults)
}

async function* decoded(
  chunks: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  let line = 1
  try {
    for await (const chunk of chunks) {
      const text = decoder.decode(chunk, { stream: true })
      line += breaksIn(text)
      yield text
    }
    yield decoder.decode()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    csvFaults.stop({ line, column: 1, field: 'file', rule: 'import_encoding' })
  }
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}

async function* joined(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}

/** How a file is taken apart that begins so. */
export function csvLimitsFor(head: string, maxColumns: number): Required<CsvLimits> {
  return { maxCell, maxColumns, separator: separatorOf(head) }
}

/** Commas, unless the first line has more of another. */
function separatorOf(head: string): ',' | '\t' | ';' {
  const line = head
    .replace(/^[\r\n]+/, '')
    .slice(0, 100_000)
    .replace(/"[^"]*"/g, '')
  const [first = ''] = line.split(/[\r\n]/, 1)
  const count = (separator: string) => first.split(separator).length
  const [best = ','] = ([',', '\t', ';'] as const).toSorted((a, b) => count(b) - count(a))
  return best
}
