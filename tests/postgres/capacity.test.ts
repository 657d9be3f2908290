import { sql } from 'kysely'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { openDb } from '../../db/open.ts'
import type { App } from '../../src/fastify.ts'
import { newId } from '../../src/values.ts'
import { type Client, describe, expect, type Service, signInTo, test } from '../support/service.ts'

const busy = { status: 503, code: 'too_busy' }
const me = '/api/v1/auth/me'

/** An instance with connections of its own, and somebody who is signed in to it. */
async function startTwin({ twin, deps }: Service, url = deps.config.databaseUrl, options = {}) {
  const { db, poolUse } = await openDb(url, options)
  const app = await twin({ db, poolUse })
  return { app, ann: await signInTo(app, 'SystemAdmin'), close: () => db.destroy() }
}

/** Somebody else who works on the same database. */
async function openOther({ deps }: Service) {
  const other = new pg.Client(deps.config.databaseUrl)
  other.on('error', () => {})
  await other.connect()
  onTestFinished(() => other.end())
  return other
}

/** So many connections to this database wait for a lock. */
async function untilWaiting(other: pg.Client, count: number): Promise<void> {
  const waiting = `select 1 from pg_locks where not granted
    and database = (select oid from pg_database where datname = current_database())`
  await expect.poll(async () => (await other.query(waiting)).rowCount).toBe(count)
}

async function createItem(client: Client) {
  const response = await client.post('/api/v1/items', { title: 'a', status: 'draft' })
  expect(response.statusCode, response.body).toBe(201)
  const { id } = response.json()
  const headers = { 'if-match': String(response.headers.etag) }
  return { id, rename: (title: string) => client.patch(`/api/v1/items/${id}`, { title }, headers) }
}

async function expectRefusal(asked: ReturnType<Client['get']>, expected: object): Promise<void> {
  const response = await asked
  expect(response.json()).toMatchObject(expected)
  expect(response.headers['content-type']).toMatch('application/problem+json')
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
}

describe('PostgreSQL that cannot do what is asked at the moment', () => {
  test('refuses whoever finds every connection waiting for a lock', async ({ service }) => {
    const { app, ann, close } = await startTwin(service, undefined, { poolSize: 2 })
    const other = await openOther(service)
    await other.query('begin; lock table items in access exclusive mode')
    const lists = [ann.get('/api/v1/items'), ann.get('/api/v1/items')]
    await untilWaiting(other, 2)
    const profile = ann.get(me)
    expect((await app.inject('/health/live')).statusCode).toBe(200)
    expect((await app.inject('/health')).json()).toMatchObject({ status: 503, code: 'unhealthy' })
    await expectRefusal(profile, { status: 503, code: 'unavailable' })
    await other.query('rollback')
    for (const list of lists) expect((await list).statusCode).toBe(200)
    for (let n = 0; n < 5; n += 1) expect((await ann.get(me)).statusCode).toBe(200)
    expect((await app.inject('/health')).json().status).toBe('healthy')
    await close()
  })

  test('refuses who is one connection too many', async ({ service }) => {
    const other = await openOther(service)
    const role = `role_${newId().replaceAll('-', '')}`
    await other.query(`create role ${role} login password 'one' connection limit 1;
      grant all on all tables in schema public to ${role}`)
    const url = Object.assign(new URL(service.deps.config.databaseUrl), {
      username: role,
      password: 'one',
    }).href
    const { app, ann, close } = await startTwin(service, url, { poolSize: 3 })
    await app.db.transaction().execute(async (trx) => {
      await sql`select 1`.execute(trx)
      for (const asked of [ann.get(me), ann.get(me)]) await expectRefusal(asked, busy)
    })
    expect((await ann.get(me)).statusCode).toBe(200)
    await close()
    await other.query(`drop owned by ${role}; drop role ${role}`)
  })

  test.for([
    ['a statement takes too long', { statementSeconds: 1 }, ''],
    ['a lock is not to be had', {}, '?options=-c%20lock_timeout%3D200'],
  ] as const)('gives up where %s', async ([, options, more], { service }) => {
    const { ann, close } = await startTwin(service, service.deps.config.databaseUrl + more, options)
    const other = await openOther(service)
    const { id, rename } = await createItem(ann)
    await other.query('begin')
    await other.query('select 1 from items where id = $1 for update', [id])
    await expectRefusal(rename('b'), busy)
    await other.query('rollback')
    expect((await rename('c')).json()).toMatchObject({ title: 'c' })
    await close()
  })
})

describe('a deadlock', () => {
  test('is nothing that a request is told of, for it runs again', async ({ service }) => {
    const { app, ann, close } = await startTwin(service)
    const { id, rename } = await createItem(ann)
    const other = await openOther(service)
    const before = await deadlocks(app)
    await other.query('begin; lock table audit_log in access exclusive mode')
    const renamed = rename('b')
    await untilWaiting(other, 1)
    // Waits for the request, which waits for it; the one who waited first is made to give way.
    await other.query('select 1 from items where id = $1 for update', [id])
    await other.query('commit')
    expect((await renamed).json()).toMatchObject({ title: 'b' })
    expect(await deadlocks(app)).toBe(before + 1)
    await close()
  })

  test('that comes again and again is one, and leaves nothing half done', async ({ service }) => {
    const { ann, close } = await startTwin(service)
    const { id, rename } = await createItem(ann)
    const other = await openOther(service)
    await other.query(`create sequence refusals;
      create function refuse() returns trigger language plpgsql as $$ begin
        perform nextval('refusals');
        raise exception 'deadlock detected' using errcode = '40P01';
      end $$;
      create trigger refuse before insert on audit_log for each row execute function refuse()`)
    await expectRefusal(rename('b'), busy)
    expect((await other.query('select last_value from refusals')).rows[0].last_value).toBe('3')
    await other.query('drop trigger refuse on audit_log')
    expect((await ann.get(`/api/v1/items/${id}`)).json().title).toBe('a')
    expect((await rename('c')).json()).toMatchObject({ title: 'c' })
    await close()
  })
})

/** How many PostgreSQL has broken; each connection tells of its own after a while. */
async function deadlocks({ db }: App): Promise<number> {
  const count = sql<{ count: number }>`select pg_stat_force_next_flush(), deadlocks as count
    from pg_stat_database where datname = current_database()`
  return (await count.execute(db)).rows[0]?.count ?? 0
}
