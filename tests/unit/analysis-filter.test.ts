import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FilterConfig } from '../../schemas/analysis/filter.ts'
import type { Tables } from '../../src/analysis/engine.ts'
import { runFilter } from '../../src/analysis/steps/filter.ts'
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
const row = (
  year: string | null,
  team: string | null,
  s: string | null,
  v: number | null,
): Row => ({
  axes: [year, team],
  s,
  v,
})

const example = [
  row('2024', '営業', '売上', 1_200_000),
  row('2023', '営業', '売上', 1_000_000),
  row('2023', '開発', '売上', 500_000),
  row('2022', '開発', 'コスト', 500_000),
  row('2022', null, 'コスト', null),
]

const nobody = () => {
  throw new Error('no link is asked for')
}

const filter = (source: Relation, config: FilterConfig, other?: Relation) =>
  runFilter(tables, source, config, other ? () => other : nobody)

/** What is left, by the numbers of the rows. */
async function left(
  rows: readonly Row[],
  config: FilterConfig,
  other?: Relation,
): Promise<string[]> {
  const { relation, warnings } = await filter(await insertRows(tables, axes, rows), config, other)
  const kept = await rowsOf(tables, relation)
  expect(relation.row_count).toBe(kept.length)
  expect(warnings).toEqual([])
  return shown(kept)
}

const all = shown(example)
const of = (...indexes: number[]) => indexes.map((index) => all[index])

