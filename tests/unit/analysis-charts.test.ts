import { describe, expect, test } from 'vitest'
import { type GraphType, graphTypes } from '../../schemas/analysis/charts.ts'
import { toChartJs } from '../../src/analysis/charts/chartjs.ts'
import { withLegendHints } from '../../src/analysis/charts/hints.ts'
import { labelsOf } from '../../src/analysis/charts/labels.ts'
import { toPlotly } from '../../src/analysis/charts/plotly.ts'
import { toSvg } from '../../src/analysis/charts/svg.ts'
import { scaleOf } from '../../src/analysis/charts/svg-scale.ts'
import { hostileChart, sampleCharts } from '../support/analysis-charts.ts'

const size = { width: 800, height: 480 }
const types: Record<GraphType, string[]> = {
  scatter: ['scatter', 'scatter'],
  bar: ['bar', 'bar'],
  'horizontal bar': ['bar'],
  line: ['scatter', 'scatter', 'scatter'],
  'stacked bar': ['bar', 'bar', 'bar'],
  'line&bar': ['bar', 'scatter'],
  waterfall: ['waterfall'],
  pie: ['pie'],
}

describe.each(graphTypes)('%s', (kind) => {
  const chart = sampleCharts[kind]

  test('is traces of Plotly, and plain JSON for both libraries', () => {
    const { data } = toPlotly(chart)
    expect(data.map((trace) => Object(trace).type)).toEqual(types[kind])
    for (const made of [toPlotly(chart), toChartJs(chart)]) {
      expect(JSON.parse(JSON.stringify(made))).toEqual(made)
    }
  })

  test('is the same picture for the same chart, and numbers in it are numbers', () => {
    const svg = toSvg(chart, size)
    expect(toSvg(structuredClone(chart), size)).toBe(svg)
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    expect(svg).toContain('<title id="title">')
  })

  test('keeps hostile names as text', () => {
    const svg = toSvg(hostileChart(kind), size)
    expect(svg.replaceAll('\n', '')).not.toMatch(/<script|<img|<b>|<a |\p{Cc}|\u202e/u)
    expect(svg.length).toBeLessThan(50_000)
    const figure = JSON.stringify(toPlotly(hostileChart(kind)))
    expect(figure.replaceAll(/<br>|<extra>|<\/extra>/g, '')).not.toContain('<')
  })
})

test('the waterfall of Chart.js is floating bars, that of Plotly has measures', () => {
  const { datasets } = toChartJs(sampleCharts.waterfall).data
  const floating = [
    [0, 1000],
    [1000, 1450],
    [1450, 1680],
    [1680, 1370],
    null,
    [1370, 1250],
    [0, 1250],
  ]
  expect(Object(datasets[0]).data).toEqual(floating)
  const [trace] = toPlotly(sampleCharts.waterfall).data
  expect(trace).toMatchObject({
    y: [1000, 450, 230, -310, null, -120, 1250],
    measure: ['absolute', ...Array(5).fill('relative'), 'total'],
  })
})

test('labels differ from each other, and from what objects have anyway', () => {
  const labels = labelsOf([
    'a',
    'a',
    null,
    '',
    'constructor',
    'あ'.repeat(99),
    `${'あ'.repeat(98)}い`,
  ])
  expect(new Set(labels).size).toBe(labels.length)
  expect(labels.slice(0, 4)).toEqual(['a', 'a (2)', '(空白)', '(空白) (2)'])
  expect(labels.some((label) => label in {})).toBe(false)
})

test.for([
  [
    [0, 18_200_000],
    ['0', '500万', '1,000万', '1,500万', '2,000万'],
  ],
  [
    [-3, 7],
    ['-4', '-2', '0', '2', '4', '6', '8'],
  ],
  [[5e8], ['0', '1億', '2億', '3億', '4億', '5億']],
] as const)('ticks over %j are round', ([values, ticks]) => {
  const scale = scaleOf(values, true)
  expect(scale.ticks.map(scale.label)).toEqual(ticks)
})

test.for([[[]], [[0]], [[7, 7]], [[5e-324]], [[-1.7e308, 1.7e308]]])(
  'a scale over %j has places between 0 and 1',
  ([values = []]) => {
    const scale = scaleOf(values, false)
    expect(scale.ticks.length).toBeGreaterThan(1)
    for (const value of [...values, 0]) {
      expect(scale.at(value)).toBeGreaterThanOrEqual(0)
      expect(scale.at(value)).toBeLessThanOrEqual(1)
    }
  },
)

test('a key with legend in its name gets the one that is meant', () => {
  const faults = [{ field: 'config.chart_config.legend', rule: 'additionalProperties' as const }]
  const hint = (graph_type: string) => withLegendHints(faults, { chart_config: { graph_type } })
  expect(hint('bar')).toMatchObject([{ rule: 'chart_legend_hint', meant: 'legend_axis' }])
  expect(hint('stacked bar')).toMatchObject([{ rule: 'chart_legend_hint', meant: 'stack_axis' }])
  expect(hint('nothing')).toMatchObject([{ rule: 'chart_no_legend' }])
})
