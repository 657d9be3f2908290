/** How a day is written where the year does not come first. */
export type DateFormat = 'iso' | 'dmy' | 'mdy' | 'ymd'

const zoned = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d(?::?\d\d)?)$/i
const local =
  /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d)(\.\d{1,9})?)?)?$/

export type ReadTime = (text: string) => string | undefined

/**
 * Reads times as ISO 8601 in UTC; nothing for what is none. Those that name no zone are of `zone` (IANA),
 * where an hour that a clock put forward left out counts from before, and one that came twice is the first.
 */
export function timeReader(zone: string, format: DateFormat): ReadTime {
  const toUtc = zoneReader(zone)
  return (text) => {
    const withZone = zoned.exec(text)
    if (withZone) return zonedTime(withZone)
    const match = local.exec(text)
    const day = match && dayOf(match, format)
    if (!match || !day) return undefined
    const [hour, minute, second] = [match[5], match[6], match[7]].map((each) => Number(each ?? 0))
    const wall = wallOf(day, Number(hour), Number(minute), Number(second))
    return wall === undefined ? undefined : timeOf(toUtc(wall + fractionOf(match[8])))
  }
}

/** Whether this is a zone that the runtime knows. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function zonedTime([, day = '', time = '', zone = '']: RegExpExecArray): string | undefined {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number)
  const wall = wallOf([year, month, date], hour, minute, Math.floor(second))
  if (wall === undefined) return undefined
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
  if (Math.abs(offset) > 15 * 3_600_000) return undefined
  return timeOf(wall + fractionOf(/\.\d+$/.exec(time)?.[0]) - offset)
}

/** Year, month and day of what the expression found. A year that comes first says so by its digits. */
function dayOf(match: RegExpExecArray, format: DateFormat): [number, number, number] | undefined {
  const [first = '', middle = '', last = ''] = [match[1], match[3], match[4]]
  if (first.length === 4 && last.length <= 2) return [Number(first), Number(middle), Number(last)]
  if (last.length !== 4 || first.length > 2) return undefined
  if (format === 'dmy') return [Number(last), Number(middle), Number(first)]
  if (format === 'mdy') return [Number(last), Number(first), Number(middle)]
  return undefined
}

/** The milliseconds of a clock on the wall, as if it stood in UTC; nothing for a time that is none. */
function wallOf(
  [year, month, day]: [number, number, number],
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  const at = Date.UTC(year, month - 1, day, hour, minute, second)
  const date = new Date(at)
  const isReal =
    year >= 1970 &&
    year < 2200 &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second
  return isReal ? at : undefined
}

function fractionOf(text: string | undefined): number {
  return text === undefined ? 0 : Math.floor(Number(`0${text}`) * 1000)
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}

/** Zones change on quarters of an hour at most, so that one look is enough for each. */
const quarter = 15 * 60_000
const maxKept = 100_000

function zoneReader(zone: string): (wall: number) => number {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const kept = new Map<number, number>()
  const offsetAt = (at: number): number => {
    const start = Math.floor(at / quarter) * quarter
    const known = kept.get(start)
    if (known !== undefined) return known
    const parts = Object.fromEntries(
      clock.formatToParts(start).map(({ type, value }) => [type, Number(value)]),
    )
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - start
    if (kept.size >= maxKept) kept.clear()
    kept.set(start, offset)
    return offset
  }
  return (wall) => {
    // What held a day before and what holds a day after: one of the two is right, or both are.
    const before = wall - offsetAt(wall - 86_400_000)
    const after = wall - offsetAt(wall + 86_400_000)
    if (offsetAt(before) === wall - before) return before
    if (offsetAt(after) === wall - after) return after
    return before
  }
}
