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
  return rows.map(({ number, risk_reasons, ...row }) => {
    const affected = cis.get(row.id) ?? []
    return {
      ...row,
      change_number: numberText('change', number),
      legal_statuses: [...legalStatuses(row)],
      requester: users.get(row.requester_id) ?? null,
      implementer: users.get(row.implementer_id ?? '') ?? null,
      team: teams.get(row.team_id ?? '') ?? null,
      affected_ci_ids: affected.map(({ id }) => id),
      affected_cis: affected.map(({ id, name }) => ({ id, name })),
      risk_reasons: JSON.parse(risk_reasons),
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
