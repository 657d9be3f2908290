import { maxYears } from '../../../schemas/itsm/metrics-queries.ts'
import { invalid } from '../../failure.ts'
import { type Clock, createClock, isZone } from '../zones.ts'
import { midnightOf, type Span } from './periods.ts'

type Range = { from?: string; to?: string; time_zone: string }

/** Which days a clock lays over the figures. Fails with 422 for a zone that there is not. */
export function clockIn(zone: string): Clock {
  if (!isZone(zone)) throw invalid({ field: 'time_zone', rule: 'metrics_zone' })
  return createClock(zone)
}

/** The range that is asked for: 30 days up to and with today of the clock where nothing is said. */
export function rangeIn({ from, to }: Range, clock: Clock, at: string): Span {
  const end =
    to === undefined
      ? clock.instantOf(midnightOf(clock.localOf(Date.parse(at)), 1))
      : instantIn('to', to, clock)
  const begin =
    from === undefined
      ? clock.instantOf(midnightOf(clock.localOf(end), -30))
      : instantIn('from', from, clock)
  if (begin >= end) throw invalid({ field: 'from', rule: 'metrics_reversed' })
  const earliest = new Date(end)
  earliest.setUTCFullYear(earliest.getUTCFullYear() - maxYears)
  // A day more, since the bounds may be midnights of either side of a change of the clock.
  if (begin < earliest.getTime() - 24 * 3_600_000) {
    throw invalid({ field: 'from', rule: 'metrics_too_long', years: maxYears })
  }
  return { from: begin, to: end }
}

/** Before and after these a time would not fit into the columns that it is compared with. */
const bounds = [Date.UTC(1900, 0), Date.UTC(9999, 0)] as const

/** A time, or the midnight of a date. */
export function instantIn(field: string, text: string, clock: Clock): number {
  const day = Date.parse(`${text.slice(0, 10)}T00:00:00.000Z`)
  const isDay = day >= bounds[0] && day < bounds[1] && dayOf(day) === text.slice(0, 10)
  const instant = isDay && text.length === 10 ? clock.instantOf(day) : Date.parse(text)
  if (!isDay || Number.isNaN(instant)) throw invalid({ field, rule: 'metrics_time' })
  return instant
}

/** 30 February would be taken for a day of March. */
function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10)
}
