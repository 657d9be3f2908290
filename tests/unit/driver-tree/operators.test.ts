import { expect, test } from 'vitest'
import type { Operator } from '../../../schemas/driver-tree/common.ts'
import { createCalculator } from '../../../src/driver-tree/calculation/calculator.ts'
import { isComplete } from '../../../src/driver-tree/calculation/comparing.ts'
import { roundTo } from '../../../src/driver-tree/calculation/rounding.ts'
import { periodTotals, totalOf } from '../../../src/driver-tree/calculation/totals.ts'
import { type Described, data, model, recordsOf } from '../../support/calculation.ts'

/** What an operator makes of single numbers, and the kinds of warnings there are. */
async function made(operator: Operator, ...operands: Described[]) {
  const labels = operands.map((_, at) => `n${at}`)
  const nodes = Object.fromEntries(operands.map((operand, at) => [`n${at}`, operand]))
  const calculator = await createCalculator(model({ root: [operator, ...labels], ...nodes }))
  const found = Object.values(recordsOf(calculator, 'root'))
  return [
    found.length === 1 ? found[0] : found,
    ...calculator.warnings.list.map(({ kind }) => kind),
  ]
}

test.each<[Operator, number[], number | null, ...string[]]>([
  ['+', [1, 2, 3], 6],
  ['-', [10, 2, 3], 5],
  ['*', [2, 3, 4], 24],
  ['/', [24, 3, 2], 4],
  ['+', [7], 7],
  ['-', [7], -7],
  ['*', [7], 7],
  ['/', [7], 7],
  ['/', [1, 0], null, 'division_by_zero'],
  ['/', [0, 0], null, 'division_by_zero'],
  ['/', [1, 0, 5], null, 'division_by_zero'],
  ['*', [1e200, 1e200], null, 'not_finite'],
  ['SUM', [1, 2, 3], 6],
  ['SUM', [1e308, 1e308], null, 'not_finite'],
  ['AVG', [1, 2, 6], 3],
  ['MIN', [4, -2, 6], -2],
  ['MAX', [4, -2, 6], 6],
  ['IF', [1, 10, 20], 10],
  ['IF', [-0.5, 10, 20], 10],
  ['IF', [0, 10, 20], 20],
  ['IF', [0, 10], 0],
  ['ROUND', [2.5], 3],
  ['ROUND', [2.675, 2], 2.68],
  ['<', [1, 2], 1],
  ['<=', [2, 2], 1],
  ['>', [1, 2], 0],
  ['>=', [1, 2], 0],
  ['=', [0.3, 0.3], 1],
  ['=', [0.1 + 0.2, 0.3], 0],
  ['<>', [1, 2], 1],
  ['<', [1], null, 'missing_operand'],
])('%s of %j is %j', async (operator, operands, expected, ...kinds) => {
  expect(await made(operator, ...operands)).toEqual([expected, ...kinds])
})

test('functions take the numbers that are there, and operators need all', async () => {
  expect(await made('SUM', 1, null, 3)).toEqual([4, 'no_value'])
  expect(await made('AVG', 1, null, 3)).toEqual([2, 'no_value'])
  expect(await made('MIN', null, 3)).toEqual([3, 'no_value'])
  expect(await made('MAX', null)).toEqual([null, 'no_value'])
  expect(await made('+', 1, null)).toEqual([null, 'no_value'])
  expect(await made('=', null, null)).toEqual([null, 'no_value', 'no_value'])
})

test('of IF only the branch that is taken need be there', async () => {
  expect(await made('IF', 1, 10, null)).toEqual([10, 'no_value'])
  expect(await made('IF', 0, 10, null)).toEqual([null, 'no_value'])
  expect(await made('IF', null, 10, 20)).toEqual([null, 'no_value'])
  const only = data({ '2024': 5 })
  const found = await made('IF', data({ '2024': 1, '2025': 1 }), only, 0)
  expect(found).toEqual([[5, null], 'missing_operand'])
})

