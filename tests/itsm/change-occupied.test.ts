import { getCalendar } from '../../src/itsm/changes/calendar.ts'
import { findConflicts } from '../../src/itsm/changes/conflicts.ts'
import { later } from '../../src/values.ts'
import { parseCalendar } from '../support/icalendar.ts'
import { createdWindow, insertChange, insertCis } from '../support/itsm-cab.ts'
import { approve, changes, draft, move, night } from '../support/itsm-changes.ts'
import { describe, expect, test } from '../support/service.ts'

const agent = 'ServiceDeskAgent'
const at = '2035-06-05T12:00:30.000Z'
const endOfMinute = '2035-06-05T12:01:00.000Z'
const query = {
  start: '2035-06-05T00:00:00.000Z',
  end: '2035-06-06T00:00:00.000Z',
  related: false,
  format: 'json',
} as const
const planned = (start: string, end: string) => ({
  scheduled_start: `2035-06-05T${start}:00.000Z`,
  scheduled_end: `2035-06-05T${end}:00.000Z`,
})

describe('a change under way', () => {
  test.for([
    ['was never planned', { actual_start: later(at, -3600) }],
    ['overruns its end', { actual_start: later(at, -7200), ...planned('10:00', '11:00') }],
    ['began early', { actual_start: later(at, -60), ...planned('15:00', '16:00') }],
  ] as const)('that %s takes its CIs now', async ([, times], { db, signIn }) => {
    const ann = await signIn(agent)
    const cis = await insertCis(db, 'db')
    const given = { requester_id: ann.id, cis }
    const running = await insertChange(db, {
      ...given,
      type: 'emergency',
      status: 'in_progress',
      ...times,
    })
    const now = await insertChange(db, { ...given, ...planned('12:00', '12:30') })
    const before = await insertChange(db, { ...given, ...planned('08:00', '09:00') })
    const later_ = await insertChange(db, { ...given, ...planned('18:00', '19:00') })
    expect(await findConflicts(db, now, at)).toMatchObject([
      { kind: 'same_ci', severity: 'blocks', change_id: running.id, ci_ids: cis },
    ])
    expect(await findConflicts(db, before, at)).toEqual([])
    expect(await findConflicts(db, later_, at)).toEqual([])
    expect(await findConflicts(db, running, at)).toMatchObject([{ change_id: now.id }])
    const { changes: shown } = await getCalendar(db, { ...query, ci: cis }, at)
    const end = 'scheduled_end' in times ? times.scheduled_end : endOfMinute
    const start = 'scheduled_start' in times ? times.scheduled_start : times.actual_start
    expect(shown.find(({ id }) => id === running.id)).toMatchObject({
      starts_at: start < times.actual_start ? start : times.actual_start,
      ends_at: end > endOfMinute ? end : endOfMinute,
    })
    const hour = { ...query, ci: cis, start: '2035-06-05T12:00:00Z', end: '2035-06-05T12:00:40Z' }
    const ids = (await getCalendar(db, hour, at)).changes.map(({ id }) => id)
    expect(ids.sort()).toEqual([running.id, now.id].sort())
  })

  test('is in nobody’s way when it is over, and stays in the calendar', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const cis = await insertCis(db, 'db')
    const given = { requester_id: ann.id, cis }
    const over = await insertChange(db, {
      ...given,
      type: 'emergency',
      status: 'completed',
      actual_start: later(at, -7200),
      actual_end: later(at, -60),
    })
    const other = await insertChange(db, { ...given, ...planned('11:00', '12:30') })
    expect(await findConflicts(db, other, at)).toEqual([])
    const { changes: shown } = await getCalendar(db, { ...query, ci: cis }, at)
    expect(shown.map(({ id }) => id)).toEqual([over.id, other.id])
    const response = await ann.get(
      `${changes}/calendar?start=${query.start}&end=${query.end}&format=ics&ci=${cis[0]}`,
    )
    const { events } = parseCalendar(response.rawPayload)
    expect(events[0]).toMatchObject({ DTSTART: '20350605T100030Z', DTEND: '20350605T115930Z' })
  })

  test('keeps others from being scheduled', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const cis = await insertCis(db, 'db')
    const emergency = await draft(ann, {
      type: 'emergency',
      scheduled_start: null,
      scheduled_end: null,
      affected_ci_ids: cis,
    })
    await move(ann, emergency.id, 'submit')
    await move(ann, emergency.id, 'start')
    const now = new Date().toISOString()
    const { id } = await draft(ann, {
      affected_ci_ids: cis,
      scheduled_start: later(now, -60),
      scheduled_end: later(now, 3600),
      impact: 'low',
      likelihood: 'low',
    })
    const refused = await ann.post(`${changes}/${id}/submit`)
    expect(refused.json()).toMatchObject({
      code: 'change_conflicts',
      conflicts: [{ kind: 'same_ci', change_id: emergency.id, affected_cis: [{ id: cis[0] }] }],
    })
    await move(ann, emergency.id, 'complete', { outcome: 'successful' })
    expect(await move(ann, id, 'submit')).toMatchObject({ conflicts: [] })
  })
})

