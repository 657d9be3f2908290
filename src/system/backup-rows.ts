import { sql } from 'kysely'
import type { ColumnType, TableShape } from '../../db/catalogue.ts'
import type { Db } from '../../db/tables.ts'

type Value = string | number | null
export type Row = Value[]

/** What a batch of rows should come to, and how many there are in the first one. */
const batchBytes = 2 ** 22
const firstLimit = 64
const maxLimit = 5000

/** Rows in the order of their key, as lines of JSON, so many at a time that the memory stays small. */
export async function* batchesOf(
  db: Db,
  { name, columns, key }: TableShape,
): AsyncGenerator<{ rows: Row[]; text: string }> {
  if (key.length === 0) throw new Error(`${name} has no primary key.`)
  const list = sql.join(columns.map((column) => sql.ref(column.name)))
  const keys = sql.join(key.map((each) => sql.ref(each)))
  let limit = firstLimit
  let rest = sql``
  for (;;) {
    const { rows: found } = await sql<Record<string, Value>>`
      select ${list} from ${sql.table(name)} ${rest} order by ${keys} limit ${limit}`.execute(db)
    const last = found.at(-1)
    if (!last) return
    const rows = found.map((row) => columns.map((column) => row[column.name] ?? null))
    for (const row of rows) if (!row.every(isPlain)) throw new Error(`${name} has a strange value.`)
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    yield { rows, text }
    if (found.length < limit) return
    rest = sql`where (${keys}) > (${sql.join(key.map((each) => last[each]))})`
    limit = Math.max(1, Math.min(maxLimit, Math.round((limit * batchBytes) / text.length)))
  }
}

/** What JSON keeps as it is. */
function isPlain(value: unknown): boolean {
  return value === null || typeof value === 'string' || Number.isFinite(value)
}

const checks: Record<ColumnType, (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
  bigint: Number.isSafeInteger,
  'double precision': Number.isFinite,
  timestamptz: (value) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value),
}

/** The rows of an entry. Throws when one is not what its table has. */
export function parseRows(
  { name, columns }: { name: string; columns: readonly { type: string }[] },
  text: string,
): Row[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const row: unknown = JSON.parse(line)
      const isRow =
        Array.isArray(row) &&
        row.length === columns.length &&
        row.every((each, at) => each === null || checks[columns[at]?.type as ColumnType]?.(each))
      if (!isRow) throw new Error(`a row of ${name} is not of its table`)
      return row as Row
    })
}
