import type { Refusal } from './refusals.ts'
import { type KnownPoint, knownPoints, type Series } from './series.ts'

export type Growth = {
  from: number
  year: number
  change: number
  /** Per cent of the figure before; null where that is not above zero. */
  rate: number | null
  /** Per cent a year, compounded, for steps of any length; null where either is not above zero. */
  yearly: number | null
}

/** From each point with a figure to the next one, over gaps, which `from` and `year` show. */
export function growthRates(series: Series): Growth[] {
  const points = knownPoints(series)
  return points.slice(1).map((point, n) => {
    const before = points[n] as KnownPoint
    return {
      from: before.year,
      year: point.year,
      change: point.value - before.value,
      rate: before.value > 0 ? 100 * (point.value / before.value - 1) : null,
      yearly: before.value > 0 && point.value > 0 ? compound(before, point) : null,
    }
  })
}

export type CompoundGrowth = { from: number; to: number; years: number; rate: number }

/**
 * Compound annual growth rate from the first to the last point with a figure, in per cent a year:
 * 100 ((last / first)^(1 / years) - 1). Years between need not be even.
 */
export function compoundGrowth(series: Series): CompoundGrowth | Refusal {
  const points = knownPoints(series)
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || first === last) {
    return { refused: 'too_few_points', needed: 2, found: points.length }
  }
  const wrong = [first, last].find(({ value }) => value <= 0)
  if (wrong) return { refused: 'not_positive', year: wrong.year, found: wrong.value }
  const years = last.year - first.year
  return { from: first.year, to: last.year, years, rate: compound(first, last) }
}

function compound(first: KnownPoint, last: KnownPoint): number {
  return 100 * ((last.value / first.value) ** (1 / (last.year - first.year)) - 1)
}
