import { describe, expect, test } from 'vitest'
import {
  backtestSeries,
  firstOriginOf,
  meanChange,
} from '../../../src/statistics/forecasting/backtest.ts'
import { chooseMethod } from '../../../src/statistics/forecasting/choice.ts'
import { methodNames } from '../../../src/statistics/forecasting/methods.ts'
import {
  type MethodErrors,
  type PooledBacktest,
  pool,
} from '../../../src/statistics/forecasting/pooling.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

const count = { kind: 'count', season: 1, horizon: 3 } as const
const triangle = [1, 2, 4, 7, 11, 16]
const errorsOf = (pooled: PooledBacktest, method: string) =>
  pooled.methods.find((errors) => errors.method === method)?.byHorizon ?? []

const random = seededRandom(7)
const trends = Array.from({ length: 6 }, (_, area) =>
  Array.from({ length: 20 }, (_, n) => 1000 - 20 * n + 3 * area + 4 * random()),
)

describe('a rolling-origin backtest', () => {
  test('begins at half of a short series and two fifths of a long one', () => {
    const firsts = [5, 6, 8, 10, 12, 25, 46, 120].map((points) => firstOriginOf(points, 1))
    expect(firsts).toEqual([3, 3, 4, 5, 6, 10, 19, 48])
    expect(firstOriginOf(24, 12)).toBe(12)
    for (let points = 5; points < 150; points += 1)
      expect(points - firstOriginOf(points, 1)).toBeGreaterThanOrEqual(Math.floor(points / 2))
  })

  test('forecasts at each origin from what was known there', () => {
    const { firstOrigin, forecasts } = backtestSeries(triangle, count)
    expect(firstOrigin).toBe(3)
    expect(forecasts.naive).toEqual([[4, 4, 4], [7, 7], [11]])
    expect(forecasts.drift_2).toEqual([[5.5, 7, 8.5], [9.5, 12], [14.5]])
    expect(forecasts.drift_5).toEqual([[], [], []])
    expect(forecasts.seasonal_naive).toBeUndefined()
  })

  test('keeps counts from falling below nothing', () => {
    const { forecasts } = backtestSeries([9, 6, 3, 0, 0, 0], count)
    expect(forecasts.drift_all?.[1]).toEqual([0, 0])
    const plain = backtestSeries([9, 6, 3, 0, 0, 0], { ...count, kind: 'value' })
    expect(plain.forecasts.drift_all?.[1]).toEqual([-3, -6])
  })

  test('gives the errors worked by hand', () => {
    const pooled = pool([backtestSeries(triangle, count)])
    expect(pooled).toMatchObject({ series: 1, scale: 'log', benchmark: 'naive' })
    // Naive is off by 3, 4, 5; then 7, 9; then 12; a step is 3 in the mean.
    const naive = errorsOf(pooled, 'naive')
    expect(naive.map(({ checked }) => checked)).toEqual([3, 2, 1])
    expect(naive[0]?.mase).toBeCloseTo(4 / 3, 12)
    expect(naive[1]?.mase).toBeCloseTo(8 / 3, 12)
    expect(naive[2]?.mase).toBeCloseTo(4, 12)
    expect(naive[0]?.mape).toBeCloseTo((100 * (3 / 7 + 4 / 11 + 5 / 16)) / 3, 12)
    // Drift of two steps is off by 1.5 three times; then 4, 4; then 7.5.
    const drift = errorsOf(pooled, 'drift_2')
    expect(drift.map(({ mase }) => mase)).toEqual([0.5, 4 / 3, 2.5])
    expect(drift[0]?.benchmarkMase).toBeCloseTo(4 / 3, 12)
    const candidate = chooseMethod(pooled, 3).candidates.find((each) => each.method === 'drift_2')
    expect(candidate?.relative).toBeCloseTo((0.5 + 4 / 3 + 2.5) / (4 / 3 + 8 / 3 + 4), 12)
    expect(candidate).toMatchObject({ origins: 3, checked: 3, isComplete: true })
  })

  test('weighs areas alike, however large they are', () => {
    const large = triangle.map((value) => value * 1e6)
    const pooled = pool([triangle, large].map((values) => backtestSeries(values, count)))
    expect(errorsOf(pooled, 'naive')[0]?.mase).toBeCloseTo(4 / 3, 12)
    expect(errorsOf(pooled, 'naive')[0]?.checked).toBe(6)
    expect(pooled.series).toBe(2)
  })

  test('does not depend on the order of areas, and passes through JSON', () => {
    const backtests = trends.map((values) => backtestSeries(values, count))
    const choice = chooseMethod(pool(backtests), 3)
    const reversed = chooseMethod(pool(JSON.parse(JSON.stringify(backtests.toReversed()))), 3)
    expect(reversed.method).toBe(choice.method)
    expect(reversed.candidates.map(({ method }) => method)).toEqual(
      choice.candidates.map(({ method }) => method),
    )
    for (const [n, { byHorizon }] of choice.methods.entries())
      for (const [step, { mase, width95 }] of byHorizon.entries()) {
        const other = reversed.methods[n]?.byHorizon[step]
        expect(other?.mase).toBeCloseTo(mase as number, 9)
        expect(other?.width95).toBeCloseTo(width95, 9)
      }
    expect(JSON.parse(JSON.stringify(choice))).toEqual(choice)
  })

  test('divides by the mean change from season to season', () => {
    expect(meanChange(triangle, 1)).toBe(3)
    expect(meanChange([1, 2, 3, 4, 3, 5, 7, 9], 4)).toBe(3.5)
    expect(meanChange([1, 2], 4)).toBe(0)
  })

  test('has no scaled error for what never moves', () => {
    const choice = chooseMethod(pool([backtestSeries(Array(10).fill(5), count)]), 3)
    expect(errorsOf(choice, 'naive')[0]).toMatchObject({ mase: null, mape: 0, width95: 0 })
    expect(choice.method).toBe('naive')
    const mixed = pool([Array(6).fill(5), triangle].map((each) => backtestSeries(each, count)))
    expect(errorsOf(mixed, 'naive')[0]).toMatchObject({ checked: 6 })
    expect(errorsOf(mixed, 'naive')[0]?.mase).toBeCloseTo(4 / 3, 12)
    const zeros = pool([backtestSeries(Array(10).fill(0), count)])
    expect(errorsOf(zeros, 'naive')[0]).toMatchObject({ mase: null, mape: null })
  })
})

