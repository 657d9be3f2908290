import { expect, test } from 'vitest'
import { createCalculator } from '../../../src/driver-tree/calculation/calculator.ts'
import { goalSeek } from '../../../src/driver-tree/calculation/goal-seek.ts'
import { type Described, data, factor, model } from '../../support/calculation.ts'

const none = { factors: [], inputs: [] }

async function sought(
  nodes: Record<string, Described>,
  node_id: string,
  target: number,
  period: string | null = null,
  changes: Parameters<typeof goalSeek>[1] = none,
) {
  const calculator = await createCalculator(model(nodes))
  const root_id = Object.keys(nodes)[0] as string
  return goalSeek(calculator, changes, { node_id, target, period, root_id })
}

test('a value that reaches the target, whichever way and past zero', async () => {
  const profit = {
    利益: ['-', '売上', '費用'],
    売上: ['*', '単価', '数量'],
    単価: 10,
    数量: 7,
    費用: 100,
  } as const
  const found = await sought(profit, '単価', 250)
  expect(found).toMatchObject({ found: true, reason: null, factor: null, nearest: null })
  expect(found.value).toBeCloseTo(50, 10)
  expect(found.root).toBeCloseTo(250, 9)
  expect((await sought(profit, '費用', 500)).value).toBeCloseTo(-430, 9)
  expect((await sought(profit, '単価', -30)).value).toBe(10)
  expect((await sought(profit, '数量', -100)).value).toBeCloseTo(0, 9)
  expect((await sought({ ...profit, 単価: 0 }, '単価', 2e9)).value).toBeCloseTo(
    2_000_000_100 / 7,
    3,
  )
})

test('a driver with many numbers gets one factor, or in one period its value', async () => {
  const sales = {
    売上: ['*', '単価', '数量'],
    単価: 2,
    数量: data({ '2024': 30, '2025': 70 }),
  } as const
  const all = await sought(sales, '数量', 300)
  expect(all).toMatchObject({ found: true, value: null })
  expect(all.factor).toBeCloseTo(1.5, 12)
  const one = await sought(sales, '数量', 300, '2025')
  expect(one).toMatchObject({ found: true, factor: null })
  expect(one.value).toBeCloseTo(150, 9)
  const price = await sought(sales, '単価', 300, '2025')
  expect(price.value).toBeCloseTo(300 / 70, 12)
})

test('what is tried besides stays', async () => {
  const changes = { factors: [factor('a', 2)], inputs: [{ node_id: 'b', period: null, value: 4 }] }
  const found = await sought({ root: ['*', 'a', 'b'], a: 1, b: 1 }, 'a', 80, null, changes)
  expect(found.value).toBeCloseTo(10, 10)
})

test('says when a driver does nothing, cannot do it, or the root jumps over the target', async () => {
  expect(await sought({ root: ['+', 'a'], a: 1, b: 2 }, 'b', 5)).toMatchObject({
    found: false,
    reason: 'no_effect',
    value: null,
  })
  expect(await sought({ root: ['*', 'a', 'zero'], a: 1, zero: 0 }, 'a', 5)).toMatchObject({
    reason: 'no_effect',
  })
  const square = await sought({ root: ['*', 'a', 'a'], a: 3 }, 'a', -4)
  expect(square).toMatchObject({
    found: false,
    reason: 'not_bracketed',
    iterations: expect.any(Number),
  })
  expect(square.nearest?.root).toBeCloseTo(0, 9)
  const step = {
    root: ['IF', 'over', 'high', 'low'],
    over: ['>', 'a', 'edge'],
    edge: 5,
    a: 3,
    high: 10,
    low: 0,
  } as const
  expect(await sought(step, 'a', 4)).toMatchObject({ found: false, reason: 'discontinuous' })
  const rounded = { root: ['ROUND', 'a'], a: 1 } as const
  expect(await sought(rounded, 'a', 2.5)).toMatchObject({ reason: 'discontinuous' })
  expect(await sought({ root: ['/', 'a', 'zero'], a: 1, zero: 0 }, 'a', 1)).toMatchObject({
    reason: 'not_finite',
    nearest: null,
  })
})

test('a pole is no solution, and one on the other side of it is found', async () => {
  const found = await sought({ root: ['/', 'one', 'a'], one: 1, a: 10 }, 'a', -2)
  expect(found).toMatchObject({ found: true })
  expect(found.value).toBeCloseTo(-0.5, 10)
})

test('a valley between two places that are looked at is found', async () => {
  // (a − 100)² touches 0.01 only between 99.9 and 100.1.
  const valley = { root: ['*', 'd', 'd'], d: ['-', 'a', 'c'], a: 1, c: 100 } as const
  const found = await sought(valley, 'a', 0.01)
  expect(found.found).toBe(true)
  expect(Math.abs((found.value as number) - 100)).toBeCloseTo(0.1, 6)
})
