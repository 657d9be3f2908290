import { describe, expect, test } from 'vitest'
import type { Priority } from '../../../schemas/itsm/common.ts'
import { clockOf } from '../../../src/itsm/sla/clock.ts'
import { isoOf } from '../../../src/itsm/sla/events.ts'
import { sumOf } from '../../../src/itsm/sla/intervals.ts'
import {
  daily,
  inJapan,
  lifeOf,
  officeHours,
  roundTheClock,
  termsOf,
} from '../../support/itsm-sla.ts'

const shown = (instant: number | null) =>
  instant === null
    ? null
    : isoOf(instant + 9 * 3600)
        .slice(0, 16)
        .replace('T', ' ')

function duesOf(priority: Priority, opened: string) {
  const { response, resolution } = clockOf(lifeOf(opened, priority), termsOf(), inJapan(opened))
  return [shown(response.due_at), shown(resolution.due_at)]
}

describe('worked cases', () => {
  test.each([
    ['critical', '2025-08-01 17:50', '2025-08-04 09:05', '2025-08-04 10:50'],
    ['critical', '2025-07-31 23:30', '2025-08-01 09:15', '2025-08-01 11:00'],
    ['high', '2025-08-08 16:00', '2025-08-08 17:00', '2025-08-12 15:00'],
    ['medium', '2025-07-31 09:00', '2025-07-31 13:00', '2025-08-04 15:00'],
    ['low', '2025-08-02 12:00', '2025-08-04 17:00', '2025-08-14 18:00'],
    ['high', '2025-12-26 17:00', '2025-12-26 18:00', '2026-01-05 16:00'],
  ] as const)(
    '%s opened %s: respond by %s, resolve by %s',
    (priority, opened, response, resolution) => {
      expect(duesOf(priority, opened)).toEqual([response, resolution])
    },
  )

  test.each(['critical', 'high', 'medium', 'low'] as const)(
    'a %s one can be opened at any hour of the last day of a month',
    (priority) => {
      for (let hour = 0; hour < 24; hour += 1) {
        const dues = duesOf(priority, `2025-10-31 ${String(hour).padStart(2, '0')}:59`)
        for (const due of dues) expect(due).toMatch(/^2025-1[01]-\d\d (09|1[0-8]):/)
      }
    },
  )

  test('pending Fri 18:00 to Mon 09:00 moves nothing', () => {
    const pause = lifeOf(
      '2025-08-01 17:00',
      'high',
      ['2025-08-01 18:00', 'pending'],
      ['2025-08-04 09:00', 'in_progress'],
    )
    const { resolution } = clockOf(pause, termsOf(), inJapan('2025-08-04 09:00'))
    expect(shown(resolution.due_at)).toBe(duesOf('high', '2025-08-01 17:00')[1])
    expect(resolution).toMatchObject({ elapsed_s: 3600, paused_s: 0, remaining_s: 25_200 })
  })

  test('pending 10:00–11:00 moves one hour', () => {
    const pause = lifeOf(
      '2025-08-04 09:00',
      'high',
      ['2025-08-04 10:00', 'pending'],
      ['2025-08-04 11:00', 'in_progress'],
    )
    const { resolution } = clockOf(pause, termsOf(), inJapan('2025-08-04 12:00'))
    expect(duesOf('high', '2025-08-04 09:00')[1]).toBe('2025-08-04 17:00')
    expect(shown(resolution.due_at)).toBe('2025-08-04 18:00')
    expect(resolution).toMatchObject({ elapsed_s: 7200, paused_s: 3600, percent: 25 })
  })

  test('what resumes outside hours goes on when they begin', () => {
    const pause = lifeOf(
      '2025-08-04 09:00',
      'high',
      ['2025-08-04 17:00', 'pending'],
      ['2025-08-04 22:00', 'in_progress'],
    )
    const { resolution } = clockOf(pause, termsOf(), inJapan('2025-08-04 23:00'))
    expect(resolution).toMatchObject({ state: 'breached', elapsed_s: 28_800, paused_s: 3600 })
    const sooner = lifeOf(
      '2025-08-04 10:00',
      'high',
      ['2025-08-04 17:00', 'pending'],
      ['2025-08-04 22:00', 'in_progress'],
    )
    const later = clockOf(sooner, termsOf(), inJapan('2025-08-04 23:00')).resolution
    expect([later.state, shown(later.due_at)]).toEqual(['running', '2025-08-05 10:00'])
  })

  test('a weekend spent pending is no working time, and is not paused either', () => {
    const pause = lifeOf(
      '2025-08-01 16:00',
      'high',
      ['2025-08-01 17:00', 'pending'],
      ['2025-08-04 10:00', 'in_progress'],
    )
    const { resolution } = clockOf(pause, termsOf(), inJapan('2025-08-04 11:00'))
    expect(resolution).toMatchObject({ elapsed_s: 7200, paused_s: 7200 })
    expect(resolution.intervals.map(({ kind, seconds }) => [kind, seconds])).toEqual([
      ['running', 3600],
      ['paused', 3600],
      ['closed', 63 * 3600],
      ['paused', 3600],
      ['running', 3600],
    ])
  })

  test('a calendar in another zone counts its own hours, also where daylight saving falls into them', () => {
    const berlin = daily('Europe/Berlin', { from: '00:00', to: '06:00' })
    const opened = '2026-03-29 07:00' // 23:00 in Berlin, the evening before
    const { response } = clockOf(lifeOf(opened, 'medium'), termsOf(berlin), inJapan(opened))
    expect(isoOf(response.due_at as number)).toBe('2026-03-29T03:00:00.000Z') // 05:00 there
  })
})

