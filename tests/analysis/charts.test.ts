import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { ChartConfig } from '../../schemas/analysis/charts.ts'
import { readChart } from '../../src/analysis/charts/chart.ts'
import { waterfallOf } from '../../src/analysis/charts/waterfall.ts'
import { createEngine, type EngineValue, type Tables } from '../../src/analysis/engine.ts'
import type { Axis, Relation } from '../../src/analysis/steps/model.ts'
import { diskStorage } from '../../src/storage.ts'
import { newId } from '../../src/values.ts'

const root = mkdtempSync(join(tmpdir(), 'charts-'))
const engine = createEngine({
  storage: diskStorage(join(root, 'files')),
  folder: join(root, 'engine'),
  megabytes: 64,
  threads: 1,
})
afterAll(async () => {
  await engine.close()
  rmSync(root, { recursive: true })
})

type Row = [...(string | null)[], number | null]

const axes: Axis[] = [
  { name: '年度', kind: '推移' },
  { name: '部門', kind: '軸' },
]

/** A table of rows `axes…, 科目, 値`. */
async function insertRows(tables: Tables, rows: readonly Row[], of: readonly Axis[] = axes) {
  const columns = of.map((_, at) => `a${at}`)
  const types = columns.map((name) => `${name} varchar,`).join(' ')
  await tables.run(`create table t (n bigint, ${types} s varchar, v double)`)
  for (const [n, row] of rows.entries()) {
    const values: EngineValue[] = [n, ...row]
    await tables.run(`insert into t values (${values.map((_, at) => `$${at + 1}`)})`, values)
  }
  return { table: 't', axes: of, row_count: rows.length } satisfies Relation
}

const read = (rows: readonly Row[], config: ChartConfig, of?: readonly Axis[]) =>
  engine.use(newId(), async (tables) =>
    readChart(tables, await insertRows(tables, rows, of), config),
  )

/** The faults of a chart that is refused. */
const refused = (rows: readonly Row[], config: ChartConfig, of?: readonly Axis[]) =>
  read(rows, config, of).then(
    () => [],
    (error) => {
      expect(error.failure).toBe('invalid_request')
      return error.extra.errors
    },
  )

const sales: Row[] = [
  ['2024', '営業', '売上', 120],
  ['2023', '営業', '売上', 100],
  ['2024', '開発', '売上', 60],
]
const bar = { graph_type: 'bar', x_axis: '年度', y_axis: '値', legend_axis: '部門' } as const
const at = (key: string) => `config.chart_config.${key}`

