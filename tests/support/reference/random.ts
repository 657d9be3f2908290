import type { AggregateConfig, FigureConfig } from '../../../schemas/analysis/aggregate.ts'
import type { ChartConfig } from '../../../schemas/analysis/charts.ts'
import type { FilterConfig } from '../../../schemas/analysis/filter.ts'
import type { FormulaConfig } from '../../../schemas/analysis/summary.ts'
import type { TransformConfig, TransformOperation } from '../../../schemas/analysis/transform.ts'
import type { Row } from '../analysis-tables.ts'
import { numbersFrom } from '../fuzz.ts'
import { cellOf, type Plain } from './table.ts'

export type Dice = ReturnType<typeof diceFrom>

export function diceFrom(seed: number) {
  const next = numbersFrom(seed)
  const below = (count: number) => Math.floor(next() * count)
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const chance = (share: number) => next() < share
  const some = <T>(list: readonly T[]): T[] => list.filter(() => chance(0.5))
  return { next, below, one, chance, some }
}

const teams = ['営業', '開発', 'ｶﾝﾘ', "O'Brien", '__proto__', '東京 支店', '😀']

/** Numbers of one table: whole ones, quarters, and decimals that no double is, which never cancel out. */
export function numbersOf({ below, one, chance, next }: Dice): () => number {
  const sign = () => (chance(0.3) ? -1 : 1)
  const size = one([
    () => sign() * below(1000),
    () => (sign() * below(1000)) / 4,
    () => below(1000) / 10,
    () => Math.round(next() * 1e10) / 1000,
  ])
  return () => (chance(0.15) ? 0 : size() + 0)
}

/** Axes, of which the first is one of years, and rows; each combination once where `isUnique`. */
export function tableFrom(dice: Dice, { isUnique = dice.chance(0.7), hasGaps = true } = {}): Plain {
  const { below, chance } = dice
  const years = ['2024', '2021', '2023', '2022'].slice(0, 1 + below(4))
  const places = teams.slice(0, 1 + below(teams.length))
  const subjects = ['売上', 'コスト', '人数', 'constructor'].slice(0, 1 + below(4))
  const number = numbersOf(dice)
  const rows = years.flatMap((year) =>
    places.flatMap((place) =>
      subjects.flatMap((s): Row[] => {
        if (chance(0.15)) return []
        const make = (): Row => ({
          axes: [year, hasGaps && place === 'ｶﾝﾘ' ? null : place],
          s,
          v: hasGaps && chance(0.1) ? null : number(),
        })
        return isUnique || chance(0.7) ? [make()] : [make(), make()]
      }),
    ),
  )
  return {
    axes: ['年度', '部門'],
    rows: rows.length > 0 ? rows : [{ axes: [null, null], s: '売上', v: 1 }],
  }
}

const cellsIn = (table: Plain, column: string): (string | null)[] =>
  [...new Set(table.rows.map((row) => cellOf(table, row, column)))] as (string | null)[]

export const subjectsIn = (table: Plain): string[] =>
  cellsIn(table, '科目').filter((name) => name !== null)

export function filterFrom(dice: Dice, table: Plain, links: readonly string[]): FilterConfig {
  const { one, chance, some, below } = dice
  const number = numbersOf(dice)
  const column = one([...table.axes, '科目'])
  const columns = [...table.axes, '科目', '値']
  return {
    ...(chance(0.3) && { category_filter: { [column]: some(cellsIn(table, column)) } }),
    ...(chance(0.3) && {
      category_exclude: { [column]: some(cellsIn(table, column)).slice(0, 2) },
    }),
    ...(chance(0.3) &&
      table.axes.includes('年度') && {
        axis_range: [
          { column: '年度', min: one(['2021', '2022', null]), max: one(['2023', null]) },
        ],
      }),
    ...(chance(0.5) && {
      numeric_filter: one<NonNullable<FilterConfig['numeric_filter']>>([
        { filter_type: 'range', min_value: number(), include_min: chance(0.5) },
        { filter_type: 'range', max_value: number(), include_max: chance(0.5) },
        { filter_type: 'range', enable_min: false, min_value: 5, max_value: 50 },
        { filter_type: 'topk', k_value: 1 + below(12), ascending: chance(0.5) },
        { filter_type: 'percentage', min_percentile: below(50), max_percentile: 50 + below(51) },
      ]),
    }),
    ...(chance(0.3) && {
      table_filter: { table_df: one(links), key_columns: ['年度'], exclude_mode: chance(0.5) },
    }),
    ...(chance(0.5) && {
      sort: some(columns).map((name) => ({ column: name, descending: chance(0.5) })),
    }),
  }
}

const methods = ['sum', 'mean', 'count', 'max', 'min', 'median'] as const
const operators = ['+', '-', '*', '/'] as const

