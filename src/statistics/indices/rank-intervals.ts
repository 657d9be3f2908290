import type { Column } from './columns.ts'
import { type Composite, type CompositeMethod, compositeOf } from './composite.ts'
import { type DrawOptions, rankDrawer, usualDraws } from './draws.ts'
import type { Refusal } from './refusals.ts'

export type RankInterval = {
  /** As reported: by the method and the weights that were asked for. */
  rank: number
  /** Ranks below and above which one draw in twenty lies, and the one in the middle. */
  low: number
  median: number
  high: number
  /** Best and worst rank of all draws and the reported one. */
  best: number
  worst: number
  /** Whether `low` or `high` had to be moved to the reported rank. */
  widened: boolean
}

export type RankIntervals = DrawOptions & {
  composite: Composite
  /** In the order of the columns' values; null where the area has no rank. */
  intervals: (RankInterval | null)[]
}

/** How many areas' draws are put in order before others may run. */
const areasASlice = 200

/**
 * How far ranks depend on choices that could as well have been made otherwise: Monte-Carlo over
 * weights, normalisation and the leaving out of one indicator (Saisana, Saltelli & Tarantola 2005,
 * J. R. Stat. Soc. A 168). Yields how many draws are done, after each `slice` of them and around
 * the work before and after, so that a caller can let others run; the outcome does not depend on
 * the slices. Areas with a score by the method asked for are ranked among themselves, whatever their
 * coverage in a draw. Order statistics of ranks are inverses of their empirical distribution (type 1
 * of Hyndman & Fan 1996), so they are ranks.
 */
export function* drawRanks(
  columns: readonly Column[],
  method: Partial<CompositeMethod> = {},
  choices: Partial<DrawOptions> = {},
  slice = 50,
): Generator<number, RankIntervals | Refusal, void> {
  const options = { ...usualDraws, ...choices }
  const composite = compositeOf(columns, method)
  if ('refused' in composite) return composite
  const areas = composite.areas.flatMap(({ rank }, n) => (rank === null ? [] : [n]))
  const { draws } = options
  yield 0
  const draw = rankDrawer(columns, areas, composite.method, options)
  yield 0
  const [ranks, byArea] = [new Uint32Array(areas.length), new Uint32Array(areas.length * draws)]
  for (let n = 0; n < draws; n += 1) {
    draw(ranks)
    for (let area = 0; area < ranks.length; area += 1) {
      byArea[area * draws + n] = ranks[area] as number
    }
    if ((n + 1) % slice === 0) yield n + 1
  }
  const intervals = composite.areas.map(() => null as RankInterval | null)
  for (const [n, area] of areas.entries()) {
    const drawn = byArea.subarray(n * draws, (n + 1) * draws).sort()
    intervals[area] = intervalOf(drawn, composite.areas[area]?.rank as number)
    if ((n + 1) % areasASlice === 0) yield draws
  }
  return { ...options, composite, intervals }
}

/** All draws at once. */
export function rankIntervals(
  columns: readonly Column[],
  method: Partial<CompositeMethod> = {},
  choices: Partial<DrawOptions> = {},
): RankIntervals | Refusal {
  const run = drawRanks(columns, method, choices, Number.POSITIVE_INFINITY)
  for (;;) {
    const { done, value } = run.next()
    if (done) return value
  }
}

/** `drawn` ascends; its zeros are draws that left the area without a figure. */
function intervalOf(drawn: Uint32Array, rank: number): RankInterval {
  const ranks = drawn.subarray(drawn.lastIndexOf(0) + 1)
  const at = (p: number) => ranks[Math.max(Math.ceil(p * ranks.length - 1e-9) - 1, 0)] ?? rank
  const [low, median, high] = [at(0.05), at(0.5), at(0.95)]
  return {
    rank,
    low: Math.min(low, rank),
    median,
    high: Math.max(high, rank),
    best: Math.min(at(0), rank),
    worst: Math.max(at(1), rank),
    widened: rank < low || rank > high,
  }
}
