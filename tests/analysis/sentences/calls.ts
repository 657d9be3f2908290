import type { AggregateConfig, FigureConfig } from '../../../schemas/analysis/aggregate.ts'
import type { ChartConfig } from '../../../schemas/analysis/charts.ts'
import type { FilterConfig, NumericFilter } from '../../../schemas/analysis/filter.ts'
import type { FormulaConfig, SummaryConfig } from '../../../schemas/analysis/summary.ts'
import type { TransformConfig, TransformOperation } from '../../../schemas/analysis/transform.ts'
import type { ExpectedCall } from './types.ts'

export const filter = (config: FilterConfig, input = 'original'): ExpectedCall => ({
  call: 'add',
  type: 'filter',
  input,
  config,
})

export const grouped = (axes: string[], figures: FigureConfig[]): AggregateConfig => ({
  group_by_axis: axes,
  aggregation_config: figures,
})

export const aggregate = (
  axes: string[],
  figures: FigureConfig[],
  input = 'original',
): ExpectedCall => ({ call: 'add', type: 'aggregate', input, config: grouped(axes, figures) })

export const transform = (operations: TransformOperation[], input = 'original'): ExpectedCall => ({
  call: 'add',
  type: 'transform',
  input,
  config: { operations } satisfies TransformConfig,
})

const summary = (config: SummaryConfig, input: string): ExpectedCall => ({
  call: 'add',
  type: 'summary',
  input,
  config,
})

export const chart = (chart_config: ChartConfig, input = 'original') =>
  summary({ chart_config }, input)

export const formulas = (list: FormulaConfig[], input = 'original') =>
  summary({ formulas: list }, input)

export const change = (step: string, config: object): ExpectedCall => ({
  call: 'change',
  step,
  config,
})

export const remove = (step: string, cascade = false): ExpectedCall =>
  cascade ? { call: 'delete', step, cascade } : { call: 'delete', step }

export const from = (min_value: number): NumericFilter => ({ filter_type: 'range', min_value })
export const above = (min_value: number): NumericFilter => ({
  filter_type: 'range',
  min_value,
  include_min: false,
})
export const upTo = (max_value: number): NumericFilter => ({ filter_type: 'range', max_value })
export const below = (max_value: number): NumericFilter => ({
  filter_type: 'range',
  max_value,
  include_max: false,
})
export const between = (min_value: number, max_value: number): NumericFilter => ({
  filter_type: 'range',
  min_value,
  max_value,
})
export const top = (k_value: number): NumericFilter => ({ filter_type: 'topk', k_value })
export const bottom = (k_value: number): NumericFilter => ({
  filter_type: 'topk',
  k_value,
  ascending: true,
})
export const percent = (min_percentile: number, max_percentile: number): NumericFilter => ({
  filter_type: 'percentage',
  min_percentile,
  max_percentile,
})

export const largestFirst = [{ column: '値', descending: true }]
export const smallestFirst = [{ column: '値' }]

type Method = 'sum' | 'mean' | 'count' | 'max' | 'min' | 'median'
const gathered =
  (method: Method, ending: string) =>
  (subject: string): FigureConfig => ({ name: subject + ending, method, subject })
const shared =
  (ending: string) =>
  (subject: string, within: string[] = []): FigureConfig => ({
    name: subject + ending,
    method: 'share',
    subject,
    ...(within.length > 0 && { within }),
  })
const compared =
  (method: 'previous_ratio' | 'growth' | 'difference', ending: string) =>
  (subject: string, along: string, offset?: 'year'): FigureConfig => ({
    name: subject + ending,
    method,
    subject,
    along,
    ...(offset && { offset }),
  })
const divided =
  (sign: string, ending: string) =>
  (above: string, below: string): FigureConfig[] => [
    { name: above + ending, method: 'sum', subject: above },
    { name: below + ending, method: 'sum', subject: below },
    { name: above + sign + below, method: '/', subject: [above + ending, below + ending] },
  ]

