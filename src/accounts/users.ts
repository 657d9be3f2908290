import type { Selectable } from 'kysely'
import { hold } from '../../db/hold.ts'
import { isAmong, type Placeholders, prepare } from '../../db/prepared.ts'
import type { Db, Tables, Trx } from '../../db/tables.ts'
import { contains } from '../../db/text.ts'
import { transact } from '../../db/transact.ts'
import type {
  ProfileChange,
  Role,
  User,
  UserChange,
  UserQuery,
} from '../../schemas/accounts/users.ts'
import type { Actor, Caller, Origin } from '../access.ts'
import { diff, recordAudit } from '../audit.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { paginate } from '../page.ts'
import { now } from '../values.ts'
import { touched } from '../version.ts'
import { recordAccessChange } from './access-changes.ts'
import { endSessions } from './sessions.ts'

declare module '../fastify.ts' {
  interface Deps {
    /** Reads a row together with whoever else asks for one; not in a transaction. */
    findUser: (id: string) => Promise<Row | undefined>
    /** What other areas do about somebody who leaves, in that very transaction; it may fail. */
    userLeaves: (trx: Trx, id: string, actor: Actor) => Promise<void>
    /** What they say to somebody being deactivated, before it is written; it may fail. */
    userPauses: (trx: Trx, id: string) => Promise<void>
  }
}

export const columns = [
  'id',
  'username',
  'email',
  'display_name',
  'full_name',
  'bio',
  'profile_image',
  'azure_oid',
  'roles',
  'deactivated_at',
  'last_login',
  'version',
  'created_at',
  'updated_at',
] as const

type Row = Pick<Selectable<Tables['users']>, (typeof columns)[number]>

/** Emails and user names are one and the same however they are written. */
export function keyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}

export async function listUsers(db: Db, { search, role, is_active, ...page }: UserQuery) {
  let query = people(db).orderBy('id', 'desc')
  if (role) query = query.where('roles', 'like', `%"${role}"%`)
  if (is_active !== undefined) {
    query = query.where('deactivated_at', is_active ? 'is' : 'is not', null)
  }
  if (search) {
    query = query.where((eb) =>
      eb.or([
        contains(eb.ref('email'), search),
        contains(eb.ref('display_name'), search),
        contains(eb.fn.coalesce('username', eb.val('')), search),
      ]),
    )
  }
  const { users, ...rest } = await paginate(query, page, 'users')
  return { users: users.map(toUser), ...rest }
}

export const findUsers = prepare((db: Db, { ids }: Placeholders<{ ids: string[] }>) =>
  people(db).where(isAmong(db, 'id', ids)),
)

export async function getUser(db: Db, id: string): Promise<User> {
  const [row] = await findUsers(db, { ids: [id] })
  if (!row) throw failure('user_not_found', { id })
  return toUser(row)
}

/** Who is asking, with the roles that this very sign-in has: Azure AD may have added some. */
export async function getOwnUser(
  { findUser }: Pick<Deps, 'findUser'>,
  { id, roles }: Caller,
): Promise<User> {
  const row = await findUser(id)
  if (!row) throw failure('user_not_found', { id })
  return { ...toUser(row), roles, is_superuser: roles.includes('SystemAdmin') }
}

export function updateOwnUser(
  deps: Pick<Deps, 'db' | 'userPauses'>,
  caller: Caller,
  change: ProfileChange,
  version?: number,
): Promise<User> {
  return updateUser(deps, caller, caller.id, change, version)
}

/** With a `version`, changes that one or fails; without, the last writer wins. */
export function updateUser(
  { db, userPauses }: Pick<Deps, 'db' | 'userPauses'>,
  caller: Caller,
  id: string,
  { roles, is_active, ...change }: UserChange,
  version?: number,
): Promise<User> {
  return transact(db, async (trx) => {
    if (roles || is_active !== undefined) await hold(trx, 'administrators')
    const before = await getUser(trx, id)
    if (is_active === false && before.is_active) await userPauses(trx, id)
    const row = await trx
      .updateTable('users')
      .set({
        ...change,
        ...(roles && { roles: JSON.stringify(roles) }),
        ...(is_active !== undefined && { deactivated_at: is_active ? null : now() }),
        ...touched(),
      })
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .$if(version !== undefined, (query) => query.where('version', '=', version as number))
      .returning(columns)
      .executeTakeFirstOrThrow(() => failure('stale_version'))
    const after = toUser(row)
    if (before.is_superuser) await requireAdministrator(trx)
    if (before.is_active && !after.is_active) await endSessions(trx, id)
    else if (roles) await recordAccessChange(trx, id)
    const changed = {
      ...change,
      ...(roles && { roles }),
      ...(is_active !== undefined && { is_active }),
    }
    await recordAudit(trx, caller, 'user.updated', id, diff<Partial<User>>(before, changed))
    return after
  })
}

/** Nobody can sign in as them or recognise them any more; what they did stays readable. */
export function deleteUser(
  { db, userLeaves }: Pick<Deps, 'db' | 'userLeaves'>,
  caller: Caller,
  id: string,
): Promise<void> {
  return transact(db, async (trx) => {
    await hold(trx, 'administrators')
    const before = await getUser(trx, id)
    const at = now()
    const email = `deleted-${id}@deleted.invalid`
    await trx
      .updateTable('users')
      .set({
        username: null,
        username_key: null,
        email,
        email_key: email,
        display_name: '削除されたユーザー',
        full_name: null,
        bio: null,
        profile_image: null,
        azure_oid: null,
        password_hash: null,
        deactivated_at: at,
        deleted_at: at,
        ...touched(),
      })
      .where('id', '=', id)
      .execute()
    if (before.is_superuser) await requireAdministrator(trx)
    await trx.deleteFrom('sessions').where('user_id', '=', id).execute()
    await trx.deleteFrom('api_tokens').where('user_id', '=', id).execute()
    await trx.deleteFrom('password_resets').where('user_id', '=', id).execute()
    await trx.deleteFrom('user_settings').where('user_id', '=', id).execute()
    await userLeaves(trx, id, caller)
    await recordAccessChange(trx, id)
    await recordAudit(trx, caller, 'user.deleted', id)
  })
}

/** Records that somebody came in. */
export async function markSignedIn(
  trx: Trx,
  origin: Origin,
  id: string,
  at: string,
): Promise<void> {
  await trx.updateTable('users').set({ last_login: at }).where('id', '=', id).execute()
  await recordAudit(trx, { ...origin, id }, 'session.opened', id)
}

/** Field by field, which is many times faster than to spread the rest of a row. */
export function toUser(row: Row): User {
  const parsed: Role[] = JSON.parse(row.roles)
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    display_name: row.display_name,
    full_name: row.full_name,
    bio: row.bio,
    profile_image: row.profile_image,
    azure_oid: row.azure_oid,
    last_login: row.last_login,
    version: row.version,
    created_at: row.created_at,
    updated_at: row.updated_at,
    roles: parsed,
    is_active: row.deactivated_at === null,
    is_superuser: parsed.includes('SystemAdmin'),
  }
}

function people(db: Db) {
  return db.selectFrom('users').select(columns).where('deleted_at', 'is', null)
}

/** Two administrators that demote each other at once hold `administrators`, so one of them fails. */
async function requireAdministrator(trx: Trx): Promise<void> {
  const one = await trx
    .selectFrom('users')
    .select('id')
    .where('roles', 'like', '%"SystemAdmin"%')
    .where('deactivated_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (!one) throw failure('last_admin')
}
