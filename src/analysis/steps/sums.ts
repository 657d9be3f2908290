import type { Tables } from '../engine.ts'
import type { Relation } from './model.ts'
import { type Binder, createBinder, nameOf } from './sql.ts'

/** How sums are taken within `group by …, s`: `table` is to be joined by `s`, and leaves the wanted 科目. */
export type Sums = { table: string; sum: string }

/** What an integer of the engine has, with its sign. */
const bits = 127

/** Beyond, a power of two would leave the range of a double with room. */
const maxPower = 1000

/**
 * Sums of 科目 that do not depend on the order of rows, nor on threads. A double is a whole number of a
 * power of two: where those of a 科目 are near enough to each other in size, they are added up as whole
 * numbers and rounded once; else by the compensation of Kahan in the order of rows.
 */
export async function sumsOf(
  tables: Tables,
  source: Relation,
  binder: Binder,
  subjects: readonly string[],
): Promise<Sums> {
  const names = [...new Set(subjects)].toSorted()
  const powers = await tables.once(nameOf('powers', source.table, names), () =>
    readPowers(tables, source, names),
  )
  const scales = names.map((name) => {
    const power = powers.get(name)
    return power === undefined ? null : 2 ** power
  })
  const exact = 'sum((v * scale)::hugeint)::double / min(scale)'
  const list = `from_json(${binder.text(JSON.stringify(scales))}, '["DOUBLE"]')`
  return {
    table: `(select unnest(${binder.texts(names)}) as s, unnest(${list}) as scale)`,
    sum: scales.includes(null)
      ? `coalesce(${exact}, fsum(v order by n) filter (where scale is null))`
      : exact,
  }
}

/** By which power of two the numbers of a 科目 become whole ones that add up within `bits`. */
async function readPowers(
  tables: Tables,
  { table, row_count }: Relation,
  names: readonly string[],
): Promise<Map<string, number>> {
  const binder = createBinder()
  const rows = await tables.rows(
    `select s, bool_and(v = trunc(v)), min(abs(v)) filter (where v <> 0), max(abs(v))
      from ${table} where s in (select unnest(${binder.texts(names)})) group by s`,
    binder.values,
  )
  const powers = new Map<string, number>()
  for (const [subject, areWhole, least, most] of rows) {
    const power = areWhole || most === null ? 0 : 53 - Math.floor(Math.log2(Number(least)))
    const highest = Math.log2(Number(most)) + power + Math.log2(row_count + 1)
    if (Math.abs(power) <= maxPower && highest < bits - 2) powers.set(String(subject), power)
  }
  return powers
}
