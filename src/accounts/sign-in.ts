import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { SignedIn, SignIn } from '../../schemas/accounts/auth.ts'
import type { User } from '../../schemas/accounts/users.ts'
import type { Origin } from '../access.ts'
import { recordAudit } from '../audit.ts'
import type { Counters } from '../counters.ts'
import { failure } from '../failure.ts'
import type { App } from '../fastify.ts'
import { networkOf } from '../limit.ts'
import { hashOf, newId, now } from '../values.ts'
import { type Opened, openSession, renewSession } from './sessions.ts'
import { getUser, keyOf, markSignedIn } from './users.ts'

const minutes = 60_000
const perAccount = { free: 5, windowMs: 15 * minutes, maxDelayMs: 15 * minutes }
/** A whole office may sit behind one address. */
const perAddress = { free: 20, windowMs: 15 * minutes, maxDelayMs: 15 * minutes }

type SignInDeps = Pick<App, 'db' | 'config' | 'secrets' | 'counters' | 'passwords' | 'jwt'>

/**
 * Signs in with a password. An unknown user and a wrong password are told apart neither by the
 * answer nor by the time it takes. Failures make the next attempts wait: for the account, and for
 * the address; where somebody has signed in before, strangers' failures elsewhere do not hold them up.
 */
export async function signIn(
  deps: SignInDeps,
  origin: Origin,
  { username, password }: SignIn,
  at = now(),
): Promise<SignedIn> {
  const { db, config, counters, passwords } = deps
  if (!config.localLogin) throw failure('local_login_closed')
  const account = await findAccount(db, username)
  const address = `sign-in:address:${networkOf(origin.ip ?? '')}`
  const name = `sign-in:account:${await counterOf(db, origin, username, account?.id)}`
  await requirePatience(counters, address, perAddress)
  await requirePatience(counters, name, perAccount)

  if (!(await passwords.verify(account?.password_hash, password))) {
    await refuse(db, origin, account?.id ?? null, 'credentials_wrong')
    throw failure('credentials_wrong')
  }
  if (!account?.password_hash) throw failure('credentials_wrong')
  await Promise.all([counters.forgive(address), counters.clear(name)])
  if (account.deactivated_at) {
    await refuse(db, origin, account.id, 'account_inactive')
    throw failure('account_inactive')
  }
  const isOutdated = passwords.isOutdated(account.password_hash)
  const password_hash = isOutdated ? await passwords.hash(password) : account.password_hash
  const opened = await transact(db, async (trx) => {
    if (isOutdated) {
      await trx
        .updateTable('users')
        .set({ password_hash })
        .where('id', '=', account.id)
        .where('password_hash', '=', account.password_hash)
        .execute()
    }
    await markSignedIn(trx, origin, account.id, at)
    return openSession(trx, deps, account.id, origin, at)
  })
  return answerOf(deps, opened, await getUser(db, account.id))
}

/** Exchanges a refresh token for the next one and a new access token. */
export async function refresh(
  deps: SignInDeps,
  origin: Origin,
  refreshToken: string,
): Promise<SignedIn> {
  const { user_id, ...opened } = await renewSession(deps, origin, refreshToken)
  return answerOf(deps, opened, await getUser(deps.db, user_id))
}

function answerOf(
  { jwt, config }: SignInDeps,
  { session_id, refresh_token }: Opened,
  user: User,
): SignedIn {
  return {
    access_token: jwt.sign({ sub: user.id, sid: session_id, jti: newId(), type: 'access' }),
    refresh_token,
    token_type: 'bearer',
    expires_in: config.accessTokenTtl,
    user,
  }
}

function findAccount(db: Db, login: string) {
  const key = keyOf(login)
  return db
    .selectFrom('users')
    .select(['id', 'password_hash', 'deactivated_at'])
    .where((eb) => eb.or([eb('email_key', '=', key), eb('username_key', '=', key)]))
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
}

/** Which failures count together: those of one account from strangers, or from a known address. */
async function counterOf(
  db: Db,
  { ip }: Origin,
  login: string,
  userId: string | undefined,
): Promise<string> {
  if (!userId) return hashOf(keyOf(login))
  const known = await db
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', userId)
    .where('ip', '=', ip)
    .limit(1)
    .executeTakeFirst()
  return known ? `${userId}@${ip}` : userId
}

export async function requirePatience(
  counters: Counters,
  key: string,
  throttle: typeof perAccount = perAccount,
): Promise<void> {
  const seconds = Math.ceil((await counters.attempt(key, throttle)) / 1000)
  if (seconds > 0) throw failure('sign_in_throttled', { seconds }, { retry_after: seconds })
}

async function refuse(
  db: Db,
  origin: Origin,
  userId: string | null,
  reason: string,
): Promise<void> {
  await transact(db, (trx) =>
    recordAudit(trx, { ...origin, id: null }, 'session.refused', userId, { reason }),
  )
}
