import type { LeastSquares } from './least-squares.ts'
import { dot, type Matrix, times, transpose, type Vector } from './linear-algebra.ts'

/** Past this the errors are hardly to be told from a trend. */
const highest = 0.95

export type Autoregressive = {
  /** First-order autocorrelation of the errors, from 0 to 0.95. */
  autocorrelation: number
  /** Of the coefficients. */
  covariance: number[][]
}

/**
 * The covariance of coefficients under errors with first-order autocorrelation. Residuals show too
 * little of it, as the line follows them: it is taken as the one under which the residuals' own is as
 * seen, by the moments of quadratic forms (Durbin & Watson 1950). The variance of the errors allows
 * for the same. `places` are the rows' places in an equally spaced series.
 */
export function autoregressive(
  fit: LeastSquares,
  columns: Matrix,
  places: readonly number[],
): Autoregressive {
  const rows = transpose(columns)
  const projected = rows.map((row) => times(fit.inverse, row))
  const moments = momentsOf(rows, projected, places)
  const squares = dot(fit.residuals, fit.residuals)
  const seen = neighbours(fit.residuals, places) / squares
  const expected = (rho: number) => power(moments.neighbours, rho) / power(moments.squares, rho)
  const autocorrelation = squares > 0 ? solve(expected, seen) : 0

  const powers = moments.squares.map((_, distance) => autocorrelation ** distance)
  const filtered = projected.map((_, i) =>
    columns.map((_, k) => {
      let sum = 0
      for (const [j, other] of projected.entries())
        sum += (powers[distanceOf(places, i, j)] as number) * (other[k] as number)
      return sum
    }),
  )
  const variance = squares / power(moments.squares, autocorrelation)
  const weights = transpose(projected)
  const responses = transpose(filtered)
  return {
    autocorrelation,
    covariance: weights.map((a) => responses.map((b) => variance * dot(a, b))),
  }
}

const distanceOf = (places: readonly number[], i: number, j: number) =>
  Math.abs((places[i] as number) - (places[j] as number))

/** Sum of the products of neighbours in time. */
function neighbours(values: Vector, places: readonly number[]): number {
  return values.reduce(
    (sum, value, n) =>
      n > 0 && distanceOf(places, n, n - 1) === 1 ? sum + value * (values[n - 1] as number) : sum,
    0,
  )
}

/**
 * With M the matrix that makes residuals of errors, and K that of neighbours: the elements of M and
 * of MKM, each summed by distance in time.
 */
function momentsOf(rows: Matrix, projected: Matrix, places: readonly number[]) {
  const length = (places.at(-1) as number) - (places[0] as number) + 1
  const squares = new Array<number>(length).fill(0)
  const sums = new Array<number>(length).fill(0)
  const isNext = (i: number, j: number) => distanceOf(places, i, j) === 1
  const shifted = rows.map((row, n) =>
    row.map((_, k) => {
      const [before, after] = [rows[n - 1], rows[n + 1]]
      const sum =
        (before && isNext(n, n - 1) ? (before[k] as number) : 0) +
        (after && isNext(n, n + 1) ? (after[k] as number) : 0)
      return sum / 2
    }),
  )
  const [columns, shiftedColumns] = [transpose(rows), transpose(shifted)]
  const middle = columns.map((a) => shiftedColumns.map((b) => dot(a, b)))
  const moved = projected.map((row) => times(middle, row))
  // Both matrices are symmetric: one half of them, twice.
  for (const [i, row] of rows.entries()) {
    for (let j = 0; j <= i; j += 1) {
      const own = projected[j] as number[]
      const distance = distanceOf(places, i, j)
      const twice = i === j ? 1 : 2
      const square = (i === j ? 1 : 0) - dot(row, own)
      const next =
        (isNext(i, j) ? 0.5 : 0) -
        dot(shifted[i] as number[], own) -
        dot(projected[i] as number[], shifted[j] as number[]) +
        dot(projected[i] as number[], moved[j] as number[])
      squares[distance] = (squares[distance] as number) + twice * square
      sums[distance] = (sums[distance] as number) + twice * next
    }
  }
  return { squares, neighbours: sums }
}

/** The polynomial with `coefficients` from the constant on. */
function power(coefficients: Vector, x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0)
}

/** Where a rising function reaches `value`, from 0 to the highest autocorrelation. */
function solve(rising: (x: number) => number, value: number): number {
  if (!(value > rising(0))) return 0
  if (value >= rising(highest)) return highest
  let [low, high] = [0, highest]
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2
    if (rising(middle) < value) low = middle
    else high = middle
  }
  return high
}
