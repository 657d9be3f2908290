import { clockOf } from '../../db/clock.ts'
import type { Db, Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { RoomMessage, RoomMessageQuery } from '../../schemas/realtime.ts'
import type { Caller } from '../access.ts'
import { invalid } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { later, newId, now } from '../values.ts'
import { requireRoom, roomNamed } from './rooms.ts'

const keptMessages = 100
const keptDays = 90

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Appends to what was said in a room, of which the last hundred are kept. Its row is touched first:
 * messages of a room have one order, on every instance.
 */
export function recordMessage(
  db: Db,
  userId: string,
  room: string,
  content: string,
): Promise<RoomMessage> {
  return transact(db, async (trx) => {
    const position = await nextPosition(trx, room)
    const id = newId()
    const created_at = await nextTime(trx, room, position)
    await trx
      .insertInto('room_messages')
      .values({ id, room, position, user_id: userId, content, created_at })
      .execute()
    await trx
      .deleteFrom('room_messages')
      .where('room', '=', room)
      .where('position', '<=', position - keptMessages)
      .execute()
    const row = await said(trx, room).where('room_messages.id', '=', id).executeTakeFirstOrThrow()
    return toMessage(row)
  })
}

/** The newest messages, or those around one; oldest first, as a client shows them. */
export async function listMessages(
  deps: Pick<Deps, 'db' | 'rooms'>,
  caller: Caller,
  name: string,
  { limit, before, since }: RoomMessageQuery,
) {
  const { db } = deps
  const room = roomNamed(name)
  await requireRoom(deps, caller, room)
  if (since !== undefined) {
    const messages = await listMessagesSince(db, room, since, { limit, before })
    return { room, messages }
  }
  let query = said(db, room).orderBy('position', 'desc').limit(limit)
  if (before) query = query.where('position', '<', await positionOf(db, room, before))
  return { room, messages: (await query.execute()).reverse().map(toMessage) }
}

/** What was said after a message or a time, as far as it is kept, in order. */
export async function listMessagesSince(
  db: Db,
  room: string,
  since: string,
  { limit = keptMessages, before }: { limit?: number; before?: string | undefined } = {},
): Promise<RoomMessage[]> {
  let query = said(db, room).orderBy('position').limit(limit)
  query = uuid.test(since)
    ? query.where('position', '>', await positionOf(db, room, since))
    : query.where('room_messages.created_at', '>', timeIn(since))
  if (before) query = query.where('position', '<', await positionOf(db, room, before))
  return (await query.execute()).map(toMessage)
}

/** Fails for what is neither the id of a message nor a time. */
export function requireSince(since: unknown): asserts since is string | undefined {
  if (since !== undefined && !uuid.test(String(since))) timeIn(String(since))
}

/** Forgets rooms in which nothing was said for long, and those of objects that are gone with them. */
export async function forgetRooms(db: Db, at = now()): Promise<void> {
  const quietSince = later(at, -keptDays * 24 * 60 * 60)
  await db.deleteFrom('rooms').where('updated_at', '<', quietSince).execute()
}

async function nextPosition(trx: Trx, room: string): Promise<number> {
  const { last_position } = await trx
    .insertInto('rooms')
    .values({ name: room, last_position: 1, updated_at: now() })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({
        last_position: eb('rooms.last_position', '+', 1),
        updated_at: eb.ref('excluded.updated_at'),
      })),
    )
    .returning('last_position')
    .executeTakeFirstOrThrow()
  return last_position
}

/** Later than that of the message before, so that the time alone says what is missing. */
async function nextTime(trx: Trx, room: string, position: number): Promise<string> {
  const last = await trx
    .selectFrom('room_messages')
    .select('created_at')
    .where('room', '=', room)
    .where('position', '=', position - 1)
    .executeTakeFirst()
  const at = await clockOf(trx)
  return last && last.created_at >= at ? later(last.created_at, 0.001) : at
}

/** A message that is no longer kept stands before all that are. */
async function positionOf(db: Db, room: string, id: string): Promise<number> {
  const found = await db
    .selectFrom('room_messages')
    .select('position')
    .where('id', '=', id.toLowerCase())
    .where('room', '=', room)
    .executeTakeFirst()
  return found?.position ?? 0
}

function timeIn(text: string): string {
  const isTime =
    /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))
  if (!isTime) throw invalid({ field: 'since', rule: 'message_or_time' })
  return new Date(text).toISOString()
}

function said(db: Db, room: string) {
  return db
    .selectFrom('room_messages')
    .innerJoin('users', 'users.id', 'room_messages.user_id')
    .select([
      'room_messages.id',
      'room',
      'content',
      'room_messages.created_at',
      'user_id',
      'username',
      'full_name',
    ])
    .where('room', '=', room)
}

type Row = Awaited<ReturnType<ReturnType<typeof said>['executeTakeFirstOrThrow']>>

function toMessage({ id, room, content, created_at, ...user }: Row): RoomMessage {
  const { user_id, username, full_name } = user
  return {
    type: 'message',
    id,
    content,
    user: { id: user_id, username, full_name },
    timestamp: created_at,
    room,
  }
}
