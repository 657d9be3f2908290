import type { Selectable } from 'kysely'
import type { SeatRole } from '../../../db/tables/itsm-cab.ts'
import type { Db, Tables } from '../../../db/tables.ts'
import type { ChangeRow } from '../changes/access.ts'

export type BoardRow = Selectable<Tables['cab_boards']>

export type Seat = {
  user_id: string
  name: string
  role: SeatRole
  /** Who may vote for it at that time: the member, and a delegate. */
  voters: string[]
}

/** An emergency is voted on also after it has started, and when it is over. */
export const afterStart = ['in_progress', 'completed', 'failed', 'backed_out'] as const

/** Whether a change takes votes at all; whether they have decided is another matter. */
export function takesVotes({ type, status }: Pick<ChangeRow, 'type' | 'status'>): boolean {
  if (type === 'standard') return false
  if (status === 'submitted' || status === 'under_review') return true
  return type === 'emergency' && afterStart.some((each) => each === status)
}

/** Whether a vote counts: none does that was cast by, or for, who has become requester or implementer. */
export function isImpartial(
  { requester_id, implementer_id }: Pick<ChangeRow, 'requester_id' | 'implementer_id'>,
  { user_id, cast_by }: { user_id: string; cast_by: string },
): boolean {
  const barred = [requester_id, implementer_id]
  return !barred.includes(user_id) && !barred.includes(cast_by)
}

/** The board that decides on a change; undefined where there is none, null where one approver does. */
export async function boardOf(
  db: Db,
  { board_id, risk_level }: Pick<ChangeRow, 'board_id' | 'risk_level'>,
): Promise<BoardRow | null | undefined> {
  if (!board_id && risk_level === 'low') return null
  const query = db.selectFrom('cab_boards').selectAll()
  const named = board_id
    ? await query.where('id', '=', board_id).executeTakeFirst()
    : await query.where('is_default', '=', 1).executeTakeFirst()
  return named
}

/**
 * The seats of a board that count for a change at a time. Requester and implementer have none, so that
 * neither they nor a delegate of theirs vote; nor has somebody who is gone and has no delegate.
 */
export async function seatsOf(
  db: Db,
  boardId: string,
  { requester_id, implementer_id }: Pick<ChangeRow, 'requester_id' | 'implementer_id'>,
  at: string,
): Promise<Seat[]> {
  const members = await db
    .selectFrom('cab_members')
    .innerJoin('users', 'users.id', 'cab_members.user_id')
    .select(['cab_members.user_id', 'cab_members.role', 'users.display_name', 'deactivated_at'])
    .where('board_id', '=', boardId)
    .orderBy('cab_members.user_id')
    .execute()
  const delegates = await db
    .selectFrom('cab_delegates')
    .innerJoin('users', 'users.id', 'cab_delegates.delegate_id')
    .select(['cab_delegates.user_id', 'delegate_id'])
    .where('board_id', '=', boardId)
    .where('starts_at', '<=', at)
    .where('ends_at', '>', at)
    .where('deactivated_at', 'is', null)
    .execute()
  const barred = [requester_id, implementer_id]
  return members.flatMap(({ user_id, role, display_name, deactivated_at }) => {
    const voters = [
      ...(deactivated_at === null ? [user_id] : []),
      ...delegates.filter((each) => each.user_id === user_id).map((each) => each.delegate_id),
    ].filter((id) => !barred.includes(id))
    const counts = !barred.includes(user_id) && voters.length > 0
    return counts ? [{ user_id, name: display_name, role, voters }] : []
  })
}
