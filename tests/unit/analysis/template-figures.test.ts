import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { ChartConfig } from '../../../schemas/analysis/charts.ts'
import { createEngine } from '../../../src/analysis/engine.ts'
import { cellsOf, listBuiltinIssues } from '../../../src/analysis/templates/catalogue.ts'
import { figureText, runSample } from '../../../src/analysis/templates/sample.ts'
import { diskStorage } from '../../../src/storage.ts'
import type { Row } from '../../support/analysis-tables.ts'
import { aggregateOf } from '../../support/reference/aggregate.ts'
import { filterOf } from '../../support/reference/filter.ts'
import { expectSameNumbers } from '../../support/reference/same.ts'
import { chartOf, formulasOf, type PlainChart } from '../../support/reference/summary.ts'
import type { Plain } from '../../support/reference/table.ts'
import { transformOf } from '../../support/reference/transform.ts'

const folder = mkdtempSync(join(tmpdir(), 'kaname-samples-'))
const engine = createEngine({
  storage: diskStorage(join(folder, 'files')),
  folder: join(folder, 'engine'),
  megabytes: 256,
  threads: 2,
})
afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true })
})

type Issue = ReturnType<typeof listBuiltinIssues>[number]['issue']

/** The long form of a sheet, straight from its cells: a block, or a header line and data. */
function longFormOf(issue: Issue): Plain {
  const cells = cellsOf(issue)
  const gap = cells.findIndex((line) => line.length === 0)
  const text = (cell: unknown) => String(cell)
  const rowOf = (axes: string[], s: string, v: unknown): Row[] =>
    typeof v === 'number' ? [{ axes, s, v }] : []
  if (gap >= 0) {
    const [axes, figures] = [cells.slice(0, gap), cells.slice(gap + 1)]
    const count = (axes[0]?.length ?? 1) - 1
    const columns = Array.from({ length: count }, (_, at) => at + 1)
    const rows = columns.flatMap((at) =>
      figures.flatMap((line) =>
        rowOf(
          axes.map((axis) => text(axis[at])),
          text(line[0]),
          line[at],
        ),
      ),
    )
    return { axes: axes.map(([name]) => text(name)), rows }
  }
  const [names = [], ...lines] = cells
  const isFigure = names.map((_, at) => lines.every((line) => typeof line[at] === 'number'))
  const keys = names.flatMap((name, at) =>
    isFigure[at] && !/年度|月$/.test(text(name)) ? [] : [at],
  )
  const others = names.flatMap((_, at) => (keys.includes(at) ? [] : [at]))
  return {
    axes: keys.map((at) => text(names[at])),
    rows: lines.flatMap((line) =>
      others.flatMap((at) =>
        rowOf(
          keys.map((key) => text(line[key])),
          text(names[at]),
          line[at],
        ),
      ),
    ),
  }
}

/** Bars of levels show the changes from one to the next. */
function drawn(chart: PlainChart, config: ChartConfig): PlainChart {
  if (config.graph_type !== 'waterfall' || config.measure_type === 'relative') return chart
  const series = chart.series.map(({ name, values }) => {
    const levels = [config.base_value ?? 0, ...(values as number[])]
    return { name, values: levels.slice(1).map((level, at) => level - (levels[at] as number)) }
  })
  return { ...chart, series }
}

/** What the steps of a sample give, by plain loops. */
function expectedOf(issue: Issue) {
  const tables: Record<string, Plain> = { original: longFormOf(issue) }
  const [formulas, charts]: [[string, string][], PlainChart[]] = [[], []]
  for (const [at, { input, ...step }] of issue.steps.entries()) {
    const table = tables[input] as Plain
    if (step.type === 'filter') tables[`step_${at}`] = filterOf(table, step.config, tables)
    if (step.type === 'aggregate') tables[`step_${at}`] = aggregateOf(table, step.config)
    if (step.type === 'transform') tables[`step_${at}`] = transformOf(table, step.config)
    if (step.type !== 'summary') continue
    const { formulas: asked = [], chart_config: config = {} } = step.config
    const figures = formulasOf(table, asked)
    for (const { formula_text, unit = '' } of asked)
      formulas.push([formula_text, figureText(figures[formula_text] ?? null, unit)])
    if ('graph_type' in config)
      charts.push(drawn(chartOf(table, config as ChartConfig, ['年度']), config as ChartConfig))
  }
  return { formulas, charts }
}

type Trace = {
  type: string
  x?: unknown[]
  y?: unknown[]
  values?: unknown[]
  orientation?: string
  measure?: string[]
}

/** The numbers of a trace of Plotly, but for what a waterfall adds to them. */
function numbersIn({ type, x = [], y = [], values = [], orientation, measure }: Trace) {
  if (type === 'pie') return values as number[]
  const list = (orientation === 'h' ? x : y) as (number | null)[]
  return measure ? list.filter((_, at) => measure[at] === 'relative') : list
}

const issues = listBuiltinIssues().map(({ issue }) => ({ name: issue.name, issue }))

test.each(issues)(
  'plain loops give the figures and charts of the sample: $name',
  async ({ issue }) => {
    const expected = expectedOf(issue)
    const sheet = { name: issue.sheet.name, rows: cellsOf(issue) as (string | number | null)[][] }
    const { dummy_formula, dummy_chart } = await runSample({ engine }, sheet, [...issue.steps])
    expect(dummy_formula.map(({ name, value }) => [name, value])).toEqual(expected.formulas)
    expect(dummy_chart).toHaveLength(expected.charts.length)
    expect(expected.formulas.length + expected.charts.length).toBeGreaterThan(1)
    for (const [at, { chart }] of dummy_chart.entries()) {
      const traces = chart.data as Trace[]
      const wanted = expected.charts[at] as PlainChart
      expect(traces).toHaveLength(wanted.series.length)
      for (const [n, trace] of traces.entries()) {
        const { values = [], x } = wanted.series[n] ?? {}
        expectSameNumbers(
          numbersIn(trace),
          trace.type === 'pie' ? values.filter((v) => v !== null) : values,
          issue.name,
        )
        if (x) expectSameNumbers(trace.x as number[], x, issue.name)
      }
    }
  },
)
