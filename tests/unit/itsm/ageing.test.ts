import { describe, expect, test } from 'vitest'
import { ageingOf, createTally, needsHistory, openSpans } from '../../../src/itsm/metrics/ageing.ts'

const day = 24 * 3_600_000
const at = (text: string) => Date.parse(`2026-01-${text}:00:00Z`)
const time = (text: string) => `2026-01-${text}:00:00.000Z`

const life = {
  status: 'closed',
  opened_at: time('01T09'),
  resolved_at: time('03T09'),
  closed_at: time('04T09'),
  updated_at: time('04T09'),
}
const open = { ...life, status: 'assigned', resolved_at: null, closed_at: null }

describe('ageing', () => {
  test('counts an age at a bound in the older band', () => {
    const ages = [0, day - 1, day, 3 * day, 6.9 * day, 7 * day, 14 * day, 30 * day - 1, 30 * day]
    expect(ageingOf(ages).map(({ band, count }) => [band, count])).toEqual([
      ['<1d', 2],
      ['1-3d', 1],
      ['3-7d', 2],
      ['7-14d', 1],
      ['14-30d', 2],
      ['>=30d', 1],
    ])
  })

  test('has every band where there is nothing', () => {
    expect(ageingOf([]).map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0])
  })
})

describe('what an incident was open', () => {
  test('lasts until it was resolved, and no end is known of one that is open', () => {
    expect(openSpans(life)).toEqual([{ from: at('01T09'), to: at('03T09') }])
    expect(openSpans(open)).toEqual([{ from: at('01T09'), to: Number.POSITIVE_INFINITY }])
  })

  test('goes on with each reopening', () => {
    const changes = [
      { status: 'assigned', at: time('01T10') },
      { status: 'resolved', at: time('01T12') },
      { status: 'closed', at: time('01T13') },
      { status: 'in_progress', at: time('02T09') },
      { status: 'pending', at: time('02T10') },
      { status: 'resolved', at: time('03T09') },
    ]
    expect(openSpans(life, changes)).toEqual([
      { from: at('01T09'), to: at('01T12') },
      { from: at('02T09'), to: at('03T09') },
    ])
  })

  test('ends when it was cancelled, by its history or else by its last change', () => {
    const cancelled = { ...open, status: 'cancelled', updated_at: time('05T09') }
    const changes = [{ status: 'cancelled', at: time('02T09') }]
    expect(openSpans(cancelled, changes)).toEqual([{ from: at('01T09'), to: at('02T09') }])
    expect(openSpans(cancelled)).toEqual([{ from: at('01T09'), to: at('05T09') }])
  })

  test('is asked of the history only where its own times do not say it', () => {
    expect(needsHistory({ status: 'resolved', reopen_count: 0 })).toBe(false)
    expect(needsHistory({ status: 'resolved', reopen_count: 1 })).toBe(true)
    expect(needsHistory({ status: 'cancelled', reopen_count: 0 })).toBe(true)
  })
})

describe('a tally', () => {
  test('counts what was opened before an instant and had not ended before it', () => {
    const tally = createTally([10, 20, 30])
    tally.add({ from: 5, to: 15 })
    tally.add({ from: 10, to: 20 })
    tally.add({ from: 12, to: Number.POSITIVE_INFINITY })
    tally.add({ from: 21, to: 29 })
    expect(tally.counts()).toEqual([1, 2, 1])
  })

  test('is the backlog before, and what came, without what went', () => {
    const spans = Array.from({ length: 200 }, (_, n) => ({
      from: (n * 37) % 100,
      to: ((n * 37) % 100) + 1 + ((n * 53) % 40),
    }))
    const instants = Array.from({ length: 14 }, (_, n) => n * 10)
    const tally = createTally(instants)
    for (const span of spans) tally.add(span)
    const counts = tally.counts()
    for (const [n, instant] of instants.slice(1).entries()) {
      const isIn = (value: number) => (instants[n] as number) <= value && value < instant
      const came = spans.filter(({ from }) => isIn(from)).length
      const went = spans.filter(({ to }) => isIn(to)).length
      expect(counts[n + 1]).toBe((counts[n] as number) + came - went)
    }
  })
})
