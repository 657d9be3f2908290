import type { Insertable } from 'kysely'
import type { Db, Tables } from '../../db/tables.ts'
import { newId } from '../../src/values.ts'

type Incident = Insertable<Tables['incidents']>
type Change = Insertable<Tables['changes']>

let numbers = 0

/** A row of its own, as the service would have written it. */
export function incidentOf(reporter_id: string, fields: Partial<Incident> = {}): Incident {
  numbers += 1
  const opened_at = fields.opened_at ?? '2025-06-01T00:00:00.000Z'
  return {
    id: newId(),
    number: numbers,
    external_number: null,
    title: '印刷できない',
    description: null,
    status: 'new',
    priority: 'medium',
    priority_rank: 2,
    impact: 'medium',
    urgency: 'medium',
    priority_reason: null,
    category: null,
    reporter_id,
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
    opened_at,
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
    created_by: reporter_id,
    created_at: opened_at,
    updated_at: opened_at,
    ...fields,
  }
}

export async function insertIncidents(db: Db, rows: readonly Incident[]): Promise<void> {
  for (let start = 0; start < rows.length; start += 100) {
    await db
      .insertInto('incidents')
      .values(rows.slice(start, start + 100))
      .execute()
  }
}

export async function insertTeam(db: Db, name: string): Promise<string> {
  const [id, at] = [newId(), '2025-01-01T00:00:00.000Z']
  const about = { description: null, lead_id: null, manager_id: null }
  await db
    .insertInto('teams')
    .values({ id, name, name_key: name, ...about, version: 1, created_at: at, updated_at: at })
    .execute()
  return id
}

/** Moves of something from one status to another, as its history has them. */
export async function insertMoves(
  db: Db,
  subject_id: string,
  moves: readonly [status: string, at: string][],
): Promise<void> {
  const rows = moves.map(([status, changed_at], n) => ({
    id: newId(),
    subject_id,
    field: 'status',
    old_value: JSON.stringify(moves[n - 1]?.[0] ?? 'new'),
    new_value: JSON.stringify(status),
    changed_by: null,
    changed_at,
  }))
  await db.insertInto('itsm_history').values(rows).execute()
}

export async function insertChange(
  db: Db,
  requester_id: string,
  fields: Partial<Change> = {},
): Promise<string> {
  numbers += 1
  const at = '2025-06-01T00:00:00.000Z'
  const row: Change = {
    id: newId(),
    number: numbers,
    title: '認証基盤の更新',
    type: 'normal',
    description: '',
    justification: '',
    status: 'completed',
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
    actual_start: '2025-06-10T00:00:00.000Z',
    actual_end: '2025-06-10T01:00:00.000Z',
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
    ...fields,
  }
  await db.insertInto('changes').values(row).execute()
  return String(row.id)
}
