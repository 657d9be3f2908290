import type { FilterConfig } from '../../../schemas/analysis/filter.ts'
import { invalid } from '../../failure.ts'
import { createPause } from '../../slices.ts'
import type { Tables } from '../engine.ts'
import { requireAxis } from './known.ts'
import type { Relation } from './model.ts'
import { type Bound, boundOf, compare, isWithin } from './periods.ts'
import { type Binder, distinctTexts } from './sql.ts'

/** How many distinct texts of a column are compared one by one. */
export const maxTexts = 100_000

type AxisRange = NonNullable<FilterConfig['axis_range']>[number]

const plainNumber = `'-?[0-9]+(\\.[0-9]+)?'`

/** The conditions on columns that have to lie between two ends. */
export async function axisRange(
  tables: Tables,
  source: Relation,
  binder: Binder,
  ranges: readonly AxisRange[],
): Promise<string[]> {
  const conditions: string[] = []
  for (const [index, range] of ranges.entries()) {
    const field = `config.axis_range.${index}`
    const column = requireAxis(source, range.column, `${field}.column`)
    const [min, max] = [range.min, range.max].map((end) =>
      typeof end === 'string' ? boundOf(range.column, end) : null,
    ) as [Bound | null, Bound | null]
    if (!min && !max) continue
    if (min && max && compare(min, max, 'first') > 0 && compare(min, max, 'last') > 0) {
      throw invalid({ field: `${field}.max`, rule: 'step_range_order', min: min.text })
    }
    conditions.push(await condition(tables, source, binder, { column, range, field, min, max }))
  }
  return conditions
}

type Ends = {
  column: string
  range: AxisRange
  field: string
  min: Bound | null
  max: Bound | null
}

/** Numbers are compared in the engine, where there may be any number of them; other texts here. */
async function condition(
  tables: Tables,
  source: Relation,
  binder: Binder,
  { column, range, field, min, max }: Ends,
): Promise<string> {
  const areNumbers = [min, max].every((end) => end === null || end.number !== undefined)
  const isNumber = areNumbers ? `regexp_full_match(${column}, ${plainNumber})` : 'false'
  const others = { table: `(select * from ${source.table} where not ${isNumber})` }
  const texts = await distinctTexts(tables, others, column, maxTexts)
  if (texts.length > maxTexts) {
    throw invalid({ field: `${field}.column`, rule: 'step_too_many_texts', limit: maxTexts })
  }
  const pause = createPause()
  const kept: string[] = []
  for (const text of texts) {
    if (isWithin(boundOf(range.column, text), min, max)) kept.push(text)
    await pause()
  }
  const isKept = `coalesce(${column} in (select unnest(${binder.texts(kept)})), false)`
  if (!areNumbers) return isKept
  const number = `try_cast(${column} as double)`
  const ends = [
    ...(min ? [`${number} >= ${binder.number(min.number as number)}`] : []),
    ...(max ? [`${number} <= ${binder.number(max.number as number)}`] : []),
  ]
  return `(coalesce(${isNumber} and ${ends.join(' and ')}, false) or ${isKept})`
}
