import type { Db } from '../../../db/tables.ts'
import type { Change } from '../../../schemas/itsm/changes.ts'
import { groupBy } from '../../values.ts'
import { numberText } from '../numbers.ts'
import type { ChangeRow } from './access.ts'
import { legalStatuses } from './transitions.ts'

/** Changes as they are shown, with what they refer to, in as many queries for a page as for one. */
export async function describeChanges(db: Db, rows: readonly ChangeRow[]): Promise<Change[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const users = await usersOf(db, rows)
  const teams = await teamsOf(db, rows)
  const cis = groupBy(await cisOf(db, ids), ({ change_id }) => change_id)
  const caused = groupBy(await causedBy(db, ids), ({ target_id }) => target_id)
  return rows.map((row) => {
    const affected = cis.get(row.id) ?? []
    // Field by field: to spread a row of so many columns takes forty times as long.
    return {
      id: row.id,
      title: row.title,
      type: row.type,
      description: row.description,
      justification: row.justification,
      implementation_plan: row.implementation_plan,
      rollback_plan: row.rollback_plan,
      test_plan: row.test_plan,
      impact: row.impact,
      likelihood: row.likelihood,
      scheduled_start: row.scheduled_start,
      scheduled_end: row.scheduled_end,
      implementer_id: row.implementer_id,
      team_id: row.team_id,
      category: row.category,
      board_id: row.board_id,
      freeze_reason: row.freeze_reason,
      status: row.status,
      requester_id: row.requester_id,
      template_id: row.template_id,
      risk_level: row.risk_level,
      risk_score: row.risk_score,
      actual_start: row.actual_start,
      actual_end: row.actual_end,
      vote_round: row.vote_round,
      decided_at: row.decided_at,
      review_due_at: row.review_due_at,
      outcome: row.outcome,
      lessons: row.lessons,
      reviewed_at: row.reviewed_at,
      cancel_reason: row.cancel_reason,
      version: row.version,
      created_at: row.created_at,
      updated_at: row.updated_at,
      change_number: numberText('change', row.number),
      legal_statuses: [...legalStatuses(row)],
      requester: users.get(row.requester_id) ?? null,
      implementer: users.get(row.implementer_id ?? '') ?? null,
      team: teams.get(row.team_id ?? '') ?? null,
      affected_ci_ids: affected.map(({ id }) => id),
      affected_cis: affected.map(({ id, name }) => ({ id, name })),
      risk_reasons: JSON.parse(row.risk_reasons),
      caused_incident_ids: (caused.get(row.id) ?? []).map(({ incident_id }) => incident_id),
    }
  })
}

export async function describeChange(db: Db, row: ChangeRow): Promise<Change> {
  const [change] = await describeChanges(db, [row])
  return change as Change
}

async function usersOf(db: Db, rows: readonly ChangeRow[]) {
  const ids = rows.flatMap(({ requester_id, implementer_id }) => [
    requester_id,
    ...(implementer_id ? [implementer_id] : []),
  ])
  const users = await db
    .selectFrom('users')
    .select(['id', 'display_name as name'])
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(users.map((user) => [user.id, user]))
}

async function teamsOf(db: Db, rows: readonly ChangeRow[]) {
  const ids = rows.flatMap(({ team_id }) => (team_id ? [team_id] : []))
  if (ids.length === 0) return new Map<string, { id: string; name: string }>()
  const teams = await db
    .selectFrom('teams')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(teams.map((team) => [team.id, team]))
}

function cisOf(db: Db, changeIds: readonly string[]) {
  return db
    .selectFrom('change_cis')
    .innerJoin('cis', 'cis.id', 'change_cis.ci_id')
    .select(['change_cis.change_id', 'cis.id', 'cis.name'])
    .where('change_cis.change_id', 'in', changeIds)
    .orderBy('cis.name_key')
    .orderBy('cis.id')
    .execute()
}

function causedBy(db: Db, changeIds: readonly string[]) {
  return db
    .selectFrom('incident_links')
    .select(['target_id', 'incident_id'])
    .where('target_id', 'in', changeIds)
    .where('kind', '=', 'caused_by')
    .orderBy('incident_id')
    .execute()
}
