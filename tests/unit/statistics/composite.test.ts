import { describe, expect, test } from 'vitest'
import { aggregations } from '../../../src/statistics/indices/aggregation.ts'
import type { Column } from '../../../src/statistics/indices/columns.ts'
import { type CompositeMethod, compositeOf } from '../../../src/statistics/indices/composite.ts'
import { normalisations } from '../../../src/statistics/indices/normalisation.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

const column = (indicator: string, values: (number | null)[], weight = 1, direction = 'up') =>
  ({ indicator, values, weight, direction }) as Column

function answered(columns: readonly Column[], method: Partial<CompositeMethod> = {}) {
  const composite = compositeOf(columns, method)
  if ('refused' in composite) throw new Error(composite.refused)
  return composite
}

const scoresOf = (columns: readonly Column[], method: Partial<CompositeMethod> = {}) =>
  answered(columns, method).areas.map(({ score }) => score)

describe('worked by hand', () => {
  // Min-max: a is 0, 50, 100; b, where less is better, 100, 75, 0. Weights are 3 to 1.
  const columns = [column('a', [1, 2, 3], 3), column('b', [10, 20, 50], 1, 'down')]

  test('the arithmetic score is the weighted mean', () => {
    const { areas, weights, shift, ranked } = answered(columns, { normalisation: 'minmax' })
    expect(areas.map(({ score }) => score)).toEqual([25, 56.25, 75])
    expect(areas.map(({ rank }) => rank)).toEqual([3, 2, 1])
    expect(weights).toEqual([
      { indicator: 'a', weight: 0.75 },
      { indicator: 'b', weight: 0.25 },
    ])
    expect([shift, ranked]).toEqual([0, 3])
    expect(areas[1]?.contributions).toEqual([
      { indicator: 'a', normalised: 50, weight: 0.75, contribution: 37.5 },
      { indicator: 'b', normalised: 75, weight: 0.25, contribution: 18.75 },
    ])
  })

  test('the geometric score lifts all by 1 where some are 0, and lowers the score by it', () => {
    const { areas, shift } = answered(columns, {
      normalisation: 'minmax',
      aggregation: 'geometric',
    })
    expect(shift).toBe(1)
    const expected = [101 ** 0.25 - 1, 51 ** 0.75 * 76 ** 0.25 - 1, 101 ** 0.75 - 1]
    for (const [n, value] of expected.entries()) expect(areas[n]?.score).toBeCloseTo(value, 10)
  })

  test('the geometric score needs no lift where all are above 0', () => {
    // Mean 5, deviation 2: 偏差値 of 40 and 60, and the other way round.
    const pair = [column('a', [3, 7]), column('b', [3, 7], 1, 'down')]
    const { areas, shift } = answered(pair, { aggregation: 'geometric' })
    expect(shift).toBe(0)
    expect(areas[0]?.score).toBeCloseTo(Math.sqrt(40 * 60), 10)
  })
})

describe.each(
  aggregations.flatMap((aggregation) =>
    normalisations.map((normalisation) => ({ aggregation, normalisation })),
  ),
)('$aggregation over $normalisation', (method) => {
  const random = seededRandom(7)
  const columns = Array.from({ length: 6 }, (_, n) =>
    column(
      `i${n}`,
      Array.from({ length: 30 }, () => (random() < 0.1 ? null : Math.exp(4 * random()))),
      random(),
      n % 2 ? 'up' : 'down',
    ),
  )

  test('has contributions that add up to the score', () => {
    for (const { score, contributions } of answered(columns, method).areas) {
      const total = contributions.reduce((sum, { contribution }) => sum + contribution, 0)
      if (score !== null) expect(Math.abs(total - score)).toBeLessThan(1e-9)
    }
  })

  test('has contributions that rise with the indicator', () => {
    const lifted = (by: number) => {
      const values = Array.from({ length: 9 }, (_, n) => n + by * Number(n === 4))
      return answered([column('a', values), column('b', [9, 1, 8, 2, 7, 3, 6, 4, 5])], method)
        .areas[4]?.contributions[0]?.contribution as number
    }
    expect(lifted(2)).toBeGreaterThan(lifted(0))
  })

  test('does not care for the order of areas or indicators, nor for the scale of weights', () => {
    const plain = scoresOf(columns, method)
    const turned = columns
      .map((one) => ({ ...one, weight: one.weight * 1000, values: [...one.values].reverse() }))
      .reverse()
    for (const [n, score] of scoresOf(turned, method).reverse().entries()) {
      if (score === null) expect(plain[n]).toBeNull()
      else expect(score).toBeCloseTo(plain[n] as number, 9)
    }
  })

  test('gives an area that is the same in everything that same score', () => {
    const same = [column('a', [1, 2, 3, 4]), column('b', [10, 20, 30, 40], 5)]
    const { areas } = answered(same, method)
    for (const { score, contributions } of areas) {
      expect(score).toBeCloseTo(contributions[0]?.normalised as number, 9)
    }
  })

  test('does not rank an area lower for doing better', () => {
    const before = answered(columns, method).areas[3]
    const better = columns.map((one) => ({
      ...one,
      values: one.values.map((value, n) =>
        n === 3 && typeof value === 'number'
          ? value * (one.direction === 'up' ? 1.5 : 0.6)
          : (value ?? null),
      ),
    }))
    const after = answered(better, method).areas[3]
    expect(after?.rank).toBeLessThanOrEqual(before?.rank as number)
  })
})

