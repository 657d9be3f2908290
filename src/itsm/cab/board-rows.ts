import type { Db } from '../../../db/tables.ts'
import type { Board } from '../../../schemas/itsm/cab.ts'
import { groupBy } from '../../values.ts'
import type { BoardRow } from './seats.ts'

/** Boards as they are shown, in as many queries for a page as for one. */
export async function describeBoards(db: Db, rows: readonly BoardRow[]): Promise<Board[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const members = await db
    .selectFrom('cab_members')
    .innerJoin('users', 'users.id', 'cab_members.user_id')
    .select(['board_id', 'cab_members.user_id', 'cab_members.role', 'users.display_name as name'])
    .where('board_id', 'in', ids)
    .orderBy('cab_members.role', 'desc')
    .orderBy('users.display_name')
    .orderBy('cab_members.user_id')
    .execute()
  const delegates = await db
    .selectFrom('cab_delegates')
    .select(['board_id', 'user_id', 'delegate_id', 'starts_at as from', 'ends_at as to'])
    .where('board_id', 'in', ids)
    .orderBy('starts_at')
    .orderBy('id')
    .execute()
  const membersBy = groupBy(members, ({ board_id }) => board_id)
  const delegatesBy = groupBy(delegates, ({ board_id }) => board_id)
  return rows.map(({ name_key: _, is_default, ...row }) => ({
    ...row,
    is_default: is_default === 1,
    members: (membersBy.get(row.id) ?? []).map(({ board_id: _, ...seat }) => seat),
    delegates: (delegatesBy.get(row.id) ?? []).map(({ board_id: _, ...each }) => each),
  }))
}
