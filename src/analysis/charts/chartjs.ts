import { colourOf, dashOf, fonts, gridLine, ink } from './colours.ts'
import { labelsOf, shownText } from './labels.ts'
import type { Chart, Series } from './model.ts'
import { waterfallOf } from './waterfall.ts'

/** A configuration of Chart.js: what `new Chart(canvas, …)` takes. */
export type ChartJsConfig = {
  type: 'bar' | 'line' | 'scatter' | 'pie'
  data: { labels: string[]; datasets: object[] }
  options: object
}

/**
 * A chart as a configuration of Chart.js 4, without functions, so that it is JSON. A waterfall is bars
 * `[start, end]`, a legend in which colours mean changes is left out, and points say in `label` what they
 * are called.
 */
export function toChartJs(chart: Chart): ChartJsConfig {
  const options = optionsOf(chart)
  if (chart.kind === 'pie') return { type: 'pie', data: pieData(chart), options }
  if (chart.kind === 'scatter') {
    return { type: 'scatter', data: { labels: [], datasets: chart.series.map(points) }, options }
  }
  if (chart.kind === 'waterfall') return { type: 'bar', data: waterfallData(chart), options }
  const type = chart.kind === 'line' ? 'line' : 'bar'
  const datasets = chart.series.map((series, at) => datasetOf(chart, series, at))
  return { type, data: { labels: labelsOf(chart.categories), datasets }, options }
}

function optionsOf(chart: Chart): object {
  const { kind, title, legend_title, series } = chart
  const hasLegend = kind === 'pie' || series.length > 1 || (legend_title && kind !== 'waterfall')
  return {
    responsive: true,
    maintainAspectRatio: false,
    locale: 'ja-JP',
    color: ink,
    font: { family: fonts, size: 13 },
    ...(kind === 'horizontal bar' && { indexAxis: 'y' }),
    plugins: {
      title: { display: title !== '', text: shownText(title), color: ink, font: { size: 16 } },
      legend: {
        display: Boolean(hasLegend),
        labels: { color: ink },
        title: { display: Boolean(legend_title), text: shownText(legend_title ?? ''), color: ink },
      },
    },
    ...(kind !== 'pie' && { scales: scalesOf(chart) }),
  }
}

function scalesOf({ kind, x_title, y_title, y_right_title }: Chart): object {
  const isLying = kind === 'horizontal bar'
  const isStacked = kind === 'stacked bar'
  const scale = (title: string, isValue: boolean) => ({
    type: isValue ? 'linear' : 'category',
    title: { display: title !== '', text: shownText(title), color: ink },
    ticks: { color: ink },
    grid: { color: gridLine, display: isValue },
    ...(isStacked && { stacked: true }),
    ...(isValue && kind !== 'scatter' && kind !== 'line' && { beginAtZero: true }),
  })
  return {
    x: scale(x_title, isLying || kind === 'scatter'),
    y: scale(y_title, !isLying),
    ...(y_right_title !== undefined && {
      y_right: {
        ...scale(y_right_title, true),
        position: 'right',
        grid: { drawOnChartArea: false },
      },
    }),
  }
}

function datasetOf({ y_right_title }: Chart, series: Series, at: number): object {
  const { kind, name, values, side } = series
  const colour = colourOf(at)
  const shared = {
    label: shownText(name),
    data: values,
    ...(y_right_title !== undefined && { yAxisID: side === 'right' ? 'y_right' : 'y' }),
  }
  if (kind === 'bar') return { type: 'bar', ...shared, backgroundColor: colour }
  const dashes = { solid: [], dash: [8, 4], dot: [2, 3] }
  return {
    type: 'line',
    ...shared,
    borderColor: colour,
    backgroundColor: colour,
    borderDash: dashes[dashOf(at)],
    spanGaps: false,
    // Lines are drawn over bars.
    order: -1,
  }
}

function points({ name, values, x = [], labels = [] }: Series, at: number): object {
  return {
    type: 'scatter',
    label: shownText(name),
    data: values.map((y, n) => ({ x: x[n], y, label: shownText(labels[n] ?? '') })),
    backgroundColor: colourOf(at),
    pointRadius: 5,
  }
}

function pieData({ categories, series }: Chart): ChartJsConfig['data'] {
  const [{ name, values }] = series as [Series]
  const labels = labelsOf(categories)
  const shown = labels.map((_, at) => at).filter((at) => values[at] !== null)
  const dataset = {
    label: shownText(name),
    data: shown.map((at) => values[at]),
    backgroundColor: shown.map((_, at) => colourOf(at)),
    borderColor: '#ffffff',
  }
  return { labels: shown.map((at) => labels[at] as string), datasets: [dataset] }
}

function waterfallData(chart: Chart): ChartJsConfig['data'] {
  const { labels, series } = waterfallOf(chart)
  const datasets = series.map((bars, at) => ({
    type: 'bar',
    label: shownText(chart.series[at]?.name ?? null),
    data: bars.map((bar) => bar && [bar.start, bar.end]),
    backgroundColor: bars.map((bar) => bar?.colour ?? '#ffffff'),
    borderSkipped: false,
  }))
  return { labels, datasets }
}
