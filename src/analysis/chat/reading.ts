import { subjectColumn } from '../../../schemas/analysis/common.ts'
import { invalid } from '../../failure.ts'
import type { Tables } from '../engine.ts'
import type { Relation } from '../steps/model.ts'

/** What a column of a table is called in the engine. */
type Column = { name: string; sql: string }

export type Distinct = { values: string[]; count: number }

/** The axes of a table and its 科目. */
function columnsOf({ axes }: Relation): Column[] {
  return [
    ...axes.map(({ name }, at) => ({ name, sql: `a${at}` })),
    { name: subjectColumn, sql: 's' },
  ]
}

/**
 * For each axis, and last for 科目: how many values it has, and the first of them in the order of rows.
 * Two queries a table, kept with it.
 */
export function readDistinct(
  tables: Tables,
  relation: Relation,
  limit: number,
): Promise<Distinct[]> {
  const { table } = relation
  return tables.once(`distinct:${table}:${limit}`, async () => {
    const columns = columnsOf(relation)
    const counts = columns.map(({ sql }) => `count(distinct ${sql})`)
    const [counted = []] = await tables.rows(`select ${counts.join(', ')} from ${table}`)
    const found: string[][] = columns.map(() => [])
    const queries = columns.map(
      ({ sql }, at) =>
        `(select ${at} as axis, ${sql} as cell, min(n) as place from ${table} where ${sql} is not null group by ${sql} order by place limit ${limit})`,
    )
    const rows =
      limit > 0 ? await tables.rows(`${queries.join(' union all ')} order by axis, place`) : []
    for (const [at, value] of rows) found[Number(at)]?.push(String(value))
    return found.map((values, at) => ({ values, count: Number(counted[at]) }))
  })
}

export type ValuesWanted = { column: string; search?: string | undefined; limit: number }

/** Distinct values of a column, those that have `search` in them. Fails with `invalid` for an unknown column. */
export async function readValues(
  tables: Tables,
  relation: Relation,
  { column, search = '', limit }: ValuesWanted,
): Promise<{ values: string[]; total: number }> {
  const columns = columnsOf(relation)
  const known = columns.map(({ name }) => name)
  const { sql } = columns.find(({ name }) => name === column) ?? {}
  if (sql === undefined) throw invalid({ field: 'column', rule: 'enum', allowedValues: known })
  const matching = `from ${relation.table} where ${sql} is not null and contains(lower(${sql}), lower($1))`
  const [[total] = []] = await tables.rows(`select count(distinct ${sql}) ${matching}`, [search])
  const rows = await tables.rows(
    `select ${sql} ${matching} group by ${sql} order by min(n) limit ${limit}`,
    [search],
  )
  return { values: rows.map(([value]) => String(value)), total: Number(total) }
}
