import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { sql } from 'kysely'
import pg from 'pg'
import { openDb } from '../../db/open.ts'
import { describe, expect, signInTo, startService, test } from '../support/service.ts'

const me = '/api/v1/auth/me'

/** Something between us and PostgreSQL that goes away and comes back. */
async function startProxy(target: string) {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let isUp = true
  const server = createServer((socket) => {
    if (!isUp) return void socket.destroy()
    const upstream = connect(Number(port || 5432), hostname)
    for (const each of [socket, upstream]) {
      sockets.add(each)
      each.on('error', () => {}).on('close', () => sockets.delete(each))
    }
    socket.pipe(upstream).pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: Object.assign(new URL(target), {
      hostname: '127.0.0.1',
      port: String((server.address() as AddressInfo).port),
    }).href,
    stop() {
      isUp = false
      for (const socket of sockets) socket.destroy()
    },
    start() {
      isUp = true
    },
    close: () => server.close(),
  }
}

describe('PostgreSQL that restarts', () => {
  test('makes requests 503 meanwhile, and loses none afterwards', async () => {
    const service = await startService()
    const proxy = await startProxy(service.deps.config.databaseUrl)
    const { db, poolUse } = await openDb(proxy.url, { poolSize: 5 })
    const app = await service.twin({ db, poolUse })
    const ann = await signInTo(app)
    expect((await ann.get(me)).statusCode).toBe(200)

    proxy.stop()
    for (let n = 0; n < 3; n += 1) {
      const response = await ann.get(me)
      expect(response.json()).toMatchObject({ status: 503, code: 'unavailable' })
      expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
    }
    expect((await app.inject('/health')).json()).toMatchObject({ status: 503, code: 'unhealthy' })
    expect((await app.inject('/health/ready')).statusCode).toBe(503)

    proxy.start()
    for (let n = 0; n < 10; n += 1) expect((await ann.get(me)).statusCode).toBe(200)
    expect((await app.inject('/health')).json().status).toBe('healthy')
    await db.destroy()
    proxy.close()
    await service.close()
  })

  test('in the middle of a write undoes it whole', async ({ service, db, signIn }) => {
    const ann = await signIn()
    const settings = '/api/v1/user_accounts/me/settings'
    // Holds the write until every connection of the service is shut down, as a restart does it.
    const admin = new pg.Client(service.deps.config.databaseUrl)
    await admin.connect()
    await admin.query('begin; lock table audit_log in access exclusive mode')
    const write = ann.put(settings, { settings: { half: true } })
    const held = `select 1 from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database()`
    await expect.poll(async () => (await admin.query(held)).rowCount).toBe(1)
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    )
    const response = await write
    expect(response.json()).toMatchObject({ status: 503, code: 'unavailable' })
    await admin.query('rollback')
    await admin.end()
    expect((await ann.get(settings)).json().version).toBe(0)
    expect((await ann.put(settings, { settings: { half: false } })).json().version).toBe(1)
    expect((await sql`select 1`.execute(db)).rows).toHaveLength(1)
  })

  test('does not stop the job queue', async () => {
    const { transact } = await import('../../db/transact.ts')
    const { enqueue } = await import('../../src/jobs.ts')
    const { deps, queue, faults, close } = await startService()
    await queue.start()
    const admin = new pg.Client(deps.config.databaseUrl)
    await admin.connect()
    for (let n = 0; n < 3; n += 1) {
      await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      )
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    await transact(deps.db, (trx) => enqueue(trx, 'remove_file', { key: 'after' }))
    const end = Date.now() + 45_000
    const isDone = async () =>
      (await deps.db.selectFrom('jobs').select('finished_at').executeTakeFirstOrThrow()).finished_at
    while (!(await isDone()) && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(await isDone()).not.toBeNull()
    await queue.stop(1000)
    await admin.end()
    await close()
    expect(faults.length).toBeLessThan(10)
  })

  test('does not end the process where a job that is done cannot be ticked off', async () => {
    const { transact } = await import('../../db/transact.ts')
    const { enqueue } = await import('../../src/jobs.ts')
    const { deps, queue, close } = await startService()
    const admin = new pg.Client(deps.config.databaseUrl)
    await admin.connect()
    await admin.query(`
      create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'going down' using errcode = '57P01'; end $$;
      create trigger refuse before delete on graphile_worker._private_jobs
      for each row execute function refuse()`)
    const isDone = async (key: string) => {
      await transact(deps.db, (trx) => enqueue(trx, 'remove_file', { key }, { key }))
      const jobs = deps.db.selectFrom('jobs').select('finished_at').where('key', '=', key)
      await expect
        .poll(async () => (await jobs.executeTakeFirstOrThrow()).finished_at, { timeout: 45_000 })
        .not.toBeNull()
    }
    await queue.start()
    await isDone('during')
    await admin.query('drop trigger refuse on graphile_worker._private_jobs')
    await isDone('after')
    await queue.stop(1000)
    await admin.end()
    await close()
  })
})

test('a pool with no connection left says so instead of waiting for ever', async () => {
  const service = await startService()
  const { db, poolUse } = await openDb(service.deps.config.databaseUrl, { poolSize: 1 })
  const app = await service.twin({ db, poolUse })
  const ann = await signInTo(app)
  const held = db.transaction().execute(async () => {
    const response = await ann.get(me)
    expect(response.json()).toMatchObject({ status: 503, code: 'unavailable' })
  })
  await held
  expect((await ann.get(me)).statusCode).toBe(200)
  expect((await app.inject('/metrics')).body).toMatch(/database_connections\{state="idle"\} 1/)
  await db.destroy()
  await service.close()
})