describe('a filter', () => {
  test('keeps everything unless told otherwise, empty cells too (defect 9)', async () => {
    for (const config of [
      {},
      {
        category_filter: {},
        category_exclude: {},
        axis_range: [],
        numeric_filter: {},
        table_filter: {},
        sort: [],
      },
      { numeric_filter: { filter_type: 'range' } },
      {
        numeric_filter: {
          filter_type: 'range',
          enable_min: false,
          min_value: 1e9,
          max_value: null,
        },
      },
      { axis_range: [{ column: '年度' }] },
    ] as FilterConfig[]) {
      expect(await left(example, config), JSON.stringify(config)).toEqual(all)
    }
  })

  test('keeps the values of a column, and takes others away', async () => {
    expect(await left(example, { category_filter: { 科目: ['売上'] } })).toEqual(of(0, 1, 2))
    expect(await left(example, { category_filter: { 科目: ['売上'], 部門: ['営業'] } })).toEqual(
      of(0, 1),
    )
    expect(await left(example, { category_filter: { 部門: ['開発', null] } })).toEqual(of(2, 3, 4))
    expect(await left(example, { category_filter: { 部門: [] } })).toEqual([])
    expect(await left(example, { category_exclude: { 部門: ['営業'] } })).toEqual(of(2, 3, 4))
    expect(await left(example, { category_exclude: { 部門: [null, '営業'] } })).toEqual(of(2, 3))
    expect(await left(example, { category_exclude: { 部門: [] } })).toEqual(all)
  })

  test('keeps what lies between two ends of an axis', async () => {
    const range = (min: string | null, max: string | null, column = '年度') => ({
      axis_range: [{ column, min, max }],
    })
    expect(await left(example, range('2023', null))).toEqual(of(0, 1, 2))
    expect(await left(example, range('2022', '2023'))).toEqual(of(1, 2, 3, 4))
    expect(await left(example, range('令和5年度', '2023年'))).toEqual(of(1, 2))
    expect(await left(example, range('営業', '営業', '部門'))).toEqual(of(0, 1))
    const mixed = ['9', '10', '2024-01', '2024年2月', '2024Q1', '2024/04/01', 'x', null].map(
      (text) => row(text, 'a', 's', 1),
    )
    expect(await left(mixed, range('9', '10'))).toEqual(['9 a s 1', '10 a s 1'])
    expect(await left(mixed, range('2024-02', '2024年4月'))).toEqual([
      '2024年2月 a s 1',
      '2024/04/01 a s 1',
    ])
    expect(await left(mixed, range('2024', '2024'))).toEqual(
      ['2024-01', '2024年2月', '2024Q1', '2024/04/01'].map((text) => `${text} a s 1`),
    )
    expect(await left(mixed, range('2024Q1', '2024Q1'))).toEqual(
      ['2024-01', '2024年2月', '2024Q1'].map((text) => `${text} a s 1`),
    )
  })

  test('keeps numbers of a range: 以上 超 以下 未満', async () => {
    const range = (rest: object) =>
      ({ numeric_filter: { filter_type: 'range', ...rest } }) as FilterConfig
    expect(await left(example, range({ min_value: 1_000_000 }))).toEqual(of(0, 1, 4))
    expect(await left(example, range({ min_value: 1_000_000, include_min: false }))).toEqual(
      of(0, 4),
    )
    expect(await left(example, range({ max_value: 500_000 }))).toEqual(of(2, 3, 4))
    expect(
      await left(
        example,
        range({
          max_value: 1_000_000,
          include_max: false,
          enable_min: true,
          min_value: 500_000,
          include_min: true,
        }),
      ),
    ).toEqual(of(2, 3, 4))
    expect(await left(example, range({ min_value: 1e300 }))).toEqual(of(4))
    expect(await left(example, range({ min_value: 2 ** 63 }))).toEqual(of(4))
  })

  test('keeps the largest or smallest in their order; of equal ones the first', async () => {
    const top = (k_value: number, ascending?: boolean) =>
      ({
        numeric_filter: {
          filter_type: 'topk',
          k_value,
          ...(ascending !== undefined && { ascending }),
        },
      }) as FilterConfig
    expect(await left(example, top(1))).toEqual(of(0))
    expect(await left(example, top(3))).toEqual(of(0, 1, 2))
    expect(await left(example, top(1, true))).toEqual(of(2))
    expect(await left(example, top(100))).toEqual(of(0, 1, 2, 3))
  })

  test('keeps what lies between two quantiles, both included', async () => {
    const rows = Array.from({ length: 101 }, (_, index) =>
      row('2024', 'a', 's', (index * 37) % 101),
    )
    const kept = async (min_percentile: number, max_percentile: number) => {
      const config = {
        numeric_filter: { filter_type: 'percentage' as const, min_percentile, max_percentile },
      }
      const { relation } = await filter(await insertRows(tables, axes, rows), config)
      return (await rowsOf(tables, relation)).map(({ v }) => v as number).sort((a, b) => a - b)
    }
    expect(await kept(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(await kept(93, 100)).toEqual([93, 94, 95, 96, 97, 98, 99, 100])
    expect(await kept(28.5, 29.5)).toEqual([29])
    expect(await kept(50, 50)).toEqual([50])
    expect(await kept(0, 100)).toHaveLength(101)
  })

  test('keeps rows by the keys of another table, empty ones too (defect 3)', async () => {
    const other = await insertRows(
      tables,
      [{ name: '部門', kind: '軸' }],
      [
        { axes: ['営業'], s: 'x', v: 1 },
        { axes: ['営業'], s: 'y', v: 2 },
        { axes: [null], s: 'x', v: 1 },
      ],
    )
    const config = { table_filter: { table_df: 'step_0', key_columns: ['部門'] } }
    expect(await left(example, config, other)).toEqual(of(0, 1, 4))
    const rest = { table_filter: { ...config.table_filter, exclude_mode: true } }
    expect(await left(example, rest, other)).toEqual(of(2, 3))
    const off = { table_filter: { ...config.table_filter, enable: false } }
    expect(await left(example, off)).toEqual(all)
    const source = await insertRows(tables, axes, example)
    const year = { table_filter: { table_df: 'step_0', key_columns: ['部門', '年度'] } }
    expect(await faultsOf(filter(source, year, other))).toEqual([
      'config.table_filter.key_columns.1 step_axis_unknown [部門]',
    ])
    const subject = { table_filter: { table_df: 'step_0', key_columns: ['科目'] } }
    expect(await faultsOf(filter(source, subject, other))).toEqual([
      'config.table_filter.key_columns.0 step_axis_unknown [年度,部門]',
    ])
  })

  test('goes by category, then number, then table', async () => {
    const other = await insertRows(
      tables,
      [{ name: '部門', kind: '軸' }],
      [{ axes: ['開発'], s: 'x', v: 1 }],
    )
    const config: FilterConfig = {
      category_filter: { 科目: ['売上'] },
      category_exclude: { 年度: ['2024'] },
      numeric_filter: { filter_type: 'topk', k_value: 1 },
      table_filter: { table_df: 'step_0', key_columns: ['部門'] },
    }
    expect(await left(example, config, other)).toEqual([])
    const two: FilterConfig = { ...config, numeric_filter: { filter_type: 'topk', k_value: 2 } }
    expect(await left(example, two, other)).toEqual(of(2))
  })

  test('sorts numbers by size, periods by time, texts by code points, and empty cells last', async () => {
    const sort = (column: string, descending = false) => ({ sort: [{ column, descending }] })
    expect(await left(example, sort('値'))).toEqual(of(2, 3, 1, 0, 4))
    expect(await left(example, sort('値', true))).toEqual(of(0, 1, 2, 3, 4))
    expect(await left(example, sort('部門'))).toEqual(of(0, 1, 2, 3, 4))
    expect(await left(example, sort('部門', true))).toEqual(of(2, 3, 0, 1, 4))
    expect(await left(example, { sort: [{ column: '科目' }, { column: '年度' }] })).toEqual(
      of(3, 4, 1, 2, 0),
    )
    const texts = async (list: string[]) =>
      (
        await left(
          list.map((text) => row(text, 'a', 's', 1)),
          sort('年度'),
        )
      ).map((text) => text.split(' ')[0])
    expect(await texts(['10', '9', '-1', '100'])).toEqual(['-1', '9', '10', '100'])
    expect(await texts(['10月', '2月', '1月'])).toEqual(['1月', '2月', '10月'])
    expect(await texts(['2024年度', '令和5年度', '2022年度'])).toEqual([
      '2022年度',
      '令和5年度',
      '2024年度',
    ])
    expect(await texts(['b', '𠮷', 'ｂ', 'a'])).toEqual(['a', 'b', 'ｂ', '𠮷'])
  })

  test('is refused at the very field that is wrong', async () => {
    const source = await insertRows(tables, axes, example)
    for (const [config, ...faults] of [
      [
        { category_filter: { 支店: ['a'] } },
        'config.category_filter.支店 step_column_unknown [年度,部門,科目]',
      ],
      [
        { category_filter: { 値: ['1'] } },
        'config.category_filter.値 step_column_unknown [年度,部門,科目]',
      ],
      [
        { category_filter: { 部門: ['営業', '営 業', null, '総務'] } },
        'config.category_filter.部門.1 step_value_unknown [営業,開発]',
        'config.category_filter.部門.3 step_value_unknown [営業,開発]',
      ],
      [
        { category_exclude: { 科目: ['うりあげ'] } },
        'config.category_exclude.科目.0 step_value_unknown [売上,コスト]',
      ],
      [
        { axis_range: [{ column: '科目', min: 'a' }] },
        'config.axis_range.0.column step_axis_unknown [年度,部門]',
      ],
      [
        { axis_range: [{ column: '年度', min: '2024', max: '2023' }] },
        'config.axis_range.0.max step_range_order',
      ],
      [
        { numeric_filter: { filter_type: 'range', enable_min: true } },
        'config.numeric_filter.min_value required',
      ],
      [
        { numeric_filter: { filter_type: 'range', min_value: 2, max_value: 1 } },
        'config.numeric_filter.max_value step_range_order',
      ],
      [
        { numeric_filter: { filter_type: 'percentage', min_percentile: 60, max_percentile: 50 } },
        'config.numeric_filter.max_percentile step_range_order',
      ],
      [
        { sort: [{ column: '値' }, { column: 'v' }] },
        'config.sort.1.column step_column_unknown [年度,部門,科目,値]',
      ],
    ] as [FilterConfig, ...string[]][]) {
      expect(await faultsOf(filter(source, config)), JSON.stringify(config)).toEqual(faults)
    }
  })

  test('takes texts for texts', async () => {
    const hostile = [`'; drop table t1; --`, '"', '{"a":1}', '$1', 'a\\u0000b', '\u202e', '😀']
    const rows = hostile.map((text) => row(text, 'a', 's', 1))
    for (const text of hostile) {
      expect(await left(rows, { category_filter: { 年度: [text] } })).toEqual([`${text} a s 1`])
    }
    const source = await insertRows(tables, axes, rows)
    expect(
      await faultsOf(filter(source, { category_filter: { 年度: ['\ud83d', 'a\u0000b'] } })),
    ).toHaveLength(2)
  })
})

describe('filters of tables by chance', () => {
  test.each(Array.from({ length: 60 }, (_, seed) => seed))(
    'keep what a loop keeps (%i)',
    async (seed) => {
      const next = numbersFrom(seed)
      const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T
      const years = ['2021', '2022', '2023', '2024', null]
      const teams = ['a', 'b', 'c', null]
      const rows = [
        ...years.map((year, index) => row(year, teams[index % 4] as string | null, '売上', index)),
        ...Array.from({ length: 60 }, () =>
          row(
            pick(years),
            pick(teams),
            pick(['売上', 'コスト']),
            next() < 0.2 ? null : Math.floor(next() * 20) - 5,
          ),
        ),
      ]
      const kept = years.filter(() => next() < 0.6)
      const gone = teams.filter(() => next() < 0.3)
      const min = pick(['2021', '2022', null])
      const max = pick(['2023', '2024', null])
      const kind = pick(['range', 'topk', 'percentage', 'none'])
      const [low, high] = [Math.floor(next() * 10) - 5, Math.floor(next() * 10) + 5]
      const [includeMin, ascending, excludes] = [next() < 0.5, next() < 0.5, next() < 0.5]
      const keys = pick([['部門'], ['年度', '部門'], null])
      const others = Array.from({ length: 5 }, () => row(pick(years), pick(teams), 'x', 1))
      const numeric_filter = {
        range: { filter_type: 'range', min_value: low, include_min: includeMin, max_value: high },
        topk: { filter_type: 'topk', k_value: high, ascending },
        percentage: {
          filter_type: 'percentage',
          min_percentile: (low + 5) * 4.5,
          max_percentile: high * 6.5,
        },
        none: {},
      }[kind] as NonNullable<FilterConfig['numeric_filter']>
      const config: FilterConfig = {
        category_filter: { 年度: kept },
        category_exclude: { 部門: gone },
        axis_range: [{ column: '年度', min, max }],
        numeric_filter,
        ...(keys && {
          table_filter: { table_df: 'step_0', key_columns: keys, exclude_mode: excludes },
        }),
      }
      const year = ({ axes: [text] }: Row) => text as string | null
      const isInRange = (each: Row) =>
        (min === null && max === null) ||
        (year(each) !== null &&
          (min === null || Number(year(each)) >= Number(min)) &&
          (max === null || Number(year(each)) <= Number(max)))
      let expected = rows.filter(
        (each) =>
          kept.includes(year(each)) &&
          !gone.includes(each.axes[1] as string | null) &&
          isInRange(each),
      )
      const numbers = expected.flatMap(({ v }) => (v === null ? [] : [v])).sort((a, b) => a - b)
      const quantile = (share: number) => {
        const at = (share * (numbers.length - 1)) / 100
        const [below, above] = [numbers[Math.floor(at)] ?? 0, numbers[Math.ceil(at)] ?? 0]
        return below + (above - below) * (at - Math.floor(at))
      }
      if (kind === 'range') {
        expected = expected.filter(
          ({ v }) => v === null || ((includeMin ? v >= low : v > low) && v <= high),
        )
      } else if (kind === 'topk') {
        const best = expected
          .filter(({ v }) => v !== null)
          .sort((a, b) => ((a.v as number) - (b.v as number)) * (ascending ? 1 : -1))
          .slice(0, high)
        expected = expected.filter((each) => best.includes(each))
      } else if (kind === 'percentage') {
        const [from, to] = [quantile((low + 5) * 4.5), quantile(high * 6.5)]
        expected = expected.filter(({ v }) => v !== null && v >= from && v <= to)
      }
      if (keys) {
        const keyOf = (each: Row) =>
          JSON.stringify(keys.map((key) => each.axes[key === '年度' ? 0 : 1]))
        const known = new Set(others.map(keyOf))
        expected = expected.filter((each) => known.has(keyOf(each)) !== excludes)
      }
      const other = await insertRows(tables, axes, others)
      expect(await left(rows, config, other)).toEqual(shown(expected))
    },
  )
})
