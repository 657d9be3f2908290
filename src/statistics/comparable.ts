import { periodOf } from './periods.ts'
import type { Observation } from './store.ts'

export type Known<Point> = Point & { value: number }

type Comparable = Pick<Observation, 'period' | 'type' | 'status' | 'value'>

/** The newest figure that was counted or estimated, and not projected. */
export function latestOf<Point extends Comparable>(
  points: readonly Point[],
): Known<Point> | undefined {
  return points.filter(isKnown).at(-1)
}

/**
 * The figures that `latest` can be set against, itself the last: of the same type of period and at
 * the same place in the year; an estimate that no census has revised only against other estimates.
 */
export function comparableTo<Point extends Comparable>(
  latest: Comparable,
  points: readonly Point[],
): Known<Point>[] {
  const place = placeOf(latest)
  return alikeTo(latest, points).filter((point) => placeOf(point) === place)
}

/** How many months it takes, as a rule, until there is another figure like `latest`: the median of five. */
export function cycleOf(latest: Comparable, points: readonly Comparable[]): number | null {
  const months = alikeTo(latest, points).slice(-6).map(monthOf)
  const steps = months.slice(1).map((month, n) => month - (months[n] as number))
  return steps.sort((a, b) => a - b)[Math.floor((steps.length - 1) / 2)] ?? null
}

/** One number less another, without what binary fractions add to 1.33 - 1.36. */
export function lessOf(value: number, other: number): number {
  return Number((value - other).toPrecision(12))
}

function alikeTo<Point extends Comparable>(
  latest: Comparable,
  points: readonly Point[],
): Known<Point>[] {
  const isEstimate = latest.status === 'estimated'
  return points
    .filter(isKnown)
    .filter(({ type, status }) => type === latest.type && (status === 'estimated') === isEstimate)
}

function isKnown<Point extends Comparable>(point: Point): point is Known<Point> {
  return point.value !== null && point.status !== 'projected'
}

/** e-Stat's time code and an ISO date alike begin with the year. */
function placeOf({ period }: Comparable): string {
  return period.slice(4)
}

function monthOf({ period }: Comparable): number {
  const [year, month] = (periodOf(period)?.starts_on ?? '').split('-').map(Number)
  return (year ?? 0) * 12 + (month ?? 0)
}
