import { join } from 'node:path'
import pg from 'pg'
import { newId } from '../../../src/values.ts'
import { createPostgres } from '../../support/postgres-daemon.ts'
import { lackingPrograms } from '../../support/programs.ts'

/** What a database did since it was last asked. */
export type Work = { statements: number; ms: number; top: string }

export type Place = {
  engine: string
  url: string
  /** Of the processes that work for the service. */
  pids: () => Promise<number[]>
  /** Nothing where the engine does not count. */
  work: () => Promise<Work | undefined>
  drop: () => Promise<void>
}

export function openSqlite(folder: string): Place {
  return {
    engine: 'SQLite',
    url: `sqlite:${join(folder, 'bench.db')}`,
    pids: async () => [],
    work: async () => undefined,
    drop: async () => {},
  }
}

const library = 'pg_stat_statements'

/**
 * A PostgreSQL of the bench's own that counts statements, where its programs are here with that
 * library; otherwise a database on the one of TEST_POSTGRES_URL, which does not.
 */
export async function openPostgres(folder: string): Promise<Place | undefined> {
  if (lackingPrograms({ redis: false }).length === 0) return openOwn(folder)
  const url = process.env.TEST_POSTGRES_URL
  if (!url) return undefined
  const name = `test_load_${newId().replaceAll('-', '')}`
  const admin = await connect(url)
  await admin.query(`create database ${name} template template0 encoding 'UTF8' locale 'C.UTF-8'`)
  return {
    engine: 'PostgreSQL',
    url: Object.assign(new URL(url), { pathname: name }).href,
    pids: () => pidsOf(admin, name),
    work: async () => undefined,
    drop: async () => {
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}

async function openOwn(folder: string): Promise<Place> {
  const postgres = await createPostgres(folder, { settings: { shared_preload_libraries: library } })
  await postgres.start()
  await postgres.prepare()
  const admin = await connect(postgres.adminUrl)
  const inside = await connect(
    Object.assign(new URL(postgres.adminUrl), { pathname: 'kaname' }).href,
  )
  await inside.query(`create extension ${library}`)
  return {
    engine: 'PostgreSQL',
    url: postgres.url,
    pids: () => pidsOf(admin, 'kaname'),
    work: () => workOf(inside),
    drop: async () => {
      await inside.end()
      await admin.end()
      await postgres.stop()
    },
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url)
  await client.connect()
  return client
}

async function pidsOf(admin: pg.Client, name: string): Promise<number[]> {
  const text = 'select pid from pg_stat_activity where datname = $1'
  const { rows } = await admin.query<{ pid: number }>(text, [name])
  return rows.map(({ pid }) => pid)
}

/** What begins and ends transactions is counted like anything else that crosses the wire. */
async function workOf(client: pg.Client): Promise<Work> {
  const { rows } = await client.query<{ calls: string; ms: number; query: string }>(
    `select calls, total_exec_time as ms, query from ${library} s
     join pg_roles r on r.oid = s.userid where r.rolname = 'kaname' order by total_exec_time desc`,
  )
  await client.query(`select ${library}_reset()`)
  return {
    statements: rows.reduce((sum, { calls }) => sum + Number(calls), 0),
    ms: rows.reduce((sum, { ms }) => sum + ms, 0),
    top: (rows[0]?.query ?? '').replaceAll(/\s+/g, ' '),
  }
}
