import type { AggregateConfig, FigureConfig } from '../../../schemas/analysis/aggregate.ts'
import type { Tables } from '../engine.ts'
import { compareJoins, previousOf } from './comparing.ts'
import { warningsOf } from './figure-warnings.ts'
import {
  type Calculated,
  calculationLevels,
  figuresField,
  finite,
  isCalculated,
  isCompared,
  isShared,
} from './figures.ts'
import { type Grouping, groupFigures, requireGrouped } from './grouping.ts'
import { requireAxis, requireSubjects } from './known.ts'
import type { Axis, Made, Relation } from './model.ts'
import { axisColumns, type Binder, createBinder, createRelation, nameOf } from './sql.ts'

/**
 * One row a group and figure: groups in the order in which they first come, figures in that of the
 * configuration. Fails with `invalid` and the path in the configuration.
 */
export async function runAggregate(
  tables: Tables,
  source: Relation,
  config: AggregateConfig,
): Promise<Made> {
  const { group_by_axis, aggregation_config: figures } = config
  const levels = calculationLevels(figures)
  const keys = group_by_axis.map((name, index) => {
    const column = requireAxis(source, name, `config.group_by_axis.${index}`)
    return { column, axis: source.axes.find((axis) => axis.name === name) as Axis }
  })
  requireGrouped(config)
  await requireSubjects(tables, source, subjectsOf(figures))
  const grouping = { table: nameOf('aggregate', source, config), keys, figures }
  await groupFigures(tables, source, grouping)
  const calculated = await calculate(tables, grouping, levels)
  const relation = await spread(tables, grouping, calculated)
  const warnings = await warningsOf(tables, calculated, grouping)
  for (const each of [`${grouping.table}_g`, calculated]) await tables.run(`drop table ${each}`)
  return { relation, warnings }
}

function subjectsOf(figures: readonly FigureConfig[]): { text: string; field: string }[] {
  return figures.flatMap((figure, index) =>
    isCalculated(figure)
      ? []
      : [{ text: figure.subject, field: `${figuresField}.${index}.subject` }],
  )
}

/** How many levels of figures one statement calculates: each holds all columns in memory. */
const levelsAtOnce = 8

/** The groups of `…_g` with all figures, in the table that is answered. */
async function calculate(
  tables: Tables,
  grouping: Grouping,
  levels: readonly (readonly number[])[],
): Promise<string> {
  const { table, figures } = grouping
  let from = `${table}_c0`
  await compareSums(tables, grouping, from)
  for (let level = 0; level < levels.length; level += levelsAtOnce) {
    const binder = createBinder()
    let select = `select * from ${from}`
    for (const indexes of levels.slice(level, level + levelsAtOnce)) {
      const made = indexes.map((index) => calculated(binder, figures, index))
      select = `select ${['*', ...made].join(', ')} from (${select})`
    }
    const to = `${table}_c${level + 1}`
    await tables.run(`create or replace table ${to} as ${select}`, binder.values)
    await tables.run(`drop table ${from}`)
    from = to
  }
  return from
}

/** Shares and comparisons, with the two sums that each is made of beside it, in `x` and `y`. */
async function compareSums(
  tables: Tables,
  { table, keys, figures }: Grouping,
  to: string,
): Promise<void> {
  const binder = createBinder()
  const joins = await compareJoins(tables, binder, `${table}_g`, keys, figures)
  const sums = figures.flatMap((figure, index): string[] => {
    const sum = `w.s${index}`
    if (isCompared(figure)) return [`${sum} as x${index}`, `${previousOf(index)} as y${index}`]
    if (!isShared(figure)) return []
    const within = (figure.within ?? []).map((name) => `w.${keyOf(keys, name)}`)
    const partition = within.length > 0 ? `partition by ${within.join(', ')}` : ''
    const frame = 'rows between unbounded preceding and unbounded following'
    const whole = finite(`fsum(${sum}) over (${partition} order by w.n ${frame})`)
    return [`${sum} as x${index}`, `${whole} as y${index}`]
  })
  const made = figures.flatMap((figure, index) => ofSums(figure, index) ?? [])
  const select = `select ${['w.*', ...sums].join(', ')} from ${table}_g w ${joins}`
  await tables.run(
    `create or replace table ${to} as select ${['*', ...made].join(', ')} from (${select})`,
    binder.values,
  )
}

function keyOf(keys: Grouping['keys'], name: string): string {
  return `k${keys.findIndex(({ axis }) => axis.name === name)}`
}

function calculated(binder: Binder, figures: readonly FigureConfig[], index: number): string {
  const { method, subject } = figures[index] as Calculated
  const [x, y] = subject.map((each) => operand(binder, figures, each)) as [string, string]
  const value = method === '/' ? `(${x} / nullif(${y}, 0))` : `(${x} ${method} ${y})`
  return `${finite(value)} as f${index}`
}

function operand(
  binder: Binder,
  figures: readonly FigureConfig[],
  operand: string | number,
): string {
  if (typeof operand === 'number') return binder.number(operand)
  return `f${figures.findIndex(({ name }) => name === operand)}`
}

/** A figure of two sums. */
function ofSums(figure: FigureConfig, index: number): string | undefined {
  const [x, y] = [`x${index}`, `y${index}`]
  const quotient = `${x} / nullif(${y}, 0)`
  if (isShared(figure)) return `${finite(quotient)} as f${index}`
  if (!isCompared(figure)) return undefined
  const values = {
    previous_ratio: quotient,
    growth: `(${x} - ${y}) / nullif(${y}, 0)`,
    difference: `${x} - ${y}`,
  }
  return `${finite(values[figure.method])} as f${index}`
}

/** From a column each figure to a row each. */
function spread(
  tables: Tables,
  { table, keys, figures }: Grouping,
  from: string,
): Promise<Relation> {
  const binder = createBinder()
  const axes = keys.map(({ axis }) => axis)
  const columns = axisColumns(axes)
  const names = binder.texts(figures.map(({ name }) => name))
  const values = figures.map((_, index) => `f${index}`).join(', ')
  const kept = columns.map((column, index) => `k${index} as ${column}`)
  const inner = [
    'n as g',
    ...kept,
    `unnest(range(${figures.length})) as f`,
    `unnest([${values}]) as v`,
  ]
  return createRelation(
    tables,
    table,
    axes,
    `select ${[`g * ${figures.length} + f as n`, ...columns, 'names.s', 'v'].join(', ')}
      from (select ${inner.join(', ')} from ${from})
      join (select unnest(l) as s, generate_subscripts(l, 1) - 1 as i from (select ${names} as l)) names
        on names.i = f
      order by 1`,
    binder.values,
  )
}
