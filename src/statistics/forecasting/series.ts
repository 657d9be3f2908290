import type { IndicatorKind } from '../../../db/tables/statistics.ts'
import type { Season } from './methods.ts'
import type { Refusal } from './refusals.ts'

/** Equally spaced figures, null where there is none. */
export type Series = readonly (number | null)[]

/** Fewer values than this are no history. */
export const leastPoints = 5

/** Cycles that a series with seasons must have. */
const leastCycles = 2

const isKnown = (value: number | null | undefined): value is number => Number.isFinite(value)

/** The last run of values without a gap, and the position of its first. */
export function lastRun(series: Series): { from: number; values: number[] } {
  const end = series.findLastIndex(isKnown) + 1
  const from = series.slice(0, end).findLastIndex((value) => !isKnown(value)) + 1
  return { from, values: series.slice(from, end).filter(isKnown) }
}

/** The values that a forecast can go on from, or why it cannot. */
export function usableValues(
  series: Series,
  { kind, season, horizon }: { kind: IndicatorKind; season: Season; horizon: number },
): number[] | Refusal {
  const { from, values } = lastRun(series)
  const found = values.length
  const missing = series.length - from - found
  if (missing > 0 && found > 0) return { refused: 'gap_at_end', missing }
  const known = series.filter(isKnown)
  const [lowest, highest] = [Math.min(...known), Math.max(...known)]
  if (kind === 'count' && lowest < 0) return { refused: 'negative_counts', lowest }
  if (kind === 'share' && (lowest < 0 || highest > 100))
    return { refused: 'share_out_of_range', lowest, highest }
  if (found < leastPoints) return { refused: 'too_few_points', needed: leastPoints, found }
  if (season > 1 && found < leastCycles * season)
    return { refused: 'too_few_cycles', season, needed: leastCycles * season, found }
  const longest = Math.floor(found / 2)
  if (horizon > longest) return { refused: 'horizon_too_long', longest, asked: horizon }
  return values
}

/** The last runs of other areas' series, without those that are too short or say what cannot be. */
export function seriesToPool(pool: readonly Series[], kind: IndicatorKind): number[][] {
  return pool
    .map((series) => usableRun(series, kind))
    .filter((values) => values.length >= leastPoints)
}

function usableRun(series: Series, kind: IndicatorKind): number[] {
  const { values } = lastRun(series)
  const [lowest, highest] = kind === 'count' ? [0, Infinity] : kind === 'share' ? [0, 100] : []
  const isPossible = (value: number) =>
    lowest === undefined || (value >= lowest && value <= (highest as number))
  return values.every(isPossible) ? values : []
}
