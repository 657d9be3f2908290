import { expect, test } from 'vitest'
import { createCalculator } from '../../../src/driver-tree/calculation/calculator.ts'
import { model, recordsOf } from '../../support/calculation.ts'

const quantity = {
  period: '月',
  axes: ['部署'],
  keys: [
    ['2024-01', '東京'],
    ['2024-01', '大阪'],
    ['2024-02', '東京'],
    ['2024-02', '大阪'],
  ],
  values: [10, 20, 30, 40],
}

test('a product of numbers over periods and axes, and a single number', async () => {
  const calculator = await createCalculator(
    model({ 売上: ['*', '単価', '数量'], 単価: 100, 数量: quantity }),
  )
  expect(calculator).toMatchObject({
    periodName: '月',
    periods: ['2024-01', '2024-02'],
    axes: ['部署'],
    warnings: { list: [], count: 0 },
  })
  expect(recordsOf(calculator, '売上')).toEqual({
    '2024-01/東京': 1000,
    '2024-01/大阪': 2000,
    '2024-02/東京': 3000,
    '2024-02/大阪': 4000,
  })
  const simulation = await calculator.simulate({
    inputs: [],
    factors: [
      { node_id: '単価', value: 1.5, period_from: null, period_to: null },
      { node_id: '数量', value: 2, period_from: '2024-02', period_to: null },
    ],
  })
  expect(recordsOf(calculator, '売上', simulation.series)).toEqual({
    '2024-01/東京': 1500,
    '2024-01/大阪': 3000,
    '2024-02/東京': 9000,
    '2024-02/大阪': 12000,
  })
  expect(simulation.changed).toEqual(new Set(['単価', '数量', '売上']))
})
