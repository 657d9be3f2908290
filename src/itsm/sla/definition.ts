import type { CalendarDefinition, WorkingRange } from '../../../schemas/itsm/sla-calendars.ts'
import { type FieldFault, invalid } from '../../failure.ts'
import { daySeconds, isZone } from '../zones.ts'
import { openCalendar, secondsOf, weekdays } from './calendar.ts'

const leastWeekly = 3600

/** Fails with 422 unless a calendar means something, and opens again and again. */
export function requireDefinition(definition: CalendarDefinition): void {
  const faults = [
    ...(isZone(definition.zone) ? [] : [{ field: 'zone', rule: 'unknown_zone' } as const]),
    ...weekdays.flatMap((day) => rangeFaults(`weekly.${day}`, definition.weekly[day] ?? [])),
    ...definition.extra_days.flatMap(({ ranges }, n) =>
      rangeFaults(`extra_days.${n}.ranges`, ranges),
    ),
    ...repeatedDates(definition),
    ...holidayFaults(definition),
    ...roundTheClockFaults(definition),
  ]
  if (faults.length > 0) throw invalid(...faults)
  if (!opens(definition)) throw invalid({ field: 'weekly', rule: 'never_open' })
}

function rangeFaults(field: string, ranges: readonly WorkingRange[]): FieldFault[] {
  const sorted = ranges
    .map(({ from, to }, n) => ({
      from: secondsOf(from),
      to: secondsOf(to),
      field: `${field}.${n}`,
    }))
    .sort((one, other) => one.from - other.from)
  return sorted.flatMap(({ from, to, field }, n): FieldFault[] => {
    if (from >= to) return [{ field, rule: 'range_backwards' }]
    const before = sorted[n - 1]
    return before && before.to > from ? [{ field, rule: 'ranges_overlap' }] : []
  })
}

function repeatedDates({ extra_days }: CalendarDefinition): FieldFault[] {
  const dates = extra_days.map(({ date }) => date)
  return dates.flatMap((date, n): FieldFault[] =>
    dates.indexOf(date) === n ? [] : [{ field: `extra_days.${n}.date`, rule: 'repeated_date' }],
  )
}

function holidayFaults({ holidays }: CalendarDefinition): FieldFault[] {
  return holidays.flatMap(({ from, to = from }, n): FieldFault[] => {
    const isYearly = from.length === 5
    const areWritten = from.length === to.length && [from, to].every(exists)
    const isRight = areWritten && (isYearly || from <= to)
    return isRight ? [] : [{ field: `holidays.${n}`, rule: 'holiday_range' }]
  })
}

/** `02-29` is a day of some years. */
function exists(date: string): boolean {
  const full = date.length === 5 ? `2024-${date}` : date
  const parsed = new Date(`${full}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(full)
}

function roundTheClockFaults(definition: CalendarDefinition): FieldFault[] {
  if (!definition.round_the_clock) return []
  const { weekly, holidays, holiday_sets, extra_days } = definition
  const fields = { weekly: Object.values(weekly).flat(), holidays, holiday_sets, extra_days }
  return Object.entries(fields).flatMap(([field, entries]): FieldFault[] =>
    entries.length > 0 ? [{ field, rule: 'round_the_clock_alone' }] : [],
  )
}

/** Own days off that come round every year must leave some of a year: one that has all its days. */
function opens(definition: CalendarDefinition): boolean {
  if (definition.round_the_clock) return true
  const weekly = Object.values(definition.weekly).flat()
  const seconds = weekly.reduce((sum, { from, to }) => sum + secondsOf(to) - secondsOf(from), 0)
  if (seconds < leastWeekly) return false
  const yearly = definition.holidays.filter(({ from }) => from.length === 5)
  const calendar = openCalendar({ ...definition, holidays: yearly, extra_days: [] })
  const start = Date.UTC(2096, 0, 1) / 1000
  return calendar.workingSeconds(start, start + 366 * daySeconds) > 0
}
