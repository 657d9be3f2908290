import type { ChartConfig } from '../../../schemas/analysis/charts.ts'
import type { Tables } from '../engine.ts'
import type { Relation } from '../steps/model.ts'
import {
  columnsOf,
  type Ground,
  groundOf,
  requireOneSubject,
  requireValue,
  valueName,
} from './columns.ts'
import { readGrid } from './grid.ts'
import type { Chart, ChartRead, ConfigOf } from './model.ts'
import { readPair } from './pair.ts'
import { requireParts, requirePlaces, requireSlices, requireSum } from './refusals.ts'
import { readScatter } from './scatter.ts'

/** A chart with one number a category and legend, by what its keys mean. */
type Plain = {
  category: readonly [key: string, name: string]
  value: readonly [key: string, name: string]
  legend?: readonly [key: string, name: string | null | undefined]
}

/**
 * What a chart of a table shows. Fails with `invalid` and the path in the configuration: columns and 科目
 * that are not there, several 科目 that nothing tells apart, several rows of one place, and what the kind
 * of chart cannot show.
 */
export async function readChart(
  tables: Tables,
  source: Relation,
  config: ChartConfig,
): Promise<ChartRead> {
  const ground = await groundOf(tables, source)
  if (config.graph_type === 'scatter') return readScatter(ground, config)
  if (config.graph_type === 'line&bar') return readPair(ground, config)
  return readPlain(ground, config)
}

type PlainConfig = Exclude<ChartConfig, { graph_type: 'scatter' | 'line&bar' }>

function plainOf(config: PlainConfig): Plain {
  switch (config.graph_type) {
    case 'horizontal bar':
      return {
        category: ['y_axis', config.y_axis],
        value: ['x_axis', config.x_axis],
        legend: ['legend_axis', config.legend_axis],
      }
    case 'stacked bar':
      return {
        category: ['x_axis', config.x_axis],
        value: ['y_axis', config.y_axis],
        legend: ['stack_axis', config.stack_axis],
      }
    case 'pie':
      return {
        category: ['legend_axis', config.legend_axis],
        value: ['value_axis', config.value_axis],
      }
    default:
      return {
        category: ['x_axis', config.x_axis],
        value: ['y_axis', config.y_axis],
        legend: ['legend_axis', config.legend_axis],
      }
  }
}

async function readPlain(ground: Ground, config: PlainConfig): Promise<ChartRead> {
  const { graph_type: kind } = config
  const { category, value, legend } = plainOf(config)
  requireValue(...value)
  const names = legend?.[1] ? [category, [legend[0], legend[1]] as const] : [category]
  const [across, colours] = columnsOf(ground, names)
  requireOneSubject(ground, legend?.[0] ?? category[0], names)
  const grid = await readGrid(ground, {
    category: [category[0], across],
    legend: legend && colours ? [legend[0], colours] : null,
    value: value[0],
  })
  if (kind === 'line' || kind === 'waterfall') requirePlaces(category[0], grid)
  if (kind === 'stacked bar') requireParts(value[0], grid)
  if (kind === 'pie') requireSlices(category[0], value[0], grid)
  if (kind === 'waterfall') requireSum(value[0], grid, config.base_value)
  if (kind === 'stacked bar' || kind === 'pie') requireSum(value[0], grid)
  const titles = [across.name, valueName(ground)] as const
  const [x_title, y_title] = kind === 'horizontal bar' ? titles.toReversed() : titles
  const chart: Chart = {
    kind,
    title: config.title ?? '',
    x_title: config.x_title ?? (x_title as string),
    y_title: config.y_title ?? (y_title as string),
    ...(colours && { legend_title: colours.name }),
    categories: grid.categories,
    series: grid.series.map(({ name, values }) => ({
      name: colours ? name : valueName(ground),
      kind: kind === 'line' ? 'line' : 'bar',
      values,
    })),
    ...(config.graph_type === 'waterfall' && { waterfall: waterfallOf(config) }),
  }
  return { chart, warnings: grid.warnings }
}

function waterfallOf({
  measure_type: measure,
  base_value: base = 0,
  show_total = true,
  total_label = '合計',
}: ConfigOf<'waterfall'>): NonNullable<Chart['waterfall']> {
  return { measure, base, total_label: show_total ? total_label : null }
}
