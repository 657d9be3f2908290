import { describe, expect, test } from 'vitest'
import {
  isConstant,
  mean,
  median,
  populationDeviation,
  quantile,
  sampleDeviation,
  sum,
} from '../../../src/statistics/numbers.ts'

test('standard deviations say which they are', () => {
  // 2, 4, 4, 4, 5, 5, 7, 9 have mean 5 and squared deviations of 32.
  const figures = [2, 4, 4, 4, 5, 5, 7, 9]
  expect(populationDeviation(figures)).toBe(2)
  expect(sampleDeviation(figures)).toBeCloseTo(Math.sqrt(32 / 7), 12)
  expect(populationDeviation([7])).toBe(0)
  expect(sampleDeviation([7])).toBeUndefined()
})

test('quantiles are type 7 of Hyndman & Fan', () => {
  // Place (n - 1) p: 0.75 of 1..4 is 1.75, a quarter short of the second.
  expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75)
  expect(quantile([4, 1, 3, 2], 0.75)).toBe(3.25)
  // R: quantile(c(1, 2, 5, 11, 100), c(0, .1, .9, 1)) gives 1, 1.4, 64.4, 100.
  const figures = [100, 2, 11, 1, 5]
  const found = [0, 0.1, 0.9, 1].map((p) => quantile(figures, p))
  for (const [n, value] of [1, 1.4, 64.4, 100].entries()) expect(found[n]).toBeCloseTo(value, 12)
  expect(median([10, 2, 38, 23])).toBe(16.5)
})

test('nothing has no mean, median or deviation', () => {
  expect(mean([])).toBeUndefined()
  expect(median([])).toBeUndefined()
  expect(populationDeviation([])).toBeUndefined()
  expect(sum([])).toBe(0)
})

describe('figures that differ by noise alone', () => {
  test('are constant', () => {
    expect(isConstant([0.1 + 0.2, 0.3])).toBe(true)
    expect(populationDeviation([0.1, 0.1, 0.1])).toBe(0)
    expect(isConstant([0, 0])).toBe(true)
    expect(isConstant([])).toBe(true)
  })

  test('are not taken for small ones', () => {
    expect(isConstant([1e-20, 2e-20])).toBe(false)
    expect(isConstant([1, 1 + 1e-9])).toBe(false)
    expect(isConstant([0, 1e-300])).toBe(false)
  })
})

test('large figures keep their deviation', () => {
  expect(populationDeviation([1e11 + 2, 1e11 + 4, 1e11 + 6])).toBeCloseTo(Math.sqrt(8 / 3), 9)
  expect(sum([1e16, 1, -1e16])).toBe(1)
})
