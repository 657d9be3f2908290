import { describe, expect, test } from 'vitest'
import { describeValues, weightedMean } from '../../../src/statistics/indices/description.ts'
import { modifiedZ, tukeyFences } from '../../../src/statistics/indices/outliers.ts'

function answered(...given: Parameters<typeof describeValues>) {
  const answer = describeValues(...given)
  if ('refused' in answer) throw new Error(answer.refused)
  return answer
}

test('worked by hand', () => {
  const figures = [9, 2, null, 4, 4, 4, 5, 5, 7, Number.NaN]
  expect(answered(figures)).toMatchObject({
    n: 8,
    missing: 2,
    sum: 40,
    mean: 5,
    lowerQuartile: 4,
    median: 4.5,
    upperQuartile: 5.5,
    min: { value: 2, at: [1] },
    max: { value: 9, at: [0] },
    populationDeviation: 2,
    coefficientOfVariation: 0.4,
    weightedMean: null,
  })
  expect(answered(figures).sampleDeviation).toBeCloseTo(Math.sqrt(32 / 7), 12)
})

test('skewness and kurtosis are G1 and G2: scipy.stats 1.17.1 with bias=False', () => {
  const { skewness, kurtosis } = answered([2, 8, 0, 4, 1, 9, 9, 0])
  expect(skewness).toBeCloseTo(0.3305821804079746, 12)
  expect(kurtosis).toBeCloseTo(-2.098602258096087, 12)
})

test('symmetry has no skewness, and its mirror has the opposite', () => {
  expect(answered([1, 2, 3, 4, 5]).skewness).toBeCloseTo(0, 12)
  const figures = [1, 1, 2, 10, 30]
  const { skewness } = answered(figures.map((value) => -value))
  expect(skewness).toBeCloseTo(-(answered(figures).skewness as number), 12)
})

test('all places that have the extremes are named', () => {
  const { min, max } = answered([3, null, 1, 3, 1])
  expect([min, max]).toEqual([
    { value: 1, at: [2, 4] },
    { value: 3, at: [0, 3] },
  ])
})

describe('what cannot be said is null', () => {
  test('of one figure', () => {
    expect(answered([7])).toMatchObject({
      n: 1,
      median: 7,
      populationDeviation: 0,
      sampleDeviation: null,
      skewness: null,
      kurtosis: null,
      modifiedZ: null,
    })
  })

  test('of figures that are all the same', () => {
    expect(answered([0.1, 0.1, 0.1, 0.1])).toMatchObject({
      populationDeviation: 0,
      sampleDeviation: 0,
      coefficientOfVariation: 0,
      skewness: null,
      kurtosis: null,
      tukey: { outside: [] },
    })
  })

  test('of a mean of zero', () => {
    expect(answered([-1, 1]).coefficientOfVariation).toBeNull()
    expect(answered([-1, -3]).coefficientOfVariation).toBe(0.5)
  })

  test('of nothing', () => {
    expect(describeValues([null, Number.NaN])).toEqual({ refused: 'no_figures' })
    expect(tukeyFences([])).toBeNull()
    expect(modifiedZ([])).toBeNull()
  })
})

describe('the weighted mean', () => {
  test('of a rate goes by what it refers to', () => {
    // 10 % of 900 and 40 % of 100 are 130 of 1000.
    expect(answered([10, 40], [900, 100])).toMatchObject({
      mean: 25,
      weightedMean: { value: 13, n: 2 },
    })
  })

  test('leaves out what lacks a figure or a weight', () => {
    expect(weightedMean([10, null, 40, 7], [900, 5, 100, null])).toEqual({ value: 13, n: 2 })
    expect(weightedMean([10, 99, 40], [900, -5, 100])).toEqual({ value: 13, n: 2 })
    expect(weightedMean([1, 2], [0, 0])).toBeNull()
    expect(() => weightedMean([1], [1, 2])).toThrow(RangeError)
  })

  test('with equal weights is the mean', () => {
    expect(weightedMean([1, 2, 6], [7, 7, 7])?.value).toBe(3)
  })
})

describe('outliers', () => {
  // Quartiles 2.25 and 4.75, so fences at -1.5 and 8.5; median 3.5 and MAD 1.5.
  const figures = [1, 2, 100, 3, 4, 5]

  test('lie outside the fences of Tukey', () => {
    expect(tukeyFences(figures)).toEqual({
      lower: -1.5,
      upper: 8.5,
      outside: [{ at: 2, value: 100 }],
    })
  })

  test('have a modified z-score past 3.5', () => {
    const found = modifiedZ([null, ...figures])
    expect(found?.outside).toHaveLength(1)
    expect(found?.outside[0]).toMatchObject({ at: 3, value: 100 })
    expect(found?.outside[0]?.score).toBeCloseTo((0.6745 * 96.5) / 1.5, 12)
    expect(modifiedZ(figures, 50)?.outside).toEqual([])
  })

  test('cannot be told by it where half are the same', () => {
    expect(modifiedZ([5, 5, 5, 5, 90])).toBeNull()
    expect(tukeyFences([5, 5, 5, 5, 90])?.outside).toEqual([{ at: 4, value: 90 }])
  })
})

test('order does not matter, and large figures keep their spread', () => {
  const figures = [1e12 + 1, 1e12 + 2, 1e12 + 3, 1e12 + 30]
  const { populationDeviation, skewness } = answered(figures)
  const near = answered([1, 2, 3, 30])
  expect(populationDeviation).toBeCloseTo(near.populationDeviation, 6)
  expect(skewness).toBeCloseTo(near.skewness as number, 6)
  expect(answered([...figures].reverse())).toMatchObject({ populationDeviation, skewness })
})
