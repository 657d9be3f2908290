import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { migrate } from '../../db/migrate.ts'
import { openDb } from '../../db/open.ts'
import { migrateQueue } from '../../src/queue.ts'
import { chromiumPath } from './chromium.ts'
import { databasesOf } from './database.ts'
import { libreOfficePath } from './libreoffice.ts'
import { nginxPath } from './nginx.ts'
import { lackingPrograms } from './programs.ts'

/**
 * Says which engines this run has and, on PostgreSQL, makes one migrated database that every test
 * file copies. Where CI is set a run without an engine is a failure.
 */
export async function setup(): Promise<() => Promise<void>> {
  const { TEST_POSTGRES_URL: postgres, TEST_REDIS_URL: redis, CI } = process.env
  const there = {
    'PostgreSQL (TEST_POSTGRES_URL)': await answers(postgres, 5432),
    'Redis (TEST_REDIS_URL)': await answers(redis, 6379),
    'Chromium (CHROMIUM_PATH)': chromiumPath !== undefined,
    'nginx (NGINX_PATH)': nginxPath !== undefined,
    'a PostgreSQL of its own (POSTGRES_BIN)': lackingPrograms({ redis: false }).length === 0,
    'a Redis of its own (REDIS_PATH)': lackingPrograms({ postgres: false }).length === 0,
    'LibreOffice (LIBREOFFICE_PATH)': libreOfficePath !== undefined,
  }
  const names = (isThere: boolean) =>
    Object.entries(there).flatMap(([name, each]) => (each === isThere ? [name] : []))
  const missing = names(false)
  if (CI && CI !== 'false' && missing.length > 0) {
    throw new Error(`CI needs every engine; not there: ${missing.join(', ')}.`)
  }
  const left = missing.length > 0 ? `; left out: ${missing.join(', ')}` : ''
  process.stdout.write(`Testing on ${['SQLite', ...names(true)].join(', ')}${left}.\n`)
  // Tests of whole processes run what `npm start` runs.
  execFileSync(process.execPath, ['src/build.mjs', '--if-stale'], { stdio: 'inherit' })
  const folder = mkdtempSync(join(tmpdir(), 'kaname-tests-'))
  // A PostgreSQL of a test's own runs as somebody else, and has its files below.
  chmodSync(folder, 0o711)
  process.env.TEST_RUN_DIR = folder
  const drop = postgres ? await prepareTemplate(postgres) : undefined
  return async () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    await drop?.()
  }
}

async function prepareTemplate(url: string): Promise<() => Promise<void>> {
  const name = `template_${crypto.randomUUID().replaceAll('-', '')}`
  const admin = new pg.Client(url)
  await admin.connect()
  // Text sorts by code point, as it does in SQLite, and lower() knows more than ASCII.
  await admin.query(`create database ${name} template template0 encoding 'UTF8' locale 'C.UTF-8'`)
  const template = Object.assign(new URL(url), { pathname: name }).href
  const { db } = await openDb(template)
  await migrate(db)
  await db.destroy()
  await migrateQueue(template)
  process.env.TEST_POSTGRES_TEMPLATE = name
  return async () => {
    const { rows } = await admin.query(
      'select datname from pg_database where starts_with(datname, $1) or starts_with(datname, $2)',
      [name, databasesOf(name)],
    )
    await admin.end()
    await Promise.all(Array.from({ length: Math.min(40, rows.length) }, () => dropAll(url, rows)))
  }
}

/** Takes from the list until it is empty. Each drop waits for a checkpoint, which many share. */
async function dropAll(url: string, databases: { datname: string }[]): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  for (let next = databases.pop(); next; next = databases.pop()) {
    await client.query(`drop database ${next.datname} with (force)`)
  }
  await client.end()
}

async function answers(url: string | undefined, usualPort: number): Promise<boolean> {
  if (!url) return false
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port || usualPort), hostname)
    const end = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}
