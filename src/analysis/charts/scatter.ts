import { invalid } from '../../failure.ts'
import type { StepWarning } from '../steps/model.ts'
import {
  type Column,
  cellText,
  fieldOf,
  type Ground,
  optionalColumn,
  requireSubjects,
  textOf,
} from './columns.ts'
import { chartLimits, numberOf } from './grid.ts'
import type { ChartRead, ConfigOf, Series } from './model.ts'

/** One combination of axes that has rows of either 科目. */
type Point = {
  axes: (string | null)[]
  legend: string | null
  x: number | null
  y: number | null
  rows: number
}

/** How many axes the name of a point has, and how much of the value of each. */
const [labelAxes, labelLetters] = [10, 100]

/**
 * A point for each combination of axes. What has but one of the two numbers is left out, with a warning.
 * Fails for several rows of one combination and 科目, for fewer than two points, and for too many.
 */
export async function readScatter(ground: Ground, config: ConfigOf<'scatter'>): Promise<ChartRead> {
  const { x_subject, y_subject, legend_axis, point_axis } = config
  const legend = optionalColumn(ground, 'legend_axis', legend_axis)
  const label = optionalColumn(ground, 'point_axis', point_axis)
  await requireSubjects(ground, [
    ['x_subject', x_subject],
    ['y_subject', y_subject],
  ])
  const shown = label ? [label] : axesOf(ground).slice(0, labelAxes)
  const points = await readPoints(ground, config, legend, shown)
  const whole = points.filter(({ x, y }) => x !== null && y !== null)
  if (whole.length < 2) throw invalid({ field: fieldOf(), rule: 'chart_too_few_points' })
  const series = seriesOf(whole, legend ? undefined : y_subject)
  if (series.length > chartLimits.series) {
    const rule = 'chart_too_many_series'
    throw invalid({ field: fieldOf('legend_axis'), rule, limit: chartLimits.series })
  }
  return {
    chart: {
      kind: 'scatter',
      title: config.title ?? '',
      x_title: config.x_title ?? x_subject,
      y_title: config.y_title ?? y_subject,
      ...(legend && { legend_title: legend.name }),
      categories: [],
      series,
    },
    warnings: gapsIn(points, shown),
  }
}

const axesOf = ({ source }: Ground): Column[] =>
  source.axes.map(({ name, kind }, at) => ({ name, kind, sql: `a${at}` }))

async function readPoints(
  ground: Ground,
  { x_subject, y_subject }: ConfigOf<'scatter'>,
  legend: Column | null,
  shown: readonly Column[],
): Promise<Point[]> {
  const { tables, source } = ground
  const axes = axesOf(ground).map(({ sql }) => sql)
  const { points: limit } = chartLimits
  const rows = await tables.rows(
    `select max(v) filter (s = $1) as x, max(v) filter (s = $2) as y,
      greatest(count(*) filter (s = $1), count(*) filter (s = $2)) as count_of,
      ${legend ? legend.sql : 'null'} as legend
      ${shown.map(({ sql }) => `, left(${sql}, ${labelLetters}) as label_${sql}`).join('')}
    from ${source.table} where s in ($1, $2)
    ${axes.length > 0 ? `group by ${axes}` : ''}
    order by min(n) limit ${limit + 1}`,
    [x_subject, y_subject],
  )
  const points = rows.map(([x, y, count, name, ...values]) => ({
    x: numberOf(x),
    y: numberOf(y),
    rows: Number(count),
    legend: textOf(name),
    axes: values.map(textOf),
  }))
  const twice = points.find((point) => point.rows > 1)
  if (twice) {
    const cell = cellText(placeOf(twice, shown))
    throw invalid({ field: fieldOf(), rule: 'chart_duplicate', cell })
  }
  if (points.length > limit) {
    throw invalid({ field: fieldOf(), rule: 'chart_too_many_points', limit })
  }
  return points
}

const placeOf = ({ axes }: Point, shown: readonly Column[]): Record<string, string | null> =>
  Object.fromEntries(shown.map(({ name }, at) => [name, axes[at] ?? null]))

/** In the order in which they first appear. */
function seriesOf(points: readonly Point[], name?: string): Series[] {
  const byLegend = new Map<string | null, Required<Pick<Series, 'values' | 'x' | 'labels'>>>()
  for (const { legend, x, y, axes } of points) {
    const series = byLegend.get(legend) ?? { values: [], x: [], labels: [] }
    byLegend.set(legend, series)
    series.values.push(y)
    series.x.push(x as number)
    series.labels.push(axes.map((each) => each ?? '').join(' / '))
  }
  return Array.from(byLegend, ([legend, series]) => ({
    name: name ?? legend,
    kind: 'points' as const,
    ...series,
  }))
}

function gapsIn(points: readonly Point[], shown: readonly Column[]): StepWarning[] {
  const lacking = points.filter(({ x, y }) => x === null || y === null)
  const [first] = lacking
  if (!first) return []
  const cell = placeOf(first, shown)
  return [{ rule: 'chart_point_incomplete', field: fieldOf(), cell, count: lacking.length }]
}
