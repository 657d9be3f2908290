import { invalid } from '../../failure.ts'
import { columnsOf, fieldOf, type Ground, optionalColumn, requireSubjects } from './columns.ts'
import { readGrid } from './grid.ts'
import type { ChartRead, ConfigOf, Series } from './model.ts'
import { requirePlaces } from './refusals.ts'

/** Two 科目 along one axis, each with a scale of its own; with a legend, a series each of its values. */
export async function readPair(ground: Ground, config: ConfigOf<'line&bar'>): Promise<ChartRead> {
  const { x_axis, y_left_subject: left, y_right_subject: right } = config
  const [category] = columnsOf(ground, [['x_axis', x_axis]])
  if (category.kind === '科目') {
    throw invalid({ field: fieldOf('x_axis'), rule: 'chart_legend_subject' })
  }
  const legend = optionalColumn(ground, 'legend_axis', config.legend_axis)
  if (legend)
    columnsOf(ground, [
      ['x_axis', x_axis],
      ['legend_axis', legend.name],
    ])
  await requireSubjects(ground, [
    ['y_left_subject', left],
    ['y_right_subject', right],
  ])
  const grid = await readGrid(ground, {
    category: ['x_axis', category],
    legend: legend && ['legend_axis', legend],
    value: 'y_left_subject',
    subjects: [left, right],
  })
  requirePlaces('x_axis', grid)
  const series = grid.series.map(({ name, subject, values }): Series => {
    const isLeft = subject === left
    return {
      name: legend ? `${subject} (${name ?? '空白'})` : subject,
      kind: isLeft ? config.y_left_type : config.y_right_type,
      values,
      side: isLeft ? 'left' : 'right',
    }
  })
  return {
    chart: {
      kind: 'line&bar',
      title: config.title ?? '',
      x_title: config.x_title ?? x_axis,
      y_title: config.y_title ?? left,
      y_right_title: right,
      ...(legend && { legend_title: legend.name }),
      categories: grid.categories,
      series: series.filter(({ values }) => values.some((value) => value !== null)),
    },
    warnings: grid.warnings,
  }
}
