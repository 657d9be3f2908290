import { beforeAll, describe, expect, test } from 'vitest'
import type { Calculator, Simulation } from '../../src/driver-tree/calculation/calculator.ts'
import type { TreeModel } from '../../src/driver-tree/calculation/model.ts'
import { data, model } from '../support/calculation.ts'
import {
  calculated,
  cellsOf,
  policy,
  recalculatedBooks,
  sheetsFor,
  spoiled,
  written,
} from '../support/tree-books.ts'

const years = ['2022', '2023', '2024']
const over = (...values: (number | null)[]) =>
  data(Object.fromEntries(values.map((value, at) => [years[at] as string, value])))

const many = Array.from({ length: 300 }, (_, at) => `科目${at}`)
const manyInputs = Object.fromEntries(
  many.map((name, at) => [name, at % 7 === 0 ? null : at + 0.5]),
)

/** Trees by what they are for. */
const models: Record<string, TreeModel> = {
  arithmetic: model({
    利益: ['-', '売上', '費用', '税'],
    売上: ['*', '単価', '数量'],
    単価: over(100, 110.5, null),
    数量: over(7, 8, 9),
    費用: ['+', '固定費', '変動費'],
    固定費: 250.25,
    変動費: over(10, 20, 30),
    税: ['-', '控除'],
    控除: 12.5,
    比率: ['/', '売上', 'ゼロ', '数量'],
    ゼロ: over(0, 2, 4),
    一つの商: ['/', '数量'],
    値なし: null,
    値なしの和: ['+', '値なし', '数量'],
    孤立: 5,
  }),
  totals: model({
    根: ['+', '合計', '平均', '最小', '最大'],
    合計: ['SUM', '一', '二', '三'],
    平均: ['AVG', '一', '二', '三'],
    最小: ['MIN', '一', '二', '三'],
    最大: ['MAX', '一', '二', '三'],
    一: over(1, null, null),
    二: over(-2.5, 4, null),
    三: over(10, null, null),
    一つの平均: ['AVG', '二'],
    多数の和: ['SUM', ...many],
    多数の平均: ['AVG', ...many],
    多数の最大: ['MAX', ...many],
    多数の最小: ['MIN', ...many],
    ...manyInputs,
  }),
  choices: model({
    根: ['IF', '条件', '甲', '乙'],
    条件: ['>=', '甲', '境'],
    甲: over(5, 15, null),
    乙: over(null, 1, 2),
    境: 10,
    そうでなければ無し: ['IF', '条件', '乙'],
    小: ['<', '甲', '境'],
    小か等: ['<=', '甲', '境'],
    大: ['>', '甲', '境'],
    等: ['=', '甲', '境'],
    異: ['<>', '甲', '境'],
    片方: ['=', '甲'],
    条件だけ: ['IF', '小'],
    丸め: ['ROUND', '端数', '桁'],
    丸め既定: ['ROUND', '端数'],
    端数: over(2.5, -2.5, 1234.565),
    桁: over(0, 0, 2),
    大きな桁: ['ROUND', '端数', '百'],
    百: 100,
    負の桁: ['ROUND', '端数', '負'],
    負: -2.9,
  }),
  previous: model({
    成長率: ['/', '売上', '前年'],
    前年: ['PREV', '売上', '期首'],
    期首: 90,
    売上: over(100, null, 144),
    前年のみ: ['PREV', '売上'],
    時間なし: ['PREV', '期首'],
    積み上げ: ['+', '前年のみ', '売上'],
    まばら: data({ '2022': 1, '2024': 3 }),
    まばらの前: ['PREV', 'まばら', '売上'],
    部門前: ['PREV', '部門', '売上'],
    部門: data({ '2022/東': 1, '2023/東': 2, '2023/西': 30, '2024/西': 40, '2024/東': null }, [
      '部門',
    ]),
  }),
  axes: model({
    売上: ['*', '単価', '数量', '係数'],
    単価: { period: null, axes: ['商品'], keys: [['りんご'], ['みかん']], values: [100, 80] },
    数量: data(
      {
        '2022/東京/りんご': 1,
        '2022/大阪/りんご': 2,
        '2023/東京/りんご': 3,
        '2023/東京/みかん': 4,
        '2024/大阪/みかん': 5,
        '2024/大阪/ぶどう': 6,
      },
      ['地域', '商品'],
    ),
    係数: over(1, 1.1, 1.2),
    合算: ['SUM', '数量', '係数', '定数'],
    最大: ['MAX', '数量', '単価'],
    定数: 3,
    地域別: data({ '2022/東京': 1, '2023/大阪': 2 }, ['地域']),
    和: ['+', '数量', '地域別'],
    選択: ['IF', '数量', '定数', '係数'],
    掛け合わせ: ['*', '地域別', '単価'],
  }),
  policies: {
    ...model({
      利益: ['-', '売上', '費用'],
      売上: ['*', '単価', '数量'],
      単価: 100,
      数量: over(1, 2, 3),
      費用: ['SUM', '家賃', '人件費'],
      家賃: 30,
      人件費: over(10, null, 30),
      判定: ['IF', '利益', '家賃'],
      家賃の写し: ['+', '家賃', '単価'],
    }),
    policies: [
      policy('単価', 1.1),
      policy('単価', 1.5, { period_from: '2023' }),
      policy('数量', 0.5, { period_to: '2023', is_active: false }),
      policy('家賃', 2, { period_from: '2024', period_to: '2024', is_active: false }),
      policy('利益', 0.9, { period_from: '2022', period_to: '2022' }),
      policy('売上', 1.25),
      policy('費用', 3, { period_from: '2024', period_to: '2022' }),
      policy('判定', -2, { period_to: '昔' }),
      policy('人件費', 1.01, { name: '=cmd()', cost: 5 }),
    ],
  },
  names: model({
    '=cmd|calc!A1': ['+', '@SUM(1)', '+1', '-2 "引用"', "'一重'", '_x0041_ <&>', '1.5'],
    '@SUM(1)': over(1, 2, 3),
    '+1': 1,
    '-2 "引用"': 2,
    "'一重'": data({ '2022/=A1': 1, '2023/=A1': 2, '2023/ 空白 ': 3 }, ['=軸']),
    '_x0041_ <&>': 4,
    '1.5': 1.5,
    __proto__軸: data({ '2022/x': 1 }, ['__proto__']),
  }),
  large: model({
    極大: ['*', '大', '大'],
    大: 1e200,
    小さな差: ['-', '一', '二'],
    一: 1e-9,
    二: 3e-10,
    負: ['*', '一', '負数'],
    負数: -1e15,
  }),
  constants: model({ 和: ['+', '甲', '甲'], 甲: 2 }),
  nothing: model({}),
}

