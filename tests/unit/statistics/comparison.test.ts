import { describe, expect, test } from 'vitest'
import {
  absolute,
  differenceToNation,
  indexOn,
  rateOfChange,
  ratioToNation,
  shareChange,
  shareOfNation,
} from '../../../src/statistics/indices/comparison.ts'
import { peerStatistics, standings } from '../../../src/statistics/indices/peers.ts'
import { isRefusal } from '../../../src/statistics/indices/refusals.ts'
import type { Point } from '../../../src/statistics/indices/series.ts'

const series = (...points: [number, number | null][]): Point[] =>
  points.map(([year, value]) => ({ year, value }))

const tokyo = series([2015, 200], [2016, 250], [2017, null], [2018, 300], [2019, 150])
const japan = series([2014, 900], [2015, 1000], [2016, 1000], [2018, 0], [2019, 600])
const values = (points: unknown) => (points as Point[]).map(({ value }) => value)

describe('worked by hand', () => {
  test('a rate is per cent of the point before, and reaches over no gap', () => {
    expect(values(rateOfChange(tokyo))).toEqual([null, 25, null, null, -50])
  })

  test('an index is per cent of the base year', () => {
    expect(values(indexOn(tokyo, 2016))).toEqual([80, 100, null, 120, 60])
  })

  test('a share, a ratio and a difference go by the nation of the same year', () => {
    expect(values(shareOfNation(tokyo, japan))).toEqual([20, 25, null, null, 25])
    expect(values(ratioToNation(tokyo, japan))).toEqual([0.2, 0.25, null, null, 0.25])
    expect(values(differenceToNation(tokyo, japan))).toEqual([-800, -750, null, 300, -450])
  })

  test('a change of share is in points and in per cent', () => {
    expect(shareChange(tokyo, japan)).toEqual({
      from: 2015,
      to: 2019,
      before: 20,
      after: 25,
      points: 5,
      rate: 25,
    })
  })
})

test('years stay as they are', () => {
  const years = tokyo.map(({ year }) => year)
  for (const points of [absolute(tokyo), rateOfChange(tokyo), shareOfNation(tokyo, japan)]) {
    expect(points.map(({ year }) => year)).toEqual(years)
  }
})

test('what is not finite is a gap', () => {
  const points = series([2000, Number.NaN], [2001, 1e308], [2002, Number.POSITIVE_INFINITY])
  expect(values(absolute(points))).toEqual([null, 1e308, null])
  expect(values(rateOfChange(points))).toEqual([null, null, null])
})

test('an index of large figures does not overflow', () => {
  expect(values(indexOn(series([2000, 1e307], [2001, 1e307]), 2000))).toEqual([100, 100])
})

test('a rate on nothing or less is no rate', () => {
  expect(values(rateOfChange(series([2000, 0], [2001, 5], [2002, -5], [2003, 5])))).toEqual([
    null,
    null,
    -200,
    null,
  ])
})

describe('an index is refused', () => {
  test('without its base year', () => {
    expect(indexOn(tokyo, 1990)).toEqual({ refused: 'base_missing', base: 1990 })
    expect(indexOn(tokyo, 2017)).toEqual({ refused: 'base_missing', base: 2017 })
    expect(indexOn([], 2017)).toEqual({ refused: 'base_missing', base: 2017 })
  })

  test('on a base of zero or less', () => {
    const points = series([2000, 0], [2001, -2])
    expect(indexOn(points, 2000)).toEqual({ refused: 'base_not_positive', base: 2000, found: 0 })
    expect(indexOn(points, 2001)).toEqual({ refused: 'base_not_positive', base: 2001, found: -2 })
  })
})

test('refusals are told from answers', () => {
  expect(isRefusal(indexOn(tokyo, 1990))).toBe(true)
  expect(isRefusal(indexOn(tokyo, 2015))).toBe(false)
})

test('a change of share takes two years', () => {
  expect(shareChange(tokyo, japan.slice(0, 2))).toEqual({
    refused: 'too_few_points',
    needed: 2,
    found: 1,
  })
  expect(shareChange([], [])).toEqual({ refused: 'too_few_points', needed: 2, found: 0 })
})

test('an index chains into rates', () => {
  const points = series([1, 7], [2, 9], [3, 8], [4, 21])
  const rates = values(rateOfChange(points)) as number[]
  const end = rates.slice(1).reduce((level, rate) => level * (1 + rate / 100), 100)
  expect(values(indexOn(points, 1)).at(-1)).toBeCloseTo(end, 10)
})

test('points out of order are a mistake of the caller', () => {
  expect(() => absolute(series([2001, 1], [2000, 1]))).toThrow(RangeError)
  expect(() => absolute(series([2000, 1], [2000, 1]))).toThrow(RangeError)
})

describe('peers', () => {
  const figures = [9, 2, null, 4, 4, 4, 5, 5, 7]

  test('have a mean of 5 and a deviation of 2', () => {
    expect(peerStatistics(figures)).toEqual({
      n: 8,
      mean: 5,
      lowerQuartile: 4,
      median: 4.5,
      upperQuartile: 5.5,
      deviation: 2,
      min: 2,
      max: 9,
    })
    expect(peerStatistics([null])).toEqual({ refused: 'no_figures' })
  })

  test('say where each of them stands', () => {
    const [nine, two, none, four] = standings(figures, 'up')
    expect(nine).toEqual({
      value: 9,
      rank: 1,
      of: 8,
      z: 2,
      percentile: 93.75,
      toMean: 4,
      toMedian: 4.5,
    })
    expect(two).toMatchObject({ rank: 8, z: -1.5 })
    expect(none).toBeNull()
    expect(four).toMatchObject({ rank: 5, of: 8 })
    expect(standings(figures, 'down')[3]).toMatchObject({ rank: 2, z: -0.5, percentile: 68.75 })
  })
})
