import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { itemsOf, sheetsIn } from '../../sheet-reading.ts'
import { type RawSheet, type SheetTable, type TableFile, tableIn } from '../../sheet-tables.ts'
import { createParquetWriter } from '../engine.ts'
import { isNumberColumn, type ParsedSheet, sheetColumnsOf, withoutTable } from './columns.ts'
import { parseStreamedCsv } from './streamed-csv.ts'

/** A file on the disk, and the folder where its tables are to be written. */
export type ParseWork = {
  path: string
  folder: string
  extension: TableFile['extension']
  limits: TableFile['limits'] & { rows: number }
}

/** A larger CSV file of more lines is streamed: its table can only be flat. */
const small = { bytes: 8 * 1024 * 1024, lines: 3000 }

declare module '../../workers.ts' {
  interface Tasks {
    parse_tables: (work: ParseWork) => Promise<ParsedSheet[]>
  }
}

/**
 * The sheets of a workbook or a CSV file, each with its table as a Parquet file or why there is none. A
 * table has the columns `c0`, `c1` … in the order of `columns`: DOUBLE for numbers, VARCHAR for others.
 * Runs in a process of its own. Fails as `readTables` does.
 */
export async function parseTables(work: ParseWork): Promise<ParsedSheet[]> {
  const { path, folder, extension, limits } = work
  if (extension === '.csv' && (await isLarge(path))) {
    const file = { path, columns: limits.columns }
    return [await parseStreamedCsv(file, join(folder, '0.parquet'), limits.rows)]
  }
  const parsed: ParsedSheet[] = []
  const bytes = await readFile(path)
  for await (const sheet of sheetsIn({ bytes, extension, limits })) {
    const target = join(folder, `${parsed.length}.parquet`)
    parsed.push(await parseSheet(sheet, target, limits.rows))
  }
  return parsed
}

async function isLarge(path: string): Promise<boolean> {
  const { size } = await stat(path)
  if (size <= small.bytes) return false
  const file = await open(path)
  let [feeds, returns] = [0, 0]
  for await (const chunk of file.createReadStream()) {
    feeds += countOf(chunk, 0x0a)
    returns += countOf(chunk, 0x0d)
    if (Math.max(feeds, returns) > small.lines) return true
  }
  return false
}

function countOf(chunk: Buffer, byte: number): number {
  let count = 0
  for (let at = chunk.indexOf(byte); at >= 0; at = chunk.indexOf(byte, at + 1)) count += 1
  return count
}

async function parseSheet(sheet: RawSheet, target: string, maxRows: number): Promise<ParsedSheet> {
  if (sheet.skipped_reason !== null) return withoutTable(sheet.name, sheet.skipped_reason)
  const table = tableIn(sheet, { keepsTexts: true })
  if ('skipped_reason' in table) return withoutTable(sheet.name, table.skipped_reason)
  if (table.row_count > maxRows) return withoutTable(sheet.name, 'table_too_long')
  sheet.rows.length = 0
  const { name, layout, cells, row_count, notes } = table
  const columns = sheetColumnsOf(
    table.columns.map((column, n) => ({ ...column, items: itemsOf(cells[n] ?? []) })),
  )
  await writeTable(target, table, columns.map(isNumberColumn))
  return { name, layout, columns, row_count, notes, skipped_reason: null, file: target }
}

async function writeTable(
  target: string,
  { cells }: SheetTable,
  areNumbers: readonly boolean[],
): Promise<void> {
  const writer = await createParquetWriter(
    target,
    areNumbers.map((is_number, n) => ({ name: `c${n}`, is_number })),
  )
  await writer.append(cells)
  await writer.close()
}
