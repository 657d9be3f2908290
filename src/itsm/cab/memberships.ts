import type { Db } from '../../../db/tables.ts'
import type { Delegation, NewBoard } from '../../../schemas/itsm/cab.ts'
import { type FieldFault, invalid } from '../../failure.ts'
import { can } from '../../permissions.ts'
import { groupBy } from '../../values.ts'
import { utc } from '../changes/times.ts'
import { indexed, requireUsers } from '../references.ts'
import { spanFaults } from './spans.ts'

type Members = NewBoard['members']

/** Members who each have one seat and a role that may vote; fails with 422 otherwise. */
export async function checkedMembers(db: Db, members: Members): Promise<Members> {
  const ids = members.map(({ user_id }) => user_id)
  const fields = idsAt('members', 'user_id', ids)
  await requireUsers(db, fields)
  const faults = Object.entries(fields).flatMap(([field, id], n): FieldFault[] =>
    ids.indexOf(id) === n ? [] : [{ field, rule: 'twice' }],
  )
  faults.push(...(await withoutVote(db, fields)))
  if (faults.length > 0) throw invalid(...faults)
  return members
}

/** Delegations of members to others, of a member never two at a time; fails with 422 otherwise. */
export async function checkedDelegates(
  db: Db,
  members: Members,
  delegates: readonly Delegation[],
): Promise<{ user_id: string; delegate_id: string; starts_at: string; ends_at: string }[]> {
  const ids = delegates.map(({ delegate_id }) => delegate_id)
  const fields = idsAt('delegates', 'delegate_id', ids)
  await requireUsers(db, fields)
  const faults = await withoutVote(db, fields)
  const rows = delegates.map(({ user_id, delegate_id, from, to }, n) => {
    const at = `delegates.${n}`
    const starts_at = utc(`${at}.from`, from)
    const ends_at = utc(`${at}.to`, to)
    faults.push(...spanFaults(starts_at, ends_at, `${at}.to`))
    const isMember = members.some((member) => member.user_id === user_id)
    if (!isMember) faults.push({ field: `${at}.user_id`, rule: 'not_member' })
    if (user_id === delegate_id) faults.push({ field: `${at}.delegate_id`, rule: 'own_delegate' })
    return { user_id, delegate_id, starts_at, ends_at, field: `${at}.from` }
  })
  for (const each of groupBy(rows, ({ user_id }) => user_id).values()) {
    const sorted = each.toSorted((a, b) => (a.starts_at < b.starts_at ? -1 : 1))
    sorted.forEach(({ starts_at, field }, n) => {
      const before = sorted[n - 1]
      if (before && before.ends_at > starts_at) faults.push({ field, rule: 'delegates_overlap' })
    })
  }
  if (faults.length > 0) throw invalid(...faults)
  return rows.map(({ field: _, ...row }) => row)
}

function idsAt(list: string, name: string, ids: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(indexed(list, ids)).map(([field, id]) => [`${field}.${name}`, id as string]),
  )
}

/** Whose role cannot vote would have a seat that nobody fills. */
async function withoutVote(db: Db, fields: Record<string, string>): Promise<FieldFault[]> {
  const ids = [...new Set(Object.values(fields))]
  if (ids.length === 0) return []
  const users = await db
    .selectFrom('users')
    .select(['id', 'roles'])
    .where('id', 'in', ids)
    .execute()
  const voting = new Set(
    users
      .filter(({ roles }) => can({ roles: JSON.parse(roles) }, 'change.vote'))
      .map(({ id }) => id),
  )
  return Object.entries(fields).flatMap(([field, id]) =>
    voting.has(id) ? [] : [{ field, rule: 'no_vote' as const }],
  )
}
