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

/** Whether the zone data of this runtime know a zone by this name; an offset is none. */
export function isZone(name: string): boolean {
  try {
    openZone(name)
    return /^[A-Za-z]/.test(name)
  } catch {
    return false
  }
}

/** Zones that were asked for, each with what was looked up in it, which never changes while the process runs. */
const zones = new Map<string, Zone>()

/** Far more than anybody uses; then it begins anew. */
const most = { zones: 100, days: 20_000 }

/**
 * The clocks of an IANA zone, by the zone data of the runtime. Instants are seconds since 1970 in UTC. What
 * was looked up is kept: an offset a day of UTC, assuming that clocks are put forward or back at most once
 * between two midnights of UTC. Fails with a `RangeError` for a zone that there is not.
 */
export function openZone(name: string): Zone {
  const zone = zones.get(name) ?? readZone(name)
  if (zones.size >= most.zones) zones.clear()
  zones.set(name, zone)
  return zone
}

function readZone(name: string): Zone {
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
    if (offsets.size >= most.days) offsets.clear()
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

const dayMs = daySeconds * 1000

/** A clock on the wall. What it shows is a number too: the milliseconds of the same reading in UTC. */
export type Clock = {
  /** What it shows at an instant in milliseconds. */
  localOf: (instant: number) => number
  /** The first instant at which it shows this; where it leaps over that, as much later as it leaps. */
  momentOf: (local: number) => number
  /** The first instant at which it shows this, or has just leapt over it. */
  instantOf: (local: number) => number
}

/** Fails with a `RangeError` for a zone that there is not. */
export function createClock(name: string): Clock {
  const zone = openZone(name)
  const offsetAt = (instant: number) => zone.offsetAt(Math.floor(instant / 1000)) * 1000

  function fitting(local: number): number | undefined {
    return [local - offsetAt(local - dayMs), local - offsetAt(local + dayMs)]
      .filter((instant) => instant + offsetAt(instant) === local)
      .sort((a, b) => a - b)[0]
  }

  function leapOver(local: number): number {
    const segments = zone.segmentsAround(Math.floor(local / dayMs))
    const later = segments.find(({ from, offset }) => (from + offset) * 1000 > local)
    return (later as Segment).from * 1000
  }

  return {
    localOf: (instant) => instant + offsetAt(instant),
    momentOf: (local) => fitting(local) ?? local - offsetAt(local - dayMs),
    instantOf: (local) => fitting(local) ?? leapOver(local),
  }
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
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
