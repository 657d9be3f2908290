import type { CalendarDefinition, WorkingRange } from '../../../schemas/itsm/sla-calendars.ts'
import { daySeconds, openZone } from '../zones.ts'
import { japaneseHolidays } from './holidays.ts'

/** Half-open, in whole seconds since 1970. */
export type Interval = { from: number; to: number }

export type CalendarDay = {
  /** `2026-01-05`, as the calendar's zone counts days. */
  date: string
  holiday: string | null
  /** Working on a day off, or beside the week. */
  is_extra: boolean
  intervals: Interval[]
}

export type Calendar = {
  /** The day by its number since 1970-01-01. */
  day(number: number): CalendarDay
  dayAt(instant: number): number
  /** Working time between two instants, in order; what touches is one. */
  intervals(from: number, to: number): Interval[]
  workingSeconds(from: number, to: number): number
  /** The first instant by which so much working time has gone; null where that is beyond forty years. */
  addWorkingSeconds(from: number, seconds: number): number | null
}

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

const furthestDays = 40 * 366

/**
 * What a definition means. An instant is working time when the clocks of the zone show a time within one of
 * the ranges of the day: a range that a change of the clocks falls into is an hour shorter or longer. What
 * was worked out is kept, day by day, for as long as the answer is.
 */
export function openCalendar(definition: CalendarDefinition): Calendar {
  const zone = openZone(definition.zone)
  const days = new Map<number, CalendarDay>()
  const holidayOn = holidaysOf(definition)
  const extras = new Map(definition.extra_days.map(({ date, ranges }) => [date, ranges]))

  function day(number: number): CalendarDay {
    const known = days.get(number)
    if (known) return known
    const date = new Date(number * daySeconds * 1000).toISOString().slice(0, 10)
    const extra = extras.get(date)
    const holiday = holidayOn(date)
    const weekday = weekdays[(((number + 4) % 7) + 7) % 7] as (typeof weekdays)[number]
    const usual = holiday === null ? (definition.weekly[weekday] ?? []) : []
    const ranges = definition.round_the_clock ? [{ from: '00:00', to: '24:00' }] : (extra ?? usual)
    const made = {
      date,
      holiday,
      is_extra: extra !== undefined,
      intervals: intervalsOn(number, ranges),
    }
    days.set(number, made)
    return made
  }

  function intervalsOn(number: number, ranges: readonly WorkingRange[]): Interval[] {
    if (ranges.length === 0) return []
    const segments = zone.segmentsAround(number)
    const midnight = number * daySeconds
    return segments.flatMap(({ offset, ...segment }) =>
      ranges
        .map(({ from, to }) => ({
          from: Math.max(segment.from, midnight + secondsOf(from) - offset),
          to: Math.min(segment.to, midnight + secondsOf(to) - offset),
        }))
        .filter(({ from, to }) => from < to)
        .sort((one, other) => one.from - other.from),
    )
  }

  /** From the day before: where clocks are put back at midnight, a day comes back after it is over. */
  function* ahead(from: number, to: number): Generator<Interval> {
    if (definition.round_the_clock) {
      if (from < to) yield { from, to }
      return
    }
    const last = zone.dayAt(to) + 1
    for (let number = zone.dayAt(from) - 1; number <= last; number += 1) {
      for (const each of day(number).intervals) {
        const interval = { from: Math.max(each.from, from), to: Math.min(each.to, to) }
        if (interval.from < interval.to) yield interval
      }
    }
  }

  function intervals(from: number, to: number): Interval[] {
    const merged: Interval[] = []
    for (const each of ahead(from, to)) {
      const last = merged.at(-1)
      if (last?.to === each.from) last.to = each.to
      else merged.push(each)
    }
    return merged
  }

  function workingSeconds(from: number, to: number): number {
    let seconds = 0
    for (const each of ahead(from, to)) seconds += each.to - each.from
    return seconds
  }

  function addWorkingSeconds(from: number, seconds: number): number | null {
    if (seconds <= 0) return from
    let left = seconds
    for (const each of ahead(from, from + furthestDays * daySeconds)) {
      if (each.to - each.from >= left) return each.from + left
      left -= each.to - each.from
    }
    return null
  }

  return { day, dayAt: zone.dayAt, intervals, workingSeconds, addWorkingSeconds }
}

/** `24:00` is the end of the day. */
export function secondsOf(time: string): number {
  return Number(time.slice(0, 2)) * 3600 + Number(time.slice(3)) * 60
}

function holidaysOf({ holiday_sets, holidays, round_the_clock }: CalendarDefinition) {
  const years = new Map<string, Map<string, string>>()
  const japanese = (date: string): string | null => {
    const year = date.slice(0, 4)
    const known = years.get(year)
    const of =
      known ?? new Map(japaneseHolidays(Number(year)).map(({ date, name_ja }) => [date, name_ja]))
    if (!known) years.set(year, of)
    return of.get(date) ?? null
  }
  return (date: string): string | null => {
    if (round_the_clock) return null
    const own = holidays.find(({ from, to }) => isWithin(date, from, to ?? from))
    return own?.name ?? (holiday_sets.includes('japan') ? japanese(date) : null)
  }
}

/** `MM-DD` comes round every year, also over its end; `YYYY-MM-DD` is once. */
function isWithin(date: string, from: string, to: string): boolean {
  const day = date.slice(date.length - from.length)
  return from <= to ? from <= day && day <= to : day >= from || day <= to
}
