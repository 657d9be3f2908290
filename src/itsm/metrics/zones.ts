const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** The wall clock of a time zone. A local time is a number too: that of the same reading in UTC. */
export type Clock = {
  zone: string
  /** What the clock on the wall shows at an instant. */
  localOf: (instant: number) => number
  /** The first instant at which the clock shows this, or has just leapt over it. */
  instantOf: (local: number) => number
}

/** Fails with a `RangeError` for a zone that the IANA database has not. */
export function createClock(zone: string): Clock {
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

  function offsetAt(instant: number): number {
    const second = Math.floor(instant / 1000) * 1000
    const part = Object.fromEntries(
      format.formatToParts(second).map(({ type, value }) => [type, Number(value)]),
    ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>
    const { year, month, day, hour, minute } = part
    return Date.UTC(year, month - 1, day, hour, minute, part.second) - second
  }

  function instantOf(local: number): number {
    const offsets = [offsetAt(local - dayMs), offsetAt(local + dayMs)]
    const fitting = offsets
      .map((offset) => local - offset)
      .filter((instant) => instant + offsetAt(instant) === local)
    return fitting.length > 0 ? Math.min(...fitting) : leapOver(local)
  }

  function leapOver(local: number): number {
    let [before, after] = [local - dayMs, local + dayMs]
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2)
      if (middle + offsetAt(middle) < local) before = middle
      else after = middle
    }
    return after
  }

  return { zone, instantOf, localOf: createOffsets(offsetAt) }
}

/**
 * Local times of many instants: the offset is asked for once an hour of the calendar that occurs, and an
 * hour in which it changes is asked for each time.
 */
function createOffsets(offsetAt: (instant: number) => number): (instant: number) => number {
  const known = new Map<number, number | null>()
  return (instant) => {
    const hour = Math.floor(instant / hourMs)
    let offset = known.get(hour)
    if (offset === undefined) {
      const first = offsetAt(hour * hourMs)
      offset = first === offsetAt(hour * hourMs + hourMs - 1) ? first : null
      known.set(hour, offset)
    }
    return instant + (offset ?? offsetAt(instant))
  }
}
