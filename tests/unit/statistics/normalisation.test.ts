import { describe, expect, test } from 'vitest'
import {
  neutral,
  normalisations,
  normalise,
} from '../../../src/statistics/indices/normalisation.ts'
import { competitionRanks, midRanks } from '../../../src/statistics/indices/ranks.ts'

// Mean 5, population standard deviation 2.
const values = [2, 4, 4, 4, 5, 5, 7, 9]

describe('worked by hand', () => {
  test('偏差値 is 50 + 10 z', () => {
    expect(normalise(values, 'deviation', 'up')).toEqual([35, 45, 45, 45, 50, 50, 60, 70])
    expect(normalise(values, 'deviation', 'down')).toEqual([65, 55, 55, 55, 50, 50, 40, 30])
  })

  test('z is in population standard deviations', () => {
    expect(normalise(values, 'zscore', 'up')).toEqual([-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2])
    expect(normalise(values, 'zscore', 'down')).toEqual([1.5, 0.5, 0.5, 0.5, 0, 0, -1, -2])
  })

  test('min-max runs from 0 to 100', () => {
    expect(normalise([10, 15, 30], 'minmax', 'up')).toEqual([0, 25, 100])
    expect(normalise([10, 15, 30], 'minmax', 'down')).toEqual([100, 75, 0])
  })

  test('percentile is the mid-rank less a half, of n', () => {
    // Ranks 1, 3, 3, 3, 5.5, 5.5, 7, 8 of 8.
    const expected = [6.25, 31.25, 31.25, 31.25, 62.5, 62.5, 81.25, 93.75]
    expect(normalise(values, 'percentile', 'up')).toEqual(expected)
    expect(normalise(values, 'percentile', 'down')).toEqual(expected.map((value) => 100 - value))
  })
})

test('偏差値 is drawn in to 30 and 70, to other bounds, or not at all', () => {
  // Nine zeros and a 10: mean 1, deviation 3, so z is 3 at the top and -1/3 elsewhere.
  const outlier = [...Array(9).fill(0), 10]
  expect(normalise(outlier, 'deviation', 'up').at(-1)).toBe(70)
  expect(normalise(outlier, 'deviation', 'down').at(-1)).toBe(30)
  expect(normalise(outlier, 'deviation', 'up', [25, 75]).at(-1)).toBe(75)
  expect(normalise(outlier, 'deviation', 'up', null).at(-1)).toBeCloseTo(80, 12)
})

describe.each(normalisations)('%s', (method) => {
  test('leaves gaps as they are and the others untouched by them', () => {
    const [a, b, c] = normalise([3, 8, 4], method, 'up')
    const gappy = normalise([3, null, 8, Number.NaN, undefined, 4, Infinity], method, 'up')
    expect(gappy).toEqual([a, null, b, null, null, c, null])
  })

  test.each([[[5, 5, 5]], [[0.1, 0.1, 0.1]], [[7]], [[0, 0]]])('is neutral for %j', (constant) => {
    for (const direction of ['up', 'down'] as const) {
      expect(normalise(constant, method, direction)).toEqual(constant.map(() => neutral[method]))
    }
  })

  test('gives nothing for nothing', () => {
    expect(normalise([], method, 'up')).toEqual([])
    expect(normalise([null, null], method, 'up')).toEqual([null, null])
  })

  test('does not care for unit, origin or order', () => {
    const plain = normalise(values, method, 'up')
    const moved = normalise(
      values.map((value) => 1000 * value - 7),
      method,
      'up',
    )
    const turned = normalise([...values].reverse(), method, 'up').reverse()
    for (const [n, value] of plain.entries()) {
      expect(moved[n]).toBeCloseTo(value as number, 9)
      expect(turned[n]).toBeCloseTo(value as number, 9)
    }
  })

  test('puts down the mirror of up about the neutral value', () => {
    const up = normalise(values, method, 'up') as number[]
    const down = normalise(values, method, 'down') as number[]
    for (const [n, value] of up.entries()) {
      expect(value + (down[n] as number)).toBeCloseTo(2 * neutral[method], 9)
    }
  })
})

describe('ranks', () => {
  test('of a competition pass over the places that equals take', () => {
    expect(competitionRanks([10, 30, 20, 20, null])).toEqual([4, 1, 2, 2, null])
    expect(competitionRanks([10, 30, 20, 20, null], 'down')).toEqual([1, 4, 2, 2, null])
  })

  test('take for equal what differs less than the tolerance', () => {
    expect(competitionRanks([0.3, 0.1 + 0.2], 'up', 1e-9)).toEqual([1, 1])
    expect(competitionRanks([0.3, 0.1 + 0.2], 'down', 1e-9)).toEqual([1, 1])
    expect(competitionRanks([0.3, 0.1 + 0.2])).toEqual([2, 1])
  })

  test('in the middle share the mean place', () => {
    expect(midRanks([10, 20, 20, null, 40])).toEqual([1, 2.5, 2.5, null, 4])
    expect(midRanks([5, 5, 5])).toEqual([2, 2, 2])
  })
})
