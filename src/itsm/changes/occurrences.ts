import type { Recurrence } from '../../../schemas/itsm/change-windows.ts'

/** Half-open, in UTC. */
export type Span = { start: string; end: string }

const dayMs = 86_400_000
const minuteMs = 60_000

/** What `Intl` needs for a zone costs more than what it then does. */
const formats = new Map<string, Intl.DateTimeFormat>()

export function isTimeZone(name: string): boolean {
  try {
    formatOf(name)
    return /^[A-Za-z]/.test(name)
  } catch {
    return false
  }
}

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
  const begin = since > start ? since : start
  // An occurrence that begins a day before may reach into it, and zones are up to 14 hours apart.
  const first = Math.floor(Date.parse(begin) / dayMs) - 2
  const last = Math.floor(Date.parse(end) / dayMs) + 1
  for (let day = first; day <= last; day += 1) {
    const date = new Date(day * dayMs)
    const isOver = until !== null && date.toISOString().slice(0, 10) > until
    if (isOver || !weekdays.includes(date.getUTCDay() || 7)) continue
    const span = {
      start: utcAt(day, from, time_zone),
      end: utcAt(to > from ? day : day + 1, to, time_zone),
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
function utcAt(day: number, clock: string, zone: string): string {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  const local = day * dayMs + (hours * 60 + minutes) * minuteMs
  const before = offsetAt(local - dayMs, zone)
  const after = offsetAt(local + dayMs, zone)
  const moments = [before, after].map((offset) => local - offset)
  const right = moments.filter((moment) => moment + offsetAt(moment, zone) === local)
  // Skipped: as before the clocks went on, which shows as later after it.
  const moment = right.length > 0 ? Math.min(...right) : local - before
  return new Date(moment).toISOString()
}

/** How far clocks in a zone are ahead of UTC, in milliseconds. */
function offsetAt(moment: number, zone: string): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return shown - Math.floor(moment / 1000) * 1000
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(zone, format)
  return format
}
