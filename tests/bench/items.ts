import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { migrate } from '../../db/migrate.ts'
import { engineOf, openDb } from '../../db/open.ts'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { ItemQuery } from '../../schemas/items.ts'
import type { Caller } from '../../src/access.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { createItem } from '../../src/items/items.ts'
import { listItems } from '../../src/items/listing.ts'
import { newId } from '../../src/values.ts'

/**
 * What a page of items costs with 1,000, 100,000 and 1,000,000 of them, on SQLite and, with
 * TEST_POSTGRES_URL, on PostgreSQL: the median of each kind of page, and how many times that of the
 * smallest list it is. Sizes may be given as arguments.
 */
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1e3, 1e5, 1e6]
const people = 100
const rounds = 15

const deep = { skip: 90_000 }
const pages: Record<string, Partial<ItemQuery>> = {
  'first page': {},
  'first page, archived': { status: 'archived' },
  'first page, own': { owner_id: 'own' },
  'first page, of somebody else': { owner_id: 'other' },
  'first page, a common tag': { tag: 'tag 3' },
  'first page, a rare tag': { tag: 'rare 7' },
  'first page, own with a tag': { owner_id: 'own', tag: 'tag 3' },
  'first page, by title': { sort: 'title' },
  'first page, by change, a tag': { sort: '-updated_at', tag: 'tag 3' },
  'cursor page, in the middle': { cursor: 'middle' },
  'cursor page, by title': { cursor: 'middle', sort: 'title' },
  'offset 90,000': deep,
  'offset 90,000, by title': { ...deep, sort: 'title' },
  'offset 90,000, a common tag': { ...deep, tag: 'tag 3' },
  'search, found everywhere': { search: '調査' },
  'search, found rarely': { search: '0000777' },
  'search, found rarely, by title': { search: '0000777', sort: 'title' },
  'search, two characters, found once': { search: '唯一' },
  'search, never found': { search: 'そんな題名はない' },
  'search with a rare tag': { search: '調査', tag: 'rare 7' },
}

for (const url of ['sqlite', process.env.TEST_POSTGRES_URL]) {
  if (!url) continue
  const results: Record<string, number[]> = {}
  for (const size of sizes) {
    const { db, settle, drop } = await open(url)
    const began = performance.now()
    const callers = await transact(db, (trx) => fill(trx, size))
    await settle()
    const seconds = ((performance.now() - began) / 1000).toFixed(0)
    console.log(`${engineOf(db)}: ${size} items in ${seconds} s`)
    for (const [name, ms] of await measure(db, callers)) {
      results[name] = [...(results[name] ?? []), ms]
    }
    await drop()
  }
  console.log(`| ${engineName(url)}, ms | ${sizes.join(' | ')} | ratio |`)
  console.log(`|---|${sizes.map(() => '--:').join('|')}|--:|`)
  for (const [name, all] of Object.entries(results)) {
    const ratio = ((all.at(-1) ?? 0) / (all[0] ?? 1)).toFixed(1)
    console.log(`| ${name} | ${all.map((ms) => ms.toFixed(1)).join(' | ')} | ${ratio} |`)
  }
}

function engineName(url: string): string {
  return url === 'sqlite' ? 'SQLite' : 'PostgreSQL'
}

type Callers = { user: Caller; admin: Caller; other: string }

async function measure(db: Db, callers: Callers): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const [name, page] of Object.entries(pages)) {
    const query = await queryOf(db, callers, page)
    found.set(name, await medianOf(() => listItems(db, callers.user, query)))
  }
  const all = { skip: 0, limit: 50, sort: '-created_at' } as const
  found.set('first page, administrator', await medianOf(() => listItems(db, callers.admin, all)))
  const input = { title: '調査', tags: ['tag 1', 'tag 2'] }
  found.set('create', await medianOf(() => createItem(db, callers.user, input)))
  return found
}

async function queryOf(db: Db, { user, other }: Callers, { cursor, ...page }: Partial<ItemQuery>) {
  const query: ItemQuery = { skip: 0, limit: 50, sort: '-created_at', ...page }
  if (page.owner_id) query.owner_id = page.owner_id === 'own' ? user.id : other
  if (!cursor) return query
  const { meta } = await listItems(db, user, query)
  const before = await listItems(db, user, { ...query, skip: Math.floor(meta.total / 2) })
  return { ...query, cursor: String(before.next_cursor) }
}

async function medianOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now()
    await work()
    times.push(performance.now() - began)
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] as number
}

