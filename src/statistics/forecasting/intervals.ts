import type { IndicatorKind } from '../../../db/tables/statistics.ts'
import { clip, fromScale, leastOf, type Scale, toScale } from './scales.ts'

export type Level = 80 | 95

/** Half the width of an interval, in units of a series' spread. */
export type Widths = { width80: number; width95: number }

export type Band = {
  value: number
  lower80: number
  upper80: number
  lower95: number
  upper95: number
}

/** Two-sided quantiles of Student's t for 1, 2, 3 … degrees of freedom (Abramowitz & Stegun, table 26.10). */
const studentQuantiles: Record<Level, readonly number[]> = {
  80: [3.078, 1.886, 1.638],
  95: [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16,
    2.145, 2.131, 2.12, 2.11, 2.101,
  ],
}

/**
 * What `level` per cent of errors to come stay within, from absolute errors seen: of n errors the
 * ⌈(n + 1) × level⌉-th in size (split conformal: Vovk, Gammerman & Shafer 2005; Lei et al. 2018).
 * Fewer than that takes (4 for 80 %, 19 for 95 %) get Student's t times their root mean square.
 * Undefined without errors.
 */
export function conformalQuantile(errors: readonly number[], level: Level): number | undefined {
  return quantileOf(Float64Array.from(errors).sort(), level)
}

function quantileOf(sorted: Float64Array, level: Level): number | undefined {
  const count = sorted.length
  const rank = Math.ceil(((count + 1) * level) / 100)
  if (rank <= count) return sorted[rank - 1]
  if (count === 0) return undefined
  const square = sorted.reduce((sum, error) => sum + error * error, 0) / count
  return (studentQuantiles[level][count - 1] as number) * Math.sqrt(square)
}

/**
 * Widths at one horizon from the absolute errors pooled there, over `origins` successive origins.
 * Errors h steps ahead come from no more than origins / h periods that do not overlap, and areas
 * share what happens in one, so widths grow by √(1 + h / origins), as a prediction interval does for
 * a parameter estimated from so many observations.
 */
export function widthsOf(
  errors: readonly number[],
  horizon: number,
  origins: number,
): Widths | undefined {
  const sorted = Float64Array.from(errors).sort()
  const width80 = quantileOf(sorted, 80)
  const width95 = quantileOf(sorted, 95)
  if (width80 === undefined || width95 === undefined) return undefined
  const growth = Math.sqrt(1 + horizon / origins)
  return { width80: width80 * growth, width95: Math.max(width80, width95) * growth }
}

/**
 * Widths for each step up to `horizon`, never less than those before. Past the last horizon that was
 * checked they grow in proportion to the step.
 */
export function monotoneWidths(checked: readonly Widths[], horizon: number): Widths[] {
  const widths: Widths[] = []
  for (let step = 1; step <= horizon; step += 1) {
    const before = widths.at(-1) ?? { width80: 0, width95: 0 }
    const seen = checked[step - 1]
    const factor = checked.length === 0 ? 1 : step / Math.max(1, step - 1)
    widths.push(
      seen
        ? {
            width80: Math.max(before.width80, seen.width80),
            width95: Math.max(before.width95, seen.width95),
          }
        : { width80: before.width80 * factor, width95: before.width95 * factor },
    )
  }
  return widths
}

/**
 * How much errors of one series are to be expected to spread: its own mean error one step ahead,
 * drawn towards that of all series as if there were five more errors of theirs.
 */
export function spreadOf(own: readonly number[], pooled: number): number {
  const sum = own.reduce((total, error) => total + error, 0)
  return (sum + 5 * pooled) / (own.length + 5)
}

/** An interval around a forecast on the scale of its errors, kept within what its kind allows. */
export function bandOf(
  forecast: number,
  { width80, width95 }: Widths,
  { kind, scale, values }: { kind: IndicatorKind; scale: Scale; values: readonly number[] },
): Band {
  const value = clip(forecast, kind)
  const centre = toScale(value, scale, leastOf(values))
  const at = (offset: number) => clip(fromScale(centre + offset, scale), kind)
  const lower80 = Math.min(value, at(-width80))
  const upper80 = Math.max(value, at(width80))
  return {
    value,
    lower80,
    upper80,
    lower95: Math.min(lower80, at(-width95)),
    upper95: Math.max(upper80, at(width95)),
  }
}
