import { csvName, skippedBy } from '../../sheet-csv.ts'
import type { FoundHeader } from '../../sheet-flats.ts'
import { isEmpty } from '../../sheet-layouts.ts'
import { clean, rolesBy } from '../../sheet-roles.ts'
import { type ColumnWithItems, maxColumns, namesOf } from '../../sheet-tables.ts'
import { isTotal } from '../../sheet-totals.ts'
import { createParquetWriter } from '../engine.ts'
import { isNumberColumn, type ParsedSheet, sheetColumnsOf, withoutTable } from './columns.ts'
import {
  type CountedColumn,
  countColumn,
  createConverter,
  mergedAmong,
  type Writing,
} from './streamed-columns.ts'
import { type CsvFile, findHeader, readBody } from './streamed-lines.ts'

/** What a column is found to be: where it stands in the lines of the file, and how it is written. */
type PlannedColumn = Writing & {
  place: number
  name: string
  texts: number
  isMerged: boolean
}

type Plan = { header: FoundHeader; columns: PlannedColumn[]; rows: number; isFirst: boolean }

/** Rows that are handed to the writer at a time. */
const rowsAtOnce = 20_000

/**
 * Writes the flat table of a CSV file as Parquet, in two passes over the file and with little of it in
 * memory: one tells what its columns are, one writes them. It gives what the whole file in memory would.
 */
export async function parseStreamedCsv(
  file: CsvFile,
  target: string,
  maxRows: number,
): Promise<ParsedSheet> {
  try {
    const header = await findHeader(file)
    if (!header) return withoutTable(csvName, 'table_not_found')
    const plan = await planColumns(file, header, maxRows)
    if (typeof plan === 'string') return withoutTable(csvName, plan)
    return await writeColumns(file, plan, target)
  } catch (error) {
    return withoutTable(csvName, skippedBy(error))
  }
}

async function planColumns(
  file: CsvFile,
  header: FoundHeader,
  maxRows: number,
): Promise<Plan | string> {
  const { head } = header
  const nameAt = (n: number) => (isEmpty(head.cells[n]) ? '' : String(head.cells[n]))
  const counted: CountedColumn[] = []
  const apart: boolean[] = []
  let rows = 0
  const add = (n: number) => {
    const column = countColumn(clean(nameAt(n)))
    // It was empty in all lines before this one.
    if (rows > 0) column.add(undefined)
    counted[n] = column
    apart[n] = true
    return column
  }
  const { isFirst } = await readBody(file, header, (cells) => {
    const count = Math.max(cells.length, head.cells.length, counted.length)
    let wasBlank = false
    for (let n = 0; n < count; n += 1) {
      const isBlank = (counted[n] ?? add(n)).add(cells[n])
      if (wasBlank && isBlank) apart[n - 1] = false
      wasBlank = isBlank
    }
    rows += 1
    if (rows > maxRows) throw Object.assign(new Error(), { skipped_reason: 'table_too_long' })
  })
  if (rows === 0) return head.filled > 1 ? 'table_without_rows' : 'table_not_found'
  const ended = counted.map((column, n) => ({
    ...column.end(),
    place: n,
    apart: apart[n] === true,
  }))
  const found = ended.filter(({ counts, place }) => nameAt(place) !== '' || counts.any > 0)
  if (found.length > maxColumns) return 'table_too_wide'
  if (found.length < 2 && !found[0]?.counts.numbers) return 'table_not_found'
  const names = namesOf(found.map(({ place }) => ({ name: nameAt(place) })))
  const roles = rolesBy(found.map(({ counts }, n) => ({ ...counts, name: names[n] as string })))
  const merged = mergedAmong(
    found,
    found.map((each) => each.apart),
    rows,
  )
  const columns = found.map(({ counts, place }, n) => {
    const role = roles[n] as PlannedColumn['role']
    const texts = role === '値' ? counts.filled - counts.numbers : 0
    const name = names[n] as string
    return { place, name, role, texts, isMixed: texts > 0, isMerged: merged.has(n) }
  })
  return { header, columns, rows, isFirst }
}

async function writeColumns(
  file: CsvFile,
  { header, columns, rows, isFirst }: Plan,
  target: string,
): Promise<ParsedSheet> {
  const described = (items: readonly string[][]): ColumnWithItems[] =>
    columns.map(({ name, role, texts }, n) => ({
      name,
      role_guess: role,
      texts,
      items: items[n] ?? [],
    }))
  const kinds = sheetColumnsOf(described([]))
  const writer = await createParquetWriter(
    target,
    kinds.map((column, n) => ({ name: `c${n}`, is_number: isNumberColumn(column) })),
  )
  const converters = columns.map(createConverter)
  let chunk: (string | number | null)[][] = columns.map(() => [])
  const last: (string | undefined)[] = []
  const take = (cells: string[]) => {
    for (const [n, { place, isMerged }] of columns.entries()) {
      const text = isMerged ? mergedCell(cells, columns, n, last) : cells[place]
      const cell = converters[n]?.read(text) ?? null
      converters[n]?.show(cell)
      chunk[n]?.push(cell)
    }
  }
  const write = async (least: number) => {
    if ((chunk[0]?.length ?? 0) < least) return
    await writer.append(chunk)
    chunk = columns.map(() => [])
  }
  await readBody(file, header, take, () => write(rowsAtOnce))
  await write(1)
  await writer.close()
  const ended = converters.map((each) => each.end())
  const notes: ParsedSheet['notes'] = isFirst ? ['table_first_only'] : []
  if (ended.some(({ hasTotals }) => hasTotals)) notes.push('table_with_totals')
  return {
    name: csvName,
    layout: 'flat',
    columns: sheetColumnsOf(described(ended.map(({ items }) => items))),
    row_count: rows,
    notes,
    skipped_reason: null,
    file: target,
  }
}

/** The text of the cells that were merged, where this is one of them; not beside a total. */
function mergedCell(
  cells: readonly string[],
  columns: readonly PlannedColumn[],
  n: number,
  last: (string | undefined)[],
): string | undefined {
  const { place } = columns[n] as PlannedColumn
  const cell = cells[place]
  if (!isEmpty(cell)) last[n] = cell
  const next = cells[columns[n + 1]?.place ?? place]
  return isTotal(next ?? '') ? cell : last[n]
}
