import type { Trx } from '../../db/tables.ts'
import type { Deps } from '../fastify.ts'
import { enqueue, type JobPayloads } from '../jobs.ts'

/** Where whoever keeps a connection open hears that its user may do less, or nothing, from now on. */
export const accessChannelOf = (userId: string) => `access:${userId}`

/**
 * Every instance hears of it, however this one ends: what takes away a session, a token or a role
 * does so in its own transaction.
 */
export function recordAccessChange(trx: Trx, user_id: string): Promise<void> {
  return enqueue(trx, 'announce_access', { user_id })
}

/** The job behind it; it fails, and is tried again, while other instances cannot be told. */
export function announceAccess(
  { channels }: Pick<Deps, 'channels'>,
  { user_id }: JobPayloads['announce_access'],
): Promise<void> {
  return channels.announce(accessChannelOf(user_id), { type: 'access_changed' })
}
