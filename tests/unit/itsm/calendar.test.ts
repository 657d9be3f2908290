import { describe, expect, test } from 'vitest'
import { openCalendar } from '../../../src/itsm/sla/calendar.ts'
import { isZone, openZone } from '../../../src/itsm/zones.ts'
import {
  daily,
  hoursBetween,
  inJapan,
  officeHours,
  roundTheClock,
  seconds,
} from '../../support/itsm-sla.ts'

const iso = (instant: number | null) =>
  instant === null ? null : new Date(instant * 1000).toISOString()

describe('a zone', () => {
  test.each([
    ['Asia/Tokyo', '2026-01-05T00:00:00Z', 9],
    ['Asia/Kolkata', '2026-01-05T00:00:00Z', 5.5],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', 1],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 2],
    ['America/New_York', '2026-11-01T05:59:59Z', -4],
    ['America/New_York', '2026-11-01T06:00:00Z', -5],
    ['Pacific/Apia', '2011-12-30T09:59:59Z', -10],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', 14],
    ['Australia/Lord_Howe', '2026-01-05T00:00:00Z', 11],
    ['Australia/Lord_Howe', '2026-06-05T00:00:00Z', 10.5],
  ])('%s at %s is %f hours ahead', (name, time, hours) => {
    expect(openZone(name).offsetAt(seconds(time))).toBe(hours * 3600)
  })

  test('is known by its name', () => {
    expect(['Asia/Tokyo', 'UTC', 'Mars/Olympus', ''].map(isZone)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})

describe('working time', () => {
  test('leaves out nights, weekends, holidays and the turn of the year', () => {
    const calendar = openCalendar(officeHours)
    expect(calendar.intervals(inJapan('2025-12-26 17:00'), inJapan('2026-01-05 10:00'))).toEqual([
      { from: inJapan('2025-12-26 17:00'), to: inJapan('2025-12-26 18:00') },
      { from: inJapan('2026-01-05 09:00'), to: inJapan('2026-01-05 10:00') },
    ])
    expect(calendar.day(calendar.dayAt(inJapan('2025-08-11 12:00')))).toEqual({
      date: '2025-08-11',
      holiday: '山の日',
      is_extra: false,
      intervals: [],
    })
  })

  test('can have several ranges a day, and days beside the week', () => {
    const lunch = daily(
      'Asia/Tokyo',
      { from: '13:00', to: '18:00' },
      { from: '09:00', to: '12:00' },
    )
    expect(hoursBetween(lunch, '2026-01-05T02:30:00Z', '2026-01-05T04:30:00Z')).toBe(1)
    const extra_days = [{ date: '2026-01-10', ranges: [{ from: '09:00', to: '12:00' }] }]
    const saturday = { ...officeHours, extra_days }
    expect(hoursBetween(saturday, '2026-01-09T15:00:00Z', '2026-01-10T15:00:00Z')).toBe(3)
    expect(hoursBetween(officeHours, '2026-01-09T15:00:00Z', '2026-01-10T15:00:00Z')).toBe(0)
  })

  test('is one stretch where ranges touch, also at midnight', () => {
    const night = daily(
      'Asia/Tokyo',
      { from: '00:00', to: '06:00' },
      { from: '22:00', to: '24:00' },
    )
    const calendar = openCalendar(night)
    expect(calendar.intervals(inJapan('2026-01-05 20:00'), inJapan('2026-01-06 20:00'))).toEqual([
      { from: inJapan('2026-01-05 22:00'), to: inJapan('2026-01-06 06:00') },
    ])
  })

  test('one hour is lost or gained by daylight saving only where it falls inside hours', () => {
    const office = (zone: string) => daily(zone, { from: '09:00', to: '18:00' })
    expect(
      hoursBetween(office('Europe/Berlin'), '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z'),
    ).toBe(10)
    const shift = (zone: string) => daily(zone, { from: '00:00', to: '06:00' })
    const berlin = shift('Europe/Berlin')
    expect(hoursBetween(berlin, '2026-03-28T20:00:00Z', '2026-03-29T20:00:00Z')).toBe(5)
    expect(hoursBetween(berlin, '2026-10-24T20:00:00Z', '2026-10-25T20:00:00Z')).toBe(7)
    const newYork = shift('America/New_York')
    expect(hoursBetween(newYork, '2026-03-08T03:00:00Z', '2026-03-08T16:00:00Z')).toBe(5)
    expect(hoursBetween(newYork, '2026-11-01T03:00:00Z', '2026-11-01T16:00:00Z')).toBe(7)
  })

  test('a range inside the skipped hour is nothing that night, and comes twice when it repeats', () => {
    const berlin = daily('Europe/Berlin', { from: '02:15', to: '02:45' })
    expect(hoursBetween(berlin, '2026-03-28T20:00:00Z', '2026-03-29T20:00:00Z')).toBe(0)
    expect(hoursBetween(berlin, '2026-10-24T20:00:00Z', '2026-10-25T20:00:00Z')).toBe(1)
  })

  test('round the clock is every second, on the nights of daylight saving too', () => {
    const always = { ...roundTheClock, zone: 'Europe/Berlin' }
    expect(hoursBetween(always, '2026-03-28T00:00:00Z', '2026-03-30T00:00:00Z')).toBe(48)
    const whole = daily('Europe/Berlin', { from: '00:00', to: '24:00' })
    expect(hoursBetween(whole, '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z')).toBe(23)
    expect(hoursBetween(whole, '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z')).toBe(25)
  })

  test('knows of a day that a zone left out, and of half hours', () => {
    const apia = daily('Pacific/Apia', { from: '09:00', to: '17:00' })
    expect(hoursBetween(apia, '2011-12-29T12:00:00Z', '2012-01-01T12:00:00Z')).toBe(24)
    const calendar = openCalendar(apia)
    expect(calendar.day(calendar.dayAt(seconds('2011-12-30T12:00:00Z')) - 1)).toMatchObject({
      date: '2011-12-30',
      intervals: [],
    })
    const kolkata = openCalendar(daily('Asia/Kolkata', { from: '09:00', to: '18:00' }))
    expect(iso(kolkata.addWorkingSeconds(seconds('2026-01-05T00:00:00Z'), 3600))).toBe(
      '2026-01-05T04:30:00.000Z',
    )
  })

  test('added and measured again is the same', () => {
    const calendars = [
      officeHours,
      daily('Europe/Berlin', { from: '01:30', to: '05:00' }),
      roundTheClock,
    ]
    for (const calendar of calendars.map(openCalendar)) {
      for (let n = 0; n < 300; n += 1) {
        const from = seconds('2026-01-01T00:00:00Z') + n * 100_003
        const due = calendar.addWorkingSeconds(from, 1 + n * 977) as number
        expect(calendar.workingSeconds(from, due)).toBe(1 + n * 977)
        expect(calendar.workingSeconds(from, due - 1)).toBe(n * 977)
      }
    }
  })

  test('has an end to its search', () => {
    const never = openCalendar({ ...roundTheClock, round_the_clock: false })
    expect(never.addWorkingSeconds(seconds('2026-01-01T00:00:00Z'), 1)).toBeNull()
  })
})
