import { copyFile, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { migrate } from '../../db/migrate.ts'
import { openDb } from '../../db/open.ts'
import { loadStatistics } from '../../src/statistics/seed/seed.ts'
import { newId } from '../../src/values.ts'
import { madeOnce } from './made-once.ts'

type Database = {
  url: string
  /** What the database in memory begins with. */
  image?: Buffer
  drop: () => Promise<void>
}

/**
 * A migrated database of its own, on the engine this run is about: empty, or with the bundled
 * statistics as every service has them that was started.
 */
export async function createDatabase({ withStatistics = false } = {}): Promise<Database> {
  const url = process.env.TEST_DATABASE_URL ?? 'sqlite::memory:'
  if (url.startsWith('sqlite:')) {
    return withStatistics ? copyOfFile() : { url, image: await emptyImage(), drop: async () => {} }
  }
  const template = String(process.env.TEST_POSTGRES_TEMPLATE)
  const from = withStatistics ? await statisticsTemplate(url, template) : template
  const name = `${databasesOf(template)}${crypto.randomUUID().replaceAll('-', '')}`
  await asAdmin(url, `create database ${name} template ${from}`)
  return { url: withName(url, name), drop: () => leave(url, name) }
}

/**
 * Nobody is in it any more. It is dropped at the end of the run: each drop waits for a checkpoint, and
 * some file systems are slow to make files where they have just removed some.
 */
function leave(url: string, name: string): Promise<void> {
  const others = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`
  return asAdmin(url, others)
}

/** To migrate takes ten times as long as to copy. */
async function emptyImage(): Promise<Buffer> {
  const path = await madeOnce('empty.db', async (made) => {
    const { db } = await openDb('sqlite::memory:')
    await migrate(db)
    await sql`vacuum into ${made}`.execute(db)
    await db.destroy()
  })
  return readFile(path)
}

/** Loading takes seconds, a copy does not. */
async function copyOfFile(): Promise<Database> {
  const original = await madeOnce('statistics.db', async (path) => {
    const { db } = await openDb(`sqlite:${path}`)
    await migrate(db)
    await loadStatistics(db)
    await db.destroy()
  })
  const copy = join(String(process.env.TEST_RUN_DIR), `${newId()}.db`)
  await copyFile(original, copy)
  const drop = async () => {
    for (const end of ['', '-wal', '-shm']) await rm(`${copy}${end}`, { force: true })
  }
  return { url: `sqlite:${copy}`, drop }
}

const loading = 4711

async function statisticsTemplate(url: string, template: string): Promise<string> {
  const name = `${template}_statistics`
  const client = new pg.Client(url)
  await client.connect()
  await client.query('select pg_advisory_lock($1)', [loading])
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
  if (rowCount === 0) {
    await client.query(`create database ${name} template ${template}`)
    const { db } = await openDb(withName(url, name))
    await loadStatistics(db)
    await db.destroy()
  }
  await client.end()
  return name
}

/** How the names begin of all that were copied from a template. */
export function databasesOf(template: string): string {
  return template.replace('template', 'test').slice(0, 20)
}

function withName(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: name }).href
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(statement)
  await client.end()
}
