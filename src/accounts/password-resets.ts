import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type {
  PasswordChange,
  PasswordForgotten,
  PasswordReset,
} from '../../schemas/accounts/auth.ts'
import type { Actor, Caller, Origin } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { failure, invalid } from '../failure.ts'
import type { App, Deps } from '../fastify.ts'
import { enqueue, type JobPayloads } from '../jobs.ts'
import { requireBelow } from '../limit.ts'
import { hashOf, later, newId, newSecret, now } from '../values.ts'
import { endSessions } from './sessions.ts'
import { requirePatience } from './sign-in.ts'
import { keyOf } from './users.ts'

const minutes = 60
const lifetimes = { forgotten: 30 * minutes, invited: 3 * 24 * 60 * minutes }

/** Changes one's own password and signs out everywhere else. */
export async function changePassword(
  { db, counters, passwords }: Pick<App, 'db' | 'counters' | 'passwords'>,
  caller: Caller,
  { current_password, new_password }: PasswordChange,
): Promise<void> {
  const { password_hash } = await db
    .selectFrom('users')
    .select('password_hash')
    .where('id', '=', caller.id)
    .executeTakeFirstOrThrow()
  const key = `password:${caller.id}`
  await requirePatience(counters, key)
  if (!(await passwords.verify(password_hash, current_password))) {
    throw invalid({ field: 'current_password', rule: 'password_wrong' })
  }
  await counters.clear(key)
  passwords.requireStrong(new_password, 'new_password')
  const hash = await passwords.hash(new_password)
  await transact(db, async (trx) => {
    await trx
      .updateTable('users')
      .set({ password_hash: hash, updated_at: now() })
      .where('id', '=', caller.id)
      .execute()
    await endSessions(trx, caller.id, caller.session_id ?? undefined)
    await recordAudit(trx, caller, 'password.updated', caller.id)
  })
}

/** Asks for a mail. Whether there is such a user only the job finds out, and tells nobody. */
export async function forgetPassword(
  { db, config, counters }: Pick<App, 'db' | 'config' | 'counters'>,
  { email }: PasswordForgotten,
): Promise<void> {
  if (!config.localLogin) throw failure('local_login_closed')
  await requireBelow(counters, `forgotten:${hashOf(keyOf(email))}`, 3)
  await transact(db, (trx) => enqueue(trx, 'send_password_mail', { email, reason: 'forgotten' }))
}

/** Sets a new password with the token of a mail, once, and signs out everywhere. */
export async function resetPassword(
  { db, config, passwords }: Pick<App, 'db' | 'config' | 'passwords'>,
  origin: Origin,
  { token, new_password }: PasswordReset,
): Promise<void> {
  if (!config.localLogin) throw failure('local_login_closed')
  passwords.requireStrong(new_password, 'new_password')
  await requireReset(db, token)
  const password_hash = await passwords.hash(new_password)
  await transact(db, async (trx) => {
    const at = now()
    const reset = await trx
      .updateTable('password_resets')
      .set({ used_at: at })
      .where('hash', '=', hashOf(token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', at)
      .returning('user_id')
      .executeTakeFirstOrThrow(() => failure('reset_invalid'))
    await trx
      .updateTable('users')
      .set({ password_hash, updated_at: at })
      .where('id', '=', reset.user_id)
      .execute()
    await trx
      .updateTable('password_resets')
      .set({ used_at: at })
      .where('user_id', '=', reset.user_id)
      .where('used_at', 'is', null)
      .execute()
    await endSessions(trx, reset.user_id)
    await recordAudit(trx, { ...origin, id: reset.user_id }, 'password.updated', reset.user_id, {
      by: 'mail',
    })
  })
}

/**
 * The job behind the mail. The token is made here and is nowhere but in the mail; should the mail
 * fail, the next attempt makes another one.
 */
export async function sendPasswordMail(
  { db, mail, config }: Pick<Deps, 'db' | 'mail' | 'config'>,
  { email, reason }: JobPayloads['send_password_mail'],
): Promise<void> {
  const user = await db
    .selectFrom('users')
    .select(['id', 'email', 'display_name'])
    .where('email_key', '=', keyOf(email))
    .where('deactivated_at', 'is', null)
    .executeTakeFirst()
  if (!user) return
  const token = newSecret()
  const at = now()
  const service: Actor = { id: null, ip: null, user_agent: null, request_id: newId() }
  await transact(db, async (trx) => {
    await trx
      .insertInto('password_resets')
      .values({
        hash: hashOf(token),
        user_id: user.id,
        created_at: at,
        expires_at: later(at, lifetimes[reason]),
        used_at: null,
      })
      .execute()
    await recordAudit(trx, service, 'password_reset.created', user.id, { reason })
  })
  // After the `#` it reaches no server log and no other site.
  const link = `${config.publicUrl}/reset-password#token=${token}`
  await mail({ to: user.email, ...textsOf(user.display_name, link, lifetimes[reason]) })
}

/** Forgets links that have had their time. */
export async function forgetPasswordResets(db: Db, at = now()): Promise<void> {
  await db.deleteFrom('password_resets').where('expires_at', '<', at).execute()
}

async function requireReset(db: Db, token: string): Promise<void> {
  await db
    .selectFrom('password_resets')
    .select('user_id')
    .where('hash', '=', hashOf(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now())
    .executeTakeFirstOrThrow(() => failure('reset_invalid'))
}

function textsOf(name: string, link: string, seconds: number) {
  const [ja, en] =
    seconds < 86_400
      ? [`${seconds / minutes} 分`, `${seconds / minutes} minutes`]
      : [`${seconds / 86_400} 日`, `${seconds / 86_400} days`]
  const text = [
    `${name} 様`,
    '',
    `次のリンクから新しいパスワードを設定してください (${ja}以内、一度だけ有効)。`,
    link,
    '心当たりがない場合は、このメールを無視してください。パスワードは変わりません。',
    '',
    `Choose a new password at the link above. It works once, within ${en}.`,
    'If you did not ask for this, ignore this mail; nothing changes.',
  ]
  return { subject: 'Kaname: パスワードの設定 / Choose a password', text: text.join('\n') }
}
