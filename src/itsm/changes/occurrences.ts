import type { Recurrence } from '../../../schemas/itsm/change-windows.ts'
import { type Clock, createClock } from '../zones.ts'

/** Half-open, in UTC. */
export type Span = { start: string; end: string }

const dayMs = 86_400_000
const minuteMs = 60_000

/**
 * When something that comes back every week overlaps a span, in order. A time that clocks skip is as much
 * later as they skip; of one that comes twice it is the first (RFC 5545, 3.3.5).
 */
export function occurrences(
  { time_zone, weekdays, from, to, until }: Recurrence,
  since: string,
  { start, end }: Span,
): Span[] {
  const found: Span[] = []
  const clock = createClock(time_zone)
  const begin = since > start ? since : start
  // An occurrence that begins a day before may reach into it, and zones are up to 14 hours apart.
  const first = Math.floor(Date.parse(begin) / dayMs) - 2
  const last = Math.floor(Date.parse(end) / dayMs) + 1
  for (let day = first; day <= last; day += 1) {
    const date = new Date(day * dayMs)
    const isOver = until !== null && date.toISOString().slice(0, 10) > until
    if (isOver || !weekdays.includes(date.getUTCDay() || 7)) continue
    const span = {
      start: utcAt(day, from, clock),
      end: utcAt(to > from ? day : day + 1, to, clock),
    }
    const isPart = span.start < span.end && span.start < end && span.end > start
    if (isPart && span.start >= since) found.push(span)
  }
  return found
}

/** Whether spans, in any order, leave no moment of `wanted` out. */
export function covers(spans: readonly Span[], wanted: Span): boolean {
  let reached = wanted.start
  for (const { start, end } of spans.toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
    if (start > reached) break
    if (end > reached) reached = end
  }
  return reached >= wanted.end
}

/** The moment at which clocks in a zone show a time on a day, counted from 1970. */
function utcAt(day: number, reading: string, { momentOf }: Clock): string {
  const [hours = 0, minutes = 0] = reading.split(':').map(Number)
  return new Date(momentOf(day * dayMs + (hours * 60 + minutes) * minuteMs)).toISOString()
}
