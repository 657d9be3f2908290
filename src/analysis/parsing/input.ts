import { createHash } from 'node:crypto'
import type { SheetTable } from '../../sheet-tables.ts'
import { quoted } from '../engine/database.ts'
import type { Tables } from '../engine.ts'
import type { Relation, SnapshotInput } from '../steps/model.ts'
import { type LongForm, longFormOf, type WideColumn } from './long-form.ts'

/**
 * The long form of the table that a snapshot starts from; made once in a database of the engine. Fails
 * with `file_missing`, and as the engine does.
 */
export function openInput(tables: Tables, input: SnapshotInput): Promise<Relation> {
  const { key, layout, columns } = input
  const used = columns.map(({ name, role, is_number }) => ({ name, role, is_number }))
  const table = `input_${hexOf([key, layout, used])}`
  return tables.once(table, async () => {
    const path = await tables.localFile(key)
    return makeLong(tables, table, longFormOf(layout, used), `read_parquet(${quoted(path)})`)
  })
}

/** How many lines of a table at hand are sent to the engine at a time. */
const linesInPart = 5000

/** The long form of a small table that is at hand, with the roles its columns seem to have. */
export function openCells(tables: Tables, table: SheetTable): Promise<Relation> {
  const { layout, columns, cells } = table
  const hash = hexOf([layout, columns, cells])
  const used = columns.map(({ name, role_guess: role }) => ({
    name,
    role,
    is_number: role === '値',
  }))
  return tables.once(`cells_${hash}`, async () => {
    const wide = `wide_${hash}`
    await fillWide(tables, wide, used, table)
    const relation = await makeLong(tables, `cells_${hash}`, longFormOf(layout, used), wide)
    await tables.run(`drop table ${wide}`)
    return relation
  })
}

/** The same for the same, and fit for a name that knows no upper case. */
function hexOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32)
}

async function makeLong(
  tables: Tables,
  table: string,
  { axes, sql, values }: LongForm,
  from: string,
): Promise<Relation> {
  await tables.run(`create or replace table ${table} as ${sql(from)}`, values)
  const [[count] = []] = await tables.rows(`select count(*) from ${table}`)
  return { table, axes, row_count: Number(count) }
}

async function fillWide(
  tables: Tables,
  wide: string,
  columns: readonly WideColumn[],
  { cells, row_count }: SheetTable,
): Promise<void> {
  const types = columns.map(({ is_number }) => (is_number ? 'DOUBLE' : 'VARCHAR'))
  const made = types.map((type, at) => `c${at} ${type}`)
  await tables.run(`create or replace table ${wide} (${['n bigint', ...made]})`)
  for (let start = 0; start < row_count; start += linesInPart) {
    const end = Math.min(row_count, start + linesInPart)
    const parts = cells.map((column) => jsonOf(column.slice(start, end)))
    const lists = types.map((type, at) => `unnest(from_json($${at + 1}::varchar, '["${type}"]'))`)
    const list = [`unnest(range(${start}, ${end}))`, ...lists]
    await tables.run(`insert into ${wide} select ${list}`, parts)
  }
}

/** Half a surrogate pair, which no text of the engine can hold, is replaced. */
function jsonOf(cells: readonly (string | number | null)[]): string {
  return JSON.stringify(
    cells.map((cell) => (typeof cell === 'string' ? cell.replace(/\p{Cs}/gu, '\ufffd') : cell)),
  )
}