describe('a clock', () => {
  const at = (life: ReturnType<typeof lifeOf>, time: string, terms = termsOf()) =>
    clockOf(life, terms, inJapan(time))

  test('has no due time while it is paused', () => {
    const life = lifeOf('2025-08-04 09:00', 'high', ['2025-08-04 10:00', 'pending'])
    const { resolution } = at(life, '2025-08-06 12:00')
    expect(resolution).toMatchObject({ state: 'paused', due_at: null, elapsed_s: 3600, levels: [] })
    expect(resolution.paused_s).toBe(8 * 3600 + 9 * 3600 + 3 * 3600)
  })

  test('is met by who stops exactly when it is due, and breached a second later', () => {
    const until = (time: string) => lifeOf('2025-08-04 09:00', 'critical', [time, 'resolved'])
    expect(at(until('2025-08-04 11:00:00'), '2025-08-05 09:00').resolution).toMatchObject({
      state: 'met',
      percent: 100,
      remaining_s: 0,
      breached_at: null,
    })
    const late = at(until('2025-08-04 11:00:01'), '2025-08-05 09:00').resolution
    expect(late).toMatchObject({ state: 'breached', elapsed_s: 7201, remaining_s: -1 })
    expect([shown(late.breached_at), late.met_at]).toEqual([
      '2025-08-04 11:00',
      inJapan('2025-08-04 11:00:01'),
    ])
  })

  test('of the response stops with a public note or a move by another than the reporter', () => {
    const opened = '2025-08-04 09:00'
    const stops = (...what: Parameters<typeof lifeOf>[2][]) =>
      shown(at(lifeOf(opened, 'high', ...what), '2025-08-04 12:00').response.met_at)
    expect(stops(['2025-08-04 09:10', 'note', 'reporter'])).toBeNull()
    expect(stops(['2025-08-04 09:10', 'note'])).toBe('2025-08-04 09:10')
    expect(stops(['2025-08-04 09:20', 'assigned'], ['2025-08-04 09:30', 'note'])).toBe(
      '2025-08-04 09:20',
    )
    expect(stops(['2025-08-04 09:20', 'pending', 'reporter'])).toBeNull()
    expect(stops(['2025-08-04 09:40', 'resolved', 'reporter'])).toBe('2025-08-04 09:40')
  })

  test('of the response stops with what the policy says', () => {
    const life = lifeOf(
      '2025-08-04 09:00',
      'high',
      ['2025-08-04 09:10', 'assigned'],
      ['2025-08-04 09:20', 'note'],
    )
    const met = (first_response: 'public_note' | 'status_change') =>
      shown(at(life, '2025-08-04 12:00', termsOf(officeHours, { first_response })).response.met_at)
    expect([met('status_change'), met('public_note')]).toEqual([
      '2025-08-04 09:10',
      '2025-08-04 09:20',
    ])
  })

  test('gets a new target with a new priority, and keeps its time or begins anew', () => {
    const life = lifeOf('2025-08-04 09:00', 'low', ['2025-08-04 10:00', 'critical'])
    const kept = at(life, '2025-08-04 10:30').resolution
    expect([kept.target_s, kept.elapsed_s, shown(kept.due_at)]).toEqual([
      7200,
      5400,
      '2025-08-04 11:00',
    ])
    const anew = termsOf(officeHours, { on_priority_change: 'restart' })
    const restarted = at(life, '2025-08-04 10:30', anew).resolution
    expect([restarted.elapsed_s, shown(restarted.due_at)]).toEqual([1800, '2025-08-04 12:00'])
    expect(shown(restarted.started_at)).toBe('2025-08-04 10:00')
  })

  test('stays missed by the target that was in force, whatever the priority becomes', () => {
    const lowered = lifeOf('2025-08-04 09:00', 'critical', ['2025-08-04 12:00', 'low'])
    for (const time of ['2025-08-04 12:00', '2025-08-04 13:00', '2025-08-20 09:00']) {
      const { resolution } = at(lowered, time)
      expect([resolution.state, shown(resolution.breached_at), shown(resolution.due_at)]).toEqual([
        'breached',
        '2025-08-04 11:00',
        '2025-08-04 11:00',
      ])
      expect(resolution.target_s).toBe(7200)
    }
    const resolved = lifeOf(
      '2025-08-04 09:00',
      'critical',
      ['2025-08-04 12:00', 'low'],
      ['2025-08-04 13:00', 'resolved'],
    )
    expect(at(resolved, '2025-08-05 09:00').resolution.state).toBe('breached')
    const inTime = lifeOf('2025-08-04 09:00', 'critical', ['2025-08-04 11:00', 'low'])
    expect(at(inTime, '2025-08-04 12:00').resolution).toMatchObject({
      state: 'running',
      target_s: 72 * 3600,
      elapsed_s: 3 * 3600,
    })
  })

  test('is missed from the change on by a target that was due before it', () => {
    const raised = lifeOf('2025-08-04 09:00', 'low', ['2025-08-04 14:00', 'critical'])
    const { resolution } = at(raised, '2025-08-04 14:00')
    expect([resolution.state, shown(resolution.due_at), shown(resolution.breached_at)]).toEqual([
      'breached',
      '2025-08-04 11:00',
      '2025-08-04 14:00',
    ])
    expect(resolution.levels.map(({ level, at }) => [level, shown(at)])).toEqual([
      ['percent', '2025-08-04 10:30'],
      ['minutes', '2025-08-04 10:30'],
      ['breach', '2025-08-04 14:00'],
    ])
    const mistaken = lifeOf(
      '2025-08-04 09:00',
      'low',
      ['2025-08-04 14:00', 'critical'],
      ['2025-08-04 14:00', 'low'],
    )
    expect(at(mistaken, '2025-08-04 15:00').resolution.state).toBe('running')
    const anew = termsOf(officeHours, { on_priority_change: 'restart' })
    expect(at(raised, '2025-08-04 15:00', anew).resolution.state).toBe('running')
  })

  test('goes on after a reopening without the time between, or begins anew', () => {
    const life = lifeOf(
      '2025-08-04 09:00',
      'high',
      ['2025-08-04 11:00', 'resolved'],
      ['2025-08-04 15:00', 'in_progress'],
    )
    const on = at(life, '2025-08-04 16:00').resolution
    expect([on.state, on.elapsed_s, shown(on.due_at)]).toEqual([
      'running',
      10_800,
      '2025-08-05 12:00',
    ])
    expect(on.intervals.map(({ kind }) => kind)).toEqual(['running', 'stopped', 'running'])
    const anew = at(
      life,
      '2025-08-04 16:00',
      termsOf(officeHours, { on_reopen: 'restart' }),
    ).resolution
    expect([anew.elapsed_s, shown(anew.due_at)]).toEqual([3600, '2025-08-05 14:00'])
  })

  test('stays stopped from resolved to closed', () => {
    const life = lifeOf(
      '2025-08-04 09:00',
      'high',
      ['2025-08-04 11:00', 'resolved'],
      ['2025-08-07 15:00', 'closed'],
    )
    expect(shown(at(life, '2025-08-08 09:00').resolution.met_at)).toBe('2025-08-04 11:00')
  })

  test('is cancelled with the incident, but for what was reached before', () => {
    const life = lifeOf(
      '2025-08-04 09:00',
      'high',
      ['2025-08-04 09:30', 'note'],
      ['2025-08-04 11:00', 'cancelled'],
    )
    const { response, resolution } = at(life, '2025-08-05 09:00')
    expect([response.state, resolution.state, resolution.due_at]).toEqual([
      'met',
      'cancelled',
      null,
    ])
  })

  test('warns at 75 % by the calendar and 30 minutes before by the wall clock', () => {
    const { response, resolution } = at(lifeOf('2025-08-01 17:00', 'high'), '2025-08-01 17:00')
    const levels = (clock: typeof response) =>
      clock.levels.map(({ level, at }) => [level, shown(at)])
    expect(levels(response)).toEqual([
      ['percent', '2025-08-01 17:45'],
      ['minutes', '2025-08-01 17:30'],
      ['breach', '2025-08-01 18:00'],
    ])
    expect(levels(resolution)).toEqual([
      ['percent', '2025-08-04 14:00'],
      ['minutes', '2025-08-04 15:30'],
      ['breach', '2025-08-04 16:00'],
    ])
    const short = at(lifeOf('2025-08-01 10:00', 'critical'), '2025-08-01 10:00').response
    expect(short.levels.map(({ level }) => level)).toEqual(['percent', 'breach'])
  })

  test('a public note long ago does not depend on the time at which one looks', () => {
    const life = lifeOf(
      '2025-08-04 09:00',
      'low',
      ['2025-08-04 09:30', 'pending'],
      ['2025-08-04 13:00', 'in_progress'],
    )
    const dues = [
      '2025-08-04 13:00',
      '2025-08-04 21:00',
      '2025-08-09 12:00',
      '2025-08-12 10:00',
    ].map((time) => at(life, time).resolution.due_at)
    expect(new Set(dues).size).toBe(1)
  })
})

