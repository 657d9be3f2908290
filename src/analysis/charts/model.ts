import type { ChartConfig, GraphType } from '../../../schemas/analysis/charts.ts'
import type { StepWarning } from '../steps/model.ts'

/** One colour of a chart: a name, and for each place on the axis a number. */
export type Series = {
  /** Null stands for an empty cell. */
  name: string | null
  kind: 'bar' | 'line' | 'points'
  /** Along the axis, in the order of `Chart.categories`; for points the y of each. */
  values: (number | null)[]
  /** Of points, as many as there are values, of which none is null. */
  x?: number[]
  /** What each point is called. */
  labels?: string[]
  side?: 'left' | 'right'
}

/** What a chart shows, before it is Plotly, Chart.js or a picture. */
export type Chart = {
  kind: GraphType
  title: string
  /** Of the axis that lies, which of a horizontal bar is that of values. */
  x_title: string
  y_title: string
  y_right_title?: string
  /** Of the column that colours stand for. */
  legend_title?: string
  /** Of a pie its slices; none of points. Null stands for an empty cell. */
  categories: (string | null)[]
  series: Series[]
  /** Of a waterfall: what it starts from, and whether its last bar is the total. */
  waterfall?: { measure: 'relative' | 'absolute'; base: number; total_label: string | null }
}

export type ChartRead = { chart: Chart; warnings: StepWarning[] }

export type ConfigOf<Name extends GraphType> = Extract<ChartConfig, { graph_type: Name }>
