import { transact } from '../../db/transact.ts'
import { writeNote } from '../../src/itsm/incidents/notes.ts'
import { refreshClocks } from '../../src/itsm/sla/refresh.ts'
import { newId } from '../../src/values.ts'
import {
  change,
  incidentOf,
  incidentRow,
  inRows,
  insertIncident,
} from '../support/itsm-sla-rows.ts'
import { describe, expect, test } from '../support/service.ts'

const opened = inRows('2025-08-04 09:00')
const seen = (time: string) => inRows(`2025-08-04 ${time}`)
const publicNote = {
  content: '確認しています',
  note_type: 'customer_note',
  is_public: true,
} as const

describe('what lists read of clocks', () => {
  test('follows every event, and counts no version', async ({ signIn, db }) => {
    const [reporter, agent] = [await signIn('User'), await signIn('ServiceDeskAgent')]
    const id = await insertIncident(db, { reporter_id: reporter.id, opened_at: opened })
    expect(await incidentOf(db, id)).toMatchObject({
      sla_phase: 'running',
      response_due_at: seen('10:00'),
      resolution_due_at: seen('17:00'),
      next_due_at: seen('10:00'),
      next_risk_at: seen('09:30'),
      next_check_at: seen('09:30'),
      response_met: null,
      version: 1,
    })
    await transact(db, (trx) => writeNote(trx, reporter.id, id, publicNote, seen('09:10')))
    expect((await incidentOf(db, id)).responded_at).toBeNull()
    await transact(db, (trx) => writeNote(trx, agent.id, id, publicNote, seen('09:20')))
    expect(await incidentOf(db, id)).toMatchObject({
      responded_at: seen('09:20'),
      response_due_at: null,
      next_due_at: seen('17:00'),
      next_risk_at: seen('15:00'),
      response_met: 1,
      response_s: 1200,
      resolution_s: null,
    })
    const pending_until = seen('16:00')
    await change(db, id, agent.id, { status: 'pending', pending_until }, seen('10:00'))
    expect(await incidentOf(db, id)).toMatchObject({
      sla_phase: 'paused',
      next_due_at: null,
      next_risk_at: null,
      next_check_at: pending_until,
    })
    const working = { status: 'in_progress', pending_until: null } as const
    await change(db, id, agent.id, working, seen('11:00'))
    expect((await incidentOf(db, id)).next_due_at).toBe(seen('18:00'))
    await change(db, id, agent.id, { status: 'resolved' }, seen('12:00'))
    expect(await incidentOf(db, id)).toMatchObject({
      sla_phase: 'met',
      next_due_at: null,
      next_check_at: null,
      resolution_met: 1,
      resolution_s: 7200,
      version: 4,
    })
  })

  test('stays breached, also when it is resolved later', async ({ signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const reporter_id = (await signIn('User')).id
    const id = await insertIncident(db, { reporter_id, opened_at: opened, priority: 'critical' })
    await change(db, id, agent.id, { status: 'in_progress' }, seen('12:00'))
    expect(await incidentOf(db, id)).toMatchObject({
      sla_phase: 'breached',
      next_due_at: seen('11:00'),
      response_met: 0,
      response_s: 10_800,
    })
    await change(db, id, agent.id, { status: 'resolved' }, seen('13:00'))
    expect(await incidentOf(db, id)).toMatchObject({ sla_phase: 'breached', resolution_met: 0 })
  })

  test('says cancelled of what was cancelled', async ({ signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const id = await insertIncident(db, { reporter_id: agent.id, opened_at: opened })
    await change(db, id, agent.id, { status: 'cancelled' }, seen('12:00'))
    expect(await incidentOf(db, id)).toMatchObject({
      sla_phase: 'cancelled',
      resolution_met: null,
      next_check_at: null,
    })
  })

  test('is computed for many at once, imported ones without a history among them', async ({
    signIn,
    db,
  }) => {
    const { id: reporter_id } = await signIn('User')
    const fields = { reporter_id, opened_at: opened }
    const rows = [
      incidentRow(fields),
      incidentRow({ ...fields, status: 'resolved', resolved_at: seen('10:00') }),
      incidentRow({ ...fields, status: 'closed', closed_at: inRows('2025-08-05 09:00') }),
      incidentRow({ ...fields, status: 'in_progress' }),
    ]
    await transact(db, async (trx) => {
      const numbered = rows.map((row, n) => ({ ...row, number: 90_000_000 + n }))
      await trx.insertInto('incidents').values(numbered).execute()
      await refreshClocks(
        trx,
        rows.map(({ id }) => id),
        inRows('2025-08-06 09:00'),
      )
    })
    const after = await Promise.all(rows.map(({ id }) => incidentOf(db, id)))
    expect(after.map((row) => [row.sla_phase, row.response_s, row.resolution_s])).toEqual([
      ['breached', null, null],
      ['met', 3600, 3600],
      ['breached', 32_400, 32_400],
      ['breached', 0, null],
    ])
  })

  test('is right after two events at once', async ({ signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const reporter_id = (await signIn('User')).id
    for (let n = 0; n < 10; n += 1) {
      const id = await insertIncident(db, { reporter_id, opened_at: opened })
      await Promise.all([
        transact(db, (trx) => writeNote(trx, agent.id, id, publicNote, seen('09:20'))),
        change(db, id, agent.id, { priority: 'critical' }, seen('09:20')),
      ])
      expect(await incidentOf(db, id)).toMatchObject({
        responded_at: seen('09:20'),
        next_due_at: seen('11:00'),
      })
    }
  })
})

describe('the clocks of an incident', () => {
  test('explain themselves, in both languages', async ({ signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const reporter = await signIn('User')
    const friday = inRows('2025-08-01 17:50')
    const fields = { reporter_id: reporter.id, opened_at: friday, priority: 'critical' } as const
    const id = await insertIncident(db, fields)
    await change(db, id, agent.id, { status: 'assigned' }, inRows('2025-08-04 09:01'))
    await change(db, id, agent.id, { status: 'pending' }, inRows('2025-08-04 09:30'))
    await change(db, id, agent.id, { status: 'in_progress' }, inRows('2025-08-04 10:00'))
    await change(db, id, agent.id, { status: 'resolved' }, inRows('2025-08-04 11:20'))
    const sla = (await agent.get(`/api/v1/incidents/${id}/sla`)).json()
    expect(sla).toMatchObject({
      phase: 'met',
      policy: { version: 1 },
      calendar: { zone: 'Asia/Tokyo' },
      response: { state: 'met', elapsed_s: 660, target_s: 900, percent: 73.3 },
      resolution: {
        state: 'met',
        elapsed_s: 7200,
        paused_s: 1800,
        remaining_s: 0,
        due_at: inRows('2025-08-04 11:20'),
        explanation:
          '解決の目標は営業時間で 2時間、経過は 2時間 (100 %)、保留は 30分。2025-08-04 11:20 に期限内に達成しました (Asia/Tokyo)。',
      },
      notices: [],
    })
    expect(
      sla.resolution.intervals.map((each: { kind: string; seconds: number }) => [
        each.kind,
        each.seconds,
      ]),
    ).toEqual([
      ['running', 600],
      ['closed', 63 * 3600],
      ['running', 1800],
      ['paused', 1800],
      ['running', 4800],
    ])
    const english = await reporter.get(`/api/v1/incidents/${id}/sla`, { 'accept-language': 'en' })
    expect(english.json().response.explanation).toBe(
      'The target for the first response is 15 min of working time; 11 min (73.3 %) have run. It was met at 2025-08-04 09:01 (Asia/Tokyo).',
    )
  })

  test('show no due time while the incident is pending', async ({ signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const id = await insertIncident(db, { reporter_id: agent.id, opened_at: opened })
    await change(db, id, agent.id, { status: 'pending' }, seen('09:30'))
    const { phase, resolution } = (await agent.get(`/api/v1/incidents/${id}/sla`)).json()
    expect([phase, resolution.state, resolution.due_at]).toEqual(['paused', 'paused', null])
  })

  test('are for who reported it and for the service desk', async ({ signIn, db, app }) => {
    const reporter = await signIn('User')
    const id = await insertIncident(db, { reporter_id: reporter.id, opened_at: opened })
    const url = `/api/v1/incidents/${id}/sla`
    expect((await reporter.get(url)).statusCode).toBe(200)
    expect((await (await signIn('User')).get(url)).json()).toMatchObject({
      status: 404,
      code: 'incident_not_found',
    })
    expect((await reporter.get(`/api/v1/incidents/${newId()}/sla`)).statusCode).toBe(404)
    expect((await app.inject(url)).statusCode).toBe(401)
  })
})
