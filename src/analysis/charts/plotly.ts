import type { Chart } from './model.ts'

/** A figure of Plotly: what `Plotly.newPlot` takes. */
export type PlotlyFigure = { data: object[]; layout: object }

export function toPlotly(_chart: Chart): PlotlyFigure {
  throw new Error('to be written')
}
