import type { CalendarDefinition } from '../../schemas/itsm/sla-calendars.ts'
import { openCalendar } from '../../src/itsm/sla/calendar.ts'

const ranges = [{ from: '09:00', to: '18:00' }]

export const officeHours: CalendarDefinition = {
  zone: 'Asia/Tokyo',
  round_the_clock: false,
  weekly: { mon: ranges, tue: ranges, wed: ranges, thu: ranges, fri: ranges },
  holiday_sets: ['japan'],
  holidays: [{ from: '12-29', to: '01-03', name: '年末年始' }],
  extra_days: [],
}

export const roundTheClock: CalendarDefinition = {
  zone: 'Asia/Tokyo',
  round_the_clock: true,
  weekly: {},
  holiday_sets: [],
  holidays: [],
  extra_days: [],
}

/** The same ranges on every day of the week, and no day off. */
export function daily(zone: string, ...ranges: { from: string; to: string }[]): CalendarDefinition {
  const weekly = {
    mon: ranges,
    tue: ranges,
    wed: ranges,
    thu: ranges,
    fri: ranges,
    sat: ranges,
    sun: ranges,
  }
  return { ...roundTheClock, zone, round_the_clock: false, weekly }
}

/** Seconds of an ISO time. */
export function seconds(time: string): number {
  return Date.parse(time) / 1000
}

/** Seconds of a time in Japan, `2025-08-01 17:50`. */
export function inJapan(time: string): number {
  return seconds(`${time.replace(' ', 'T')}+09:00`)
}

export function hoursBetween(definition: CalendarDefinition, from: string, to: string): number {
  return openCalendar(definition).workingSeconds(seconds(from), seconds(to)) / 3600
}
