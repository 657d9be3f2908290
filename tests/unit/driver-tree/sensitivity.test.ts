import { expect, test } from 'vitest'
import { createCalculator } from '../../../src/driver-tree/calculation/calculator.ts'
import { contributionsOf } from '../../../src/driver-tree/calculation/contributions.ts'
import { driversBelow, sensitivityOf } from '../../../src/driver-tree/calculation/sensitivity.ts'
import { data, factor, model } from '../../support/calculation.ts'

const tree = model({
  利益: ['-', '売上', '費用'],
  売上: ['*', '単価', '数量'],
  単価: 10,
  数量: data({ '2024': 30, '2025': 70 }),
  費用: 100,
  他: 3,
})

test('the drivers of a root are what is entered below it', () => {
  expect(driversBelow(tree, '利益').map(({ id }) => id)).toEqual(['単価', '数量', '費用'])
  expect(driversBelow(tree, '売上').map(({ id }) => id)).toEqual(['単価', '数量'])
  expect(driversBelow(tree, '他').map(({ id }) => id)).toEqual(['他'])
})

test('each driver is less and more by some percent, and the largest swing comes first', async () => {
  const calculator = await createCalculator(tree)
  const none = { factors: [], inputs: [] }
  const swings = await sensitivityOf(calculator, none, ['費用', '単価'], '利益', 10)
  // 1000 − 2 × 100 = 800; the price moves it by 100, the cost by 20.
  expect(swings).toEqual([
    {
      node_id: '単価',
      label: '単価',
      value: 10,
      low: 700,
      high: 900,
      low_effect: -100,
      high_effect: 100,
      swing: 200,
    },
    {
      node_id: '費用',
      label: '費用',
      value: 100,
      low: 820,
      high: 780,
      low_effect: 20,
      high_effect: -20,
      swing: 40,
    },
  ])
  const doubled = { factors: [factor('数量', 2)], inputs: [] }
  const [first] = await sensitivityOf(calculator, doubled, ['単価'], '利益', 10)
  expect(first).toMatchObject({ low: 1600, high: 2000, swing: 400 })
})

test('what does not reach the root swings nothing, and a root without number gives none', async () => {
  const calculator = await createCalculator(model({ 率: ['/', 'a', 'b'], a: 1, b: 0, c: 2 }))
  const none = { factors: [], inputs: [] }
  expect(await sensitivityOf(calculator, none, ['a', 'c'], '率', 5)).toMatchObject([
    { node_id: 'a', low: null, high: null, low_effect: null, swing: null },
    { node_id: 'c', low: null, swing: null },
  ])
  expect(await sensitivityOf(calculator, none, ['b'], 'a', 5)).toMatchObject([
    { low_effect: 0, high_effect: 0, swing: 0 },
  ])
})

test('a driver that makes numbers of the root null has no swing', async () => {
  const calculator = await createCalculator(
    model({
      単価: ['/', '売上', '数量'],
      売上: data({ '2024/東京': 10, '2024/大阪': 30 }, ['店']),
      数量: ['-', '延べ数', '返品'],
      延べ数: data({ '2024/東京': 2, '2024/大阪': 4 }, ['店']),
      返品: data({ '2024': 1 }),
    }),
  )
  const changes = { factors: [], inputs: [] }
  const [swing] = await sensitivityOf(calculator, changes, ['返品'], '単価', 100)
  // With two returns 東京 would be 10 ÷ 0: 大阪 alone, 15, is no total to set beside 20.
  expect(swing).toMatchObject({ low: 12.5, low_effect: -7.5, high: null, swing: null })
  const player = {
    id: '返品',
    label: '返品',
    changes: { factors: [factor('返品', 2)], inputs: [] },
  }
  expect(await contributionsOf(calculator, [player], '単価')).toMatchObject({
    baseline: 20,
    simulated: 15,
    effect: null,
    parts: [{ contribution: null, alone: null }],
  })
})
