import { isAmong, type Placeholders, prepare } from '../../db/prepared.ts'
import type { Db, Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { PageQuery } from '../../schemas/pages.ts'
import type { AccessClaims, Caller, Identity, Origin } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { failure } from '../failure.ts'
import type { App } from '../fastify.ts'
import { requireBelow } from '../limit.ts'
import { paginate } from '../page.ts'
import { hashOf, later, newId, newSecret, now } from '../values.ts'
import { recordAccessChange } from './access-changes.ts'

/** Past this a session ends, however often it was renewed. */
const longestSession = 30 * 24 * 60 * 60

/** Two tabs of one browser may send the same refresh token; within this time they get the same. */
const graceSeconds = 10

const renewalsPerMinute = 60

export type Opened = { session_id: string; refresh_token: string }

/** A new sign-in: a session, and the first refresh token of its family. */
export async function openSession(
  trx: Trx,
  { config }: Pick<App, 'config'>,
  userId: string,
  { ip, user_agent }: Origin,
  at: string,
): Promise<Opened> {
  const session_id = newId()
  const refresh_token = newSecret()
  const longest = Math.max(longestSession, config.refreshTokenTtl)
  await trx
    .insertInto('sessions')
    .values({
      id: session_id,
      user_id: userId,
      external_key: null,
      ip,
      user_agent,
      created_at: at,
      last_used_at: at,
      expires_at: later(at, longest),
      revoked_at: null,
    })
    .execute()
  await keepRefreshToken(trx, session_id, refresh_token, at, config.refreshTokenTtl)
  return { session_id, refresh_token }
}

type Renewal = Opened & { user_id: string }

/**
 * Gives a new refresh token for `token`, which is good for one use. Used again within the grace it
 * gives the same new one; used again later it ends the session, since one of its two holders is a
 * thief. The new token follows from the old one by a key only we have, so that neither is kept.
 */
export async function renewSession(
  { db, config, secrets, counters }: Pick<App, 'db' | 'config' | 'secrets' | 'counters'>,
  origin: Origin,
  token: string,
  at = now(),
): Promise<Renewal> {
  const found = await findRefreshToken(db, token)
  if (!found) throw failure('refresh_invalid')
  await requireBelow(counters, `refresh:${found.session_id}`, renewalsPerMinute)

  const refresh_token = secrets.sign(token, 'refresh-token')
  const renewal = await transact(db, async (trx) => {
    const isFirst = await useRefreshToken(trx, token, at)
    // Read again: of two that come at once, the second now sees the first.
    const { session_id, used_at, expires_at } = (await findRefreshToken(trx, token)) ?? found
    const session = requireStanding((await findSessions(trx, { ids: [session_id] }))[0], at)
    if (expires_at <= at) throw failure('refresh_expired')
    const actor = { ...origin, id: session.user_id }
    if (!isFirst && (used_at ?? at) < later(at, -graceSeconds)) {
      await endSession(trx, session_id, at)
      await recordAudit(trx, actor, 'session.revoked', session_id, { reason: 'refresh_reused' })
      return undefined
    }
    if (isFirst) {
      await keepRefreshToken(trx, session_id, refresh_token, at, config.refreshTokenTtl)
      await trx
        .updateTable('sessions')
        .set({ last_used_at: at })
        .where('id', '=', session_id)
        .execute()
      await recordAudit(trx, actor, 'session.renewed', session_id)
    }
    return { session_id, refresh_token, user_id: session.user_id }
  })
  // Thrown here, so that ending the session is not taken back.
  if (!renewal) throw failure('refresh_reused')
  return renewal
}

export const findSessions = prepare((db: Db, { ids }: Placeholders<{ ids: string[] }>) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['sessions.id', 'user_id', 'expires_at', 'revoked_at', 'roles', 'deactivated_at'])
    .where(isAmong(db, 'sessions.id', ids)),
)

type Session = Awaited<ReturnType<typeof findSessions>>[number]

/** Whom an access token speaks for, if its session still stands. */
export async function identifySession(
  findSession: (id: string) => Promise<Session | undefined>,
  { sid, sub }: AccessClaims,
  at = now(),
): Promise<Identity> {
  const { roles, user_id } = requireStanding(await findSession(sid), at)
  if (user_id !== sub) throw failure('token_invalid')
  return { id: user_id, roles, scopes: null, session_id: sid }
}

export async function listSessions(db: Db, caller: Caller, page: PageQuery) {
  const query = db
    .selectFrom('sessions')
    .select(['id', 'ip', 'user_agent', 'created_at', 'last_used_at', 'expires_at'])
    .where('user_id', '=', caller.id)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now())
    .orderBy('id', 'desc')
  const { sessions, ...rest } = await paginate(query, page, 'sessions')
  return {
    sessions: sessions.map((session) => ({
      ...session,
      is_current: session.id === caller.session_id,
    })),
    ...rest,
  }
}

/** Signs one of the caller's devices out, at once and on every instance. */
export function deleteSession(db: Db, caller: Caller, id: string): Promise<void> {
  return transact(db, async (trx) => {
    const ended = await endSession(trx, id, now(), caller.id)
    if (!ended) throw failure('session_not_found', { id })
    await recordAudit(trx, caller, 'session.revoked', id)
  })
}

/** Signs the caller out. A mock user has no session to end. */
export async function signOut(db: Db, caller: Caller): Promise<void> {
  if (caller.session_id) await deleteSession(db, caller, caller.session_id)
}

/** Signs somebody out everywhere, or everywhere else. */
export async function endSessions(trx: Trx, userId: string, exceptId?: string): Promise<void> {
  let query = trx
    .updateTable('sessions')
    .set({ revoked_at: now() })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
  if (exceptId) query = query.where('id', '!=', exceptId)
  await query.execute()
  await recordAccessChange(trx, userId)
}

/** Forgets what nobody can use any more. */
export async function forgetSessions(db: Db, at = now()): Promise<void> {
  await db.deleteFrom('refresh_tokens').where('expires_at', '<', at).execute()
  await db.deleteFrom('sessions').where('expires_at', '<', at).execute()
}

function requireStanding(session: Session | undefined, at: string) {
  if (!session || session.revoked_at || session.expires_at <= at) throw failure('session_ended')
  if (session.deactivated_at) throw failure('account_inactive')
  return { user_id: session.user_id, roles: JSON.parse(session.roles) }
}

async function endSession(trx: Trx, id: string, at: string, userId?: string): Promise<boolean> {
  let query = trx
    .updateTable('sessions')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
  if (userId) query = query.where('user_id', '=', userId)
  const ended = await query.returning('user_id').executeTakeFirst()
  if (ended) await recordAccessChange(trx, ended.user_id)
  return ended !== undefined
}

function findRefreshToken(db: Db, token: string) {
  return db
    .selectFrom('refresh_tokens')
    .select(['session_id', 'expires_at', 'used_at'])
    .where('hash', '=', hashOf(token))
    .executeTakeFirst()
}

async function useRefreshToken(trx: Trx, token: string, at: string): Promise<boolean> {
  const used = await trx
    .updateTable('refresh_tokens')
    .set({ used_at: at })
    .where('hash', '=', hashOf(token))
    .where('used_at', 'is', null)
    .returning('hash')
    .executeTakeFirst()
  return used !== undefined
}

async function keepRefreshToken(
  trx: Trx,
  session_id: string,
  token: string,
  at: string,
  ttl: number,
): Promise<void> {
  await trx
    .insertInto('refresh_tokens')
    .values({
      hash: hashOf(token),
      session_id,
      created_at: at,
      expires_at: later(at, ttl),
      used_at: null,
    })
    .execute()
}
