import { sampleCorrelation } from 'simple-statistics'
import { incompleteBeta } from '../distributions.ts'
import { isConstant, isFigure, type Values } from '../numbers.ts'
import type { Figures } from './columns.ts'
import { midRanks } from './ranks.ts'

export const correlationMethods = ['pearson', 'spearman'] as const
export type CorrelationMethod = (typeof correlationMethods)[number]

export type Correlation = {
  /** -1 to 1; null for fewer than three pairs, where one side is the same in all, or past what numbers hold. */
  coefficient: number | null
  /** Areas that have both. */
  n: number
  /** Two-sided, of no correlation, by Student's t with n - 2 degrees; null as the coefficient is. */
  p: number | null
}

export type CorrelationMatrix = {
  method: CorrelationMethod
  indicators: string[]
  /** Row by column, in the order of `indicators`; symmetric. */
  cells: Correlation[][]
}

/** Closer to 1 or -1 than this is a straight line. */
const noise = 1e-12

/**
 * Correlation of two indicators over the areas that have both: Pearson's, or Spearman's (1904),
 * which is Pearson's of mid-ranks. The p-value of Spearman's is an approximation that is rough below
 * ten pairs, and no p-value here is corrected for there being many.
 */
export function correlationOf(a: Values, b: Values, method: CorrelationMethod): Correlation {
  if (a.length !== b.length) throw new RangeError('Columns have different numbers of areas')
  const [xs, ys]: [number[], number[]] = [[], []]
  for (const [n, x] of a.entries()) {
    const y = b[n]
    if (!isFigure(x) || !isFigure(y)) continue
    xs.push(x)
    ys.push(y)
  }
  const n = xs.length
  if (n < 3 || isConstant(xs) || isConstant(ys)) return { coefficient: null, n, p: null }
  const [left, right] =
    method === 'spearman' ? [midRanks(xs) as number[], midRanks(ys) as number[]] : [xs, ys]
  const found = sampleCorrelation(left, right)
  if (!Number.isFinite(found)) return { coefficient: null, n, p: null }
  const r = 1 - Math.abs(found) < noise ? Math.sign(found) : found
  return { coefficient: r, n, p: correlationPValue(r, n - 2) }
}

/** All pairs of indicators, each over the areas that have both, so that n differs by cell. */
export function correlationMatrix(
  columns: readonly Figures[],
  method: CorrelationMethod,
): CorrelationMatrix {
  const cells: Correlation[][] = columns.map(() => [])
  for (const [row, { values: a }] of columns.entries()) {
    for (const [column, { values: b }] of columns.entries()) {
      const mirrored = column < row ? cells[column]?.[row] : undefined
      cells[row]?.push(mirrored ?? correlationOf(a, b, method))
    }
  }
  return { method, indicators: columns.map(({ indicator }) => indicator), cells }
}

/**
 * Two-sided p-value of Student's t with the t^2 that a correlation r of `degrees` + 2 pairs has:
 * P(|T| > |t|) = I_{1 - r^2}(degrees / 2, 1 / 2), where 1 - r^2 = degrees / (degrees + t^2)
 * (Abramowitz & Stegun 1964, 26.7.1 with 26.5.27).
 */
export function correlationPValue(r: number, degrees: number): number {
  return incompleteBeta((1 - r) * (1 + r), degrees / 2, 0.5)
}
