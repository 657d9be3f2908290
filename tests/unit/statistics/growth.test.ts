import { describe, expect, test } from 'vitest'
import { compoundGrowth, growthRates } from '../../../src/statistics/indices/growth.ts'
import type { Point } from '../../../src/statistics/indices/series.ts'
import { turningPoints } from '../../../src/statistics/indices/turning-points.ts'

const series = (...points: [number, number | null][]): Point[] =>
  points.map(([year, value]) => ({ year, value }))
const yearly = (values: (number | null)[]) => values.map((value, year) => ({ year, value }))

describe('compound growth', () => {
  test('of Japan from 1920 to 2020 was 0.816 % a year', () => {
    // (126,146,099 / 55,963,053)^(1/100) - 1, to thirty digits.
    const census = series(
      [1920, 55_963_053],
      [1945, null],
      [1980, 117_060_396],
      [2020, 126_146_099],
    )
    const growth = compoundGrowth(census)
    expect(growth).toMatchObject({ from: 1920, to: 2020, years: 100 })
    expect('rate' in growth && growth.rate).toBeCloseTo(0.8160608170776981, 12)
  })

  test('of a doubling in two years is the square root of two', () => {
    const growth = compoundGrowth(series([2000, 50], [2002, 100]))
    expect('rate' in growth && growth.rate).toBeCloseTo(100 * (Math.SQRT2 - 1), 12)
  })

  test('is refused for one point, and on zero or less', () => {
    const few = { refused: 'too_few_points', needed: 2, found: 1 }
    expect(compoundGrowth(series([2000, 5], [2001, null]))).toEqual(few)
    expect(compoundGrowth(series([2000, 0], [2001, 5]))).toEqual({
      refused: 'not_positive',
      year: 2000,
      found: 0,
    })
    expect(compoundGrowth(series([2000, 5], [2001, 7], [2005, -1]))).toEqual({
      refused: 'not_positive',
      year: 2005,
      found: -1,
    })
  })
})

test('growth rates count the years of uneven steps', () => {
  const rates = growthRates(
    series([2000, 100], [2001, 110], [2002, null], [2003, 133.1], [2004, 0]),
  )
  expect(rates.map(({ from, year }) => [from, year])).toEqual([
    [2000, 2001],
    [2001, 2003],
    [2003, 2004],
  ])
  expect(rates[1]?.change).toBeCloseTo(23.1, 10)
  expect(rates[1]?.rate).toBeCloseTo(21, 10)
  expect(rates[1]?.yearly).toBeCloseTo(10, 10)
  expect(rates[2]).toMatchObject({ rate: -100, yearly: null })
  expect(growthRates(series([2000, 1]))).toEqual([])
  expect(growthRates(series([2000, 0], [2001, 1]))[0]).toMatchObject({ rate: null, yearly: null })
})

describe('turning points', () => {
  const values = [1, 4, 2, 3, 2.5, 6, 1, 5, 5, 0, 2]

  test('have the prominence that SciPy 1.17 (find_peaks) gives', () => {
    const turns = turningPoints(yearly(values), 0)
    expect('points' in turns && turns.points).toEqual([
      { year: 1, value: 4, kind: 'peak', prominence: 2 },
      { year: 2, value: 2, kind: 'trough', prominence: 2 },
      { year: 3, value: 3, kind: 'peak', prominence: 0.5 },
      { year: 4, value: 2.5, kind: 'trough', prominence: 0.5 },
      { year: 5, value: 6, kind: 'peak', prominence: 5 },
      { year: 6, value: 1, kind: 'trough', prominence: 4 },
      { year: 7, value: 5, kind: 'peak', prominence: 4 },
      { year: 9, value: 0, kind: 'trough', prominence: 2 },
    ])
  })

  test('count from the least prominence asked for, which is said', () => {
    const turns = turningPoints(yearly(values), 0.5)
    expect(turns).toMatchObject({ minProminence: 3 })
    expect('points' in turns && turns.points.map(({ year }) => year)).toEqual([5, 6, 7])
  })

  test('of Japan: its peak of 2010, by default', () => {
    const census = series(
      [1920, 55_963_053],
      [1950, 84_114_574],
      [1980, 117_060_396],
      [2000, 126_925_843],
      [2010, 128_057_352],
      [2015, 127_094_745],
      [2020, 126_146_099],
    )
    expect(turningPoints(census)).toMatchObject({
      points: [{ year: 2010, kind: 'peak', prominence: 128_057_352 - 126_146_099 }],
      peak: { year: 2010, value: 128_057_352 },
      trough: { year: 1920, value: 55_963_053 },
    })
  })

  test('are mirrored by the mirrored series', () => {
    const kinds = (list: number[]) => {
      const turns = turningPoints(yearly(list), 0)
      return 'points' in turns ? turns.points : []
    }
    const mirrored = kinds(values.map((value) => 10 - value))
    for (const [n, { year, kind, prominence }] of kinds(values).entries()) {
      expect(mirrored[n]).toMatchObject({ year, kind: kind === 'peak' ? 'trough' : 'peak' })
      expect(mirrored[n]?.prominence).toBeCloseTo(prominence, 12)
    }
  })

  test.each([
    ['a rise', [1, 2, 3, 4]],
    ['a fall', [4, 3, 2, 1]],
    ['no change', [3, 3, 3, 3]],
    ['steps up', [1, 1, 2, 2, 3, 3]],
  ])('are none in %s', (_, list) => {
    const turns = turningPoints(yearly(list), 0)
    expect('points' in turns && turns.points).toEqual([])
  })

  test('of equal height do not hide each other', () => {
    // As SciPy 1.17 gives them.
    const turns = turningPoints(yearly([0, 5, 1, 5, 0]))
    expect('points' in turns && turns.points.map(({ prominence }) => prominence)).toEqual([5, 4, 5])
  })

  test('pass over gaps', () => {
    const turns = turningPoints(yearly([1, null, 5, null, null, 2]))
    expect('points' in turns && turns.points).toEqual([
      { year: 2, value: 5, kind: 'peak', prominence: 3 },
    ])
  })

  test('take three points', () => {
    expect(turningPoints(yearly([1, 2, null]))).toEqual({
      refused: 'too_few_points',
      needed: 3,
      found: 2,
    })
  })
})