test('PREV is the period before, and in the first one what is given for it', async () => {
  const values = data({ '2025': 3, '2023': 1, '2024': 2 })
  expect(await made('PREV', values)).toEqual([[null, 1, 2], 'no_previous_period'])
  expect(await made('PREV', values, 9)).toEqual([[9, 1, 2]])
  expect(await made('PREV', values, data({ '2023': 8, '2024': 7 }))).toEqual([[8, 1, 2]])
  expect(await made('PREV', values, data({ '2024': 7 }))).toEqual([[null, 1, 2], 'missing_operand'])
  expect(await made('PREV', 5)).toEqual([null, 'no_previous_period'])
})

test('PREV takes the periods of its own node, and begins where a tuple does', async () => {
  const calculator = await createCalculator(
    model({
      前: ['PREV', 'a', '初'],
      a: data({ '2023/東京': 1, '2025/東京': 3, '2025/大阪': 4, '2026/大阪': 5 }, ['店']),
      初: 0,
      b: data({ '2024': 1 }),
    }),
  )
  expect(recordsOf(calculator, '前')).toEqual({
    '2023/東京': 0,
    '2025/東京': 1,
    '2026/東京': 3,
    '2023/大阪': null,
    '2025/大阪': 0,
    '2026/大阪': 4,
  })
  expect(calculator.warnings.count).toBe(0)
})

test.each([
  [2.675, 2, 2.68],
  [1.005, 2, 1.01],
  [-1.005, 2, -1.01],
  [-2.5, 0, -3],
  [-0.4, 0, 0],
  [0.5, 0, 1],
  [1.1 * 1.15, 2, 1.27],
  [1234.5, -2, 1200],
  [1250, -2, 1300],
  [49, -2, 0],
  [1e300, 2, 1e300],
  [123456789.125, 15, 123456789.125],
  [5e-324, 15, 0],
  [2.345, 1.9, 2.3],
  [7, 99, 7],
  [5e14, -15, 1e15],
])('%d to %d digits is %d', (value, digits, expected) => {
  expect(roundTo(value, digits)).toBe(expected)
})

test('totals take what is there, and say whether that is all', async () => {
  const calculator = await createCalculator(
    model({
      a: data({ '2024/東京': 1, '2024/大阪': 2, '2025/東京': 6, '2025/大阪': null }, ['店']),
      b: null,
    }),
  )
  const series = calculator.baseline('a')
  expect([totalOf(series, 'sum'), totalOf(series, 'mean'), totalOf(series, 'last')]).toEqual([
    9, 3, 6,
  ])
  expect(isComplete(series)).toBe(false)
  expect(periodTotals(calculator, series, 'mean')).toEqual([
    { period: '2024', value: 1.5 },
    { period: '2025', value: 6 },
  ])
  const none = calculator.baseline('b')
  expect([
    totalOf(none, 'sum'),
    totalOf(none, 'last'),
    periodTotals(calculator, none, 'sum'),
  ]).toEqual([null, null, []])
})

test('PREV has nothing behind a gap: what stands at the beginning does not stand there again', async () => {
  const sales = { '2023/東京': 1, '2024/東京': 2, '2025/東京': 3, '2023/大阪': 4, '2025/大阪': 5 }
  const calculator = await createCalculator(
    model({ 前期: ['PREV', '在庫', '期首'], 在庫: data(sales, ['店']), 期首: 9 }),
  )
  expect(recordsOf(calculator, '前期')).toEqual({
    '2023/東京': 9,
    '2024/東京': 1,
    '2025/東京': 2,
    '2023/大阪': 9,
    '2024/大阪': 4,
    '2025/大阪': null,
  })
  expect(calculator.warnings.list).toMatchObject([
    { kind: 'missing_operand', label: '前期', key: { 年: '2025', 店: '大阪' } },
  ])
})

test('totals lose no digits, and what is too large is no total', async () => {
  const numbers = (...values: number[]) =>
    data(Object.fromEntries(values.map((value, at) => [`${2000 + at}`, value])))
  const calculator = await createCalculator(
    model({
      小: numbers(...Array.from({ length: 10 }, () => 0.1)),
      打消: numbers(1e16, 1, -1e16),
      大: numbers(1e308, 1e308),
    }),
  )
  expect(totalOf(calculator.baseline('小'), 'sum')).toBe(1)
  expect(totalOf(calculator.baseline('打消'), 'sum')).toBe(1)
  expect(totalOf(calculator.baseline('大'), 'sum')).toBeNull()
})
