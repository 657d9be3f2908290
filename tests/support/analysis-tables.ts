import { DuckDBInstance } from '@duckdb/node-api'
import type { EngineValue, Tables } from '../../src/analysis/engine.ts'
import type { Axis, Relation } from '../../src/analysis/steps/model.ts'

export type Row = { axes: (string | null)[]; s: string | null; v: number | null }

export async function openTables(): Promise<{ tables: Tables; close: () => Promise<void> }> {
  const db = await DuckDBInstance.create(':memory:', {
    threads: '2',
    enable_external_access: 'false',
    memory_limit: '512MB',
  })
  const c = await db.connect()
  const kept = new Map<string, Promise<unknown>>()
  const plain = (v: unknown) => (typeof v === 'bigint' ? Number(v) : v) as EngineValue
  const tables: Tables = {
    rows: async (sql, values = []) =>
      (await c.runAndReadAll(sql, values as never)).getRows().map((r) => r.map(plain)),
    run: async (sql, values = []) => void (await c.run(sql, values as never)),
    once: (key, make) => {
      if (!kept.has(key)) kept.set(key, make())
      return kept.get(key) as never
    },
    localFile: async () => '',
    newFile: () => '',
  }
  return {
    tables,
    close: async () => {
      c.closeSync()
      db.closeSync()
    },
  }
}

let made = 0

/** A table of an analysis with these rows. */
export async function insertRows(
  tables: Tables,
  axes: readonly Axis[],
  rows: readonly Row[],
): Promise<Relation> {
  made += 1
  const table = `t${made}`
  const columns = axes.map((_, index) => `a${index}`)
  const types = [
    'n BIGINT',
    ...columns.map((column) => `${column} VARCHAR`),
    's VARCHAR',
    'v DOUBLE',
  ]
  await tables.run(`create table ${table} (${types.join(', ')})`)
  const fields = ['n', ...columns, 's', 'v']
  const records = rows.map(({ axes: texts, s, v }, n) =>
    Object.fromEntries(fields.map((field, index) => [field, [n * 3, ...texts, s, v][index]])),
  )
  const shape = JSON.stringify([Object.fromEntries(types.map((type) => type.split(' ')))])
  await tables.run(
    `insert into ${table} select unnest(from_json($1::VARCHAR, '${shape}'), recursive := true)`,
    [JSON.stringify(records)],
  )
  return { table, axes, row_count: rows.length }
}

/** The rows of a table, in its order. */
export async function rowsOf(tables: Tables, { table, axes }: Relation): Promise<Row[]> {
  const columns = axes.map((_, index) => `a${index}`)
  const rows = await tables.rows(
    `select ${[...columns, 's', 'v'].join(', ')} from ${table} order by n`,
  )
  return rows.map((row) => ({
    axes: row.slice(0, axes.length) as (string | null)[],
    s: row.at(-2) as string | null,
    v: row.at(-1) as number | null,
  }))
}

/** Rows as they are shown: `2023 営業 売上 100`. */
export function shown(rows: readonly Row[]): string[] {
  return rows.map(({ axes, s, v }) => [...axes, s, v].map((each) => each ?? '–').join(' '))
}

/** Where and why something was refused. */
export async function faultsOf(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  )
  if (error === undefined) return []
  if (!Object(error).failure) throw error
  const { errors = [] } = error.extra ?? {}
  return errors.map(
    ({ field, rule, ...rest }: { field: string; rule: string; [name: string]: unknown }) =>
      [field, rule, rest.path, rest.known && `[${rest.known}]`].filter(Boolean).join(' '),
  )
}