describe('scheduled at once', () => {
  test('of changes that overlap on a CI exactly one gets through', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    for (let n = 0; n < 3; n += 1) {
      const cis = await insertCis(db, ...Array.from({ length: 80 }, (_, each) => `ci-${each}`))
      const ids: string[] = []
      for (const affected_ci_ids of [cis, cis.toReversed(), cis.slice(-1)]) {
        const { id } = await draft(ann, { affected_ci_ids })
        await move(ann, id, 'submit')
        await approve(db, id)
        ids.push(id)
      }
      const answers = await Promise.all(ids.map((id) => ann.post(`${changes}/${id}/schedule`)))
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409])
      const refused = answers.filter(({ statusCode }) => statusCode === 409)
      for (const answer of refused) {
        const [first] = answer.json().conflicts
        expect(first).toMatchObject({ kind: 'same_ci', severity: 'blocks' })
        const ends = [first.affected_cis.length]
        expect(ends).toEqual([expect.toSatisfy((count: number) => count === 80 || count === 1)])
      }
    }
  })

  test('two of one implementer without a CI in common both get through, warned', async ({
    db,
    signIn,
  }) => {
    const [ann, bob] = [await signIn(agent), await signIn(agent)]
    const ids: string[] = []
    for (let n = 0; n < 2; n += 1) {
      const affected_ci_ids = await insertCis(db, 'db')
      const { id } = await draft(ann, { affected_ci_ids, implementer_id: bob.id })
      await move(ann, id, 'submit')
      await approve(db, id)
      ids.push(id)
    }
    const answers = await Promise.all(ids.map((id) => ann.post(`${changes}/${id}/schedule`)))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200])
    for (const answer of answers) {
      expect(answer.json().conflicts).toMatchObject([
        { kind: 'same_implementer', severity: 'warns' },
      ])
    }
  })

  test('back to back on one CI both get through', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const affected_ci_ids = await insertCis(db, 'db')
    const ids: string[] = []
    for (const hours of [0, 2]) {
      const { id } = await draft(ann, {
        affected_ci_ids,
        scheduled_start: later(night.scheduled_start, hours * 3600),
        scheduled_end: later(night.scheduled_end, hours * 3600),
      })
      await move(ann, id, 'submit')
      await approve(db, id)
      ids.push(id)
    }
    const answers = await Promise.all(ids.map((id) => ann.post(`${changes}/${id}/schedule`)))
    expect(answers.map((each) => each.json().conflicts)).toEqual([[], []])
  })
})

describe('the calendar', () => {
  test('has another tag when a change moves, in both formats', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const affected_ci_ids = await insertCis(db, 'db')
    const { id } = await draft(ann, { affected_ci_ids })
    for (const format of ['json', 'ics']) {
      const url = `${changes}/calendar?start=2026-11-01T00:00:00Z&end=2027-01-01T00:00:00Z&ci=${affected_ci_ids[0]}&format=${format}`
      const tag = String((await ann.get(url)).headers.etag)
      expect((await ann.get(url, { 'if-none-match': tag })).statusCode).toBe(304)
      const scheduled_end = later(night.scheduled_end, format === 'json' ? 60 : 120)
      await ann.patch(`${changes}/${id}`, { scheduled_end })
      const moved = await ann.get(url, { 'if-none-match': tag })
      expect(moved.statusCode).toBe(200)
      expect(moved.headers.etag).not.toBe(tag)
    }
  })

  test.for([
    // New York: clocks go on at 02:00 on 2035-03-11 and back at 02:00 on 2035-11-04.
    ['loses an hour', '2035-03-11', '2035-03-11T06:00:00.000Z', '2035-03-11T09:00:00.000Z'],
    ['gains an hour', '2035-11-04', '2035-11-04T05:00:00.000Z', '2035-11-04T10:00:00.000Z'],
  ] as const)(
    'shows a night that %s as it is there',
    async ([, day, starts_at, ends_at], { db, signIn }) => {
      const manager = await signIn('ChangeManager')
      const ci_ids = await insertCis(db, 'new york')
      await createdWindow(manager, {
        kind: 'maintenance',
        severity: undefined,
        name: '日曜の夜',
        starts_at: '2035-01-01T00:00:00.000Z',
        ends_at: undefined,
        ci_ids,
        recurrence: {
          time_zone: 'America/New_York',
          weekdays: [7],
          from: '01:00',
          to: '05:00',
          until: null,
        },
      })
      const url = `${changes}/calendar?start=${day}T00:00:00Z&end=${day}T23:00:00Z&ci=${ci_ids[0]}`
      expect((await manager.get(url)).json().maintenance).toMatchObject([{ starts_at, ends_at }])
      const given = { requester_id: manager.id, cis: ci_ids }
      const inside = await insertChange(db, {
        ...given,
        scheduled_start: starts_at,
        scheduled_end: ends_at,
      })
      expect(await findConflicts(db, inside, at)).toEqual([])
      const outside = await insertChange(db, {
        ...given,
        status: 'draft',
        scheduled_start: starts_at,
        scheduled_end: later(ends_at, 1),
      })
      const kinds = (await findConflicts(db, outside, at)).map(({ kind }) => kind)
      expect(kinds).toContain('outside_maintenance_window')
    },
  )
})
