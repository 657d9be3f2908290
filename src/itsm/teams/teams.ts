import { sql } from 'kysely'
import type { Db, Trx } from '../../../db/tables.ts'
import { patternOf } from '../../../db/text.ts'
import { transact } from '../../../db/transact.ts'
import type { NewTeam, Team, TeamChange, TeamQuery } from '../../../schemas/itsm/teams.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { nameKeyOf, requireFreeName } from '../names.ts'
import { indexed, requireUsers } from '../references.ts'
import { type TeamRow, toTeams } from './rows.ts'

export async function getTeam(db: Db, id: string): Promise<Team> {
  const row = await db
    .selectFrom('teams')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('team_not_found', { id }))
  const [team] = await toTeams(db, [row])
  return team as Team
}

export async function listTeams(
  db: Db,
  caller: Caller,
  { search, member_id, sort, ...page }: TeamQuery,
) {
  let query = db.selectFrom('teams').selectAll()
  if (search) {
    const pattern = patternOf(nameKeyOf(search))
    query = query.where(sql<boolean>`name_key like ${pattern} escape '\\'`)
  }
  if (member_id) {
    const userId = member_id === 'me' ? caller.id : member_id.toLowerCase()
    query = query.where('id', 'in', (eb) =>
      eb.selectFrom('team_members').select('team_id').where('user_id', '=', userId),
    )
  }
  const sorted = sort === 'name' ? query.orderBy('name_key') : query.orderBy('id', 'desc')
  const { teams, ...rest } = await paginate(sorted, page, 'teams')
  return { teams: await toTeams(db, teams), ...rest }
}

/** Fails with 409 for a name that is taken, and 422 for people who are not there. */
export function createTeam(db: Db, caller: Caller, input: NewTeam): Promise<Team> {
  const { description = null, lead_id = null, manager_id = null, member_ids = [] } = input
  const name = input.name.trim()
  return transact(db, async (trx) => {
    const [id, at] = [newId(), now()]
    await requireUsers(trx, { lead_id, manager_id, ...indexed('member_ids', member_ids) })
    await requireFreeName(trx, 'teams', name, id)
    const row = { name, description, lead_id, manager_id }
    await trx
      .insertInto('teams')
      .values({
        id,
        ...row,
        name_key: nameKeyOf(name),
        version: 1,
        created_at: at,
        updated_at: at,
      })
      .execute()
    await addMembers(trx, id, [...member_ids, lead_id])
    await recordAudit(trx, caller, 'team.created', id, { ...row, member_ids })
    return getTeam(trx, id)
  })
}

/** With a `version`, changes that one or fails; without, the last writer wins. */
export function updateTeam(
  db: Db,
  caller: Caller,
  id: string,
  change: TeamChange,
  version?: number,
): Promise<Team> {
  const wanted = { ...change, ...(change.name !== undefined && { name: change.name.trim() }) }
  return transact(db, async (trx) => {
    const before = await touchTeam(trx, id, version)
    // Somebody who was deactivated since may stay what they are.
    await requireUsers(trx, {
      lead_id: wanted.lead_id === before.lead_id ? null : wanted.lead_id,
      manager_id: wanted.manager_id === before.manager_id ? null : wanted.manager_id,
    })
    if (wanted.name !== undefined) await requireFreeName(trx, 'teams', wanted.name, id)
    await trx
      .updateTable('teams')
      .set({ ...wanted, name_key: nameKeyOf(wanted.name ?? before.name) })
      .where('id', '=', id)
      .execute()
    await addMembers(trx, id, [wanted.lead_id])
    await recordAudit(trx, caller, 'team.updated', id, diff<object>(before, wanted))
    return getTeam(trx, id)
  })
}

/** The lead stays a member, named or not: who leads no longer is for `updateTeam` to say. */
export function setTeamMembers(
  db: Db,
  caller: Caller,
  id: string,
  user_ids: readonly string[],
  version?: number,
): Promise<Team> {
  return transact(db, async (trx) => {
    const { lead_id } = await touchTeam(trx, id, version)
    const before = await memberIdsOf(trx, id)
    const fields = Object.entries(indexed('user_ids', user_ids))
    const added = fields.filter(([, userId]) => !before.includes(userId as string))
    await requireUsers(trx, Object.fromEntries(added))
    await trx.deleteFrom('team_members').where('team_id', '=', id).execute()
    await addMembers(trx, id, [...user_ids, lead_id])
    const member_ids = await memberIdsOf(trx, id)
    await recordAudit(
      trx,
      caller,
      'team.members_set',
      id,
      diff<object>({ member_ids: before }, { member_ids }),
    )
    return getTeam(trx, id)
  })
}

/** Fails with 409 while something is theirs. */
export function deleteTeam(db: Db, caller: Caller, id: string, version?: number): Promise<void> {
  return transact(db, async (trx) => {
    await touchTeam(trx, id, version)
    const incidents = await countOf(trx, 'incidents', 'team_id', id)
    const changes = await countOf(trx, 'changes', 'team_id', id)
    const cis = await countOf(trx, 'cis', 'owner_team_id', id)
    if (incidents + changes + cis > 0) throw failure('team_in_use', { incidents, changes, cis })
    await trx.deleteFrom('teams').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'team.deleted', id)
  })
}

/** Somebody who is deleted leaves every team, and what they were there is nobody for the moment. */
export async function leaveTeams(trx: Trx, userId: string): Promise<void> {
  await trx
    .updateTable('teams')
    .set((eb) => ({
      lead_id: eb.fn<string | null>('nullif', ['lead_id', eb.val(userId)]),
      manager_id: eb.fn<string | null>('nullif', ['manager_id', eb.val(userId)]),
      ...touched(),
    }))
    .where((eb) =>
      eb.or([
        eb('lead_id', '=', userId),
        eb('manager_id', '=', userId),
        eb(
          'id',
          'in',
          eb.selectFrom('team_members').select('team_id').where('user_id', '=', userId),
        ),
      ]),
    )
    .execute()
  await trx.deleteFrom('team_members').where('user_id', '=', userId).execute()
}

/** Holds the row until the transaction ends, so that what is read of it here stays true. */
async function touchTeam(trx: Trx, id: string, version?: number): Promise<TeamRow> {
  const row = await trx
    .updateTable('teams')
    .set(touched())
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => failure('team_not_found', { id }))
  if (version !== undefined && row.version !== version + 1) throw failure('stale_version')
  return row
}

async function addMembers(trx: Trx, team_id: string, given: (string | null | undefined)[]) {
  const ids = [...new Set(given.filter((id) => typeof id === 'string'))]
  if (ids.length === 0) return
  await trx
    .insertInto('team_members')
    .values(ids.map((user_id) => ({ team_id, user_id })))
    .onConflict((conflict) => conflict.columns(['team_id', 'user_id']).doNothing())
    .execute()
}

async function memberIdsOf(trx: Trx, teamId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('team_members')
    .select('user_id')
    .where('team_id', '=', teamId)
    .orderBy('user_id')
    .execute()
  return rows.map(({ user_id }) => user_id)
}

async function countOf(
  trx: Trx,
  table: 'incidents' | 'changes' | 'cis',
  column: 'team_id' | 'owner_team_id',
  teamId: string,
): Promise<number> {
  const { count } = await trx
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(sql.ref(column), '=', teamId)
    .executeTakeFirstOrThrow()
  return count
}
