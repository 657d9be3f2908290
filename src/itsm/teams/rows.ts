import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import type { Team } from '../../../schemas/itsm/teams.ts'
import { groupBy, hashOf } from '../../values.ts'

export type TeamRow = Selectable<Tables['teams']>

/** Teams with the names of their people, in as many queries for a page as for one. */
export async function toTeams(db: Db, rows: readonly TeamRow[]): Promise<Team[]> {
  if (rows.length === 0) return []
  const members = await db
    .selectFrom('team_members')
    .innerJoin('users', 'users.id', 'team_members.user_id')
    .select(['team_id', 'users.id', 'display_name as name', 'deactivated_at'])
    .where(
      'team_id',
      'in',
      rows.map(({ id }) => id),
    )
    .where('deleted_at', 'is', null)
    .orderBy('users.id')
    .execute()
  const byTeam = groupBy(members, ({ team_id }) => team_id)
  const names = await namesOf(
    db,
    rows.flatMap(({ lead_id, manager_id }) => [lead_id, manager_id]),
  )
  return rows.map(({ name_key: _, ...row }) => ({
    ...row,
    lead: names.get(row.lead_id ?? '') ?? null,
    manager: names.get(row.manager_id ?? '') ?? null,
    members: (byTeam.get(row.id) ?? []).map(({ id, name, deactivated_at }) => ({
      id,
      name,
      is_active: deactivated_at === null,
    })),
  }))
}

async function namesOf(db: Db, given: (string | null)[]) {
  const ids = [...new Set(given.filter((id) => id !== null))]
  if (ids.length === 0) return new Map<string, { id: string; name: string }>()
  const people = await db
    .selectFrom('users')
    .select(['id', 'display_name as name'])
    .where('id', 'in', ids)
    .execute()
  return new Map(people.map((each) => [each.id, each]))
}

/** Names of people are shown with a team, and change without it. */
export function teamEtag({ version, lead, manager, members }: Team): string {
  const besides = hashOf(JSON.stringify([lead, manager, members]))
  return `"${version}.${besides.slice(0, 12)}"`
}