describe('bars', () => {
  test('have periods in the order of time, others as they come, and gaps for what is not there', async () => {
    const { chart, warnings } = await read(sales, bar)
    expect(chart.categories).toEqual(['2023', '2024'])
    expect(chart.series).toEqual([
      { name: '営業', kind: 'bar', values: [100, 120] },
      { name: '開発', kind: 'bar', values: [null, 60] },
    ])
    expect([chart.x_title, chart.y_title, chart.legend_title]).toEqual(['年度', '売上', '部門'])
    expect(warnings).toEqual([])
  })

  test('take 科目 as a legend, and lie with the value on x', async () => {
    const rows: Row[] = [...sales.slice(0, 2), ['2024', '営業', '利益', -5]]
    const config = {
      graph_type: 'horizontal bar',
      x_axis: '値',
      y_axis: '年度',
      legend_axis: '科目',
    }
    const { chart } = await read(rows, config as ChartConfig)
    expect([chart.x_title, chart.y_title]).toEqual(['値', '年度'])
    expect(chart.series.map(({ name, values }) => [name, ...values])).toEqual([
      ['売上', 100, 120],
      ['利益', null, -5],
    ])
  })

  test('keep empty cells of an axis, and say which values are empty', async () => {
    const rows: Row[] = [...sales, [null, '営業', '売上', 1], ['2025', '営業', '売上', null]]
    const { chart, warnings } = await read(rows, bar)
    expect(chart.categories).toEqual(['2023', '2024', '2025', null])
    expect(warnings).toEqual([
      { rule: 'chart_gap', field: at('y_axis'), cell: { 年度: '2025', 部門: '営業' }, count: 1 },
    ])
  })

  test('are refused for several rows of one place, naming the first', async () => {
    const { legend_axis: _, ...plain } = bar
    expect(await refused(sales, plain)).toEqual([
      { field: at('x_axis'), rule: 'chart_duplicate', cell: '年度: 2024' },
    ])
  })

  test('are refused for several 科目 that nothing tells apart', async () => {
    const rows: Row[] = [...sales, ['2024', '営業', '利益', 5]]
    expect(await refused(rows, bar)).toEqual([
      { field: at('legend_axis'), rule: 'chart_several_subjects', subjects: ['売上', '利益'] },
    ])
  })

  test('are refused for columns that are unknown, the same, or no axis', async () => {
    const known = ['年度', '部門', '科目']
    const faults = await refused(sales, { ...bar, x_axis: '年', legend_axis: '値' })
    expect(faults).toEqual([
      { field: at('x_axis'), rule: 'chart_column_unknown', name: '年', known },
      { field: at('legend_axis'), rule: 'chart_value_not_expected', known },
    ])
    expect(await refused(sales, { ...bar, legend_axis: '年度' })).toMatchObject([
      { field: at('legend_axis'), rule: 'chart_columns_same', other: 'x_axis' },
    ])
    expect(await refused(sales, { ...bar, y_axis: '売上' })).toEqual([
      { field: at('y_axis'), rule: 'chart_value_expected' },
    ])
    const hostile = `x"; drop table t; --`
    expect(await refused(sales, { ...bar, x_axis: hostile })).toMatchObject([{ name: hostile }])
  })

  test('are refused without a value, and with too many', async () => {
    const empty: Row[] = [['2024', '営業', '売上', null]]
    expect(await refused(empty, bar)).toMatchObject([{ rule: 'chart_empty' }])
    expect(await refused([], bar)).toMatchObject([{ rule: 'chart_empty' }])
    const wide = engine.use(newId(), async (tables) => {
      const source = await insertRows(tables, [])
      await tables.run(
        `insert into t select range, range % $1, range // $1, '売上', 1 from range($2)`,
        [2001, 4002],
      )
      return readChart(tables, source, bar)
    })
    await expect(wide).rejects.toMatchObject({
      extra: { errors: [{ rule: 'chart_too_many_categories', limit: 2000 }] },
    })
  })
})

describe('lines, stacks and pies', () => {
  const line = { ...bar, graph_type: 'line' } as ChartConfig
  const stack = {
    graph_type: 'stacked bar',
    x_axis: '年度',
    y_axis: '値',
    stack_axis: '部門',
  } as const
  const pie = { graph_type: 'pie', value_axis: '値', legend_axis: '部門' } as const

  test('a line of one point is refused', async () => {
    expect(await refused(sales.slice(0, 1), line)).toEqual([
      { field: at('x_axis'), rule: 'chart_too_few_points' },
    ])
  })

  test('a stack is refused with one part, and with negative parts', async () => {
    expect(await refused(sales.slice(0, 2), stack)).toMatchObject([{ rule: 'chart_one_stack' }])
    expect(await refused([...sales, ['2023', '開発', '売上', -1]], stack)).toEqual([
      { field: at('y_axis'), rule: 'chart_negative', cell: '年度: 2023, 部門: 開発' },
    ])
    expect((await read(sales, stack)).chart.series).toHaveLength(2)
  })

  test('a pie is refused with one slice, negative ones, duplicates, and nothing but zero', async () => {
    const slices = (...values: number[]): Row[] =>
      values.map((value, n) => ['2024', `部門${n}`, '売上', value])
    expect(await refused(slices(1), pie)).toMatchObject([{ rule: 'chart_one_slice' }])
    expect(await refused(slices(1, -1), pie)).toMatchObject([{ rule: 'chart_negative' }])
    expect(await refused(slices(0, 0), pie)).toMatchObject([{ rule: 'chart_all_zero' }])
    expect(await refused(slices(1e308, 1e308), pie)).toMatchObject([{ rule: 'chart_too_large' }])
    expect(await refused(sales, pie)).toMatchObject([{ rule: 'chart_duplicate' }])
    const { chart } = await read(slices(3, 1), pie)
    expect([chart.categories, chart.series[0]?.values]).toEqual([
      ['部門0', '部門1'],
      [3, 1],
    ])
  })
})