describe('what is missing', () => {
  const columns = [
    column('a', [1, 2, 3, null], 1),
    column('b', [3, 2, null, null], 1),
    column('c', [5, null, null, null], 1),
    column('d', [null, null, null, 1], 0),
  ]

  test('is dropped, listed, and its weight given to the rest', () => {
    const [first, second] = answered(columns).areas
    expect(first).toMatchObject({ coverage: 1, missing: [], reason: null })
    expect(second?.missing).toEqual(['c'])
    expect(second?.coverage).toBeCloseTo(2 / 3, 12)
    expect(second?.contributions.map(({ weight }) => weight)).toEqual([0.5, 0.5])
    // 50 in a, 40 in b.
    expect(second?.score).toBeCloseTo(45, 9)
  })

  test('leaves no score under the coverage asked for, and no rank', () => {
    const { areas, ranked } = answered(columns)
    expect(areas[2]).toMatchObject({ score: null, rank: null, reason: 'coverage_too_low' })
    expect(areas[2]?.contributions).toEqual([])
    expect(areas[3]).toMatchObject({ score: null, rank: null, reason: 'no_figures', coverage: 0 })
    expect(ranked).toBe(2)
    expect(answered(columns, { minCoverage: 1 }).ranked).toBe(1)
    expect(answered(columns, { minCoverage: 0 }).ranked).toBe(3)
  })
})

test('two thirds of the weight are two thirds, noise of arithmetic or not', () => {
  const weighted = [column('a', [1, 2], 3), column('b', [1, 2], 5), column('c', [null, 2], 4)]
  const [first] = answered(weighted).areas
  expect(first?.coverage).toBeLessThan(2 / 3)
  expect(first?.score).toBe(40)
})

test('equal scores share a rank, noise of arithmetic or not', () => {
  // By symmetry the first three draw, but not to the last digit.
  const columns = [column('a', [3, 2, 1, 0]), column('b', [1, 3, 2, 0]), column('c', [2, 1, 3, 0])]
  const { areas } = answered(columns)
  expect(new Set(areas.slice(0, 3).map(({ score }) => score)).size).toBeGreaterThan(1)
  expect(areas.map(({ rank }) => rank)).toEqual([1, 1, 1, 4])
})

test('an indicator that is the same everywhere moves every score alike', () => {
  expect(scoresOf([column('a', [4, 4, 4])])).toEqual([50, 50, 50])
  expect(answered([column('a', [4, 4, 4])]).areas.map(({ rank }) => rank)).toEqual([1, 1, 1])
})

describe('weights', () => {
  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('of %d are refused', (weight) => {
    const columns = [column('a', [1, 2]), column('b', [1, 2], weight)]
    expect(compositeOf(columns)).toEqual({ refused: 'weight_not_valid', indicator: 'b' })
  })

  test('that are all zero, or none, are refused', () => {
    expect(compositeOf([column('a', [1, 2], 0)])).toEqual({ refused: 'no_weight' })
    expect(compositeOf([])).toEqual({ refused: 'no_weight' })
  })

  test('may be as large or small as numbers go', () => {
    const columns = [column('a', [1, 2], 1e308), column('b', [1, 2], 1e308)]
    expect(answered(columns).weights.map(({ weight }) => weight)).toEqual([0.5, 0.5])
  })
})

test('columns of different lengths are a mistake of the caller', () => {
  expect(() => compositeOf([column('a', [1]), column('b', [1, 2])])).toThrow(RangeError)
})
