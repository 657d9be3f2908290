import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../access.ts'
import { recordAudit } from '../audit.ts'
import type { Deps } from '../fastify.ts'
import { newId } from '../values.ts'
import { createUser } from './registration.ts'
import { endSessions } from './sessions.ts'
import { keyOf } from './users.ts'

/**
 * Makes an administrator, or makes one of a user there is: with a new password, active, and signed
 * out everywhere. For whoever has the machine and no other way in. Answers whether it is a new one.
 */
export async function ensureAdministrator(
  { db, passwords }: Pick<Deps, 'db' | 'passwords'>,
  { email, username, password }: { email: string; username?: string; password: string },
): Promise<boolean> {
  passwords.requireStrong(password, 'password')
  const password_hash = await passwords.hash(password)
  const actor: Actor = { id: null, ip: null, user_agent: 'cli', request_id: newId() }
  return transact(db, async (trx) => {
    const known = await trx
      .selectFrom('users')
      .select(['id', 'roles'])
      .where('email_key', '=', keyOf(email))
      .executeTakeFirst()
    if (!known) {
      const user = await createUser(trx, {
        email,
        ...(username !== undefined && { username }),
        roles: ['SystemAdmin'],
        password_hash,
      })
      await recordAudit(trx, actor, 'user.created', user.id, { email, roles: user.roles })
      return true
    }
    const roles = [...new Set([...JSON.parse(known.roles), 'SystemAdmin'])]
    await trx
      .updateTable('users')
      .set({ password_hash, roles: JSON.stringify(roles), deactivated_at: null })
      .where('id', '=', known.id)
      .execute()
    await endSessions(trx, known.id)
    await recordAudit(trx, actor, 'user.updated', known.id, { roles, password_hash })
    return false
  })
}

/** Whom to tell what the service itself has to say. */
export async function administratorEmails(db: Db): Promise<string[]> {
  const users = await db
    .selectFrom('users')
    .select('email')
    .where('roles', 'like', '%"SystemAdmin"%')
    .where('deactivated_at', 'is', null)
    .orderBy('id')
    .execute()
  return users.map(({ email }) => email)
}
