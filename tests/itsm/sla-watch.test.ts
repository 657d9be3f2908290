import type { Db } from '../../db/tables.ts'
import { recurringJobsOf } from '../../src/handlers.ts'
import { watchIncidents } from '../../src/itsm/sla/watch.ts'
import { newId } from '../../src/values.ts'
import { change, incidentOf, inRows, insertIncident } from '../support/itsm-sla-rows.ts'
import { describe, expect, test } from '../support/service.ts'

const opened = inRows('2025-08-04 09:00')
const time = (clock: string) => inRows(`2025-08-04 ${clock}`)

async function noticesOf(db: Db, id: string) {
  const rows = await db
    .selectFrom('sla_notices')
    .selectAll()
    .where('incident_id', '=', id)
    .orderBy('target')
    .orderBy('due_at')
    .orderBy('level')
    .execute()
  return rows.map(({ target, level, late }) => `${target} ${level}${late ? ' late' : ''}`)
}

async function traces(db: Db, id: string, action: string): Promise<number> {
  const rows = await db
    .selectFrom('audit_log')
    .select('actor_id')
    .where('subject_id', '=', id)
    .where('action', '=', action)
    .execute()
  expect(rows.every(({ actor_id }) => actor_id === null)).toBe(true)
  return rows.length
}