describe('waterfalls', () => {
  const base = { graph_type: 'waterfall', x_axis: '部門', y_axis: '値' } as const
  const rows: Row[] = [0.1, 0.2, null, -0.3].map((v, n) => ['2024', `要因${n}`, '利益', v])

  test('add changes up from a base, over gaps, to a total', async () => {
    const config = {
      ...base,
      measure_type: 'relative',
      base_value: 1,
      total_label: '期末',
    } as const
    const { chart, warnings } = await read(rows, config)
    const { labels, series } = waterfallOf(chart)
    expect(labels).toEqual(['基準値', '要因0', '要因1', '要因2', '要因3', '期末'])
    expect(series[0]?.map((each) => each && [each.start, each.end])).toEqual([
      [0, 1],
      [1, 1.1],
      [1.1, 1.3],
      null,
      [1.3, 1],
      [0, 1],
    ])
    expect(warnings).toMatchObject([{ rule: 'chart_gap', count: 1 }])
  })

  test('show the changes between levels', async () => {
    const config = { ...base, measure_type: 'absolute', show_total: false } as const
    const { series } = waterfallOf((await read(rows, config)).chart)
    expect(series[0]?.map((each) => each && [each.start, each.end, each.change])).toEqual([
      [0, 0.1, 0.1],
      [0.1, 0.2, 0.1],
      null,
      [0.2, -0.3, -0.5],
    ])
  })
})

describe('two 科目', () => {
  const both: Row[] = [
    ['2023', '営業', '売上', 100],
    ['2023', '営業', '利益', 10],
    ['2023', '開発', '売上', 50],
    ['2024', '営業', '売上', 120],
    ['2024', '営業', '利益', 18],
  ]
  const scatter = { graph_type: 'scatter', x_subject: '売上', y_subject: '利益' } as const
  const pair = {
    graph_type: 'line&bar',
    x_axis: '年度',
    y_left_subject: '売上',
    y_left_type: 'bar',
    y_right_subject: '利益',
    y_right_type: 'line',
    legend_axis: '部門',
  } as const

  test('make a point each combination of axes, and say which lack a number', async () => {
    const { chart, warnings } = await read(both, scatter)
    expect(chart.series).toEqual([
      {
        name: '利益',
        kind: 'points',
        x: [100, 120],
        values: [10, 18],
        labels: ['2023 / 営業', '2024 / 営業'],
      },
    ])
    expect(warnings).toEqual([
      {
        rule: 'chart_point_incomplete',
        field: 'config.chart_config',
        cell: { 年度: '2023', 部門: '開発' },
        count: 1,
      },
    ])
    const config = { ...scatter, legend_axis: '年度', point_axis: '部門' }
    expect((await read(both, config)).chart.series).toMatchObject([
      { name: '2023', x: [100], labels: ['営業'] },
      { name: '2024', x: [120], labels: ['営業'] },
    ])
  })

  test('are refused where they are unknown, the same, doubled or too few', async () => {
    expect(await refused(both, { ...scatter, y_subject: '原価' })).toEqual([
      {
        field: at('y_subject'),
        rule: 'chart_subject_unknown',
        name: '原価',
        known: ['売上', '利益'],
      },
    ])
    expect(await refused(both, { ...scatter, y_subject: '売上' })).toEqual([
      { field: at('y_subject'), rule: 'chart_subjects_same', other: 'x_subject' },
    ])
    expect(await refused(both, { ...scatter, legend_axis: '科目' })).toEqual([
      { field: at('legend_axis'), rule: 'chart_legend_subject' },
    ])
    expect(await refused([...both, both[0] as Row], scatter)).toMatchObject([
      { rule: 'chart_duplicate', cell: '年度: 2023, 部門: 営業' },
    ])
    expect(await refused(both.slice(0, 3), scatter)).toMatchObject([
      { rule: 'chart_too_few_points' },
    ])
    expect(await refused(both, { ...pair, y_right_subject: '売上' })).toMatchObject([
      { field: at('y_right_subject'), rule: 'chart_subjects_same' },
    ])
  })

  test('share an axis, each with a scale of its own', async () => {
    const { chart } = await read(both, pair)
    expect(chart.series).toEqual([
      { name: '売上 (営業)', kind: 'bar', values: [100, 120], side: 'left' },
      { name: '売上 (開発)', kind: 'bar', values: [50, null], side: 'left' },
      { name: '利益 (営業)', kind: 'line', values: [10, 18], side: 'right' },
    ])
    expect([chart.y_title, chart.y_right_title]).toEqual(['売上', '利益'])
    const { legend_axis: _, ...plain } = pair
    expect(await refused(both, plain)).toMatchObject([{ rule: 'chart_duplicate' }])
  })
})
