import type { Db } from '../../db/tables.ts'
import type { IncidentStatus, Priority } from '../../schemas/itsm/common.ts'
import type { KnownError } from '../../schemas/itsm/known-errors.ts'
import type { Problem } from '../../schemas/itsm/problems.ts'
import { newId, now } from '../../src/values.ts'
import { type Client, expect } from './service.ts'

export const problems = '/api/v1/problems'
export const knownErrors = '/api/v1/known-errors'

let last = 1_000_000

/** A row as the service desk makes it; `reporter_id` is all that it needs. */
export async function insertIncident(
  db: Db,
  given: {
    reporter_id: string
    title?: string
    description?: string | null
    category?: string | null
    status?: IncidentStatus
    priority?: Priority
    major?: 0 | 1
    opened_at?: string
    ci_ids?: string[]
  },
): Promise<string> {
  const { ci_ids = [], ...fields } = given
  const id = newId()
  const opened_at = fields.opened_at ?? now()
  last += 1
  await db
    .insertInto('incidents')
    .values({
      id,
      number: last,
      external_number: null,
      title: 'Mail',
      description: null,
      status: 'new',
      priority: 'medium',
      priority_rank: 2,
      impact: 'medium',
      urgency: 'medium',
      priority_reason: null,
      category: null,
      assignee_id: null,
      team_id: null,
      tags: '[]',
      major: 0,
      resolution: null,
      resolution_code: null,
      parent_id: null,
      reopen_count: 0,
      reassignment_count: 0,
      pending_reason: null,
      pending_until: null,
      resolved_at: null,
      closed_at: null,
      sla_policy_id: null,
      sla_phase: 'none',
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
      version: 1,
      created_by: fields.reporter_id,
      created_at: opened_at,
      updated_at: opened_at,
      ...fields,
      opened_at,
    })
    .execute()
  if (ci_ids.length > 0) {
    const rows = ci_ids.map((ci_id) => ({ ci_id, incident_id: id }))
    await db.insertInto('incident_cis').values(rows).execute()
  }
  return id
}

export async function insertCi(db: Db, name = `ci-${newId()}`): Promise<string> {
  const id = newId()
  const at = now()
  await db
    .insertInto('cis')
    .values({
      id,
      name,
      name_key: name,
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

export async function insertChange(
  db: Db,
  requester_id: string,
  status: 'scheduled' | 'completed',
): Promise<{ id: string; number: string }> {
  const id = newId()
  const at = now()
  last += 1
  await db
    .insertInto('changes')
    .values({
      id,
      number: last,
      title: 'キューの上限を上げる',
      type: 'normal',
      description: '',
      justification: '',
      status,
      implementation_plan: null,
      rollback_plan: null,
      test_plan: null,
      impact: 'low',
      likelihood: 'low',
      risk_level: 'low',
      risk_score: 1,
      risk_reasons: '[]',
      scheduled_start: null,
      scheduled_end: null,
      actual_start: null,
      actual_end: null,
      requester_id,
      implementer_id: null,
      team_id: null,
      category: null,
      template_id: null,
      board_id: null,
      vote_round: 1,
      decided_at: null,
      freeze_reason: null,
      review_due_at: null,
      outcome: null,
      lessons: null,
      reviewed_at: null,
      cancel_reason: null,
      version: 1,
      created_at: at,
      updated_at: at,
    })
    .execute()
  return { id, number: `CHG${String(last).padStart(8, '0')}` }
}

export async function createProblem(client: Client, input: object = {}): Promise<Problem> {
  const response = await client.post(problems, { title: '庁内メールが送れない', ...input })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

export async function move(client: Client, id: string, ...moves: object[]): Promise<Problem> {
  let problem: Problem | undefined
  for (const body of moves) {
    const response = await client.post(`${problems}/${id}/transition`, body)
    expect(response.statusCode, response.body).toBe(200)
    problem = response.json()
  }
  return problem as Problem
}

export const resolved = { status: 'resolved', root_cause: 'キューの上限' }

export async function createKnownError(client: Client, input: object = {}): Promise<KnownError> {
  const body = { title: 'メール障害', symptoms: 'メール送信ができません', is_published: true }
  const response = await client.post(knownErrors, { ...body, ...input })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}
