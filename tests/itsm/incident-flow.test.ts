import { afterEach, vi } from 'vitest'
import { watchIncidents } from '../../src/itsm/sla/watch.ts'
import { newId } from '../../src/values.ts'
import { act, incidents, report } from '../support/itsm-core.ts'
import { inRows } from '../support/itsm-sla-rows.ts'
import { again, setTime } from '../support/itsm-time.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const critical = { impact: 'extensive', urgency: 'critical' }

async function slaOf(client: Client, { id }: { id: string }) {
  const response = await client.get(`${incidents}/${id}/sla`)
  expect(response.statusCode, response.body).toBe(200)
  return response.json()
}

async function idsBy(client: Client, query: string): Promise<string[]> {
  const response = await client.get(`${incidents}?limit=1000&${query}`)
  expect(response.statusCode, response.body).toBe(200)
  return response.json().incidents.map(({ id }: { id: string }) => id)
}

afterEach(() => void vi.useRealTimers())

describe('the life of an incident', () => {
  test('opened on a Friday at 17:50, with its clocks at each step', async ({
    signIn,
    app,
    service,
  }) => {
    setTime('2025-08-04 09:00')
    const [ann, desk] = [await signIn(), await signIn('ServiceDeskAgent')]
    const category = newId()
    const input = { ...critical, category, reporter_id: ann.id }
    const opened_at = '2025-08-01T10:50:00+02:00'
    const incident = await report(desk, { ...input, opened_at })
    expect(incident).toMatchObject({
      opened_at: inRows('2025-08-01 17:50'),
      priority: 'critical',
      response_due_at: inRows('2025-08-04 09:05'),
      resolution_due_at: inRows('2025-08-04 10:50'),
      sla_status: 'compliant',
    })
    const shows = async (time: string, status: string, response: object, resolution: object) => {
      setTime(`2025-08-04 ${time}`)
      const client = again(app, desk)
      expect(await slaOf(client, incident), time).toMatchObject({ response, resolution })
      const row = (await client.get(`${incidents}/${incident.id}`)).json()
      expect(row.sla_status, time).toBe(status)
      expect(await idsBy(client, `category=${category}&sla_status=${status}`)).toEqual([row.id])
      return client
    }
    await shows(
      '09:00',
      'compliant',
      { state: 'running', elapsed_s: 600, remaining_s: 300, percent: 66.6 },
      { state: 'running', elapsed_s: 600, remaining_s: 6600 },
    )
    let client = await shows('09:02', 'at_risk', { elapsed_s: 720 }, { elapsed_s: 720 })
    setTime('2025-08-04 09:04')
    await act(client, incident, 'assign', { assignee_id: desk.id })
    client = await shows(
      '09:10',
      'compliant',
      { state: 'met', elapsed_s: 840, met_at: inRows('2025-08-04 09:04') },
      { state: 'running', elapsed_s: 1200, due_at: inRows('2025-08-04 10:50') },
    )
    const until = '2025-08-03T20:10:00-05:00'
    const pending = await act(client, incident, 'pending', { reason: '業者待ち', until })
    expect(pending).toMatchObject({
      pending_until: inRows('2025-08-04 10:10'),
      resolution_due_at: null,
      sla_status: 'paused',
    })
    await shows(
      '09:40',
      'paused',
      { state: 'met' },
      { state: 'paused', elapsed_s: 1200, paused_s: 1800, due_at: null },
    )
    await watchIncidents(service.deps, setTime('2025-08-04 10:10'))
    await shows(
      '10:10',
      'compliant',
      { state: 'met' },
      { state: 'running', paused_s: 3600, due_at: inRows('2025-08-04 11:50') },
    )
    setTime('2025-08-04 11:00')
    await act(again(app, desk), incident, 'resolve', { resolution: '交換' })
    await shows(
      '12:00',
      'met',
      { state: 'met' },
      { state: 'met', elapsed_s: 4200, paused_s: 3600, met_at: inRows('2025-08-04 11:00') },
    )
    setTime('2025-08-04 13:00')
    const reopened = await act(again(app, ann), incident, 'reopen', { reason: '再発' })
    expect(reopened).toMatchObject({ status: 'in_progress', resolved_at: null, reopen_count: 1 })
    await shows(
      '13:10',
      'compliant',
      { state: 'met' },
      { state: 'running', elapsed_s: 4800, due_at: inRows('2025-08-04 13:50') },
    )
    await shows(
      '14:00',
      'violated',
      { state: 'met' },
      { state: 'breached', elapsed_s: 7800, breached_at: inRows('2025-08-04 13:50') },
    )
    setTime('2025-08-04 14:30')
    await act(again(app, desk), incident, 'resolve', { resolution: '再交換' })
    setTime('2025-08-05 09:00')
    const closed = await act(again(app, desk), incident, 'close')
    expect(closed).toMatchObject({
      status: 'closed',
      sla_status: 'violated',
      response_met: true,
      resolution_met: false,
      response_s: 840,
      resolution_s: 9600,
    })
    const { resolution } = await slaOf(again(app, desk), incident)
    expect(resolution.intervals.map(({ kind, seconds }: never) => [kind, seconds])).toEqual([
      ['running', 600],
      ['closed', 63 * 3600],
      ['running', 600],
      ['paused', 3600],
      ['running', 3000],
      ['stopped', 7200],
      ['running', 5400],
    ])
  })

  test('a new priority keeps what has run, and mends no breach', async ({ signIn, app }) => {
    setTime('2025-08-04 09:00')
    const desk = await signIn('ServiceDeskAgent')
    const [raised, missed] = [await report(desk), await report(desk, critical)]
    setTime('2025-08-04 10:30')
    const url = (incident: { id: string }) => `${incidents}/${incident.id}`
    await again(app, desk).patch(url(raised), critical)
    expect((await slaOf(again(app, desk), raised)).resolution).toMatchObject({
      target_s: 7200,
      elapsed_s: 5400,
      due_at: inRows('2025-08-04 11:00'),
    })
    setTime('2025-08-04 11:30')
    const low = { impact: 'low', urgency: 'low' }
    const lowered = (await again(app, desk).patch(url(missed), low)).json()
    expect(lowered).toMatchObject({ priority: 'low', sla_status: 'violated' })
    expect((await slaOf(again(app, desk), missed)).resolution).toMatchObject({
      state: 'breached',
      breached_at: inRows('2025-08-04 11:00'),
    })
  })
})

