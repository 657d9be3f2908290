import type { Db } from '../../db/tables.ts'
import type { RoomTicket } from '../../schemas/realtime.ts'
import type { Caller } from '../access.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { hashOf, later, newSecret, now } from '../values.ts'

const ticketSeconds = 30
const purpose = 'room-ticket'

/**
 * What stands in for the caller's token once, so that the token itself need not stand in a URL:
 * whoever enters by it is who the token says, with its session, its scopes and its end.
 */
export async function createTicket(
  { db, secrets }: Pick<Deps, 'db' | 'secrets'>,
  caller: Caller,
  token: string,
  page: string | null,
  at = now(),
): Promise<RoomTicket> {
  const ticket = newSecret()
  const expires_at = later(at, ticketSeconds)
  await db
    .insertInto('room_tickets')
    .values({
      hash: hashOf(ticket),
      user_id: caller.id,
      token: secrets.seal(token, purpose),
      origin: page,
      expires_at,
    })
    .execute()
  return { ticket, expires_at }
}

/** The token that a ticket stands for. It is gone with the first who shows it, of any number. */
export async function redeemTicket(
  { db, secrets }: Pick<Deps, 'db' | 'secrets'>,
  ticket: string,
  page: string | null,
  at = now(),
): Promise<string> {
  const found = await db
    .deleteFrom('room_tickets')
    .where('hash', '=', hashOf(ticket))
    .returning(['token', 'origin', 'expires_at'])
    .executeTakeFirstOrThrow(() => failure('ticket_invalid'))
  if (found.expires_at <= at || found.origin !== page) throw failure('ticket_invalid')
  return secrets.open(found.token, purpose)
}

/** Forgets those that nobody has used. */
export async function forgetTickets(db: Db, at = now()): Promise<void> {
  await db.deleteFrom('room_tickets').where('expires_at', '<', at).execute()
}
