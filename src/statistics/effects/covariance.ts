import type { LeastSquares } from './least-squares.ts'
import { type Matrix, product, type Vector } from './linear-algebra.ts'

/** The truncation lag of Newey & West (1994) for Bartlett weights, of `count` points in time. */
export function neweyWestLag(count: number): number {
  return Math.floor(4 * (count / 100) ** (2 / 9))
}

/**
 * The covariance of coefficients that allows for heteroscedasticity and for autocorrelation up to
 * `lag` (Newey & West 1987, Bartlett weights), times n / (n − k); with lag 0 it is White's (1980) HC1.
 * `times` are the rows' places in an equally spaced series: pairs across a gap count at their true
 * distance, missing points count as nothing (Parzen 1963).
 */
export function neweyWest(
  fit: LeastSquares,
  columns: Matrix,
  lag: number,
  times: readonly number[] = fit.residuals.map((_, n) => n),
): number[][] {
  const scores = scoresOf(fit, columns)
  const rowAt = new Map(times.map((time, n) => [time, n]))
  const middle = zeros(columns.length)
  for (const [n, score] of scores.entries()) {
    addOuter(middle, score, score, 1)
    for (let distance = 1; distance <= lag; distance += 1) {
      const other = scores[rowAt.get((times[n] as number) - distance) ?? -1]
      if (!other) continue
      const weight = 1 - distance / (lag + 1)
      addOuter(middle, score, other, weight)
      addOuter(middle, other, score, weight)
    }
  }
  return sandwich(fit, middle, scores.length / fit.degrees)
}

/** Each row of the regressors times its residual. */
function scoresOf({ residuals }: LeastSquares, columns: Matrix): number[][] {
  return residuals.map((residual, n) => columns.map((column) => (column[n] as number) * residual))
}

function sandwich({ inverse }: LeastSquares, middle: Matrix, factor: number): number[][] {
  return product(product(inverse, middle), inverse).map((row) => row.map((x) => x * factor))
}

function zeros(size: number): number[][] {
  return Array.from({ length: size }, () => new Array<number>(size).fill(0))
}

function addOuter(matrix: number[][], a: Vector, b: Vector, weight: number): void {
  for (const [i, row] of matrix.entries())
    for (let j = 0; j < row.length; j += 1)
      row[j] = (row[j] as number) + weight * (a[i] as number) * (b[j] as number)
}
