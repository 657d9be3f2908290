import type { IncidentStatus } from '../../schemas/itsm/common.ts'
import type { Incident } from '../../schemas/itsm/incidents.ts'
import type { Deps } from '../../src/fastify.ts'
import { newId, now } from '../../src/values.ts'
import { type Client, expect } from './service.ts'

export const incidents = '/api/v1/incidents'

type Db = Deps['db']

export async function report(client: Client, input: object = {}): Promise<Incident> {
  const response = await client.post(incidents, { title: 'メールが送れない', ...input })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

/** Does something to an incident and answers it; fails where that is refused. */
export async function act(
  client: Client,
  { id }: { id: string },
  move: string,
  body: object = {},
): Promise<Incident> {
  const response = await client.post(`${incidents}/${id}/${move}`, body)
  expect(response.statusCode, response.body).toBe(200)
  return response.json()
}

export async function historyOf(client: Client, { id }: { id: string }) {
  const response = await client.get(`${incidents}/${id}/history?limit=1000`)
  expect(response.statusCode, response.body).toBe(200)
  const { history } = response.json()
  return history as {
    field: string
    old_value: unknown
    new_value: unknown
    changed_by: string | null
  }[]
}

/** An incident that has come to a state by the moves that lead there. */
export async function inState(desk: Client, status: IncidentStatus): Promise<Incident> {
  const incident = await report(desk)
  if (status === 'new') return incident
  if (status === 'cancelled') return act(desk, incident, 'cancel', { reason: '誤報' })
  await act(desk, incident, 'assign', { assignee_id: desk.id })
  const started = await act(desk, incident, 'start')
  if (status === 'assigned') {
    const response = await desk.patch(`${incidents}/${incident.id}`, { status })
    return response.json()
  }
  if (status === 'in_progress') return started
  if (status === 'pending') return act(desk, incident, 'pending', { reason: '返事待ち' })
  const resolved = await act(desk, incident, 'resolve', { resolution: '再起動' })
  return status === 'resolved' ? resolved : act(desk, incident, 'close')
}

export async function insertTeam(db: Db, lead_id: string | null = null): Promise<string> {
  const id = newId()
  const at = now()
  await db
    .insertInto('teams')
    .values({
      id,
      name: `チーム ${id}`,
      name_key: `チーム ${id}`,
      description: null,
      lead_id,
      manager_id: null,
      version: 1,
      created_at: at,
      updated_at: at,
    })
    .execute()
  return id
}

export async function insertCi(db: Db, name = 'mail-01'): Promise<string> {
  const id = newId()
  const at = now()
  await db
    .insertInto('cis')
    .values({
      id,
      name,
      name_key: `${name} ${id}`,
      kind: 'server',
      description: null,
      owner_team_id: null,
      version: 1,
      created_at: at,
      updated_at: at,
    })
    .execute()
  return id
}
