import type { Tables } from '../engine.ts'
import type { Relation } from './model.ts'

/** How many 科目 a message lists at most. */
const maxKnown = 20

/** The first 科目 of a table, as a message names them. */
export async function firstSubjects(tables: Tables, { table }: Relation): Promise<string> {
  const rows = await tables.rows(
    `select s from ${table} where s is not null group by s order by min(n) limit ${maxKnown + 1}`,
  )
  const known = rows.slice(0, maxKnown).map(([subject]) => subject)
  const more = rows.length > maxKnown ? ['…'] : []
  return [...known, ...more].join('、') || '—'
}

export async function hasSubject(
  tables: Tables,
  { table }: Relation,
  name: string,
): Promise<boolean> {
  const [row] = await tables.rows(`select exists (select 1 from ${table} where s = $1)`, [name])
  return Boolean(row?.[0])
}
