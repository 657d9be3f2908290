import { createHash } from 'node:crypto'
import type { EngineValue, Tables } from '../engine.ts'
import type { Axis, Relation } from './model.ts'

/** Values of one statement: `bind` answers what stands for one in its text. */
export type Binder = {
  values: EngineValue[]
  number: (value: number) => string
  text: (value: string) => string
  /** A list of texts; it may hold null. */
  texts: (values: readonly (string | null)[]) => string
}

export function createBinder(): Binder {
  const values: EngineValue[] = []
  const bind = (value: EngineValue, type: string) => `$${values.push(value)}::${type}`
  return {
    values,
    // As a text, for the engine takes some numbers for integers that it has no room for.
    number: (value) => bind(String(value), 'DOUBLE'),
    text: (value) => bind(value, 'VARCHAR'),
    texts: (list) => `from_json(${bind(jsonOf(list), 'VARCHAR')}, '["VARCHAR"]')`,
  }
}

/** Half a surrogate pair, which no text of the engine can hold, is replaced. */
function jsonOf(list: readonly (string | null)[]): string {
  return JSON.stringify(list.map((text) => text?.replace(/\p{Surrogate}/gu, '\ufffd') ?? null))
}

/** A name for something that is the same whenever what it depends on is. */
export function nameOf(kind: string, ...parts: unknown[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  return `${kind}_${hash.slice(0, 32)}`
}

/** A number as people write it: `2023`, `0.5`, and never `1e+20`. The expression stands in it several times. */
export function plainText(number: string): string {
  const text = `(${number})::varchar`
  const [mantissa, exponent] = [1, 2].map((part) => `split_part(${text}, 'e', ${part})`)
  const digits = `replace(replace(${mantissa}, '-', ''), '.', '')`
  const zeros = `repeat('0', -1 - ${exponent}::integer)`
  return `case when (${number}) is null then null when (${number}) = 0 then '0'
    when abs(${number}) >= 1e38 then format('{:.0f}', ${number})
    when (${number}) = trunc(${number}) then (${number})::hugeint::varchar
    when contains(${text}, 'e') then if((${number}) < 0, '-0.', '0.') || ${zeros} || ${digits}
    else ${text} end`
}

/** The columns of axes: `a0`, `a1` and so on. */
export function axisColumns(axes: readonly Axis[]): string[] {
  return axes.map((_, index) => `a${index}`)
}

/** The column of an axis in the engine, or undefined where there is no such axis. */
export function axisColumn({ axes }: Pick<Relation, 'axes'>, name: string): string | undefined {
  const index = axes.findIndex((axis) => axis.name === name)
  return index < 0 ? undefined : `a${index}`
}

/** Makes a table of rows in the columns of a relation. */
export async function createRelation(
  tables: Tables,
  table: string,
  axes: readonly Axis[],
  select: string,
  values: readonly EngineValue[],
): Promise<Relation> {
  await tables.run(`create or replace table ${table} as ${select}`, values)
  const [[row_count]] = (await tables.rows(`select count(*) from ${table}`)) as [[number]]
  return { table, axes, row_count }
}

/** Distinct texts of a column, in the order in which they come; one more than `limit` where there are more. */
export async function distinctTexts(
  tables: Tables,
  { table }: Pick<Relation, 'table'>,
  column: string,
  limit: number,
): Promise<string[]> {
  const rows = await tables.rows(
    `select ${column} from ${table} where ${column} is not null
      group by ${column} order by min(n) limit ${limit + 1}`,
  )
  return rows.map(([text]) => text as string)
}
