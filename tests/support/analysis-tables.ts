import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, type Tables } from '../../src/analysis/engine.ts'
import type { Axis, Relation } from '../../src/analysis/steps/model.ts'
import { diskStorage } from '../../src/storage.ts'

export type Row = { axes: (string | null)[]; s: string | null; v: number | null }

/** Tables of the engine that stay until they are closed. */
export async function openTables(
  threads = 2,
): Promise<{ tables: Tables; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'kaname-tables-'))
  const storage = diskStorage(join(folder, 'storage'))
  const limits = { useMs: 10 * 60_000 }
  const engine = createEngine({ storage, folder, megabytes: 512, threads, limits })
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  let use: Promise<void> = Promise.resolve()
  const tables = await new Promise<Tables>((resolve, reject) => {
    use = engine.use('tables', (opened) => {
      resolve(opened)
      return ended
    })
    use.catch(reject)
  })
  return {
    tables,
    async close() {
      end()
      await use
      await engine.close()
      await rm(folder, { recursive: true })
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
