import type { Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { NewUser, Registration, User } from '../../schemas/accounts/users.ts'
import type { Caller, Origin } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { failure } from '../failure.ts'
import type { App } from '../fastify.ts'
import { enqueue } from '../jobs.ts'
import { newId, now } from '../values.ts'
import { columns, keyOf, toUser } from './users.ts'

/** Registers somebody who may then sign in; only while registration is open. */
export async function register(
  { db, config, passwords }: Pick<App, 'db' | 'config' | 'passwords'>,
  origin: Origin,
  { password, is_active: _, ...input }: Registration,
): Promise<User> {
  if (!config.localLogin) throw failure('local_login_closed')
  if (!config.openRegistration) throw failure('registration_closed')
  passwords.requireStrong(password, 'password')
  const password_hash = await passwords.hash(password)
  return transact(db, async (trx) => {
    const user = await createUser(trx, { ...input, password_hash })
    await recordAudit(trx, { ...origin, id: user.id }, 'user.created', user.id, input)
    return user
  })
}

/** By an administrator. Somebody without a password gets a mail to choose one. */
export async function addUser(
  { db, passwords }: Pick<App, 'db' | 'passwords'>,
  caller: Caller,
  { password, ...input }: NewUser,
): Promise<User> {
  if (password !== undefined) passwords.requireStrong(password, 'password')
  const password_hash = password === undefined ? null : await passwords.hash(password)
  return transact(db, async (trx) => {
    const user = await createUser(trx, { ...input, password_hash })
    await recordAudit(trx, caller, 'user.created', user.id, input)
    if (!password_hash) {
      await enqueue(
        trx,
        'send_password_mail',
        { email: user.email, reason: 'invited' },
        { from: caller },
      )
    }
    return user
  })
}

type UserToCreate = Omit<NewUser, 'password'> & {
  password_hash?: string | null
  azure_oid?: string | null
  last_login?: string | null
}

export async function createUser(trx: Trx, input: UserToCreate): Promise<User> {
  const at = now()
  const { username, email, full_name = null, bio = null, roles = ['User'] } = input
  await requireFree(trx, email, username)
  const row = await trx
    .insertInto('users')
    .values({
      id: newId(),
      username: username ?? null,
      username_key: username === undefined ? null : keyOf(username),
      email,
      email_key: keyOf(email),
      display_name: input.display_name ?? full_name ?? username ?? nameIn(email),
      full_name,
      bio,
      profile_image: null,
      azure_oid: input.azure_oid ?? null,
      password_hash: input.password_hash ?? null,
      roles: JSON.stringify(roles),
      deactivated_at: input.is_active === false ? at : null,
      deleted_at: null,
      last_login: input.last_login ?? null,
      version: 1,
      created_at: at,
      updated_at: at,
    })
    .returning(columns)
    .executeTakeFirstOrThrow()
  return toUser(row)
}

/** Says which of the two is taken; a race is still caught by the constraints. */
async function requireFree(trx: Trx, email: string, username?: string): Promise<void> {
  const taken = await trx
    .selectFrom('users')
    .select('email_key')
    .where((eb) =>
      eb.or([
        eb('email_key', '=', keyOf(email)),
        ...(username === undefined ? [] : [eb('username_key', '=', keyOf(username))]),
      ]),
    )
    .executeTakeFirst()
  if (!taken) return
  const field = taken.email_key === keyOf(email) ? 'email' : 'username'
  throw failure('account_taken', { field }, { errors: [{ field, rule: 'taken' }] })
}

function nameIn(email: string): string {
  return email.split('@')[0] ?? email
}