test('daylight saving takes and gives an hour only within working time', async ({ signIn }) => {
  const manager = await signIn('ChangeManager')
  const weekend = [{ from: '00:00', to: '06:00' }]
  const calendar = await manager.post('/api/v1/sla/calendars', {
    name: newId(),
    zone: 'Europe/Berlin',
    weekly: { sat: weekend, sun: weekend },
  })
  expect(calendar.statusCode, calendar.body).toBe(201)
  const category = newId()
  const target = { response_minutes: 240, resolution_minutes: 480 }
  const policy = await manager.post('/api/v1/sla/policies', {
    name: category,
    calendar_id: calendar.json().id,
    targets: { critical: target, high: target, medium: target, low: target },
    conditions: { categories: [category] },
  })
  expect(policy.statusCode, policy.body).toBe(201)
  for (const [opened_at, response, resolution] of [
    ['2026-03-29T00:00:00+01:00', '2026-03-29T03:00:00.000Z', '2026-04-04T01:00:00.000Z'],
    ['2025-10-26T00:00:00+02:00', '2025-10-26T02:00:00.000Z', '2025-11-01T00:00:00.000Z'],
    ['2026-06-06T00:00:00+02:00', '2026-06-06T02:00:00.000Z', '2026-06-07T00:00:00.000Z'],
  ] as const) {
    const sla = await slaOf(manager, await report(manager, { category, opened_at }))
    expect(Date.parse(sla.response.due_at), opened_at).toBe(Date.parse(response))
    expect(Date.parse(sla.resolution.due_at), opened_at).toBe(Date.parse(resolution))
  }
})
