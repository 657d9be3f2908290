import { expect, test } from 'vitest'
import { createCalculator } from '../../../src/driver-tree/calculation/calculator.ts'
import type { NodeData } from '../../../src/driver-tree/calculation/model.ts'
import { type Described, data, factor, model, recordsOf } from '../../support/calculation.ts'

async function rootOf(nodes: Record<string, Described>) {
  const calculator = await createCalculator(model(nodes))
  const root = Object.keys(nodes)[0] as string
  return { records: recordsOf(calculator, root), warnings: calculator.warnings, calculator }
}

const table = (axes: string[], values: Record<string, number | null>): NodeData => ({
  period: null,
  axes,
  keys: Object.keys(values).map((key) => key.split('/')),
  values: Object.values(values),
})

test('periods and tuples that a partner lacks give none, with a warning that names them', async () => {
  const { records, warnings } = await rootOf({
    和: ['+', 'a', 'b'],
    a: data({ '2023/東京': 1, '2024/東京': 2 }, ['店']),
    b: data({ '2024/東京': 10, '2024/大阪': 20 }, ['店']),
  })
  expect(records).toEqual({
    '2023/東京': null,
    '2024/東京': 12,
    '2023/大阪': null,
    '2024/大阪': null,
  })
  const warning = { kind: 'missing_operand', node_id: '和', label: '和' }
  expect(warnings).toEqual({
    count: 2,
    list: [
      { ...warning, key: { 年: '2023', 店: '東京' } },
      { ...warning, key: { 年: '2024', 店: '大阪' } },
    ],
  })
})

test('fewer axes are spread over more, and keys that find no place are named', async () => {
  const { records, warnings } = await rootOf({
    売上: ['*', '数量', '単価'],
    数量: table(['店', '品'], { '東京/茶': 3, '大阪/茶': 4, '大阪/酒': 5 }),
    単価: table(['品'], { 茶: 100, 水: 7 }),
  })
  expect(records).toEqual({ '東京/茶': 300, '大阪/茶': 400, '大阪/酒': null })
  expect(warnings.list).toMatchObject([
    { kind: 'key_without_partner', node_id: '売上', key: { 品: '水' } },
    { kind: 'missing_operand', node_id: '売上', key: { 店: '大阪', 品: '酒' } },
  ])
})

test('axes that are shared in part are joined on those, and others each with each', async () => {
  const shared = await rootOf({
    積: ['*', 'a', 'b'],
    a: table(['店', '品'], { '東京/茶': 2, '大阪/酒': 3 }),
    b: table(['品', '月'], { '茶/1': 5, '茶/2': 7, '水/1': 11 }),
  })
  expect(shared.records).toEqual({ '東京/茶/1': 10, '東京/茶/2': 14 })
  expect(shared.warnings.list.map(({ key }) => key)).toEqual([
    { 店: '大阪', 品: '酒' },
    { 品: '水', 月: '1' },
  ])
  const each = await rootOf({
    積: ['*', 'a', 'b', 'c'],
    a: table(['店'], { 東京: 2, 大阪: 3 }),
    b: table(['品'], { 茶: 5, 酒: 7 }),
    c: data({ '2024': 1, '2025': 10 }),
  })
  expect(each.records['2025/大阪/酒']).toBe(210)
  expect(Object.keys(each.records)).toHaveLength(8)
  expect(each.warnings.count).toBe(0)
})

test('axes are known by their names, in whatever order, and time by any name', async () => {
  const { records } = await rootOf({
    和: ['+', 'a', 'b'],
    a: { period: '年', axes: ['店', '品'], keys: [['2024', '東京', '茶']], values: [1] },
    b: { period: '年度', axes: ['品', '店'], keys: [['2024', '茶', '東京']], values: [2] },
  })
  expect(records).toEqual({ '2024/東京/茶': 3 })
})

test('an empty cell is noted once and not at every node above it', async () => {
  const { records, warnings } = await rootOf({
    根: ['*', '中', '二'],
    中: ['+', 'a', '二'],
    a: data({ '2024': null, '2025': 1 }),
    二: 2,
  })
  expect(records).toEqual({ '2024': null, '2025': 6 })
  expect(warnings).toEqual({
    count: 1,
    list: [{ kind: 'missing_value', node_id: 'a', label: 'a', key: { 年: '2024' } }],
  })
})

test('what has no number is named, and names that objects have are names', async () => {
  const { records, warnings } = await rootOf({
    和: ['+', 'a', 'なし'],
    a: table(['__proto__', 'constructor'], { '__proto__/toString': 1, 'x/y': null }),
    なし: null,
  })
  expect(records['x/y']).toBeNull()
  expect(warnings.list.map(({ kind }) => kind).sort()).toEqual(['missing_value', 'no_value'])
  const key = warnings.list.find(({ kind }) => kind === 'missing_value')?.key
  expect(Object.entries(key ?? {})).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ])
})

test('too many values are refused before they are made', async () => {
  const wide = (axis: string) =>
    table([axis], Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`${at}`, 1])))
  await expect(
    createCalculator(model({ 積: ['*', 'a', 'b'], a: wide('A'), b: wide('B') })),
  ).rejects.toMatchObject({ failure: 'tree_too_large' })
})

test('no more than a thousand warnings are listed, and all are counted', async () => {
  const zeros = Object.fromEntries(Array.from({ length: 1500 }, (_, at) => [`${at}`, 0]))
  const { warnings } = await rootOf({ 商: ['/', '一', 'a'], 一: 1, a: table(['番号'], zeros) })
  expect(warnings.count).toBe(1500)
  expect(warnings.list).toHaveLength(1000)
})

test('a single number with a policy for some periods gets all periods', async () => {
  const { calculator } = await rootOf({
    売上: ['*', '単価', '数量'],
    単価: 100,
    数量: data({ '2023': 1, '2024': 2, '2025': 3 }),
  })
  const series = async (...factors: ReturnType<typeof factor>[]) =>
    recordsOf(calculator, '売上', (await calculator.simulate({ factors, inputs: [] })).series)
  expect(
    await series(factor('単価', 1.5, '2024', '2024'), factor('単価', 2, null, '2024')),
  ).toEqual({
    '2023': 200,
    '2024': 600,
    '2025': 300,
  })
  expect(await series(factor('単価', 2, '2025', '2023'))).toEqual({
    '2023': 100,
    '2024': 200,
    '2025': 300,
  })
  expect(await series(factor('単価', 2, '2030'))).toEqual({ '2023': 200, '2024': 400, '2025': 600 })
  const inputs = [{ node_id: '単価', period: '2025', value: 1 }]
  const tried = await calculator.simulate({ factors: [factor('単価', 10)], inputs })
  expect(recordsOf(calculator, '売上', tried.series)).toEqual({
    '2023': 1000,
    '2024': 2000,
    '2025': 30,
  })
})
