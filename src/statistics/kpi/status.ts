import type { KpiCard, KpiStatus } from '../../../schemas/statistics/kpis.ts'
import { lessOf } from '../comparable.ts'

type Judged = {
  value: number | null
  delta: number | null
  target: number | null
  direction: 'up' | 'down' | null
  tolerance: number
}

/**
 * How it stands: against the target or, where there is none, by which way it went. What falls short
 * by no more than the tolerance is a warning, and so is what did not move.
 */
export function statusOf({ value, delta, target, direction, tolerance }: Judged): KpiStatus {
  if (direction === null || value === null) return 'unknown'
  const wanted = direction === 'up' ? 1 : -1
  if (target !== null) {
    const short = lessOf(target, value) * wanted
    return short <= 0 ? 'good' : short <= tolerance ? 'warning' : 'bad'
  }
  if (delta === null) return 'unknown'
  const gain = delta * wanted
  return gain > 0 ? 'good' : -gain <= tolerance ? 'warning' : 'bad'
}

/** Competition rank (1, 2, 2, 4): one more than there are better ones. */
export function rankIn(
  values: readonly number[],
  own: number,
  direction: 'up' | 'down' | null,
): number {
  const isBetter = (value: number) => (direction === 'down' ? value < own : value > own)
  return 1 + values.filter(isBetter).length
}

/** The work on a figure takes as long again as its cycle, and a year at most. */
const longestWork = 12

/** How old a figure is on a day, and whether the next one should be there. */
export function freshnessOf(
  endsOn: string,
  cycle: number | null,
  today: string,
): NonNullable<KpiCard['freshness']> {
  const age_days = Math.round((Date.parse(today) - Date.parse(endsOn)) / (24 * 3600 * 1000))
  if (cycle === null) return { state: 'unknown', age_days, cycle_months: null, due_on: null }
  const due_on = endOfMonth(endsOn, cycle + Math.min(cycle, longestWork))
  const state = today <= due_on ? 'fresh' : 'late'
  return { state, age_days, cycle_months: cycle, due_on }
}

function endOfMonth(day: string, later: number): string {
  const [year, month] = day.split('-').map(Number) as [number, number]
  return new Date(Date.UTC(year, month + later, 0)).toISOString().slice(0, 10)
}