type Row = (string | number | null)[]

/** What a sheet 計算 has to hold: a row for each node and tuple, by label and values on axes. */
function expectedRows(calculator: Calculator, simulation: Simulation): Map<string, Row> {
  const rows = new Map<string, Row>()
  for (const { id, label } of calculator.model.nodes) {
    const halves = [calculator.baseline(id), simulation.series(id)]
    for (const [tuple, values] of (simulation.series(id).tuples as string[][]).entries()) {
      const { axes } = simulation.series(id)
      const key = Array.from(calculator.axes, (_, axis) => values[axes.indexOf(axis)] ?? null)
      const cells = halves.flatMap(({ periods, values: numbers }) =>
        [null, ...calculator.periods.keys()].map((period) => {
          const at = periods
            ? period === null
              ? -1
              : periods.indexOf(period)
            : period === null
              ? 0
              : -1
          const value = at < 0 ? undefined : numbers[tuple * (periods?.length ?? 1) + at]
          return value === undefined || Number.isNaN(value) ? null : value
        }),
      )
      rows.set(JSON.stringify([label, ...key]), cells)
    }
  }
  return rows
}

function foundRows({ axes }: Calculator, sheet: Row[]): Map<string, Row> {
  const width = (sheet[0] as Row).length
  return new Map(
    sheet.slice(1).map((row) => {
      const full = Array.from({ length: width }, (_, at) => row[at] ?? null)
      const key = [full[0], ...full.slice(3, 3 + axes.length)]
      return [JSON.stringify(key), full.slice(3 + axes.length)]
    }),
  )
}