/** In statements that both engines understand, so that a million take a minute and not an hour. */
async function fill(db: Db, size: number): Promise<Callers> {
  if (engineOf(db) === 'postgres') await sql`set local statement_timeout = 0`.execute(db)
  const users: string[] = []
  for (let n = 0; n < people; n += 1) users.push(await addUser(db))
  const time = (text: ReturnType<typeof sql>) =>
    engineOf(db) === 'postgres' ? sql`(${text})::timestamptz` : text
  const two = (value: ReturnType<typeof sql>) =>
    sql`case when ${value} < 10 then '0' else '' end || ${value}`
  const updated = time(
    sql`'2026-' || ${two(sql`(1 + n % 12)`)} || '-' || ${two(sql`(1 + n * 7 % 28)`)}
      || 'T' || ${two(sql`(n * 13 % 24)`)} || ':00:00.000Z'`,
  )
  const number = sql`substr('000000000000' || n, length('000000000000' || n) - 11)`
  const title = sql`case when n = 500 then '唯一の報告 ' else '調査 ' end || ${number}`
  const owner = sql`(select id from bench_people where i = n % ${sql.lit(people)})`
  const status = sql`case when n % 10 < 6 then 'published' when n % 10 < 9 then 'draft' else 'archived' end`

  await sql`create table bench_people (i integer primary key, id text)`.execute(db)
  for (const [i, id] of users.entries()) {
    await sql`insert into bench_people values (${sql.lit(i)}, ${id})`.execute(db)
  }
  await sql`
    insert into items (id, title, title_key, description, status, tags, owner_id, version, created_at, updated_at)
    with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${sql.lit(size)})
    select '01990000-0000-7000-8000-' || ${number}, ${title}, ${title}, null, ${status},
      '["tag ' || (n % 20) || '","rare ' || (n % 1000) || '"]', ${owner}, 1, ${updated}, ${updated}
    from numbers`.execute(db)
  for (const [name, many] of [['tag ', 20] as const, ['rare ', 1000] as const]) {
    const n = sql`cast(substr(id, 25) as integer)`
    await sql`
      insert into item_tags (id, tag, owner_id, status, title_key, updated_at)
      select id, ${sql.lit(name)} || (${n} % ${sql.lit(many)}), owner_id, status, title_key, updated_at
      from items`.execute(db)
  }
  await count(db)
  await sql`drop table bench_people`.execute(db)
  const [user = '', other = ''] = users
  return { user: callerOf(user, 'User'), admin: callerOf(await addUser(db), 'SystemAdmin'), other }
}

async function count(db: Db): Promise<void> {
  for (const owner of ["''", 'owner_id'].map((text) => sql.raw(text))) {
    await sql`insert into item_counts (tag, owner_id, status, shard, n)
      select '', ${owner}, status, 0, count(*) from items group by 2, 3`.execute(db)
    await sql`insert into item_counts (tag, owner_id, status, shard, n)
      select tag, ${owner}, status, 0, count(*) from item_tags group by 1, 2, 3`.execute(db)
  }
}

async function addUser(db: Db): Promise<string> {
  const email = `${newId()}@example.org`
  return (await transact(db, (trx) => createUser(trx, { email }))).id
}

function callerOf(id: string, role: 'User' | 'SystemAdmin'): Caller {
  const origin = { request_id: 'bench', ip: null, user_agent: null }
  return { ...origin, id, roles: [role], scopes: null, session_id: null }
}

async function open(url: string) {
  if (url === 'sqlite') {
    const folder = await mkdtemp(join(tmpdir(), 'kaname-bench-'))
    const { db } = await openDb(`sqlite:${join(folder, 'bench.db')}`)
    await migrate(db)
    const drop = async () => {
      await db.destroy()
      await rm(folder, { recursive: true })
    }
    return { db, settle: async () => {}, drop }
  }
  const name = `test_bench_${newId().replaceAll('-', '')}`
  const admin = new pg.Client(url)
  await admin.connect()
  await admin.query(`create database ${name} template template0 encoding 'UTF8' locale 'C.UTF-8'`)
  const target = Object.assign(new URL(url), { pathname: name }).href
  const { db } = await openDb(target)
  await migrate(db)
  const settle = async () => {
    const client = new pg.Client(target)
    await client.connect()
    await client.query('vacuum analyze')
    await client.end()
  }
  const drop = async () => {
    await db.destroy()
    await admin.query(`drop database ${name} with (force)`)
    await admin.end()
  }
  return { db, settle, drop }
}
