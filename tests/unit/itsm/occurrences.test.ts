import { describe, expect, test } from 'vitest'
import { covers, occurrences } from '../../../src/itsm/changes/occurrences.ts'
import { isZone } from '../../../src/itsm/zones.ts'

const saturdays = {
  time_zone: 'Asia/Tokyo',
  weekdays: [6],
  from: '22:00',
  to: '05:00',
  until: null,
}
const since = '2026-01-01T00:00:00.000Z'
const at = (start: string, end: string) => ({ start: `${start}:00.000Z`, end: `${end}:00.000Z` })

describe('occurrences', () => {
  test('come back every week, over midnight, in the zone', () => {
    const found = occurrences(saturdays, since, at('2026-12-01T00:00', '2026-12-15T00:00'))
    expect(found).toEqual([
      at('2026-12-05T13:00', '2026-12-05T20:00'),
      at('2026-12-12T13:00', '2026-12-12T20:00'),
    ])
  })

  test('that touch a span at its edge are no part of it', () => {
    const of = (start: string, end: string) => occurrences(saturdays, since, at(start, end)).length
    expect(of('2026-12-05T20:00', '2026-12-05T21:00')).toBe(0)
    expect(of('2026-12-05T19:59', '2026-12-05T21:00')).toBe(1)
    expect(of('2026-12-05T12:00', '2026-12-05T13:00')).toBe(0)
    expect(of('2026-12-05T12:00', '2026-12-05T13:01')).toBe(1)
  })

  test('begin no sooner than they apply, and not after the last day', () => {
    const span = at('2026-12-01T00:00', '2027-01-01T00:00')
    expect(occurrences(saturdays, '2026-12-05T13:00:00.001Z', span)).toHaveLength(3)
    expect(occurrences(saturdays, '2026-12-05T13:00:00.000Z', span)).toHaveLength(4)
    const until = { ...saturdays, until: '2026-12-12' }
    expect(occurrences(until, since, span)).toHaveLength(2)
    expect(occurrences({ ...saturdays, until: '2026-12-11' }, since, span)).toHaveLength(1)
  })

  test('keep their local time over a change of clocks', () => {
    const sundays = { ...saturdays, time_zone: 'Europe/Berlin', weekdays: [7], from: '10:00' }
    const morning = { ...sundays, to: '12:00' }
    const found = occurrences(morning, since, at('2026-10-18T00:00', '2026-11-01T00:00'))
    expect(found).toEqual([
      at('2026-10-18T08:00', '2026-10-18T10:00'),
      at('2026-10-25T09:00', '2026-10-25T11:00'),
    ])
  })

  test('are an hour shorter or longer where clocks change within them', () => {
    const night = { ...saturdays, time_zone: 'Europe/Berlin', weekdays: [7], from: '01:00' }
    const nights = { ...night, to: '04:00' }
    const spring = at('2026-03-28T12:00', '2026-03-29T12:00')
    expect(occurrences(nights, since, spring)).toEqual([at('2026-03-29T00:00', '2026-03-29T02:00')])
    const autumn = at('2026-10-24T12:00', '2026-10-25T12:00')
    expect(occurrences(nights, since, autumn)).toEqual([at('2026-10-24T23:00', '2026-10-25T03:00')])
  })

  test('begin later where clocks skip their time, and at the first of two', () => {
    const from = { ...saturdays, time_zone: 'America/New_York', weekdays: [7], to: '06:00' }
    const spring = at('2026-03-08T00:00', '2026-03-09T00:00')
    expect(occurrences({ ...from, from: '02:30' }, since, spring)).toEqual([
      at('2026-03-08T07:30', '2026-03-08T10:00'),
    ])
    const autumn = at('2026-11-01T00:00', '2026-11-02T00:00')
    expect(occurrences({ ...from, from: '01:30' }, since, autumn)).toEqual([
      at('2026-11-01T05:30', '2026-11-01T11:00'),
    ])
  })

  test('are there where a span is far from UTC', () => {
    const kiritimati = { ...saturdays, time_zone: 'Pacific/Kiritimati', from: '00:00', to: '01:00' }
    const span = at('2026-12-04T10:00', '2026-12-04T11:00')
    expect(occurrences(kiritimati, since, span)).toEqual([span])
    const pago = { ...saturdays, time_zone: 'Pacific/Pago_Pago', from: '23:00', to: '23:30' }
    expect(occurrences(pago, since, at('2026-12-06T10:00', '2026-12-06T11:00'))).toHaveLength(1)
  })

  test('of a whole day have no gap between them', () => {
    const daily = { ...saturdays, weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00' }
    const span = at('2026-12-01T00:00', '2026-12-08T00:00')
    expect(covers(occurrences(daily, since, span), span)).toBe(true)
  })
})

describe('covers', () => {
  const span = at('2026-12-01T10:00', '2026-12-01T12:00')
  test.for([
    [[], false],
    [[['10:00', '12:00']], true],
    [[['10:01', '12:00']], false],
    [[['10:00', '11:59']], false],
    [[['11:00', '13:00'], ['09:00', '11:00']], true], // biome-ignore format: one case a line
    [[['09:00', '10:59'], ['11:00', '13:00']], false], // biome-ignore format: one case a line
    [[['09:00', '13:00'], ['09:30', '10:00']], true], // biome-ignore format: one case a line
  ] as [string[][], boolean][])('%j: %s', ([spans, expected]) => {
    const each = spans.map(([start, end]) => at(`2026-12-01T${start}`, `2026-12-01T${end}`))
    expect(covers(each, span)).toBe(expected)
  })
})

test.for([
  ['Asia/Tokyo', true],
  ['UTC', true],
  ['Asia/Edo', false],
  ['+09:00', false],
  ['', false],
] as const)('"%s" is a time zone: %s', ([name, expected]) => {
  expect(isZone(name)).toBe(expected)
})
