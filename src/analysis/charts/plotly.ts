import { colourOf, dashOf, fonts, gridLine, ink, palette, readableOn } from './colours.ts'
import { labelsOf, shownText } from './labels.ts'
import type { Chart, Series } from './model.ts'
import { markup } from './plotly-text.ts'
import { waterfallTraces } from './plotly-waterfall.ts'

/** A figure of Plotly: what `Plotly.newPlot` takes. */
export type PlotlyFigure = { data: object[]; layout: object }

/**
 * A chart as a figure of plotly.js 2 or later. Names are escaped, as Plotly reads a markup of its own in
 * all texts; long ones are cut, and no two places along an axis have the same.
 */
export function toPlotly(chart: Chart): PlotlyFigure {
  if (chart.kind === 'pie') return { data: [pieTrace(chart)], layout: baseLayout(chart) }
  if (chart.kind === 'scatter') {
    const [x, y] = [valueAxis(chart.x_title), valueAxis(chart.y_title)]
    const layout = { ...baseLayout(chart), hovermode: 'closest', xaxis: x, yaxis: y }
    return { data: chart.series.map(pointTrace), layout }
  }
  if (chart.kind === 'waterfall') {
    const { labels, traces } = waterfallTraces(chart)
    return { data: traces, layout: { ...layoutAlong(chart, labels), waterfallmode: 'group' } }
  }
  const labels = labelsOf(chart.categories).map(markup)
  const data = chart.series.map((series, at) => traceOf(chart, series, at, labels))
  return { data, layout: layoutAlong(chart, labels) }
}

function baseLayout(chart: Chart): object {
  const { title, legend_title, series, kind } = chart
  const hasLegend = kind === 'pie' || series.length > 1 || legend_title !== undefined
  return {
    title: { text: markup(shownText(title)) },
    font: { family: fonts, size: 13, color: ink },
    colorway: [...palette],
    paper_bgcolor: '#ffffff',
    ...(kind !== 'pie' && { plot_bgcolor: '#ffffff' }),
    separators: '.,',
    margin: { t: title ? 64 : 32, r: 32, b: 56, l: 64 },
    showlegend: hasLegend,
    ...(hasLegend && { legend: legendOf(chart) }),
  }
}

/** Above the chart where the right is taken by a second axis. */
function legendOf({ legend_title, y_right_title }: Chart): object {
  return {
    title: { text: markup(shownText(legend_title ?? '')) },
    traceorder: 'normal',
    ...(y_right_title !== undefined && { orientation: 'h', x: 0, y: 1.02, yanchor: 'bottom' }),
  }
}

const titleOf = (title: string) => ({ text: markup(shownText(title)), standoff: 12 })

const numberAxis = (title: string) => ({
  title: titleOf(title),
  type: 'linear',
  tickformat: ',',
  automargin: true,
  zerolinecolor: '#7b8794',
})

const valueAxis = (title: string) => ({ ...numberAxis(title), gridcolor: gridLine })

function layoutAlong(chart: Chart, labels: readonly string[]): object {
  const { kind, series, x_title, y_title, y_right_title } = chart
  const isLying = kind === 'horizontal bar'
  const categories = {
    title: titleOf(isLying ? y_title : x_title),
    type: 'category',
    categoryorder: 'array',
    categoryarray: labels,
    automargin: true,
    ...(isLying && { autorange: 'reversed' }),
  }
  const values = valueAxis(isLying ? x_title : y_title)
  const right = {
    ...numberAxis(y_right_title ?? ''),
    overlaying: 'y',
    side: 'right',
    showgrid: false,
    rangemode: 'tozero',
  }
  return {
    ...baseLayout(chart),
    hovermode: 'closest',
    ...(series.some((each) => each.kind === 'bar') &&
      kind !== 'waterfall' && { barmode: kind === 'stacked bar' ? 'stack' : 'group' }),
    xaxis: isLying ? values : categories,
    yaxis: isLying ? categories : { ...values, ...(y_right_title && { rangemode: 'tozero' }) },
    ...(y_right_title !== undefined && { yaxis2: right }),
  }
}

function traceOf(chart: Chart, series: Series, at: number, labels: readonly string[]): object {
  const isLying = chart.kind === 'horizontal bar'
  const [category, value] = isLying ? ['y', 'x'] : ['x', 'y']
  const shared = {
    name: markup(shownText(series.name)),
    [category as string]: labels,
    [value as string]: series.values,
    hovertemplate: `%{fullData.name}<br>%{${category}}: %{${value}:,}<extra></extra>`,
    ...(series.side === 'right' && { yaxis: 'y2' }),
  }
  const colour = colourOf(at)
  if (series.kind === 'line') {
    return {
      type: 'scatter',
      mode: 'lines+markers',
      ...shared,
      connectgaps: false,
      line: { color: colour, width: 2, dash: dashOf(at) },
      marker: { color: colour, size: 7 },
    }
  }
  return {
    type: 'bar',
    ...shared,
    orientation: isLying ? 'h' : 'v',
    marker: { color: colour, line: { color: '#ffffff', width: 0.5 } },
    // Bars of two scales would else stand in front of each other.
    ...(chart.kind === 'line&bar' && { offsetgroup: String(at) }),
  }
}

function pointTrace({ name, values, x = [], labels = [] }: Series, at: number): object {
  return {
    type: 'scatter',
    mode: 'markers',
    name: markup(shownText(name)),
    x,
    y: values,
    text: labels.map((label) => markup(shownText(label))),
    hovertemplate: '%{text}<br>%{x:,}, %{y:,}<extra>%{fullData.name}</extra>',
    marker: { color: colourOf(at), size: 9, line: { color: '#ffffff', width: 1 } },
  }
}

/** Without what has no number. */
function pieTrace({ categories, series }: Chart): object {
  const [{ values, name }] = series as [Series]
  const labels = labelsOf(categories).map(markup)
  const shown = labels.map((_, at) => at).filter((at) => values[at] !== null)
  const colours = shown.map((_, at) => colourOf(at))
  return {
    type: 'pie',
    name: markup(shownText(name)),
    labels: shown.map((at) => labels[at]),
    values: shown.map((at) => values[at]),
    sort: false,
    direction: 'clockwise',
    texttemplate: '%{percent:.1%}',
    insidetextfont: { color: colours.map(readableOn) },
    outsidetextfont: { color: ink },
    hovertemplate: '%{label}<br>%{value:,} (%{percent:.1%})<extra></extra>',
    marker: { colors: colours, line: { color: '#ffffff', width: 1 } },
  }
}
