import { invalid } from '../../failure.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const japanMs = 9 * hourMs
const maxDays = 90

/** A time that a client has sent, as it is stored: a leap second passes the schema, and is none. */
export function utc(field: string, text: string): string {
  const at = new Date(text)
  const year = at.getUTCFullYear()
  if (!(year >= 2000 && year < 2200)) throw invalid({ field, rule: 'change_time' })
  return at.toISOString()
}

/** Fails with 422 unless the end comes after the start and, for a change, within 90 days of it. */
export function requirePeriod(
  start: string | null,
  end: string | null,
  field: string,
  days = maxDays,
): void {
  if (start === null || end === null) return
  if (end <= start) throw invalid({ field, rule: 'end_after_start' })
  if (Date.parse(end) - Date.parse(start) > days * dayMs) {
    throw invalid({ field, rule: 'change_days', limit: days })
  }
}

export function dayInJapan(at: string): string {
  return new Date(Date.parse(at) + japanMs).toISOString().slice(0, 10)
}

/**
 * Whether any part of a half-open period lies between 09:00 and 18:00 on a weekday in Japan, where
 * clocks are never put forward. Holidays are taken for weekdays.
 */
export function isOfficeTime(from: string, to: string): boolean {
  const [start, end] = [Date.parse(from) + japanMs, Date.parse(to) + japanMs]
  for (let day = Math.floor(start / dayMs) * dayMs; day < end; day += dayMs) {
    const isWeekend = [0, 6].includes(new Date(day).getUTCDay())
    if (!isWeekend && start < day + 18 * hourMs && end > day + 9 * hourMs) return true
  }
  return false
}
