import { afterEach, vi } from 'vitest'
import type { IncidentStatus } from '../../schemas/itsm/common.ts'
import type { IncidentSla } from '../../schemas/itsm/sla.ts'
import { newId } from '../../src/values.ts'
import { incidents } from '../support/itsm-core.ts'
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
