import type { Db } from '../../db/tables.ts'
import { createHandlers } from '../../src/handlers.ts'
import { refreshOpen } from '../../src/itsm/sla/refresh-open.ts'
import { traceFrom } from '../../src/trace.ts'
import { newId } from '../../src/values.ts'
import { change, incidentOf, inRows, insertIncident } from '../support/itsm-sla-rows.ts'
import { describe, expect, test } from '../support/service.ts'

const url = '/api/v1/sla/policies'
const target = { response_minutes: 10, resolution_minutes: 60 }
const targets = { critical: target, high: target, medium: target, low: target }

function defaultPolicy(db: Db) {
  return db
    .selectFrom('sla_policies')
    .selectAll()
    .where('is_default', '=', 1)
    .executeTakeFirstOrThrow()
}

async function named(db: Db, more: object = {}) {
  const { calendar_id } = await defaultPolicy(db)
  return { name: `方針 ${newId()}`, calendar_id, targets, ...more }
}

describe('policies', () => {
  test('are made, read, changed in versions and deleted', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    const created = await manager.post(url, await named(db, { conditions: { tags: [newId()] } }))
    expect(created.statusCode).toBe(201)
    expect(created.json()).toMatchObject({
      version: 1,
      thresholds: { percent: 75, minutes_before: 30 },
      rules: { on_priority_change: 'new_target', on_reopen: 'continue', first_response: 'either' },
    })
    const at = String(created.headers.location)
    const changed = await manager.patch(at, { thresholds: { percent: 50 } }, { 'if-match': '"1"' })
    expect(changed.json()).toMatchObject({
      version: 2,
      thresholds: { percent: 50, minutes_before: 30 },
    })
    expect((await manager.get(at)).json()).toEqual(changed.json())
    expect((await manager.patch(at, { position: 1 }, { 'if-match': '"1"' })).statusCode).toBe(412)
    const { versions, total } = (await manager.get(`${at}/versions`)).json()
    expect(versions.map((each: { version: number }) => each.version)).toEqual([2, 1])
    expect([total, versions[1].thresholds.percent]).toEqual([2, 75])
    expect((await manager.delete(at)).statusCode).toBe(204)
    expect((await manager.get(at)).json()).toMatchObject({ code: 'sla_policy_not_found' })
    expect((await manager.get(`${at}/versions`)).statusCode).toBe(404)
  })

  test('come with the targets of the service desk', async ({ signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const { id } = await defaultPolicy(db)
    expect((await agent.get(`${url}/${id}`)).json()).toMatchObject({
      targets: {
        critical: { response_minutes: 15, resolution_minutes: 120 },
        high: { response_minutes: 60, resolution_minutes: 480 },
        medium: { response_minutes: 240, resolution_minutes: 1440 },
        low: { response_minutes: 480, resolution_minutes: 4320 },
      },
    })
    expect((await agent.get(`${url}?limit=1`)).json()).toMatchObject({ skip: 0, limit: 1 })
  })

  test('refuse what does not exist, and whoever may not', async ({ signIn, db, app }) => {
    const manager = await signIn('ChangeManager')
    for (const [fault, field] of [
      [{ calendar_id: newId() }, 'calendar_id'],
      [{ conditions: { team_ids: [newId()] } }, 'conditions.team_ids.0'],
      [
        { targets: { ...targets, low: { ...target, response_minutes: 0 } } },
        'targets.low.response_minutes',
      ],
      [{ thresholds: { percent: 100 } }, 'thresholds.percent'],
    ] as const) {
      const refused = await manager.post(url, await named(db, fault))
      expect(refused.json()).toMatchObject({ status: 422, errors: [{ field }] })
    }
    const agent = await signIn('ServiceDeskAgent')
    expect((await agent.post(url, await named(db))).statusCode).toBe(403)
    expect((await (await signIn('User')).get(url)).statusCode).toBe(403)
    expect((await app.inject(url)).statusCode).toBe(401)
  })

  test('have one default, which is active and stays', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    const first = await defaultPolicy(db)
    const at = `${url}/${first.id}`
    for (const refused of [
      await manager.delete(at),
      await manager.patch(at, { is_default: false }),
      await manager.patch(at, { active: false }),
      await manager.post(url, await named(db, { is_default: true, active: false })),
    ]) {
      expect(refused.json()).toMatchObject({ status: 409, code: 'sla_default_required' })
    }
    const conditions = { categories: [newId()] }
    const other = await manager.post(url, await named(db, { is_default: true, conditions }))
    expect(other.json().is_default).toBe(true)
    expect((await manager.get(at)).json().is_default).toBe(false)
    await Promise.all([
      manager.patch(at, { is_default: true }),
      manager.patch(`${url}/${other.json().id}`, { is_default: true }),
    ])
    const left = await db
      .selectFrom('sla_policies')
      .select('id')
      .where('is_default', '=', 1)
      .execute()
    expect(left).toHaveLength(1)
    expect((await manager.patch(at, { is_default: true })).statusCode).toBe(200)
  })

  test('are chosen by position and conditions, and anew when what decides changes', async ({
    signIn,
    db,
  }) => {
    const manager = await signIn('ChangeManager')
    const category = newId()
    const make = async (position: number, conditions: object, more = {}) =>
      (await manager.post(url, await named(db, { position, conditions, ...more }))).json().id
    const second = await make(20, { categories: [category] })
    const first = await make(10, { categories: [category], tags: ['vip'] })
    await make(5, { categories: [category] }, { active: false })
    const opened_at = inRows('2025-08-04 09:00')
    const id = await insertIncident(db, { reporter_id: manager.id, opened_at, category })
    const policyOf = async () => (await incidentOf(db, id)).sla_policy_id
    expect(await policyOf()).toBe(second)
    await change(db, id, manager.id, { status: 'assigned' }, inRows('2025-08-04 09:05'))
    await change(db, id, manager.id, { tags: '["vip"]' }, inRows('2025-08-04 09:10'))
    expect(await policyOf()).toBe(first)
    await manager.patch(`${url}/${first}`, { active: false })
    await change(db, id, manager.id, { status: 'in_progress' }, inRows('2025-08-04 09:15'))
    expect(await policyOf()).toBe(first)
    await change(db, id, manager.id, { category: 'other' }, inRows('2025-08-04 09:20'))
    expect(await policyOf()).toBe((await defaultPolicy(db)).id)
    expect((await manager.delete(`${url}/${second}`)).statusCode).toBe(204)
  })

  test('an edit moves clocks that run, and never rewrites the past', async ({
    signIn,
    db,
    app,
    service,
  }) => {
    const manager = await signIn('ChangeManager')
    const category = newId()
    const conditions = { categories: [category] }
    const { id: policy } = (
      await manager.post(url, await named(db, { position: 1, conditions }))
    ).json()
    const fields = { reporter_id: manager.id, opened_at: inRows('2025-08-04 09:00'), category }
    const [open, ended] = [await insertIncident(db, fields), await insertIncident(db, fields)]
    await change(db, ended, manager.id, { status: 'resolved' }, inRows('2025-08-04 09:50'))
    const half = { response_minutes: 5, resolution_minutes: 30 }
    await manager.patch(`${url}/${policy}`, { targets: { ...targets, high: half } })
    const jobs = await db
      .selectFrom('jobs')
      .select(['payload', 'run_at'])
      .where('kind', '=', 'refresh_clocks')
      .where('payload', 'like', `%${policy}%`)
      .orderBy('run_at')
      .execute()
    const [first = Number.NaN, second = Number.NaN] = jobs.map((each) => Date.parse(each.run_at))
    expect([jobs.length, Math.round((second - first) / 1000)]).toEqual([2, 60])
    const handlers = createHandlers(service.deps, app.log)
    for (const { payload } of jobs) {
      // Whoever began before the edit writes by the terms of before, and may do so after the first look.
      const before = { resolution_due_at: inRows('2025-08-04 10:00') }
      await db.updateTable('incidents').set(before).where('id', '=', open).execute()
      await handlers.refresh_clocks(
        JSON.parse(payload),
        new AbortController().signal,
        traceFrom(null),
        newId(),
      )
      expect((await incidentOf(db, open)).resolution_due_at).toBe(inRows('2025-08-04 09:30'))
    }
    await refreshOpen(db, { policy_id: policy })
    expect(await incidentOf(db, ended)).toMatchObject({
      response_met: 0,
      resolution_met: 1,
      version: 2,
    })
    const shown = (await manager.get(`/api/v1/incidents/${ended}/sla`)).json()
    expect(shown.resolution).toMatchObject({ state: 'met', target_s: 3600, policy_version: 1 })
    const refused = await manager.delete(`${url}/${policy}`)
    expect(refused.json()).toMatchObject({ status: 409, code: 'sla_policy_in_use' })
  })

  test('an edit of a calendar moves clocks that run', async ({ signIn, db, app, service }) => {
    const manager = await signIn('ChangeManager')
    const category = newId()
    const { id: calendar_id } = (
      await manager.post('/api/v1/sla/calendars', {
        name: category,
        zone: 'Asia/Tokyo',
        weekly: { mon: [{ from: '09:00', to: '18:00' }] },
      })
    ).json()
    const conditions = { categories: [category] }
    await manager.post(url, await named(db, { position: 1, conditions, calendar_id }))
    const opened_at = inRows('2025-08-04 09:00')
    const id = await insertIncident(db, { reporter_id: manager.id, opened_at, category })
    expect((await incidentOf(db, id)).resolution_due_at).toBe(inRows('2025-08-04 10:00'))
    const weekly = { mon: [{ from: '13:00', to: '18:00' }] }
    await manager.patch(`/api/v1/sla/calendars/${calendar_id}`, { weekly })
    const handlers = createHandlers(service.deps, app.log)
    await handlers.refresh_clocks(
      { calendar_id },
      new AbortController().signal,
      traceFrom(null),
      newId(),
    )
    expect((await incidentOf(db, id)).resolution_due_at).toBe(inRows('2025-08-04 14:00'))
  })
})
