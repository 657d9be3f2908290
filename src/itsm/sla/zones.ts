/** A stretch of time in which the clocks of a zone keep the same distance to UTC; whole seconds. */
export type Segment = { from: number; to: number; offset: number }

export type Zone = {
  /** Seconds that the clocks there are ahead of UTC at an instant. */
  offsetAt(instant: number): number
  /** Which day it is there at an instant, as days since 1970-01-01. */
  dayAt(instant: number): number
  /** The instants around a day of the zone, cut where its clocks are put forward or back. */
  segmentsAround(day: number): Segment[]
}

export const daySeconds = 86_400

/** Whether the zone data of this runtime know a zone by this name. */
export function isZone(name: string): boolean {
  try {
    formatterOf(name)
    return true
  } catch {
    return false
  }
}

/**
 * The clocks of an IANA zone, by the zone data of the runtime. Instants are seconds since 1970 in UTC. What
 * was looked up is kept for as long as the answer is: an offset a day of UTC, assuming that clocks are put
 * forward or back at most once between two midnights of UTC.
 */
export function openZone(name: string): Zone {
  const formatter = formatterOf(name)
  const offsets = new Map<number, number>()

  function lookUp(instant: number): number {
    const shown = formatter.format(instant * 1000).match(/\d+/g)
    const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = (shown ?? []).map(
      Number,
    )
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - instant
  }

  function atMidnight(day: number): number {
    const known = offsets.get(day)
    if (known !== undefined) return known
    const offset = lookUp(day * daySeconds)
    offsets.set(day, offset)
    return offset
  }

  function offsetAt(instant: number): number {
    const day = Math.floor(instant / daySeconds)
    const offset = atMidnight(day)
    return offset === atMidnight(day + 1) ? offset : lookUp(instant)
  }

  /** The first instant of a day of UTC at which its later offset holds. */
  function changeWithin(day: number): number {
    let before = day * daySeconds
    let after = before + daySeconds
    const offset = atMidnight(day + 1)
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2)
      if (lookUp(middle) === offset) after = middle
      else before = middle
    }
    return after
  }

  function segmentsAround(day: number): Segment[] {
    // No zone is, or was, more than a day from UTC: of these three days one is the whole day there.
    const [first, end] = [day - 1, day + 2]
    const segments: Segment[] = [
      { from: first * daySeconds, to: end * daySeconds, offset: atMidnight(first) },
    ]
    for (let each = first; each < end; each += 1) {
      const offset = atMidnight(each + 1)
      const last = segments.at(-1) as Segment
      if (offset === last.offset) continue
      const from = changeWithin(each)
      segments.push({ from, to: last.to, offset })
      last.to = from
    }
    return segments
  }

  return {
    offsetAt,
    segmentsAround,
    dayAt: (instant) => Math.floor((instant + offsetAt(instant)) / daySeconds),
  }
}

const formatters = new Map<string, Intl.DateTimeFormat>()
const maxFormatters = 100

/** Kept, since each takes as long to make as a whole clock takes to compute. */
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known) return known
  const made = makeFormatter(timeZone)
  if (formatters.size >= maxFormatters) formatters.clear()
  formatters.set(timeZone, made)
  return made
}

function makeFormatter(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
}
