import { TextDecoder } from 'node:util'
import { type CsvFaults, readRecords } from './csv.ts'
import { readText } from './csv-text.ts'
import { failure } from './failure.ts'
import { textOf } from './sheet-cells.ts'
import type { Cell, RawSheet, TableFile } from './sheet-tables.ts'

/** What a cell of Excel holds at most. */
const maxCell = 32_767
const chunkBytes = 1024 * 1024

/** What a file is called that has no sheets. */
const name = 'CSV'

/** Thrown where a sheet is passed over, and caught here. */
type Skip = { skipped_reason: string }

/**
 * The only sheet of a CSV file: all cells as texts, and where lines are empty one line without cells, for
 * it parts what is above from what is below. In UTF-8, UTF-16 with a mark, or Shift_JIS; its cells are
 * parted by commas, tabs or semicolons, by which there are most of in its first line.
 */
export async function readCsvSheet({ bytes, limits }: TableFile): Promise<RawSheet> {
  if (bytes.length > limits.unpackedBytes) return without('sheet_too_many_cells')
  const rows: Cell[][] = []
  const pieces = textIn(bytes)
  try {
    const first = await pieces.next()
    const head = first.done ? '' : first.value
    const columns = { maxCell, maxColumns: limits.columns, separator: separatorOf(head) }
    let [expected, cells] = [1, 0]
    for await (const record of readRecords(joined(head, pieces), faults, columns)) {
      if (record.line > expected) rows.push([])
      expected = record.line + 1 + breaksIn(record.cells)
      rows.push(record.cells.map(textOf))
      cells += record.cells.length
      if (cells > limits.cells) return without('sheet_too_many_cells')
    }
  } catch (error) {
    if ('skipped_reason' in Object(error)) return without((error as Skip).skipped_reason)
    throw error
  }
  const isEmpty = rows.every((row) => row.every((cell) => cell === null))
  return isEmpty ? without('sheet_empty') : { name, rows, skipped_reason: null }
}

function without(skipped_reason: string): RawSheet {
  return { name, rows: [], skipped_reason }
}

const faults: CsvFaults = {
  stop(fault) {
    if (fault.rule === 'import_columns') {
      throw Object.assign(new Error(), { skipped_reason: 'sheet_too_wide' } satisfies Skip)
    }
    throw failure('workbook_unreadable', { extension: '.csv' }, { errors: [fault] })
  },
}

/** The text of a file; a mark at its beginning tells UTF-16, which nobody writes without one. */
function textIn(bytes: Uint8Array): AsyncGenerator<string> {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return decoded(bytes, 'utf-16le')
  if (first === 0xfe && second === 0xff) return decoded(bytes, 'utf-16be')
  return readText(chunksOf(bytes), Number.POSITIVE_INFINITY, faults)
}

async function* decoded(bytes: Uint8Array, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  let line = 1
  try {
    for await (const chunk of chunksOf(bytes)) {
      const text = decoder.decode(chunk, { stream: true })
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) line += 1
      yield text
    }
    yield decoder.decode()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    faults.stop({ line, column: 1, field: 'file', rule: 'import_encoding' })
  }
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}

async function* joined(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first
  yield* rest
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

function breaksIn(cells: readonly string[]): number {
  let breaks = 0
  for (const cell of cells) {
    for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) breaks += 1
  }
  return breaks
}