describe('the choice of a method', () => {
  test('finds the trend that areas share', () => {
    const choice = chooseMethod(pool(trends.map((values) => backtestSeries(values, count))), 3)
    expect(choice.candidates[0]?.relative).toBeLessThan(0.3)
    expect(['linear', 'drift_all', 'log_linear', 'theta']).toContain(choice.method)
    expect(choice.candidates.map(({ method }) => method).toSorted()).toEqual(
      methodNames.filter((name) => name !== 'seasonal_naive').toSorted(),
    )
  })

  test('finds the season', () => {
    const months = Array.from({ length: 60 }, (_, n) => 100 + 30 * Math.sin((n * Math.PI) / 6))
    const seasonal = { ...count, season: 12, horizon: 12 } as const
    const choice = chooseMethod(pool([backtestSeries(months, seasonal)]), 12)
    expect(choice).toMatchObject({ method: 'seasonal_naive', benchmark: 'seasonal_naive' })
  })

  const errors = (method: MethodErrors['method'], mase: number, checked = 100): MethodErrors => ({
    method,
    spread: 1,
    byHorizon: [
      { horizon: 1, origins: 10, checked, mase, benchmarkMase: 1, mape: 1, width80: 1, width95: 2 },
    ],
  })
  const pooledOf = (methods: MethodErrors[]): PooledBacktest => ({
    kind: 'count',
    season: 1,
    scale: 'log',
    benchmark: 'naive',
    series: 10,
    methods,
  })

  test('is naive where nothing beats it', () => {
    const pooled = pooledOf([errors('naive', 1), errors('drift_2', 1), errors('linear', 1.2)])
    expect(chooseMethod(pooled, 1).method).toBe('naive')
    expect(chooseMethod(pooledOf([errors('naive', 1), errors('holt', 0.9)]), 1).method).toBe('holt')
  })

  test('passes over what was hardly checked, and prefers the simpler of equals', () => {
    const pooled = pooledOf([
      errors('naive', 1),
      errors('drift_2', 0.8),
      errors('holt', 0.8),
      errors('log_holt', 0.1, 49),
    ])
    const choice = chooseMethod(pooled, 1)
    expect(choice.method).toBe('drift_2')
    expect(choice.candidates[0]).toMatchObject({ method: 'log_holt', isComplete: false })
  })
})
