import type { PeriodUnit } from '../../../schemas/itsm/metrics.ts'
import type { Clock } from '../zones.ts'

/** From `from` until before `to`, as instants. */
export type Span = { from: number; to: number }

/** `2026-01-31`, `2026-W05`, `2026-01`, `2026-Q1`, `2026`; null for the range as a whole. */
export type Period = Span & { label: string | null }

const dayMs = 24 * 3_600_000

/**
 * The days, ISO weeks, months, quarters or years of the clock that a range touches, in order; the first and
 * the last are cut to the range.
 */
export function periodsOf({ from, to }: Span, unit: PeriodUnit, clock: Clock): Period[] {
  if (unit === 'none') return [{ label: null, from, to }]
  const periods: Period[] = []
  let local = startOf(clock.localOf(from), unit)
  let begin = from
  while (begin < to) {
    const next = startAfter(local, unit)
    const end = Math.min(clock.instantOf(next), to)
    if (end > begin) periods.push({ label: labelOf(local, unit), from: begin, to: end })
    local = next
    begin = Math.max(end, begin)
  }
  return periods
}

/** Which of them an instant belongs to; -1 for one before the first. */
export function placeIn(periods: readonly Span[], instant: number): number {
  let [low, high] = [0, periods.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((periods[middle] as Span).from <= instant) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The local midnight that a number of days lies before or after that of a local time. */
export function midnightOf(local: number, days = 0): number {
  return Math.floor(local / dayMs) * dayMs + days * dayMs
}

export function startOf(local: number, unit: Exclude<PeriodUnit, 'none'>): number {
  const day = new Date(midnightOf(local))
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()]
  switch (unit) {
    case 'day':
      return day.getTime()
    case 'week':
      return midnightOf(local, 1 - weekdayOf(local))
    case 'month':
      return Date.UTC(year, month)
    case 'quarter':
      return Date.UTC(year, month - (month % 3))
    case 'year':
      return Date.UTC(year, 0)
  }
}

const months = { month: 1, quarter: 3, year: 12 }

function startAfter(start: number, unit: Exclude<PeriodUnit, 'none'>): number {
  if (unit === 'day') return start + dayMs
  if (unit === 'week') return start + 7 * dayMs
  const day = new Date(start)
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months[unit])
}

/** 1 for Monday … 7 for Sunday. */
export function weekdayOf(local: number): number {
  return new Date(local).getUTCDay() || 7
}

function labelOf(start: number, unit: Exclude<PeriodUnit, 'none'>): string {
  const text = new Date(start).toISOString()
  if (unit === 'day') return text.slice(0, 10)
  if (unit === 'week') return weekLabel(start)
  if (unit === 'quarter') return `${text.slice(0, 4)}-Q${new Date(start).getUTCMonth() / 3 + 1}`
  return text.slice(0, unit === 'month' ? 7 : 4)
}

/** ISO 8601: a week belongs to the year that its Thursday is in. */
function weekLabel(monday: number): string {
  const year = new Date(monday + 3 * dayMs).getUTCFullYear()
  const first = startOf(Date.UTC(year, 0, 4), 'week')
  const week = Math.round((monday - first) / (7 * dayMs)) + 1
  return `${year}-W${String(week).padStart(2, '0')}`
}
