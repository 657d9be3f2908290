import type { GraphType } from '../../../schemas/analysis/charts.ts'

/** One colour of a chart: a name, and for each place on the axis a number. */
export type Series = {
  name: string
  kind: 'bar' | 'line' | 'points'
  /** Along the axis, in the order of `Chart.categories`; for points the x and y of each. */
  values: (number | null)[]
  x?: (number | null)[]
  /** What each point is called. */
  labels?: string[]
  side?: 'left' | 'right'
}

/** What a chart shows, before it is Plotly, Chart.js or a picture. */
export type Chart = {
  kind: GraphType
  title: string
  x_title: string
  y_title: string
  y_right_title?: string
  categories: (string | null)[]
  series: Series[]
  /** Of a waterfall: what it starts from, and whether its last bar is the total. */
  waterfall?: { measure: 'relative' | 'absolute'; base: number; total_label: string | null }
}
