import type { Db, Tables } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { writeTexts } from '../../src/itsm/incidents/texts.ts'
import { newId } from '../../src/values.ts'

type Row = Tables['incidents']

const ranks = { low: 1, medium: 2, high: 3, critical: 4 }
let numbers = 1_000_000

/** An incident as it is in its table, with the tags and configuration items it is found by. */
export async function insertIncident(
  db: Db,
  reporter: { id: string },
  changes: Partial<Omit<Row, 'tags' | 'reporter_id'>> & { tags?: string[] } = {},
): Promise<Row> {
  const { tags = [], ...rest } = changes
  const at = changes.opened_at ?? '2026-01-02T03:04:05.678Z'
  const title = changes.title ?? 'プリンターが動かない'
  const priority = changes.priority ?? 'medium'
  numbers += 1
  const row: Row = {
    id: newId(),
    number: numbers,
    external_number: null,
    title,
    description: null,
    status: 'new',
    priority,
    priority_rank: ranks[priority],
    impact: 'medium',
    urgency: 'medium',
    priority_reason: null,
    category: null,
    reporter_id: reporter.id,
    assignee_id: null,
    team_id: null,
    tags: JSON.stringify(tags),
    major: 0,
    resolution: null,
    resolution_code: null,
    parent_id: null,
    reopen_count: 0,
    reassignment_count: 0,
    pending_reason: null,
    pending_until: null,
    opened_at: at,
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
    created_by: reporter.id,
    created_at: at,
    updated_at: at,
    ...rest,
  }
  await transact(db, async (trx) => {
    await trx.insertInto('incidents').values(row).execute()
    await writeTexts(trx, [row.id])
  })
  if (tags.length > 0) {
    const rows = tags.map((tag) => ({ tag, incident_id: row.id }))
    await db.insertInto('incident_tags').values(rows).execute()
  }
  return row
}

export async function insertTeam(db: Db, name: string, ...members: { id: string }[]) {
  const at = '2026-01-02T03:04:05.678Z'
  const row = {
    id: newId(),
    name,
    name_key: name.toLowerCase(),
    description: null,
    lead_id: null,
    manager_id: null,
    version: 1,
    created_at: at,
    updated_at: at,
  }
  await db.insertInto('teams').values(row).execute()
  for (const { id: user_id } of members) {
    await db.insertInto('team_members').values({ team_id: row.id, user_id }).execute()
  }
  return row
}
