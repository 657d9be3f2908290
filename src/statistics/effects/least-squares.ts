import { dot, type Matrix, type Vector } from './linear-algebra.ts'
import type { Refusal } from './refusals.ts'

export type LeastSquares = {
  /** One a column. */
  coefficients: number[]
  fitted: number[]
  residuals: number[]
  /** (X′X)⁻¹, columns × columns. */
  inverse: number[][]
  /** Rows less columns. */
  degrees: number
  /** Sum of squared residuals over the degrees of freedom. */
  variance: number
}

/** The sine of the angle to the columns before it below which a column is taken to lie among them. */
const smallestAngle = 1e-9

/**
 * Ordinary least squares of `y` (n) on `columns` (each n; a constant is one of them), by QR: columns
 * of unit length through Gram–Schmidt done twice (Björck 1996, 2.4). Refuses when there is no more
 * than one row a column, or when columns are collinear.
 */
export function leastSquares(columns: Matrix, y: Vector): LeastSquares | Refusal {
  const degrees = y.length - columns.length
  if (degrees < 1) return { refused: 'too_few_points', needed: columns.length + 1, found: y.length }
  const scales = columns.map((column) => Math.hypot(...column))
  const decomposition = decompose(columns.map((column, n) => scaled(column, 1 / (scales[n] ?? 1))))
  const { q, r } = decomposition
  if (q.length < columns.length)
    return { refused: 'collinear', needed: columns.length, found: q.length }

  const { left: residuals, parts } = project(y, q)
  const coefficients = solveUpper(r, parts).map((x, n) => x / (scales[n] as number))
  const inverseR = columns.map((_, n) =>
    solveUpper(
      r,
      columns.map((_, m) => (m === n ? 1 : 0)),
    ),
  )
  const inverse = columns.map((_, i) =>
    columns.map(
      (_, j) =>
        inverseR.reduce((sum, column) => sum + (column[i] as number) * (column[j] as number), 0) /
        ((scales[i] as number) * (scales[j] as number)),
    ),
  )
  return {
    coefficients,
    fitted: y.map((value, n) => value - (residuals[n] as number)),
    residuals,
    inverse,
    degrees,
    variance: dot(residuals, residuals) / degrees,
  }
}

const scaled = (vector: Vector, factor: number) => vector.map((x) => x * factor)

/** Orthonormal q and upper triangular r, column by column, as far as columns are independent. */
function decompose(columns: Matrix) {
  const q: number[][] = []
  const r: number[][] = []
  for (const column of columns) {
    const { left, parts } = project(column, q)
    const length = Math.hypot(...left)
    if (!(length > smallestAngle)) continue
    q.push(scaled(left, 1 / length))
    r.push([...parts, length])
  }
  return { q, r }
}

/** What of `vector` lies along each of `q`, and what is left of it. */
function project(vector: Vector, q: Matrix) {
  let left: readonly number[] = vector
  const parts = q.map(() => 0)
  for (const _pass of [1, 2]) {
    for (const [n, axis] of q.entries()) {
      const along = dot(left, axis)
      parts[n] = (parts[n] as number) + along
      left = left.map((x, m) => x - along * (axis[m] as number))
    }
  }
  return { left: [...left], parts }
}

/** Back substitution; `columns` of the upper triangle have 1, 2, 3, … elements. */
function solveUpper(columns: Matrix, b: Vector): number[] {
  const x = [...b]
  for (let j = columns.length - 1; j >= 0; j -= 1) {
    const column = columns[j] as Vector
    x[j] = (x[j] as number) / (column[j] as number)
    for (let i = 0; i < j; i += 1)
      x[i] = (x[i] as number) - (column[i] as number) * (x[j] as number)
  }
  return x
}