export function aggregateFrom({ one, some, chance }: Dice, table: Plain): AggregateConfig {
  const by = some(table.axes)
  const figures: FigureConfig[] = methods.map((method) => ({
    name: `${method} の値`,
    method,
    subject: one(subjectsIn(table)),
  }))
  const names = figures.map(({ name }) => name)
  const calculated = operators.map(
    (method, at): FigureConfig => ({
      name: `計算${at}`,
      method,
      subject: [
        one(names),
        chance(0.3) ? 2.5 : one([...names, ...(at > 0 ? [`計算${at - 1}`] : [])]),
      ],
    }),
  )
  const subject = one(subjectsIn(table))
  const compared = by.includes('年度')
    ? (['previous_ratio', 'growth', 'difference'] as const).map(
        (method): FigureConfig => ({
          name: method,
          method,
          subject,
          along: '年度',
          offset: one(['previous', 'year']),
        }),
      )
    : []
  const share: FigureConfig = { name: '構成比', method: 'share', subject, within: some(by) }
  return { group_by_axis: by, aggregation_config: [...calculated, share, ...figures, ...compared] }
}

export function transformFrom({ one, chance, below }: Dice, table: Plain): TransformConfig {
  const subjects = subjectsIn(table)
  const pair = () => [one(subjects), chance(0.3) ? 0.1 : one(subjects)]
  const formula = () => ({
    type: 'formula' as const,
    formula_type: one(operators),
    operands: chance(0.2) ? [3, one(subjects)] : pair(),
  })
  const copy = { type: 'copy' as const, copy_from: one(subjects) }
  const constant = { type: 'constant' as const, constant_value: one([0.1, null, 1e12, -7]) }
  const onAxis = (operands: (string | number)[]) => ({
    type: 'formula' as const,
    formula_type: one(operators),
    operands,
  })
  const mapping_dict = Object.fromEntries([
    ['営業', '本社'],
    ['__proto__', 'x'],
    [String(table.rows[0]?.axes[1]), '別'],
  ])
  const all: TransformOperation[] = [
    {
      operation_type: 'add_subject',
      target_name: '新',
      calculation: one([formula(), copy, constant]),
    },
    {
      operation_type: 'modify_subject',
      target_name: one(subjects),
      calculation: one([formula(), copy, constant]),
    },
    {
      operation_type: 'add_axis',
      target_name: '翌年',
      calculation: onAxis(['年度', one([1, 1e12, 1e-7])]),
    },
    { operation_type: 'add_axis', target_name: '割', calculation: onAxis([1, '年度']) },
    {
      operation_type: 'modify_axis',
      target_name: '部門',
      calculation: { type: 'mapping', operands: ['部門'], mapping_dict },
    },
    {
      operation_type: 'add_axis',
      target_name: '印',
      calculation: { type: 'constant', constant_value: one([1e21, 0.1, '印']) },
    },
  ]
  return { operations: all.filter((_, at) => chance(0.4) || at === below(all.length)) }
}

export function formulasFrom({ one, chance }: Dice, table: Plain): FormulaConfig[] {
  const gathered = methods.map(
    (type): FormulaConfig => ({
      formula_text: type,
      type,
      target_subject: one(subjectsIn(table)),
      portion: one([1, -1, 0.001]),
    }),
  )
  const names = gathered.map(({ formula_text }) => formula_text)
  const calculated = operators.map(
    (type, at): FormulaConfig => ({
      formula_text: `計算${at}`,
      type,
      target_subject: [
        one(names),
        chance(0.2) ? 100 : one([...names, ...(at > 0 ? [`計算${at - 1}`] : [])]),
      ],
      unit: one(['%', '円']),
      ...(chance(0.3) && { portion: 2 }),
    }),
  )
  return [...calculated, ...gathered]
}

/** One of each kind, whether it can be drawn or not. */
export function chartsFrom({ one, chance }: Dice, table: Plain): ChartConfig[] {
  const subjects = subjectsIn(table)
  const across = one([...table.axes, '科目'])
  const others = [...table.axes, '科目'].filter((name) => name !== across)
  const legend = chance(0.6) ? { legend_axis: one(others) } : {}
  const axis = one(table.axes)
  const own = chance(0.5) ? table.axes.filter((name) => name !== axis) : []
  const pairLegend = own[0] === undefined ? {} : { legend_axis: own[0] }
  const [left, right] = [one(subjects), one(subjects)]
  const plain = { x_axis: across, y_axis: '値', ...legend }
  const all: ChartConfig[] = [
    { graph_type: 'bar', ...plain },
    { graph_type: 'line', ...plain },
    { graph_type: 'horizontal bar', x_axis: '値', y_axis: across, ...legend },
    { graph_type: 'stacked bar', x_axis: across, y_axis: '値', stack_axis: one(others) },
    {
      graph_type: 'waterfall',
      ...plain,
      measure_type: one(['relative', 'absolute']),
      base_value: one([0, 10.5]),
    },
    { graph_type: 'pie', value_axis: '値', legend_axis: across },
  ]
  if (left === right) return all
  return [
    ...all,
    { graph_type: 'scatter', x_subject: left, y_subject: right, ...pairLegend },
    {
      graph_type: 'line&bar',
      x_axis: axis,
      y_left_subject: left,
      y_left_type: 'bar',
      y_right_subject: right,
      y_right_type: 'line',
      ...pairLegend,
    },
  ]
}
