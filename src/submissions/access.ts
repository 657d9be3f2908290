import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../db/tables.ts'
import type { Caller } from '../access.ts'
import { failure } from '../failure.ts'
import { can, type Permission } from '../permissions.ts'
import { now } from '../values.ts'

export type SessionRow = Selectable<Tables['submission_sessions']>

/** Whoever asks: somebody with an account, or somebody who has nothing but the link. */
export type Viewer = Caller | undefined

/** Due dates are days in Japan, and hold to their end. */
export function dayInJapan(at: string): string {
  return new Date(Date.parse(at) + 9 * 3600 * 1000).toISOString().slice(0, 10)
}

export function isExpired({ due_date }: Pick<SessionRow, 'due_date'>, at = now()): boolean {
  return due_date !== null && due_date < dayInJapan(at)
}

/** What a token of somebody may be for who looks after a session, where only some of it is read. */
export const reading: readonly Permission[] = ['submission.read']
/** And where something is done with it that may be done without reading all of it. */
export const working: readonly Permission[] = [...reading, 'submission.write']

/**
 * Whether somebody looks after a session: who opened it, or who looks after all of them. An API token
 * does if it is for one of these.
 */
export function isStaffOf(
  viewer: Viewer,
  { owner_id }: Pick<SessionRow, 'owner_id'>,
  by = reading,
): boolean {
  if (!viewer || !by.some((permission) => can(viewer, permission))) return false
  return viewer.id === owner_id || can(viewer, 'submission.manage')
}

/**
 * A session, for its staff or by its link. Links that are unknown, closed or past their day are
 * answered alike: 404.
 */
export async function getSession(
  db: Db,
  viewer: Viewer,
  id: string,
  by = reading,
): Promise<SessionRow> {
  const row = await db
    .selectFrom('submission_sessions')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  const isOpen = row && !row.closed_at && !isExpired(row)
  if (row && (isOpen || isStaffOf(viewer, row, by))) return row
  throw failure('session_link_not_found')
}

/** A session for those who look after it; others may know its link, and yet change nothing. */
export async function getStaffSession(db: Db, caller: Caller, id: string): Promise<SessionRow> {
  const row = await getSession(db, caller, id, working)
  if (isStaffOf(caller, row, working)) return row
  throw failure('session_staff_required')
}
