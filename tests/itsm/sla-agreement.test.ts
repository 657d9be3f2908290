import { afterEach, vi } from 'vitest'
import { transact } from '../../db/transact.ts'
import type { IncidentStatus } from '../../schemas/itsm/common.ts'
import type { IncidentSla } from '../../schemas/itsm/sla.ts'
import { writeTexts } from '../../src/itsm/incidents/texts.ts'
import { refreshClocks } from '../../src/itsm/sla/refresh.ts'
import { newId } from '../../src/values.ts'
import { incidents, insertCi, insertTeam, report } from '../support/itsm-core.ts'
import { usualPolicy } from '../support/itsm-sla.ts'
import { change, inRows, insertIncident } from '../support/itsm-sla-rows.ts'
import { again, setTime } from '../support/itsm-time.ts'
import { type Client, expect, test } from '../support/service.ts'

afterEach(() => void vi.useRealTimers())

const count = 200
const statuses = ['compliant', 'at_risk', 'violated', 'paused', 'met', 'none'] as const
const next: Record<string, IncidentStatus[]> = {
  new: ['in_progress', 'pending', 'resolved', 'cancelled'],
  in_progress: ['pending', 'resolved', 'in_progress', 'cancelled'],
  pending: ['in_progress', 'resolved'],
  resolved: ['in_progress', 'closed'],
  closed: ['closed'],
  cancelled: ['cancelled'],
}

/** A small generator of numbers, so that a failure comes again. */
function random(seed: number) {
  let x = seed
  return (below: number) => {
    x = (x * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((x / 2_147_483_648) * below)
  }
}

/** By what the clocks say alone: at risk from 75 %, and 30 minutes before, where the target is longer. */
function statusBy({ phase, response, resolution, computed_at }: IncidentSla) {
  if (phase === 'breached') return 'violated'
  if (phase === 'cancelled') return 'none'
  if (phase !== 'running') return phase
  const isNear = [response, resolution].some((clock) => {
    if (clock?.state !== 'running') return false
    const left = Date.parse(String(clock.due_at)) - Date.parse(computed_at)
    const isShort = clock.target_s > 1800 && left <= 1_800_000
    return isShort || clock.elapsed_s >= Math.ceil(clock.target_s * 0.75)
  })
  return isNear ? 'at_risk' : 'compliant'
}

async function listed(client: Client, query: string): Promise<[string, string][]> {
  const response = await client.get(`${incidents}?limit=1000&${query}`)
  expect(response.statusCode, response.body).toBe(200)
  return response
    .json()
    .incidents.map(({ id, sla_status }: Record<string, string>) => [id, sla_status])
}

test('lists, incidents and their clocks agree at any instant', async ({ signIn, app, db }) => {
  setTime('2025-08-08 19:00')
  const [desk, reporter] = [await signIn('ServiceDeskAgent'), await signIn()]
  const category = newId()
  const pick = random(20_250_804)
  const [first, last] = [
    Date.parse(inRows('2025-08-04 08:00')),
    Date.parse(inRows('2025-08-08 10:00')),
  ]
  for (let n = 0; n < count; n += 1) {
    let at = first + pick(last - first)
    const priority = (['critical', 'high', 'medium', 'low'] as const)[pick(4)] ?? 'low'
    const opened_at = new Date(at).toISOString()
    const id = await insertIncident(db, { reporter_id: reporter.id, opened_at, priority, category })
    let status: IncidentStatus = 'new'
    for (let moves = pick(5); moves > 0; moves -= 1) {
      at += pick(12 * 3_600_000)
      const to: IncidentStatus | undefined = next[status]?.[pick(next[status]?.length ?? 1)]
      if (!to || to === status || at > last) continue
      const when = new Date(at).toISOString()
      const ended = { resolved_at: to === 'resolved' || to === 'closed' ? when : null }
      await change(db, id, desk.id, { status: to, ...ended }, when)
      status = to
    }
  }
  const found = new Set<string>()
  for (const time of ['2025-08-08 10:00', '2025-08-08 14:37', '2025-08-13 11:00']) {
    setTime(time)
    const client = again(app, desk)
    const rows = new Map(await listed(client, `category=${category}`))
    expect(rows.size).toBe(count)
    for (const status of statuses) {
      const filtered = await listed(client, `category=${category}&sla_status=${status}`)
      const meant = [...rows].filter(([, each]) => each === status)
      expect(filtered.sort(), `${time} ${status}`).toEqual(meant.sort())
      if (meant.length > 0) found.add(status)
    }
    for (const [id, status] of time === '2025-08-08 14:37' ? rows : []) {
      const sla = (await client.get(`${incidents}/${id}/sla`)).json()
      expect(statusBy(sla), `${time} ${JSON.stringify(sla)}`).toBe(status)
    }
  }
  expect([...found].sort()).toEqual([...statuses].sort())
})

test('what is written with a report or an edit is what all of it, computed anew, comes to', async ({
  signIn,
  db,
}) => {
  setTime('2025-08-08 16:00')
  const at = new Date().toISOString()
  const [desk, other] = [await signIn('ServiceDeskAgent'), await signIn('ServiceDeskAgent')]
  const manager = await signIn('ChangeManager')
  const [team_id, ci] = [await insertTeam(db), await insertCi(db)]
  const { calendar_id } = await db
    .selectFrom('sla_policies')
    .select('calendar_id')
    .executeTakeFirstOrThrow()
  const policy = { name: newId(), calendar_id, conditions: { tags: ['急ぎ'] }, position: 1 }
  const made = await manager.post('/api/v1/sla/policies', { ...usualPolicy, ...policy })
  expect(made.statusCode, made.body).toBe(201)

  const stored = async (id: string) => ({
    row: await db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst(),
    texts: await db
      .selectFrom('incident_texts')
      .selectAll()
      .where('incident_id', '=', id)
      .executeTakeFirst(),
  })
  const expectAgreed = async (id: string) => {
    const before = await stored(id)
    await transact(db, async (trx) => {
      await refreshClocks(trx, [id], at)
      await writeTexts(trx, [id])
    })
    expect(await stored(id)).toEqual(before)
    return before.row
  }
  const reports: [object, object][] = [
    [{ title: 'メールが送れない' }, { sla_phase: 'running', next_check_at: expect.any(String) }],
    [
      { title: 'A', reporter_id: other.id, assignee_id: desk.id, team_id },
      { status: 'assigned', responded_at: at, response_met: 1 },
    ],
    [{ title: 'B', opened_at: '2025-08-01T00:00:00Z', impact: 'high' }, { sla_phase: 'breached' }],
    [
      { title: 'C', description: 'ＡＢＣ', tags: ['急ぎ'], affected_ci_ids: [ci], major: true },
      { sla_policy_id: made.json().id },
    ],
  ]
  for (const [input, expected] of reports) {
    const { id } = await report(desk, input)
    expect(await expectAgreed(id)).toMatchObject(expected)
    for (const edit of [
      { title: '別の題', description: null },
      { assignee_id: other.id },
      { major: false, affected_ci_ids: [ci] },
      { urgency: 'high' },
      { tags: ['急ぎ', '二度目'] },
      { team_id: null },
    ]) {
      const edited = await desk.patch(`${incidents}/${id}`, edit)
      expect(edited.statusCode, edited.body).toBe(200)
      await expectAgreed(id)
    }
  }
})
