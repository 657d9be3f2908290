import { describe, expect, test } from 'vitest'
import type { PeriodUnit } from '../../../schemas/itsm/metrics.ts'
import { periodsOf, placeIn } from '../../../src/itsm/metrics/periods.ts'
import { createClock } from '../../../src/itsm/zones.ts'

const span = (from: string, to: string) => ({ from: Date.parse(from), to: Date.parse(to) })

function shown(from: string, to: string, unit: PeriodUnit, zone = 'Asia/Tokyo') {
  return periodsOf(span(from, to), unit, createClock(zone)).map(({ label, ...each }) => [
    label,
    new Date(each.from).toISOString(),
    new Date(each.to).toISOString(),
  ])
}

describe('periods', () => {
  test('are days of the zone, the first and last cut to the range', () => {
    expect(shown('2026-01-01T03:00:00Z', '2026-01-02T18:00:00Z', 'day')).toEqual([
      ['2026-01-01', '2026-01-01T03:00:00.000Z', '2026-01-01T15:00:00.000Z'],
      ['2026-01-02', '2026-01-01T15:00:00.000Z', '2026-01-02T15:00:00.000Z'],
      ['2026-01-03', '2026-01-02T15:00:00.000Z', '2026-01-02T18:00:00.000Z'],
    ])
  })

  test('are weeks from Monday, numbered by ISO 8601', () => {
    const weeks = shown('2024-12-27T15:00:00Z', '2025-01-12T15:00:00Z', 'week')
    expect(weeks.map(([label]) => label)).toEqual(['2024-W52', '2025-W01', '2025-W02'])
    expect(weeks[1]?.slice(1)).toEqual(['2024-12-29T15:00:00.000Z', '2025-01-05T15:00:00.000Z'])
    // 1 January 2027 is a Friday, of week 53 of the year before.
    expect(shown('2027-01-01T00:00:00Z', '2027-01-01T01:00:00Z', 'week')[0]?.[0]).toBe('2026-W53')
  })

  test('are months, quarters and years', () => {
    const [from, to] = ['2025-11-30T15:00:00Z', '2026-01-31T15:00:00Z']
    const labels = (unit: PeriodUnit) => shown(from, to, unit).map(([label]) => label)
    expect(labels('month')).toEqual(['2025-12', '2026-01'])
    expect(labels('quarter')).toEqual(['2025-Q4', '2026-Q1'])
    expect(labels('year')).toEqual(['2025', '2026'])
    expect(shown(from, to, 'month')[0]?.[2]).toBe('2025-12-31T15:00:00.000Z')
  })

  test('are one where there is no unit', () => {
    expect(shown('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', 'none')).toEqual([
      [null, '2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'],
    ])
  })

  test('have 23 and 25 hours where the clock is put forward and back', () => {
    const lengths = (from: string, to: string, zone: string) =>
      periodsOf(span(from, to), 'day', createClock(zone)).map((day) => (day.to - day.from) / 3.6e6)
    expect(lengths('2026-03-28T23:00:00Z', '2026-03-30T22:00:00Z', 'Europe/Berlin')).toEqual([
      23, 24,
    ])
    expect(lengths('2026-10-24T22:00:00Z', '2026-10-26T23:00:00Z', 'Europe/Berlin')).toEqual([
      25, 24,
    ])
    expect(lengths('2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z', 'America/New_York')).toEqual([
      23,
    ])
  })

  test('leave no gap and no overlap over years of a clock that changes', () => {
    for (const zone of [
      'Europe/London',
      'America/Santiago',
      'Australia/Lord_Howe',
      'Africa/Cairo',
    ]) {
      for (const unit of ['day', 'week', 'month'] as const) {
        const all = periodsOf(span('2022-05-05T05:05:05Z', '2026-05-05Z'), unit, createClock(zone))
        expect(all[0]?.from).toBe(Date.parse('2022-05-05T05:05:05Z'))
        expect(all.at(-1)?.to).toBe(Date.parse('2026-05-05Z'))
        for (const [n, each] of all.slice(1).entries()) expect(each.from).toBe(all[n]?.to)
        expect(new Set(all.map(({ label }) => label)).size).toBe(all.length)
      }
    }
  })

  test('hold an instant at their beginning, and not at their end', () => {
    const days = periodsOf(
      span('2026-01-01T15:00:00Z', '2026-01-03T15:00:00Z'),
      'day',
      createClock('Asia/Tokyo'),
    )
    const place = (text: string) => placeIn(days, Date.parse(text))
    expect(place('2026-01-01T14:59:59.999Z')).toBe(-1)
    expect(place('2026-01-01T15:00:00Z')).toBe(0)
    expect(place('2026-01-02T14:59:59.999Z')).toBe(0)
    expect(place('2026-01-02T15:00:00Z')).toBe(1)
  })
})

describe('a clock', () => {
  const read = (zone: string, instant: string) =>
    new Date(createClock(zone).localOf(Date.parse(instant))).toISOString().slice(0, 19)
  const instantOf = (zone: string, local: string) =>
    new Date(createClock(zone).instantOf(Date.parse(`${local}Z`))).toISOString()

  test('shows local time on either side of a change', () => {
    expect(read('Asia/Tokyo', '2026-01-01T00:30:00Z')).toBe('2026-01-01T09:30:00')
    expect(read('Europe/Berlin', '2026-03-29T00:59:59Z')).toBe('2026-03-29T01:59:59')
    expect(read('Europe/Berlin', '2026-03-29T01:00:00Z')).toBe('2026-03-29T03:00:00')
    expect(read('Asia/Kathmandu', '2026-01-01T00:00:00Z')).toBe('2026-01-01T05:45:00')
    // Half an hour, in the middle of an hour of UTC.
    expect(read('Australia/Lord_Howe', '2026-04-04T14:59:59Z')).toBe('2026-04-05T01:59:59')
    expect(read('Australia/Lord_Howe', '2026-04-04T15:00:00Z')).toBe('2026-04-05T01:30:00')
    expect(read('Australia/Lord_Howe', '2026-10-03T15:29:59Z')).toBe('2026-10-04T01:59:59')
    expect(read('Australia/Lord_Howe', '2026-10-03T15:30:00Z')).toBe('2026-10-04T02:30:00')
  })

  test('begins a day without midnight when it has leapt, and one with two at the first', () => {
    expect(instantOf('Africa/Cairo', '2026-04-24T00:00:00')).toBe('2026-04-23T22:00:00.000Z')
    expect(read('Africa/Cairo', '2026-04-23T22:00:00Z')).toBe('2026-04-24T01:00:00')
    expect(instantOf('America/Havana', '2026-11-01T00:00:00')).toBe('2026-11-01T04:00:00.000Z')
  })

  test('knows no zone that there is not', () => {
    expect(() => createClock('Mars/Olympus')).toThrow(RangeError)
  })
})