/** Both calculate with 64 bits, but not in the same order everywhere. */
function requireSame(found: Row | undefined, expected: Row, where: string) {
  expect(found, where).toHaveLength(expected.length)
  for (const [at, value] of expected.entries()) {
    const other = found?.[at] ?? null
    if (typeof value !== 'number' || typeof other !== 'number') {
      expect(other, `${where} ${at}`).toBe(value)
    } else {
      const error = Math.abs(value - other)
      expect(error, `${where} ${at}: ${other}, not ${value}`).toBeLessThanOrEqual(
        1e-12 * Math.max(Math.abs(value), 1e-300),
      )
    }
  }
}

async function requireCalculated(changed: TreeModel, sheet: Row[]) {
  const { calculator, simulation } = await allPolicies(changed)
  const [expected, found] = [expectedRows(calculator, simulation), foundRows(calculator, sheet)]
  expect([...found.keys()].sort()).toEqual([...expected.keys()].sort())
  for (const [key, row] of expected) requireSame(found.get(key), row, key)
}

/** The sheet has cells for policies that do not apply as well. */
async function allPolicies(changed: TreeModel) {
  const { calculator } = await calculated(changed)
  const factors = changed.policies.map((each) => ({
    ...each,
    value: each.is_active ? each.value : 1,
  }))
  return { calculator, simulation: await calculator.simulate({ factors, inputs: [] }) }
}

describe('the workbook of a tree in LibreOffice', () => {
  let books: Record<string, ReturnType<typeof cellsOf>>
  const other = structuredClone(models.policies) as TreeModel

  beforeAll(async () => {
    const made: Record<string, Uint8Array> = {}
    for (const [name, each] of Object.entries(models)) {
      made[name] = await written(spoiled(await sheetsFor(each)))
    }
    made.changed = await written(await changedByHand())
    const back = await recalculatedBooks(made)
    books = Object.fromEntries(Object.entries(back).map(([name, bytes]) => [name, cellsOf(bytes)]))
  }, 120_000)

  /** Another price and another multiplier, and a policy that is switched on, typed into cells. */
  async function changedByHand() {
    const sheets = spoiled(await sheetsFor(models.policies as TreeModel))
    const price = sheets.計算?.find(([label]) => label === '単価')
    const amounts = sheets.計算?.find(([label]) => label === '数量')
    if (!price || !amounts) throw new Error('There is no 単価 or 数量')
    price[3] = 123
    amounts[5] = 20
    for (const [row, column, value] of [
      [1, 2, 1.7],
      [3, 3, 1],
      [4, 3, 1],
      [6, 3, 0],
    ] as const) {
      ;(sheets.施策?.[row] as Row)[column] = value
    }
    return sheets
  }

  test.each(Object.keys(models))('has the numbers of the calculation: %s', async (name) => {
    const sheet = books[name]?.計算 as Row[]
    await requireCalculated(models[name] as TreeModel, sheet)
  })

  test('follows inputs, multipliers and switches that are changed in cells', async () => {
    const at = (label: string) => other.nodes.find((node) => node.label === label)
    Object.assign(at('単価') ?? {}, { value: 123 })
    Object.assign(at('数量') ?? {}, { data: over(1, 20, 3) })
    const [price, , amount, rent, , sales] = other.policies
    Object.assign(price ?? {}, { value: 1.7 })
    Object.assign(amount ?? {}, { is_active: true })
    Object.assign(rent ?? {}, { is_active: true })
    Object.assign(sales ?? {}, { is_active: false })
    await requireCalculated(other, books.changed?.計算 as Row[])
  })

  test('keeps hostile names as texts', () => {
    const { 計算: sheet = [], シミュレーション結果: results = [] } = books.names ?? {}
    const labels = models.names?.nodes.map(({ label }) => label)
    expect(new Set(sheet.slice(1).map(([label]) => label))).toEqual(new Set(labels))
    expect(new Set(results.slice(1).map(([label]) => label))).toEqual(new Set(labels))
    expect(sheet[0]?.slice(3, 5)).toEqual(['=軸', '__proto__'])
    expect(books.policies?.施策?.at(-1)?.[0]).toBe('=cmd()')
  })
})
