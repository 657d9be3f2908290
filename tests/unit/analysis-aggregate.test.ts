import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AggregateConfig } from '../../schemas/analysis/aggregate.ts'
import type { Tables } from '../../src/analysis/engine.ts'
import { runAggregate } from '../../src/analysis/steps/aggregate.ts'
import type { Axis, Relation } from '../../src/analysis/steps/model.ts'
import {
  faultsOf,
  insertRows,
  openTables,
  type Row,
  rowsOf,
  shown,
} from '../support/analysis-tables.ts'
import { numbersFrom } from '../support/fuzz.ts'

let tables: Tables
let close: () => Promise<void>
beforeAll(async () => {
  ;({ tables, close } = await openTables())
})
afterAll(() => close())

const axes: Axis[] = [
  { name: '年度', kind: '推移' },
  { name: '部門', kind: '軸' },
]
const row = (year: string | null, team: string | null, s: string, v: number | null): Row => ({
  axes: [year, team],
  s,
  v,
})

const example = [
  row('2024', '開発', '売上', 600),
  row('2023', '営業', '売上', 1000),
  row('2023', '営業', 'コスト', 800),
  row('2023', '開発', '売上', 500),
  row('2023', '開発', 'コスト', null),
  row('2024', '営業', '売上', 1200),
  row('2024', '営業', 'コスト', 0),
  row('2024', null, '人数', 3),
]

const aggregate = (
  source: Relation,
  by: string[],
  figures: AggregateConfig['aggregation_config'],
) => runAggregate(tables, source, { group_by_axis: by, aggregation_config: figures })

const sum = (subject: string, name = subject) => ({ name, method: 'sum' as const, subject })

