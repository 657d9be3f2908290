import { studentQuantile, studentTwoSided } from '../distributions.ts'
import type { Interval } from './panel.ts'

export type Estimate = {
  estimate: number
  standardError: number
  /** Of Student's t, from which interval and p-value come. */
  degrees: number
  /** 95 %. */
  interval: Interval
  /** Two-sided, for no effect; null where the data have no spread to measure it against. */
  pValue: number | null
}

/** A difference or an error this small beside the figures is rounding. */
export const rounding = 1e-12

/**
 * An estimate with its interval and p-value by Student's t; `size` is how large the figures are. Who
 * has many with the same degrees of freedom gives their 97.5 % point as `critical`.
 */
export function studentEstimate(
  estimate: number,
  standardError: number,
  degrees: number,
  size: number,
  critical: number = studentQuantile(0.975, degrees),
): Estimate {
  const hasSpread = standardError > rounding * size
  const margin = hasSpread ? critical * standardError : 0
  return {
    estimate,
    standardError: hasSpread ? standardError : 0,
    degrees,
    interval: { lower: estimate - margin, upper: estimate + margin },
    pValue: hasSpread ? studentTwoSided(estimate / standardError, degrees) : null,
  }
}

/** The largest distance from zero among figures. */
export function sizeOf(values: readonly number[]): number {
  return values.reduce((size, value) => Math.max(size, Math.abs(value)), 0)
}

/** An estimate of which the data may not say how uncertain it is. */
export type PointEstimate = {
  estimate: number
  standardError: number | null
  degrees: number | null
  interval: Interval | null
  pValue: number | null
}
