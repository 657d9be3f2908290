import type { AggregateConfig, FigureConfig } from '../../../schemas/analysis/aggregate.ts'
import { invalid } from '../../failure.ts'
import type { Tables } from '../engine.ts'
import {
  figuresField,
  finite,
  type Gathered,
  isCalculated,
  isCompared,
  isShared,
} from './figures.ts'
import type { Axis, Relation } from './model.ts'
import { createBinder } from './sql.ts'
import { sumsOf } from './sums.ts'

export type Grouping = {
  table: string
  keys: { column: string; axis: Axis }[]
  figures: readonly FigureConfig[]
}

/** Fails with `invalid` where a figure names an axis by which nothing is grouped. */
export function requireGrouped({ group_by_axis, aggregation_config }: AggregateConfig): void {
  const known = group_by_axis
  for (const [index, figure] of aggregation_config.entries()) {
    const field = `${figuresField}.${index}`
    if (isCompared(figure) && !known.includes(figure.along)) {
      throw invalid({ field: `${field}.along`, rule: 'figure_axis', name: figure.along, known })
    }
    const within = isShared(figure) ? (figure.within ?? []) : []
    const at = within.findIndex((name) => !known.includes(name))
    const name = within[at]
    if (name !== undefined) {
      throw invalid({ field: `${field}.within.${at}`, rule: 'figure_axis', name, known })
    }
  }
}

const measures = {
  count: 'count(*)',
  values: 'count(v)',
  max: 'max(v)',
  min: 'min(v)',
  median: 'median(v)',
}

/**
 * The groups of a table in `…_g`: `n` counted from 0 in the order in which they first come, `k0`, `k1` …
 * the axes, `f…` the figures that are gathered, `c…` of how many numbers, and `s…` the sums that others
 * start from. Only rows of a
 * 科目 that a figure names make groups.
 */
export async function groupFigures(
  tables: Tables,
  source: Relation,
  { table, keys, figures }: Grouping,
): Promise<void> {
  const binder = createBinder()
  const subjects = figures.flatMap((figure) => (isCalculated(figure) ? [] : [figure.subject]))
  const { table: wantedOnly, sum } = await sumsOf(tables, source, binder, subjects)
  const from = subjects.length > 0 ? `${source.table} join ${wantedOnly} using (s)` : source.table
  const columns = keys.map(({ column }, index) => `${column} as k${index}`)
  const names = keys.map((_, index) => `k${index}`)
  const wanted = figures.flatMap((figure, index) => {
    if (isCalculated(figure)) return []
    const isOf = `filter (where s = ${binder.text(figure.subject)})`
    // A sum that is too large for a number leaves no share to others either.
    if (isShared(figure)) return `max(sum) ${isOf} as s${index}`
    if (isCompared(figure)) return `${finite(`max(sum) ${isOf}`)} as s${index}`
    return [
      `${gathered(figure.method, isOf)} as f${index}`,
      `coalesce(max("values") ${isOf}, 0) as c${index}`,
    ]
  })
  const measured = Object.entries({ ...measures, ...(subjects.length > 0 && { sum }) }).map(
    ([name, value]) => `${value} as "${name}"`,
  )
  const by = names.length > 0 ? `group by ${names.join(', ')}` : ''
  await tables.run(
    `create or replace table ${table}_g as
      with b as (
        select ${[...columns, 's', 'min(n) as n', ...measured].join(', ')}
        from ${from} group by ${[...keys.map(({ column }) => column), 's'].join(', ')}
      )
      select ${['row_number() over (order by min(n)) - 1 as n', ...names, ...wanted].join(', ')}
      from b ${by}`,
    binder.values,
  )
}

function gathered(method: Gathered['method'], isOf: string): string {
  if (method === 'count') return `coalesce(max(count) ${isOf}, 0)::DOUBLE`
  if (method === 'mean') return finite(`(max(sum) ${isOf} / nullif(max("values") ${isOf}, 0))`)
  return finite(`max("${method}") ${isOf}`)
}