describe('an aggregate', () => {
  test('has groups as they first come, and figures as they are configured', async () => {
    const source = await insertRows(tables, axes, example)
    const made = await aggregate(
      source,
      ['年度'],
      [
        { name: 'コスト合計', method: 'sum', subject: 'コスト' },
        { name: '売上合計', method: 'sum', subject: '売上' },
        { name: '件数', method: 'count', subject: 'コスト' },
        { name: '平均', method: 'mean', subject: '売上' },
        { name: '最大', method: 'max', subject: '売上' },
        { name: '最小', method: 'min', subject: '売上' },
        { name: '中央値', method: 'median', subject: '売上' },
      ],
    )
    expect(shown(await rowsOf(tables, made.relation))).toEqual([
      '2024 コスト合計 0',
      '2024 売上合計 1800',
      '2024 件数 1',
      '2024 平均 900',
      '2024 最大 1200',
      '2024 最小 600',
      '2024 中央値 900',
      '2023 コスト合計 800',
      '2023 売上合計 1500',
      '2023 件数 2',
      '2023 平均 750',
      '2023 最大 1000',
      '2023 最小 500',
      '2023 中央値 750',
    ])
    expect(made.relation).toMatchObject({ axes: [axes[0]], row_count: 14 })
    expect(made.warnings).toEqual([])
  })

  test('without axes is one grand total, also of no rows at all', async () => {
    const figures = [
      sum('売上'),
      { name: '件数', method: 'count' as const, subject: '売上' },
      { name: '平均', method: 'mean' as const, subject: '売上' },
      { name: '倍', method: '*' as const, subject: ['売上', 2] },
    ]
    const whole = await aggregate(await insertRows(tables, axes, example), [], figures)
    expect(shown(await rowsOf(tables, whole.relation))).toEqual([
      '売上 3300',
      '件数 4',
      '平均 825',
      '倍 6600',
    ])
    const empty = await aggregate(await insertRows(tables, axes, []), [], figures)
    expect(shown(await rowsOf(tables, empty.relation))).toEqual([
      '売上 –',
      '件数 0',
      '平均 –',
      '倍 –',
    ])
    expect(empty.warnings).toMatchObject([
      { rule: 'warning_missing_operand', cell: { 科目: '倍' }, count: 1 },
    ])
  })

  test('calculates with figures in any order: what is missing or divided by 0 is null, and told once (defects 7, 12, 13)', async () => {
    const source = await insertRows(tables, axes, example)
    const made = await aggregate(
      source,
      ['年度', '部門'],
      [
        { name: '比率の倍', method: '*', subject: ['比率', 2] },
        { name: '比率', method: '/', subject: ['売上', 'コスト'] },
        { name: '利益', method: '-', subject: ['売上', 'コスト'] },
        sum('売上'),
        sum('コスト'),
      ],
    )
    expect(shown(await rowsOf(tables, made.relation))).toEqual([
      '2024 開発 比率の倍 –',
      '2024 開発 比率 –',
      '2024 開発 利益 –',
      '2024 開発 売上 600',
      '2024 開発 コスト –',
      '2023 営業 比率の倍 2.5',
      '2023 営業 比率 1.25',
      '2023 営業 利益 200',
      '2023 営業 売上 1000',
      '2023 営業 コスト 800',
      '2023 開発 比率の倍 –',
      '2023 開発 比率 –',
      '2023 開発 利益 –',
      '2023 開発 売上 500',
      '2023 開発 コスト –',
      '2024 営業 比率の倍 –',
      '2024 営業 比率 –',
      '2024 営業 利益 1200',
      '2024 営業 売上 1200',
      '2024 営業 コスト 0',
    ])
    const first = { 年度: '2024', 部門: '開発' }
    expect(made.warnings).toEqual([
      {
        rule: 'warning_missing_operand',
        field: 'config.aggregation_config.0',
        cell: { ...first, 科目: '比率の倍' },
        count: 3,
        params: { name: '比率の倍' },
      },
      expect.objectContaining({
        rule: 'warning_missing_operand',
        count: 3,
        cell: { ...first, 科目: '比率' },
      }),
      expect.objectContaining({
        rule: 'warning_missing_operand',
        count: 2,
        cell: { ...first, 科目: '利益' },
      }),
    ])
    const zero = await aggregate(
      source,
      [],
      [sum('コスト'), { name: '率', method: '/', subject: ['コスト', 0] }],
    )
    expect(zero.warnings).toMatchObject([
      { rule: 'warning_division_by_zero', cell: { 科目: '率' }, count: 1 },
    ])
    const large = await aggregate(
      source,
      [],
      [sum('売上'), { name: '積', method: '*', subject: ['売上', 1e308] }],
    )
    expect(large.warnings).toMatchObject([{ rule: 'warning_too_large', count: 1 }])
  })

  test('sums that are too large for a number are empty, and said to be so', async () => {
    const huge = ['東', '東', '西', null].map((team, n) =>
      row('2023', team, '売上', n === 3 ? null : 1e308),
    )
    const made = await aggregate(
      await insertRows(tables, axes, huge),
      ['部門'],
      [
        sum('売上', '合計'),
        { name: '平均', method: 'mean', subject: '売上' },
        { name: '最大', method: 'max', subject: '売上' },
        { name: '構成比', method: 'share', subject: '売上' },
      ],
    )
    const rows = await rowsOf(tables, made.relation)
    const of = (team: string | null) =>
      rows.filter(({ axes: [name] }) => name === team).map(({ v }) => v)
    expect(of('東')).toEqual([null, null, 1e308, null])
    expect(of('西')).toEqual([1e308, 1e308, 1e308, null])
    expect(of(null)).toEqual([null, null, null, null])
    expect(made.warnings.map(({ rule, count, cell }) => [rule, count, cell?.部門])).toEqual([
      ['warning_too_large', 1, '東'],
      ['warning_too_large', 1, '東'],
      ['warning_missing_operand', 3, '東'],
    ])
    const spread = ['東', '西'].map((team) => row('2023', team, '売上', 1e308))
    const shares = await aggregate(
      await insertRows(tables, axes, spread),
      ['部門'],
      [{ name: '構成比', method: 'share', subject: '売上' }],
    )
    expect((await rowsOf(tables, shares.relation)).map(({ v }) => v)).toEqual([null, null])
  })

  test('shares make 1 of the whole, or within axes', async () => {
    const source = await insertRows(tables, axes, example)
    const made = await aggregate(
      source,
      ['年度', '部門'],
      [
        { name: '構成比', method: 'share', subject: '売上' },
        { name: '年内', method: 'share', subject: '売上', within: ['年度'] },
      ],
    )
    const rows = await rowsOf(tables, made.relation)
    expect(rows.map(({ v }) => v)).toEqual([
      600 / 3300,
      600 / 1800,
      1000 / 3300,
      1000 / 1500,
      500 / 3300,
      500 / 1500,
      1200 / 3300,
      1200 / 1800,
    ])
  })

  test('compares with the period before: a gap of years is null', async () => {
    const source = await insertRows(tables, axes, [
      row('令和6年度', '営業', '売上', 210),
      row('2023年度', '営業', '売上', 200),
      row('2021年度', '営業', '売上', 100),
      row('2023年度', '開発', '売上', 0),
      row('2024年度', '開発', '売上', 5),
      row('合計', '営業', '売上', 9),
    ])
    const along = '年度'
    const made = await aggregate(
      source,
      ['年度', '部門'],
      [
        { name: '前年比', method: 'previous_ratio', subject: '売上', along },
        { name: '増減率', method: 'growth', subject: '売上', along, offset: 'year' },
        { name: '増減額', method: 'difference', subject: '売上', along },
      ],
    ).catch((error) => error)
    expect(made.extra?.errors).toMatchObject([
      { rule: 'figure_period_twice', one: '令和6年度', other: '2024年度' },
    ])
    const alike = await insertRows(tables, axes, [
      row('令和6年度', '営業', '売上', 210),
      row('2023年度', '営業', '売上', 200),
      row('2021年度', '営業', '売上', 100),
      row('2023年度', '開発', '売上', 0),
      row('令和6年度', '開発', '売上', 5),
      row('合計', '営業', '売上', 9),
    ])
    const { relation, warnings } = await aggregate(
      alike,
      ['年度', '部門'],
      [
        { name: '前年比', method: 'previous_ratio', subject: '売上', along },
        { name: '増減率', method: 'growth', subject: '売上', along, offset: 'year' },
        { name: '増減額', method: 'difference', subject: '売上', along },
      ],
    )
    expect(shown(await rowsOf(tables, relation))).toEqual([
      '令和6年度 営業 前年比 1.05',
      '令和6年度 営業 増減率 0.05',
      '令和6年度 営業 増減額 10',
      ...['2023年度 営業', '2021年度 営業', '2023年度 開発'].flatMap((group) =>
        ['前年比', '増減率', '増減額'].map((name) => `${group} ${name} –`),
      ),
      '令和6年度 開発 前年比 –',
      '令和6年度 開発 増減率 –',
      '令和6年度 開発 増減額 5',
      ...['前年比', '増減率', '増減額'].map((name) => `合計 営業 ${name} –`),
    ])
    expect(warnings).toMatchObject([
      {
        rule: 'warning_no_previous',
        cell: { 年度: '2023年度', 部門: '営業', 科目: '前年比' },
        count: 5,
      },
      { rule: 'warning_no_previous', count: 5 },
      { rule: 'warning_no_previous', count: 4 },
    ])
  })

  test('compares months with those before, and with those of the year before', async () => {
    const source = await insertRows(tables, axes, [
      row('2023-01', 'a', '売上', 10),
      row('2023-12', 'a', '売上', 20),
      row('2024-01', 'a', '売上', 40),
    ])
    const made = await aggregate(
      source,
      ['年度'],
      [
        { name: '前月差', method: 'difference', subject: '売上', along: '年度' },
        { name: '前年差', method: 'difference', subject: '売上', along: '年度', offset: 'year' },
      ],
    )
    expect((await rowsOf(tables, made.relation)).slice(4).map(({ v }) => v)).toEqual([20, 30])
  })

  test('is refused at the very field that is wrong', async () => {
    const source = await insertRows(tables, axes, example)
    const f = 'config.aggregation_config'
    for (const [by, figures, ...faults] of [
      [['支店'], [sum('売上')], 'config.group_by_axis.0 step_axis_unknown [年度,部門]'],
      [['年度', '科目'], [sum('売上')], 'config.group_by_axis.1 step_axis_unknown [年度,部門]'],
      [[], [sum('売上'), sum('うりあげ')], `${f}.1.subject step_value_unknown [売上,コスト,人数]`],
      [[], [sum('売上', 'a'), sum('コスト', 'a')], `${f}.1.name figure_twice`],
      [[], [{ name: 'a', method: '+', subject: ['a', 1] }], `${f}.0.subject.0 figure_cycle a → a`],
      [
        [],
        [
          { name: 'a', method: '+', subject: ['b', 1] },
          { name: 'b', method: '+', subject: [1, 'c'] },
          { name: 'c', method: '+', subject: ['b', 'b'] },
        ],
        `${f}.2.subject.0 figure_cycle b → c → b`,
      ],
      [
        [],
        [{ name: 'a', method: '+', subject: [1, '売上'] }],
        `${f}.0.subject.1 figure_unknown [a]`,
      ],
      [
        ['年度'],
        [{ name: 'a', method: 'share', subject: '売上', within: ['年度', '部門'] }],
        `${f}.0.within.1 figure_axis [年度]`,
      ],
      [
        ['部門'],
        [{ name: 'a', method: 'growth', subject: '売上', along: '年度' }],
        `${f}.0.along figure_axis [部門]`,
      ],
      [
        ['部門'],
        [{ name: 'a', method: 'growth', subject: '売上', along: '部門' }],
        `${f}.0.along figure_no_periods [開発,営業]`,
      ],
    ] as [string[], AggregateConfig['aggregation_config'], ...string[]][]) {
      expect(await faultsOf(aggregate(source, by, figures)), JSON.stringify(figures)).toEqual(
        faults,
      )
    }
  })

  test('takes names for names, and a long chain of figures in its stride', async () => {
    const hostile = `'; drop table t1; -- "x" {y} $1 \u0000 \ud800`
    const source = await insertRows(
      tables,
      [{ name: hostile, kind: '軸' }],
      [{ axes: [`'"; --`], s: `売上'"`, v: 1 }],
    )
    const made = await aggregate(source, [hostile], [sum(`売上'"`, hostile)])
    expect(await rowsOf(tables, made.relation)).toEqual([
      { axes: [`'"; --`], s: hostile.replace('\ud800', '\ufffd'), v: 1 },
    ])
    const chain = Array.from({ length: 199 }, (_, index) => ({
      name: `x${index + 1}`,
      method: '+' as const,
      subject: [`x${index}`, `x${index}`],
    }))
    const grown = await aggregate(source, [], [...chain.reverse(), sum(`売上'"`, 'x0')])
    expect((await rowsOf(tables, grown.relation))[0]?.v).toBe(2 ** 199)
  })

  test('sums are rounded once, whatever the order of rows', async () => {
    const chance = numbersFrom(7)
    const numbers = Array.from({ length: 3000 }, () => (chance() - 0.5) * 10 ** (chance() * 9))
    const total = Number(numbers.reduce((all, each) => all + inBits(each), 0n)) / 2 ** 120
    for (const list of [numbers, numbers.toReversed(), numbers.toSorted((a, b) => a - b)]) {
      const source = await insertRows(
        tables,
        axes,
        list.map((v) => row('2024', '営業', '売上', v)),
      )
      const { relation } = await aggregate(source, [], [sum('売上')])
      const [[found] = []] = await tables.rows(`select v from ${relation.table}`)
      expect(found).toBe(total)
    }
  })

  test('sums of numbers of very different size lose nothing of the small ones of a group', async () => {
    const source = await insertRows(tables, axes, [
      row('2023', '営業', '売上', 1e300),
      row('2024', '営業', '売上', 0.1),
      row('2024', '開発', '売上', 0.2),
      row('2024', '開発', '人数', null),
      row('2025', '営業', '売上', 0),
    ])
    const figures = [sum('売上'), sum('人数')]
    const { relation } = await aggregate(source, ['年度'], figures)
    const found = await tables.rows(`select v from ${relation.table} order by n`)
    expect(found.flat()).toEqual([1e300, null, 0.1 + 0.2, null, 0, null])
  })

  test('sums are the same however many threads there are, and as exact as Kahan makes them', async () => {
    const tenths = Array.from({ length: 10 }, () => row('2024', 'a', '売上', 0.1))
    const made = await aggregate(await insertRows(tables, axes, tenths), [], [sum('売上')])
    expect(await rowsOf(tables, made.relation)).toMatchObject([{ v: 1 }])
    const big: Relation = { table: 'big', axes: [{ name: '組', kind: '軸' }], row_count: 300_000 }
    const told = new Set<string>()
    for (const threads of [1, 2, 4, 4]) {
      const one = await openTables(threads)
      await one.tables.run(
        `create table big as select i as n, (i % 7)::VARCHAR as a0, 's' as s,
          (hash(i) % 1000000007)::DOUBLE / 977 as v from range(300000) r(i)`,
      )
      const { relation } = await runAggregate(one.tables, big, {
        group_by_axis: ['組'],
        aggregation_config: [
          sum('s'),
          { name: 'm', method: 'mean', subject: 's' },
          { name: 'c', method: 'share', subject: 's' },
        ],
      })
      told.add(JSON.stringify(await rowsOf(one.tables, relation)))
      await one.close()
    }
    expect(told.size).toBe(1)
  })
})