describe('whatever happens', () => {
  /** A small generator of numbers, so that a failure comes again. */
  function* numbers(seed: number): Generator<number> {
    for (let x = seed; ; ) {
      x = (x * 1_103_515_245 + 12_345) % 2_147_483_648
      yield x / 2_147_483_648
    }
  }
  const calendars = [
    officeHours,
    roundTheClock,
    daily('Europe/Berlin', { from: '01:00', to: '04:00' }),
  ]
  const what = [
    'assigned',
    'in_progress',
    'pending',
    'resolved',
    'closed',
    'note',
    'low',
    'critical',
  ] as const

  test.each([1, 2, 3, 4, 5, 6])('the intervals add up to the figures (%i)', (seed) => {
    const random = numbers(seed)
    const next = (below: number) => Math.floor(random.next().value * below)
    const terms = calendars.map((calendar) => termsOf(calendar))
    for (let n = 0; n < 60; n += 1) {
      let time = inJapan('2025-10-20 00:00') + next(86_400 * 7)
      const opened = shownTime(time)
      const happenings = Array.from({ length: next(9) }, () => {
        time += next(86_400)
        const by = next(3) === 0 ? 'reporter' : 'agent'
        return [shownTime(time), what[next(what.length)] ?? 'note', by] as const
      })
      const life = lifeOf(
        opened,
        'medium',
        ...happenings.map((each) => [...each] as Parameters<typeof lifeOf>[2]),
      )
      const until = time + next(86_400)
      const clock = clockOf(life, terms[n % terms.length] as (typeof terms)[0], until)
      for (const target of [clock.response, clock.resolution]) {
        const { intervals, started_at, met_at } = target
        expect(target.elapsed_s).toBe(sumOf(intervals, 'running'))
        expect(target.paused_s).toBe(sumOf(intervals, 'paused'))
        expect(target.remaining_s).toBe(target.target_s - target.elapsed_s)
        expect(
          intervals.every(({ from, to, seconds }) => seconds === to - from && seconds > 0),
        ).toBe(true)
        expect(intervals.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(
          (met_at ?? until) - started_at,
        )
        intervals.slice(1).forEach((each, i) => {
          expect(each.from).toBe(intervals[i]?.to)
          expect(each.kind).not.toBe(intervals[i]?.kind)
        })
        if (target.state === 'breached')
          expect(target.elapsed_s).toBeGreaterThanOrEqual(target.target_s)
        if (target.state === 'met') expect(target.elapsed_s).toBeLessThanOrEqual(target.target_s)
      }
    }
  })

  function shownTime(instant: number): string {
    return isoOf(instant + 9 * 3600)
      .slice(0, 19)
      .replace('T', ' ')
  }
})
