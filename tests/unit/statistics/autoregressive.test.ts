import { describe, expect, test } from 'vitest'
import { autoregressive } from '../../../src/statistics/effects/autoregressive.ts'
import { leastSquares } from '../../../src/statistics/effects/least-squares.ts'
import { product, transpose } from '../../../src/statistics/effects/linear-algebra.ts'
import { isRefusal } from '../../../src/statistics/effects/refusals.ts'

function fitted(columns: number[][], y: number[]) {
  const fit = leastSquares(columns, y)
  if (isRefusal(fit)) throw new Error(fit.refused)
  return fit
}

const trace = (matrix: number[][]) => matrix.reduce((sum, row, n) => sum + (row[n] as number), 0)

/** The same by whole matrices: what autocorrelation residuals show on average, and the covariance. */
function byMatrices(columns: number[][], places: number[], rho: number) {
  const fit = fitted(
    columns,
    places.map((place) => place % 3),
  )
  const hat = product(product(transpose(columns), fit.inverse), columns)
  const maker = hat.map((row, i) => row.map((x, j) => (i === j ? 1 : 0) - x))
  const apart = places.map((a) => places.map((b) => Math.abs(a - b)))
  const errors = apart.map((row) => row.map((distance) => rho ** distance))
  const next = apart.map((row) => row.map((distance) => (distance === 1 ? 0.5 : 0)))
  const spread = product(maker, product(errors, maker))
  const linear = product(fit.inverse, columns)
  return {
    expected: trace(product(spread, next)) / trace(spread),
    covariance: product(product(linear, errors), transpose(linear)),
    total: trace(spread),
  }
}

describe('errors with first-order autocorrelation', () => {
  const places = [0, 1, 2, 4, 5, 6, 7, 9, 10, 11]
  const columns = [places.map(() => 1), places, places.map((place) => (place > 5 ? 1 : 0))]

  test('are those that residuals show, as worked out by whole matrices', () => {
    const y = [1, 2, 2.5, 2.6, 2, 2.6, 3, 5, 4, 4.2]
    const fit = fitted(columns, y)
    const { autocorrelation, covariance } = autoregressive(fit, columns, places)
    expect(autocorrelation).toBeGreaterThan(0.1)
    expect(autocorrelation).toBeLessThan(0.95)
    const squares = fit.residuals.reduce((sum, x) => sum + x * x, 0)
    const pairs = fit.residuals.reduce(
      (sum, x, n) =>
        n > 0 && (places[n] as number) - (places[n - 1] as number) === 1
          ? sum + x * (fit.residuals[n - 1] as number)
          : sum,
      0,
    )
    const whole = byMatrices(columns, places, autocorrelation)
    expect(whole.expected).toBeCloseTo(pairs / squares, 9)
    for (const i of [0, 1, 2])
      for (const j of [0, 1, 2])
        expect(covariance[i]?.[j]).toBeCloseTo(
          ((whole.covariance[i]?.[j] as number) * squares) / whole.total,
          9,
        )
  })

  test('without any are those of least squares', () => {
    const y = places.map((_, n) => (n % 2 === 0 ? 1 : -1))
    const fit = fitted(columns, y)
    const { autocorrelation, covariance } = autoregressive(fit, columns, places)
    expect(autocorrelation).toBe(0)
    for (const i of [0, 1, 2])
      for (const j of [0, 1, 2])
        expect(covariance[i]?.[j]).toBeCloseTo(fit.variance * (fit.inverse[i]?.[j] as number), 10)
  })

  test('of a wave longer than the series are as high as they may be', () => {
    const long = Array.from({ length: 30 }, (_, n) => n)
    const fit = fitted(
      [long.map(() => 1)],
      long.map((n) => Math.sin(n / 8)),
    )
    expect(autoregressive(fit, [long.map(() => 1)], long).autocorrelation).toBe(0.95)
  })

  test('of no residuals are none', () => {
    const flat = fitted(
      [places.map(() => 1)],
      places.map(() => 0),
    )
    expect(autoregressive(flat, [places.map(() => 1)], places)).toEqual({
      autocorrelation: 0,
      covariance: [[0]],
    })
  })
})
