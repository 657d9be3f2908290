import { subjectColumn, valueColumn } from '../../../schemas/analysis/common.ts'
import type { EngineValue, Tables } from '../engine.ts'
import type { Relation } from './model.ts'
import { axisColumns } from './sql.ts'

/** The names of the columns of a table, as people see them: its axes, `科目` and `値`. */
export function columnsOf({ axes }: Pick<Relation, 'axes'>): string[] {
  return [...axes.map(({ name }) => name), subjectColumn, valueColumn]
}

/** What these columns are called in the engine, in the same order. */
export function cellsOf({ axes }: Pick<Relation, 'axes'>): string[] {
  return [...axisColumns(axes), 's', 'v']
}

export type Page = { skip: number; limit: number }

/** Some rows of a table in its order, each as its cells. */
export function rowsOf(
  tables: Tables,
  relation: Relation,
  { skip, limit }: Page,
): Promise<EngineValue[][]> {
  return tables.rows(
    `select ${cellsOf(relation)} from ${relation.table} order by n limit $1 offset $2`,
    [limit, skip],
  )
}

/** Some rows of a table in its order, by the names of the columns. */
export async function recordsOf(
  tables: Tables,
  relation: Relation,
  page: Page,
): Promise<{ [column: string]: string | number | null }[]> {
  const names = columnsOf(relation)
  const rows = (await rowsOf(tables, relation, page)) as (string | number | null)[][]
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])))
}
