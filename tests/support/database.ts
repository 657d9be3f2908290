import { existsSync } from 'node:fs'
import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { migrate } from '../../db/migrate.ts'
import { openDb } from '../../db/open.ts'
import { loadStatistics } from '../../src/statistics/seed/seed.ts'
import { newId } from '../../src/values.ts'

type Database = { url: string; drop: () => Promise<void> }

/**
 * A migrated database of its own, on the engine this run is about: empty, or with the bundled
 * statistics as every service has them that was started.
 */
export async function createDatabase({ withStatistics = false } = {}): Promise<Database> {
  const url = process.env.TEST_DATABASE_URL ?? 'sqlite::memory:'
  if (url.startsWith('sqlite:')) {
    return withStatistics ? copyOfFile() : { url, drop: async () => {} }
  }
  const template = String(process.env.TEST_POSTGRES_TEMPLATE)
  const from = withStatistics ? await statisticsTemplate(url, template) : template
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  await asAdmin(url, `create database ${name} template ${from}`)
  return {
    url: withName(url, name),
    drop: () => asAdmin(url, `drop database ${name} with (force)`),
  }
}

/** Loading takes seconds, a copy does not: the first file that needs one makes what the others copy. */
async function copyOfFile(): Promise<Database> {
  const folder = String(process.env.TEST_RUN_DIR)
  const original = join(folder, 'statistics.db')
  const isFirst = await mkdir(join(folder, 'statistics.lock')).then(
    () => true,
    () => false,
  )
  if (isFirst) {
    const { db } = await openDb(`sqlite:${original}.part`)
    await migrate(db)
    await loadStatistics(db)
    await db.destroy()
    await rename(`${original}.part`, original)
  }
  while (!existsSync(original)) await sleep(50)
  const copy = join(folder, `${newId()}.db`)
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

function withName(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: name }).href
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(statement)
  await client.end()
}