/** Figures as Japanese sentences name them. */
export const ja = {
  sum: gathered('sum', '合計'),
  mean: gathered('mean', '平均'),
  count: gathered('count', '件数'),
  max: gathered('max', '最大'),
  min: gathered('min', '最小'),
  median: gathered('median', '中央値'),
  share: shared('構成比'),
  ratio: compared('previous_ratio', '前年比'),
  growth: compared('growth', '増減率'),
  difference: compared('difference', '増減'),
  quotient: divided('÷', '合計'),
}

/** Figures as English sentences name them. */
export const en = {
  sum: gathered('sum', ' total'),
  mean: gathered('mean', ' average'),
  count: gathered('count', ' count'),
  max: gathered('max', ' maximum'),
  min: gathered('min', ' minimum'),
  median: gathered('median', ' median'),
  share: shared(' share'),
  ratio: compared('previous_ratio', ' ratio to previous'),
  growth: compared('growth', ' growth'),
  difference: compared('difference', ' difference'),
  quotient: divided(' ÷ ', ' total'),
}

/** The same figures as formulas of a summary; `unit` is that of the last. */
export function formulasOf(figures: FigureConfig[], unit?: '%'): FormulaConfig[] {
  return figures.map(
    ({ name, method, subject }, index) =>
      ({
        formula_text: name,
        type: method,
        target_subject: subject,
        ...(unit && index === figures.length - 1 && { unit }),
      }) as FormulaConfig,
  )
}

const value = '値'
export const bar = (x_axis: string, legend_axis?: string): ChartConfig => ({
  graph_type: 'bar',
  x_axis,
  y_axis: value,
  ...(legend_axis && { legend_axis }),
})
export const horizontal = (y_axis: string, legend_axis?: string): ChartConfig => ({
  graph_type: 'horizontal bar',
  x_axis: value,
  y_axis,
  ...(legend_axis && { legend_axis }),
})
export const line = (x_axis: string, legend_axis?: string): ChartConfig => ({
  graph_type: 'line',
  x_axis,
  y_axis: value,
  ...(legend_axis && { legend_axis }),
})
export const stacked = (x_axis: string, stack_axis: string): ChartConfig => ({
  graph_type: 'stacked bar',
  x_axis,
  y_axis: value,
  stack_axis,
})
export const pie = (legend_axis: string): ChartConfig => ({
  graph_type: 'pie',
  value_axis: value,
  legend_axis,
})
export const waterfall = (x_axis: string, measure_type: 'relative' | 'absolute'): ChartConfig => ({
  graph_type: 'waterfall',
  x_axis,
  y_axis: value,
  measure_type,
})
export const scatter = (x_subject: string, y_subject: string): ChartConfig => ({
  graph_type: 'scatter',
  x_subject,
  y_subject,
})
export const barAndLine = (x_axis: string, left: string, right: string): ChartConfig => ({
  graph_type: 'line&bar',
  x_axis,
  y_left_subject: left,
  y_left_type: 'bar',
  y_right_subject: right,
  y_right_type: 'line',
})

/** A new 科目 out of two names or numbers. */
export const newSubject = (
  target_name: string,
  formula_type: '+' | '-' | '*' | '/',
  operands: (string | number)[],
): TransformOperation => ({
  operation_type: 'add_subject',
  target_name,
  calculation: { type: 'formula', formula_type, operands },
})

/** A 科目 multiplied or divided by a number. */
export const scaled = (
  target_name: string,
  formula_type: '*' | '/',
  number: number,
): TransformOperation => ({
  operation_type: 'modify_subject',
  target_name,
  calculation: { type: 'formula', formula_type, operands: [target_name, number] },
})

/** Values of an axis that become one. */
export const merged = (axis: string, values: string[], into: string): TransformOperation => ({
  operation_type: 'modify_axis',
  target_name: axis,
  calculation: {
    type: 'mapping',
    operands: [axis],
    mapping_dict: Object.fromEntries(values.map((each) => [each, into])),
  },
})
