import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { insertMany } from '../../../db/bulk.ts'
import { migrate } from '../../../db/migrate.ts'
import { engineOf, openDb } from '../../../db/open.ts'
import type { Db } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import { createUser } from '../../../src/accounts/registration.ts'
import { openSession } from '../../../src/accounts/sessions.ts'
import { loadConfig } from '../../../src/config.ts'
import { newId, now } from '../../../src/values.ts'
import type { Asked } from '../generator.ts'
import { settle } from '../service.ts'

type Sizes = { items: number; users: number; callers: number }

export type Ground = { tokens: string[]; ids: string[] }

/** Users, items of all of them, and some who are signed in. */
export async function layGround(
  env: Record<string, string>,
  { items, users, callers }: Sizes,
): Promise<Ground> {
  const config = loadConfig(env)
  const { db } = await openDb(config.databaseUrl)
  await migrate(db)
  const ids = await transact(db, async (trx) => {
    const made: string[] = []
    for (let n = 0; n < users; n += 1) {
      const profile = { full_name: `山田 ${n}`, bio: '統計課' }
      const account = { username: `user-${n}`, email: `user-${n}@example.jp` }
      made.push((await createUser(trx, { ...account, ...profile })).id)
    }
    return made
  })
  await fill(db, ids, items)
  const tokens: string[] = []
  for (const id of ids.slice(0, callers)) tokens.push(await signIn(db, config, id))
  await settle(db)
  const published = await db
    .selectFrom('items')
    .select('id')
    .where('status', '=', 'published')
    .execute()
  await db.destroy()
  return { tokens, ids: published.map(({ id }) => id) }
}

export const someOf = <Each>(all: Each[]): Each =>
  all[Math.floor(Math.random() * all.length)] as Each

/** So many different requests that nobody could keep the answers. */
export function mixOf({ tokens, ids }: Ground, path: (id: string) => string): Asked[] {
  return Array.from({ length: 5000 }, () => ({ path: path(someOf(ids)), token: someOf(tokens) }))
}

/** A token of a session that is as good as any, without a password. */
export async function signIn(
  db: Db,
  config: ReturnType<typeof loadConfig>,
  id: string,
): Promise<string> {
  const origin = { request_id: 'bench', ip: null, user_agent: null }
  const { session_id } = await transact(db, (trx) =>
    openSession(trx, { config }, id, origin, now()),
  )
  const iat = Math.floor(Date.now() / 1000)
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { sub: id, sid: session_id, jti: newId(), type: 'access', iss: 'kaname', aud: 'kaname', iat },
  ]
  const claims = { ...parts[1], exp: iat + 24 * 60 * 60 }
  const signed = [parts[0], claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${signed}.${createHmac('sha256', config.jwtSecret).update(signed).digest('base64url')}`
}

async function fill(db: Db, owners: string[], size: number): Promise<void> {
  const rows = Array.from({ length: size }, (_, n) => {
    const at = new Date(Date.UTC(2026, n % 12, 1 + (n % 28), n % 24, n % 60)).toISOString()
    const title = `現地調査 ${n}`
    return {
      id: newId(),
      title,
      title_key: title,
      description: '8月の聞き取り',
      status: n % 10 < 6 ? 'published' : n % 10 < 9 ? 'draft' : 'archived',
      tags: JSON.stringify([`tag ${n % 20}`, `tag ${20 + (n % 300)}`]),
      owner_id: someOf(owners),
      version: 1,
      created_at: at,
      updated_at: at,
    }
  })
  const columns = Object.keys(rows[0] as object) as (keyof (typeof rows)[number])[]
  await transact(db, (trx) => insertMany(trx, 'items', columns, rows))
  const tag = (position: number) =>
    engineOf(db) === 'postgres'
      ? sql`tags::json ->> ${sql.lit(position)}`
      : sql`json_extract(tags, ${sql.lit(`$[${position}]`)})`
  for (const position of [0, 1]) {
    await sql`insert into item_tags (id, tag, owner_id, status, title_key, updated_at)
      select id, ${tag(position)}, owner_id, status, title_key, updated_at from items`.execute(db)
  }
  for (const owner of [sql.lit(''), sql.ref('owner_id')]) {
    await sql`insert into item_counts (tag, owner_id, status, shard, n)
      select '', ${owner}, status, 0, count(*) from items group by 2, 3`.execute(db)
    await sql`insert into item_counts (tag, owner_id, status, shard, n)
      select tag, ${owner}, status, 0, count(*) from item_tags group by 1, 2, 3`.execute(db)
  }
}
