import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, type Tables } from '../../src/analysis/engine.ts'
import type { Relation } from '../../src/analysis/steps/model.ts'
import { axisColumns } from '../../src/analysis/steps/sql.ts'
import { diskStorage } from '../../src/storage.ts'
import { newId } from '../../src/values.ts'

/** Texts of the axes, the 科目, and the number. */
export type LongRow = (string | number | null)[]

/** Tables of a session of their own, in an engine of their own. */
export async function withTables<Result>(
  work: (tables: Tables) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'kaname-tables-'))
  const storage = diskStorage(join(folder, 'files'))
  const engine = createEngine({
    storage,
    folder: join(folder, 'engine'),
    megabytes: 256,
    threads: 2,
  })
  try {
    return await engine.use(newId(), work)
  } finally {
    await engine.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** A table in long form, in the order of the rows; an axis that is called 年度 is of time. */
export async function relationOf(
  tables: Tables,
  names: readonly string[],
  rows: readonly LongRow[],
): Promise<Relation> {
  const axes = names.map((name) => ({ name, kind: name === '年度' ? '推移' : '軸' }) as const)
  const columns = [...axisColumns(axes), 's']
  const table = `r${newId().replaceAll('-', '')}`
  const types = [...columns.map((name) => `${name} varchar`), 'v double'].join(', ')
  await tables.run(`create table ${table} (n bigint, ${types})`)
  for (const [n, row] of rows.entries()) {
    const places = row.map((_, at) => `$${at + 1}`).join(', ')
    await tables.run(`insert into ${table} values (${n}, ${places})`, row)
  }
  return { table, axes, row_count: rows.length }
}

/** The rows of a table in their order, without their numbers. */
export async function readRows(tables: Tables, { table, axes }: Relation): Promise<LongRow[]> {
  const columns = [...axisColumns(axes), 's', 'v'].join(', ')
  return (await tables.rows(`select ${columns} from ${table} order by n`)) as LongRow[]
}
