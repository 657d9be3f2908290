import { describe, expect, test } from 'vitest'
import { type CalendarEvent, toICalendar } from '../../../src/itsm/changes/icalendar.ts'
import { parseCalendar, textOf } from '../../support/icalendar.ts'

const event: CalendarEvent = {
  uid: '0199@kaname',
  stamp: '2026-11-21T01:02:03.456Z',
  sequence: 3,
  start: '2026-12-01T11:00:00.000Z',
  end: '2026-12-01T13:00:00.000Z',
  summary: 'CHG00000001 証明書',
  description: '',
  status: 'CONFIRMED',
  categories: ['change', 'normal'],
  takesTime: true,
}

const parsed = (change: Partial<CalendarEvent>) => {
  const text = toICalendar('変更', [{ ...event, ...change }])
  return parseCalendar(Buffer.from(text))
}

describe('iCalendar', () => {
  test('has what RFC 5545 asks of a calendar and an event', () => {
    const { head, events } = parsed({})
    expect(head).toMatchObject({ VERSION: '2.0', PRODID: expect.stringMatching(/^-\/\//) })
    expect(events).toEqual([
      {
        UID: '0199@kaname',
        DTSTAMP: '20261121T010203Z',
        'LAST-MODIFIED': '20261121T010203Z',
        SEQUENCE: '3',
        DTSTART: '20261201T110000Z',
        DTEND: '20261201T130000Z',
        SUMMARY: 'CHG00000001 証明書',
        STATUS: 'CONFIRMED',
        CATEGORIES: 'change,normal',
        TRANSP: 'OPAQUE',
      },
    ])
  })

  test.for([
    'a, b; c \\ d',
    'two\nlines\r\nand\rmore',
    'END:VEVENT\r\nBEGIN:VEVENT\r\nUID:forged',
    '\u0000\u0007bell',
    '\\n',
    '証'.repeat(200),
    `a${'証'.repeat(200)}`,
    `ab${'𠮷'.repeat(100)}`,
    'x'.repeat(65),
    'x'.repeat(66),
    'x'.repeat(67),
    'x'.repeat(1000),
    ' leading and trailing ',
  ])('gives back %j', (summary) => {
    const { events } = parsed({ summary })
    expect(events).toHaveLength(1)
    const expected = summary.replace(/\r\n?/g, '\n').replace('\u0000\u0007', '')
    expect(textOf(events[0]?.SUMMARY)).toBe(expected)
    expect(events[0]).toMatchObject({ UID: '0199@kaname' })
  })

  test('escapes each category, and keeps them apart', () => {
    const { events } = parsed({ categories: ['a,b', 'c'] })
    expect(events[0]?.CATEGORIES).toBe('a\\,b,c')
  })

  test('folds no line in the middle of a character', () => {
    const text = toICalendar('変更', [{ ...event, summary: '証𠮷é'.repeat(100) }])
    for (const line of text.split('\r\n')) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
      expect(Buffer.from(line).toString('utf8')).toBe(line)
      expect(line).not.toContain('\ufffd')
    }
  })
})
