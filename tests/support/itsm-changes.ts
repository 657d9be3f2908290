import type { Db } from '../../db/tables.ts'
import type { Change } from '../../schemas/itsm/changes.ts'
import { newId, now } from '../../src/values.ts'
import { type Client, expect } from './service.ts'

export const changes = '/api/v1/changes'
export const templates = '/api/v1/change-templates'

/** A night from Tuesday to Wednesday, in Japan: nothing of it is business time. */
export const night = {
  scheduled_start: '2026-12-01T11:00:00.000Z',
  scheduled_end: '2026-12-01T13:00:00.000Z',
}

export const newChange = {
  title: 'メールサーバーの証明書を更新する',
  type: 'normal',
  description: '期限の近い証明書を入れ替える。',
  justification: '12 月に期限が切れるため。',
  implementation_plan: '新しい証明書を置く。',
  rollback_plan: '古い証明書に戻す。',
  test_plan: '外部から接続する。',
  impact: 'low',
  likelihood: 'medium',
  ...night,
}

export const newTemplate = {
  name: '証明書の更新',
  implementation_plan: '新しい証明書を置く。',
  rollback_plan: '古い証明書に戻す。',
  test_plan: '外部から接続する。',
  impact: 'low',
  likelihood: 'low',
}

export async function draft(client: Client, input: object = {}): Promise<Change> {
  const response = await client.post(changes, { ...newChange, ...input })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

/** Makes a move that must succeed, and answers the change as it is then. */
export async function move(
  client: Client,
  id: string,
  name: string,
  body?: object,
): Promise<Change> {
  const response = await client.post(`${changes}/${id}/${name}`, body)
  expect(response.statusCode, response.body).toBe(200)
  return response.json()
}

/** As a vote would leave it, which is cast elsewhere. */
export async function approve(db: Db, id: string): Promise<void> {
  await db
    .updateTable('changes')
    .set({ status: 'approved', decided_at: now() })
    .where('id', '=', id)
    .execute()
}

/** A change of today that is at work, so that it can be completed. */
export async function started(client: Client, db: Db, input: object = {}): Promise<Change> {
  const { id } = await draft(client, input)
  await db
    .updateTable('changes')
    .set({ status: 'scheduled', scheduled_start: now() })
    .where('id', '=', id)
    .execute()
  return move(client, id, 'start')
}

export async function insertCi(db: Db, name = `ci ${newId()}`): Promise<string> {
  const [id, at] = [newId(), now()]
  await db
    .insertInto('cis')
    .values({
      id,
      name,
      name_key: name.toLowerCase(),
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

export async function insertTeam(db: Db): Promise<string> {
  const [id, at] = [newId(), now()]
  await db
    .insertInto('teams')
    .values({
      id,
      name: `team ${id}`,
      name_key: `team ${id}`,
      description: null,
      lead_id: null,
      manager_id: null,
      version: 1,
      created_at: at,
      updated_at: at,
    })
    .execute()
  return id
}

export async function insertIncident(db: Db, reporter_id: string): Promise<string> {
  const [id, at] = [newId(), now()]
  const { last } = await db
    .updateTable('itsm_numbers')
    .set((eb) => ({ last: eb('last', '+', 1) }))
    .where('kind', '=', 'incident')
    .returning('last')
    .executeTakeFirstOrThrow()
  const nothing = {
    external_number: null,
    description: null,
    priority_reason: null,
    category: null,
    assignee_id: null,
    team_id: null,
    resolution: null,
    resolution_code: null,
    parent_id: null,
    pending_reason: null,
    pending_until: null,
    resolved_at: null,
    closed_at: null,
    sla_policy_id: null,
    responded_at: null,
    response_due_at: null,
    resolution_due_at: null,
    next_due_at: null,
    next_risk_at: null,
    next_check_at: null,
    response_met: null,
    resolution_met: null,
    response_s: null,
    resolution_s: null,
    created_by: null,
  }
  await db
    .insertInto('incidents')
    .values({
      ...nothing,
      id,
      number: last,
      title: 'メールが届かない',
      status: 'new',
      priority: 'medium',
      priority_rank: 2,
      impact: 'medium',
      urgency: 'medium',
      reporter_id,
      tags: '[]',
      major: 0,
      reopen_count: 0,
      reassignment_count: 0,
      opened_at: at,
      sla_phase: 'none',
      version: 1,
      created_at: at,
      updated_at: at,
    })
    .execute()
  return id
}
