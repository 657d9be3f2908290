import { sql } from 'kysely'
import { engineOf } from './open.ts'
import type { Tables, Trx } from './tables.ts'

/** Rows that go in as one parameter; on SQLite a moment in which nothing else runs. */
const chunk = 2000

/**
 * Inserts many rows of the same columns as JSON that the database takes apart: ten times as fast as
 * a statement with a parameter a value.
 */
export async function insertMany<Table extends keyof Tables & string>(
  trx: Trx,
  table: Table,
  columns: readonly (keyof Tables[Table] & string)[],
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)))
  const isSqlite = engineOf(trx) === 'sqlite'
  const values = isSqlite
    ? sql.join(columns.map((_, n) => sql`value ->> ${sql.lit(`$[${n}]`)}`))
    : names
  for (let start = 0; start < rows.length; start += chunk) {
    const part = rows.slice(start, start + chunk)
    const json = JSON.stringify(
      isSqlite ? part.map((row) => columns.map((column) => row[column])) : part,
    )
    const from = isSqlite
      ? sql`json_each(${json})`
      : sql`json_populate_recordset(null::${sql.table(table)}, ${json}::json)`
    await sql`insert into ${sql.table(table)} (${names}) select ${values} from ${from}`.execute(trx)
  }
}
