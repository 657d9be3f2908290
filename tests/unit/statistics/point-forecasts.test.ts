import { describe, expect, test } from 'vitest'
import { methodNames, methods } from '../../../src/statistics/forecasting/methods.ts'
import { forecastBy, rollMethods } from '../../../src/statistics/forecasting/point-forecasts.ts'
import { fitSmoothing } from '../../../src/statistics/forecasting/smoothing.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

const yearly = methodNames.filter((name) => !methods[name].needsSeason)
const random = seededRandom(20)
const walk = Array.from({ length: 24 }, (_, n) => 500 + 3 * n + 40 * random())

function numbers(answer: ReturnType<typeof forecastBy>): number[] {
  if (!Array.isArray(answer)) throw new Error(JSON.stringify(answer))
  return answer
}

const close = (actual: readonly number[], expected: readonly number[], digits = 9) => {
  expect(actual).toHaveLength(expected.length)
  for (const [n, value] of expected.entries()) expect(actual[n]).toBeCloseTo(value, digits)
}

describe('point forecasts', () => {
  const series = [10, 12, 11, 15, 14, 18, 20]

  test('of naive and drift are those worked by hand', () => {
    expect(forecastBy('naive', series, 3)).toEqual([20, 20, 20])
    close(numbers(forecastBy('drift_2', series, 2)), [23, 26])
    close(numbers(forecastBy('drift_5', series, 2)), [21.6, 23.2])
    close(numbers(forecastBy('drift_all', series, 2)), [20 + 10 / 6, 20 + 20 / 6])
  })

  test('of seasonal naive repeat the last cycle', () => {
    const quarters = [1, 2, 3, 4, 11, 12, 13, 14, 21]
    expect(forecastBy('seasonal_naive', quarters, 6, 4)).toEqual([12, 13, 14, 21, 12, 13])
    expect(forecastBy('seasonal_naive', quarters, 2, 12)).toEqual({
      refused: 'method_needs_more_points',
      method: 'seasonal_naive',
      needed: 12,
      found: 9,
    })
    expect(forecastBy('seasonal_naive', quarters, 2)).toMatchObject({
      refused: 'method_needs_season',
    })
  })

  test('of the regression line are those worked by hand', () => {
    // 1, 3, 2, 6 over 0 to 3: slope (-1.5·1 - 0.5·3 + 0.5·2 + 1.5·6) / 5 = 1.4, mean 3 at 1.5.
    close(numbers(forecastBy('linear', [1, 3, 2, 6], 2)), [6.5, 7.9])
  })

  test('of smoothing have the least one-step error of their grid', () => {
    for (const form of ['holt', 'damped'] as const) {
      const [fitted] = fitSmoothing(walk, [walk.length], form)
      if (!fitted) throw new Error('nothing fitted')
      const again = holtByHand(walk, fitted.alpha, fitted.beta, fitted.phi)
      close([fitted.level, fitted.trend], [again.level, again.trend], 6)
      expect(fitted.squaredError).toBeCloseTo(again.squaredError, 6)
      for (let alpha = 0.05; alpha <= 1; alpha += 0.05)
        for (let beta = 0; beta <= 1; beta += 0.1)
          for (const phi of form === 'holt' ? [1] : [0.8, 0.85, 0.9, 0.95, 0.98])
            expect(fitted.squaredError).toBeLessThanOrEqual(
              holtByHand(walk, alpha, beta, phi).squaredError + 1e-6,
            )
    }
  })

  test('of damped Holt add up a shrinking trend', () => {
    const fitted = fitSmoothing(walk, [walk.length], 'damped')[0]
    if (!fitted) throw new Error('nothing fitted')
    const { level, trend, phi } = fitted
    close(numbers(forecastBy('holt_damped', walk, 3)), [
      level + phi * trend,
      level + (phi + phi ** 2) * trend,
      level + (phi + phi ** 2 + phi ** 3) * trend,
    ])
  })

  test('of simple smoothing are those worked by hand', () => {
    const [fitted] = fitSmoothing([4, 8, 4], [3], 'simple')
    // Errors 8 - 4 and 4 - (4 + 4α): their squares add up to least for the least α of the grid.
    expect(fitted?.alpha).toBeCloseTo(0.02, 12)
    expect(fitted?.level).toBeCloseTo(4.08 - 0.02 * 0.08, 12)
    expect(fitted?.squaredError).toBeCloseTo(16 + 0.08 ** 2, 12)
  })

  test('of Theta are the mean of the two lines of Assimakopoulos & Nikolopoulos 2000', () => {
    const alpha = fitSmoothing(walk, [walk.length], 'simple')[0]?.alpha ?? Number.NaN
    const count = walk.length
    const middle = (count - 1) / 2
    const average = walk.reduce((sum, value) => sum + value, 0) / count
    const slope =
      walk.reduce((sum, value, n) => sum + (n - middle) * (value - average), 0) /
      walk.reduce((sum, _, n) => sum + (n - middle) ** 2, 0)
    const line = (n: number) => average + slope * (n - middle)
    const doubled = walk.map((value, n) => 2 * value - line(n))
    const level = doubled.reduce((state, value) => state + alpha * (value - state))
    const expected = [1, 2, 3, 4].map((step) => (line(count - 1 + step) + level) / 2)
    close(numbers(forecastBy('theta', walk, 4)), expected, 8)
  })

  test('go on exactly from a line and from a constant rate of growth', () => {
    const line = Array.from({ length: 12 }, (_, n) => 30 - 2 * n)
    for (const name of ['drift_2', 'drift_5', 'drift_all', 'linear', 'holt', 'median'] as const)
      close(numbers(forecastBy(name, line, 3)), [6, 4, 2])
    const growth = Array.from({ length: 12 }, (_, n) => 100 * 1.1 ** n)
    for (const name of ['log_drift', 'log_linear', 'log_holt'] as const)
      close(numbers(forecastBy(name, growth, 2)), [100 * 1.1 ** 12, 100 * 1.1 ** 13], 7)
  })

  test('of the median are its middle member', () => {
    const members = methods.median.members ?? []
    expect(members).toHaveLength(5)
    const rows = members.map((name) => numbers(forecastBy(name, walk, 5)))
    const middle = [0, 1, 2, 3, 4].map(
      (step) => rows.map((row) => row[step] as number).sort((a, b) => a - b)[2] as number,
    )
    close(numbers(forecastBy('median', walk, 5)), middle)
  })

  test.each(yearly)('%s stays at a constant', (name) => {
    close(numbers(forecastBy(name, Array(9).fill(7), 4)), [7, 7, 7, 7])
  })

  test.each(yearly)('%s at an origin is its forecast from what was known there', (name) => {
    const origins = [4, 7, 13, 24]
    const rows = rollMethods([name], walk, origins, 3, 1)[name] ?? []
    for (const [n, origin] of origins.entries()) {
      const fresh = forecastBy(name, walk.slice(0, origin), 3)
      if (Array.isArray(fresh)) close(rows[n] ?? [], fresh, 8)
      else expect(rows[n]).toEqual([])
    }
    const changed = walk.map((value, n) => (n < 13 ? value : value * 5))
    expect(rollMethods([name], changed, origins, 3, 1)[name]?.[2]).toEqual(rows[2])
  })

  test.each(yearly)('%s does not mind the unit', (name) => {
    const thousands = walk.map((value) => value * 1024)
    const expected = numbers(forecastBy(name, walk, 4)).map((value) => value * 1024)
    close(numbers(forecastBy(name, thousands, 4)), expected, 6)
  })

  test.each(methodNames)('%s says how many values it needs', (name) => {
    const season = methods[name].needsSeason ? 4 : 1
    const needed = methods[name].minimum(season)
    const enough = walk.slice(0, needed)
    expect(numbers(forecastBy(name, enough, 3, season)).every(Number.isFinite)).toBe(true)
    expect(forecastBy(name, enough.slice(1), 3, season)).toEqual({
      refused: 'method_needs_more_points',
      method: name,
      needed,
      found: needed - 1,
    })
  })

  test('of logarithms are refused where there are none', () => {
    for (const name of methodNames.filter((each) => methods[each].needsPositive))
      expect(forecastBy(name, [3, 2, 0, 1, 4, 5], 1)).toEqual({
        refused: 'method_needs_positive_values',
        method: name,
        lowest: 0,
      })
  })

  test('are refused where they leave the range of numbers', () => {
    const huge = [1e200, 3e200, 2e200, 5e200, 4e200, 6e200]
    expect(forecastBy('naive', huge, 1)).toEqual([6e200])
    expect(forecastBy('holt', huge, 1)).toEqual({ refused: 'not_computable', method: 'holt' })
    const steep = Array.from({ length: 8 }, (_, n) => 10 ** (n * 20))
    expect(forecastBy('log_drift', steep, 9)).toMatchObject({ refused: 'not_computable' })
  })
})

/** Holt's equations as in FPP3 8.2, which weigh level and trend rather than errors. */
function holtByHand(values: readonly number[], alpha: number, beta: number, phi: number) {
  let level = values[0] as number
  let trend = ((values[3] as number) - level) / 3
  let squaredError = 0
  for (const value of values.slice(1)) {
    squaredError += (value - level - phi * trend) ** 2
    const before = level
    level = alpha * value + (1 - alpha) * (level + phi * trend)
    trend = beta * (level - before) + (1 - beta) * phi * trend
  }
  return { level, trend, squaredError }
}
