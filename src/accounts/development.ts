import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hold } from '../../db/hold.ts'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Role } from '../../schemas/accounts/users.ts'
import type { Identity } from '../access.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { newSecret } from '../values.ts'
import { createUser } from './registration.ts'

/** Mock users by the end of their token, `mock-access-token-dev-<name>`: one for each role. */
export const mockUsers: Record<string, { display_name: string; roles: Role[] }> = {
  '12345': { display_name: '開発 管理者', roles: ['SystemAdmin'] },
  user: { display_name: '開発 利用者', roles: ['User'] },
  agent: { display_name: '開発 サービスデスク', roles: ['ServiceDeskAgent'] },
  manager: { display_name: '開発 変更管理者', roles: ['ChangeManager'] },
  cab: { display_name: '開発 CAB 委員', roles: ['CabMember'] },
  auditor: { display_name: '開発 監査人', roles: ['Auditor'] },
}

const firstName = 'admin'

/**
 * Makes the mock users there are not yet. The first of them may also sign in as `admin` with a
 * password that is made here and kept in DATA_DIR, for whoever has just cloned this.
 */
export async function ensureMockUsers({
  db,
  config,
  passwords,
}: Pick<Deps, 'db' | 'config' | 'passwords'>): Promise<void> {
  const missing = await missingMockUsers(db)
  if (missing.length === 0) return
  const password_hash = await passwords.hash(firstPassword(config.dataDir))
  await transact(db, async (trx) => {
    await hold(trx, 'mock users')
    for (const name of await missingMockUsers(trx)) {
      const isFirst = name === '12345'
      await createUser(trx, {
        username: isFirst ? firstName : `dev-${name}`,
        email: emailOf(name),
        ...mockUsers[name],
        ...(isFirst && { password_hash }),
      })
    }
  })
}

/** Where the password of `admin` is kept: for its owner's eyes only. */
export function firstPasswordFile(dataDir: string): string {
  return join(dataDir, 'first-administrator.txt')
}

export async function identifyMockUser(db: Db, name: string): Promise<Identity> {
  const user = await db
    .selectFrom('users')
    .select(['id', 'roles', 'deactivated_at'])
    .where('email_key', '=', emailOf(name))
    .executeTakeFirst()
  if (!user) throw failure('token_invalid')
  if (user.deactivated_at) throw failure('account_inactive')
  return { id: user.id, roles: JSON.parse(user.roles), scopes: null, session_id: null }
}

async function missingMockUsers(db: Db): Promise<string[]> {
  const names = Object.keys(mockUsers)
  const found = await db
    .selectFrom('users')
    .select('email_key')
    .where('email_key', 'in', names.map(emailOf))
    .execute()
  return names.filter((name) => !found.some(({ email_key }) => email_key === emailOf(name)))
}

function emailOf(name: string): string {
  return `dev-${name}@kaname.example`
}

function firstPassword(dataDir: string): string {
  const path = firstPasswordFile(dataDir)
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    writeFileSync(path, `Aa1-${newSecret().slice(0, 20)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (Object(error).code !== 'EEXIST') throw error
  }
  return readFileSync(path, 'utf8').trim()
}
