export type Vector = readonly number[]

/** Rows of equal length. */
export type Matrix = readonly Vector[]

/** The sum of products a′b. */
export function dot(a: Vector, b: Vector): number {
  let sum = 0
  for (let n = 0; n < a.length; n += 1) sum += (a[n] as number) * (b[n] as number)
  return sum
}

/** The matrix (n × m) times a vector (m). */
export function times(matrix: Matrix, vector: Vector): number[] {
  return matrix.map((row) => dot(row, vector))
}

/** The matrix product of a (n × m) and b (m × k). */
export function product(a: Matrix, b: Matrix): number[][] {
  const columns = transpose(b)
  return a.map((row) => columns.map((column) => dot(row, column)))
}

/** Rows as columns. */
export function transpose(matrix: Matrix): number[][] {
  return (matrix[0] ?? []).map((_, n) => matrix.map((row) => row[n] as number))
}

/** a′Mb: with a = b the variance of a linear combination whose covariance is M. */
export function bilinear(a: Vector, matrix: Matrix, b: Vector = a): number {
  return dot(a, times(matrix, b))
}

/** A diagonal element this small beside its own row's variance means that the row says nothing new. */
const smallestPivot = 1e-14

/**
 * The lower triangle L of LL′ = `matrix`, a symmetric positive definite one (Cholesky; Golub & Van
 * Loan 2013, 4.2). Undefined where it is not positive definite to working precision.
 */
export function cholesky(matrix: Matrix): number[][] | undefined {
  const lower: number[][] = []
  for (const [i, row] of matrix.entries()) {
    const found: number[] = []
    for (let j = 0; j < i; j += 1) {
      const other = lower[j] as number[]
      let sum = row[j] as number
      for (let k = 0; k < j; k += 1) sum -= (found[k] as number) * (other[k] as number)
      found.push(sum / (other[j] as number))
    }
    const diagonal = row[i] as number
    const pivot = diagonal - dot(found, found)
    if (!(pivot > smallestPivot * diagonal)) return undefined
    found.push(Math.sqrt(pivot))
    lower.push(found)
  }
  return lower
}

/** The x of LL′x = b. */
export function solveCholesky(lower: Matrix, b: Vector): number[] {
  const x = [...b]
  const size = lower.length
  for (let i = 0; i < size; i += 1) {
    const row = lower[i] as Vector
    let sum = x[i] as number
    for (let k = 0; k < i; k += 1) sum -= (row[k] as number) * (x[k] as number)
    x[i] = sum / (row[i] as number)
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let sum = x[i] as number
    for (let k = i + 1; k < size; k += 1) sum -= (lower[k]?.[i] as number) * (x[k] as number)
    x[i] = sum / (lower[i]?.[i] as number)
  }
  return x
}