describe('the watch over incidents', () => {
  test('comes round every minute', ({ service }) => {
    expect(recurringJobsOf(service.deps.config)).toContainEqual(
      expect.objectContaining({ kind: 'watch_incidents', cron: '* * * * *' }),
    )
  })

  test('tells of each level once, when its time has come', async ({ signIn, db, service }) => {
    const reporter_id = (await signIn('User')).id
    const id = await insertIncident(db, { reporter_id, opened_at: opened })
    const steps: [string, string[]][] = [
      ['09:29', []],
      ['09:30', ['response minutes']],
      ['09:31', ['response minutes']],
      ['09:45', ['response minutes', 'response percent']],
      ['10:00', ['response minutes', 'response percent', 'response breach']],
    ]
    for (const [clock, notices] of steps) {
      await watchIncidents(service.deps, time(clock))
      expect(await noticesOf(db, id), clock).toEqual(notices)
    }
    expect(await traces(db, id, 'incident.sla_alert')).toBe(2)
    expect(await traces(db, id, 'incident.sla_breached')).toBe(1)
    expect(await incidentOf(db, id)).toMatchObject({
      sla_phase: 'breached',
      next_check_at: time('15:00'),
      version: 1,
    })
    const agent = await signIn('ServiceDeskAgent')
    const { notices } = (await agent.get(`/api/v1/incidents/${id}/sla`)).json()
    expect(notices).toContainEqual({
      target: 'response',
      level: 'breach',
      due_at: time('10:00'),
      noticed_at: time('10:00'),
      late: false,
    })
  })

  test('exactly once, with two instances at a time', async ({ signIn, db, service }) => {
    const reporter_id = (await signIn('User')).id
    const fields = { reporter_id, opened_at: opened, priority: 'critical' } as const
    const ids: string[] = []
    for (let n = 0; n < 5; n += 1) ids.push(await insertIncident(db, fields))
    const look = () => watchIncidents(service.deps, time('09:15'))
    await Promise.all([look(), look(), look()])
    for (const id of ids) {
      expect(await noticesOf(db, id)).toEqual(['response percent late', 'response breach'])
      expect(await traces(db, id, 'incident.sla_alert')).toBe(1)
      expect(await traces(db, id, 'incident.sla_breached')).toBe(1)
    }
  })

  test('exactly once, when it breaks off in between and begins again', async ({
    signIn,
    db,
    service,
  }) => {
    const reporter_id = (await signIn('User')).id
    const ids: string[] = []
    for (let n = 0; n < 4; n += 1)
      ids.push(await insertIncident(db, { reporter_id, opened_at: opened }))
    const stop = new AbortController()
    let told = 0
    const channels = {
      ...service.deps.channels,
      publish() {
        told += 1
        if (told === 2) stop.abort()
        throw new Error('Nobody can be told.')
      },
    }
    const failing = watchIncidents({ db, channels }, time('09:30'), stop.signal)
    await failing.catch((error) => expect(String(error)).toContain('Nobody can be told.'))
    expect(told).toBe(2)
    await watchIncidents(service.deps, time('09:30'))
    for (const id of ids) {
      expect(await noticesOf(db, id)).toEqual(['response minutes'])
      expect(await traces(db, id, 'incident.sla_alert')).toBe(1)
    }
  })

  test('one that fails keeps no other waiting', async ({ signIn, db, service }) => {
    const reporter_id = (await signIn('User')).id
    const broken = await insertIncident(db, { reporter_id, opened_at: opened })
    const other = await insertIncident(db, { reporter_id, opened_at: opened })
    const tags = (value: string) =>
      db
        .updateTable('incidents')
        .set({ tags: value, sla_policy_id: newId() })
        .where('id', '=', broken)
        .execute()
    await tags('not JSON')
    await expect(watchIncidents(service.deps, time('09:30'))).rejects.toThrow()
    expect(await noticesOf(db, other)).toEqual(['response minutes'])
    await tags('[]')
    await watchIncidents(service.deps, time('09:30'))
    expect(await noticesOf(db, broken)).toEqual(['response minutes'])
  })

  test('gives what fell due while nobody was up once each, and says it is late', async ({
    signIn,
    db,
    service,
  }) => {
    const reporter_id = (await signIn('User')).id
    const id = await insertIncident(db, { reporter_id, opened_at: opened, priority: 'critical' })
    await watchIncidents(service.deps, inRows('2025-08-05 12:00'))
    expect(await noticesOf(db, id)).toEqual([
      'resolution minutes late',
      'resolution percent late',
      'resolution breach late',
      'response percent late',
      'response breach late',
    ])
    expect((await incidentOf(db, id)).next_check_at).toBeNull()
  })

  test('says nothing of what was paused or resolved meanwhile', async ({ signIn, db, service }) => {
    const agent = await signIn('ServiceDeskAgent')
    const reporter_id = (await signIn('User')).id
    const [paused, resolved] = [
      await insertIncident(db, { reporter_id, opened_at: opened }),
      await insertIncident(db, { reporter_id, opened_at: opened }),
    ]
    const due = (await incidentOf(db, paused)).next_check_at
    await change(db, paused, agent.id, { status: 'pending' }, time('09:10'))
    await change(db, resolved, agent.id, { status: 'resolved' }, time('09:10'))
    // As if the job had found them just before.
    await db
      .updateTable('incidents')
      .set({ next_check_at: due })
      .where('id', 'in', [paused, resolved])
      .execute()
    await watchIncidents(service.deps, time('16:00'))
    expect(await noticesOf(db, paused)).toEqual([])
    expect(await noticesOf(db, resolved)).toEqual([])
    expect((await incidentOf(db, resolved)).next_check_at).toBeNull()
  })

  test('brings incidents back from pending at the time that was said', async ({
    signIn,
    db,
    service,
  }) => {
    const agent = await signIn('ServiceDeskAgent')
    const reporter_id = (await signIn('User')).id
    const pending = {
      status: 'pending',
      pending_until: time('11:00'),
      pending_reason: '返事待ち',
    } as const
    const returning = async (fields: object) => {
      const id = await insertIncident(db, { reporter_id, opened_at: opened, ...fields })
      await change(db, id, agent.id, pending, time('10:00'))
      return id
    }
    const [assigned, free] = [await returning({ assignee_id: agent.id }), await returning({})]
    await watchIncidents(service.deps, time('10:59'))
    expect((await incidentOf(db, assigned)).status).toBe('pending')
    await Promise.all([
      watchIncidents(service.deps, time('12:00')),
      watchIncidents(service.deps, time('12:00')),
    ])
    expect(await incidentOf(db, assigned)).toMatchObject({
      status: 'in_progress',
      pending_until: null,
      pending_reason: null,
      resolution_due_at: time('18:00'),
      version: 3,
    })
    expect((await incidentOf(db, free)).status).toBe('in_progress')
    const moves = await db
      .selectFrom('itsm_history')
      .select(['changed_by', 'changed_at', 'new_value'])
      .where('subject_id', '=', assigned)
      .where('field', '=', 'status')
      .orderBy('id', 'desc')
      .execute()
    expect(moves).toHaveLength(2)
    expect(moves[0]).toEqual({
      changed_by: null,
      changed_at: time('11:00'),
      new_value: '"in_progress"',
    })
    expect(await traces(db, assigned, 'incident.resumed')).toBe(1)
  })

  test('raises the priority where the policy says so, never past critical', async ({
    signIn,
    db,
    service,
  }) => {
    const manager = await signIn('ChangeManager')
    const { calendar_id } = await db
      .selectFrom('sla_policies')
      .select('calendar_id')
      .executeTakeFirstOrThrow()
    const made = async (raise_priority_on: string) => {
      const category = newId()
      const targets = Object.fromEntries(
        ['critical', 'high', 'medium', 'low'].map((each) => [
          each,
          { response_minutes: 60, resolution_minutes: 120 },
        ]),
      )
      const conditions = { categories: [category] }
      const policy = {
        name: category,
        calendar_id,
        targets,
        conditions,
        raise_priority_on,
        position: 1,
      }
      expect((await manager.post('/api/v1/sla/policies', policy)).statusCode).toBe(201)
      const fields = {
        reporter_id: manager.id,
        opened_at: opened,
        category,
        priority: 'medium',
      } as const
      return insertIncident(db, fields)
    }
    const [onAlert, onBreach] = [await made('alert'), await made('breach')]
    await watchIncidents(service.deps, time('09:50'))
    expect(await incidentOf(db, onAlert)).toMatchObject({
      priority: 'high',
      priority_rank: 3,
      priority_reason: 'SLA response at risk',
    })
    expect((await incidentOf(db, onBreach)).priority).toBe('medium')
    await watchIncidents(service.deps, time('10:00'))
    expect((await incidentOf(db, onBreach)).priority).toBe('high')
    await watchIncidents(service.deps, time('11:00'))
    await watchIncidents(service.deps, time('11:30'))
    expect((await incidentOf(db, onAlert)).priority).toBe('critical')
    expect((await incidentOf(db, onBreach)).priority).toBe('critical')
    const raised = await db
      .selectFrom('itsm_history')
      .select('field')
      .where('subject_id', '=', onAlert)
      .where('field', '=', 'priority')
      .execute()
    expect(raised).toHaveLength(2)
  })
})