describe('aggregates of tables by chance', () => {
  test.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'are what a loop gives (%i)',
    async (seed) => {
      const next = numbersFrom(seed)
      const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T
      const rows = Array.from({ length: Math.floor(next() * 60) + 3 }, (_, index) =>
        row(
          pick(['2021', '2022', '2023', null]),
          pick(['a', 'b', 'ｃ', null]),
          index < 3
            ? (['売上', 'コスト', '人数'][index] as string)
            : pick(['売上', 'コスト', '人数']),
          next() < 0.2 ? null : Math.round(next() * 2000 - 500) / 4,
        ),
      )
      const by = pick([[], ['年度'], ['部門'], ['部門', '年度']])
      const source = await insertRows(tables, axes, rows)
      const made = await aggregate(source, by, [
        { name: '率', method: '/', subject: ['合計', '件数'] },
        sum('売上', '合計'),
        { name: '件数', method: 'count', subject: 'コスト' },
        { name: '平均', method: 'mean', subject: 'コスト' },
        { name: '中央', method: 'median', subject: '売上' },
        { name: '最大', method: 'max', subject: '売上' },
        { name: '比', method: 'share', subject: '売上' },
      ])
      const groups = new Map<string, Row[]>()
      if (by.length === 0) groups.set('[]', [])
      for (const each of rows.filter(({ s }) => s !== '人数')) {
        const key = JSON.stringify(
          by.map((name) => each.axes[axes.findIndex((axis) => axis.name === name)]),
        )
        groups.set(key, [...(groups.get(key) ?? []), each])
      }
      const total = (list: readonly Row[]) => {
        const numbers = list.flatMap(({ s, v }) => (s === '売上' && v !== null ? [v] : []))
        return numbers.length === 0 ? null : numbers.reduce((a, b) => a + b, 0)
      }
      const whole = total(rows)
      const expected = [...groups].flatMap(([key, list]) => {
        const numbers = (subject: string) =>
          list.flatMap(({ s, v }) => (s === subject && v !== null ? [v] : [])).sort((a, b) => a - b)
        const sales = numbers('売上')
        const costs = numbers('コスト')
        const count = list.filter(({ s }) => s === 'コスト').length
        const sold = total(list)
        const half = (sales.length - 1) / 2
        const middle = ((sales[Math.floor(half)] ?? 0) + (sales[Math.ceil(half)] ?? 0)) / 2
        const figures = {
          率: sold === null || count === 0 ? null : sold / count,
          合計: sold,
          件数: count,
          平均: costs.length === 0 ? null : costs.reduce((a, b) => a + b, 0) / costs.length,
          中央: sales.length === 0 ? null : middle,
          最大: sales.at(-1) ?? null,
          比: sold === null || whole === null || whole === 0 ? null : sold / whole,
        }
        return Object.entries(figures).map(([s, v]) => ({ axes: JSON.parse(key), s, v }))
      })
      expect(await rowsOf(tables, made.relation)).toEqual(expected)
    },
  )
})

/** A double in units of 2 to the power of -120, which it is a whole number of unless it is tiny. */
function inBits(value: number): bigint {
  return BigInt(value * 2 ** 120)
}
