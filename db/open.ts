import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Dialect, Kysely, PostgresAdapter, PostgresDialect, SqliteDialect } from 'kysely'
import type { Pool, PoolConfig, types } from 'pg'
import type { Db, Tables } from './tables.ts'

/** How busy the connections are. SQLite has one, and no queue that could be seen. */
export type PoolUse = { total: number; idle: number; waiting: number }

export type OpenDb = { db: Db; poolUse: () => PoolUse | undefined }

/**
 * Opens `sqlite:<path>`, `sqlite::memory:` or `postgres://…`, so that both answer alike. Only the
 * driver in use is loaded.
 */
export async function openDb(url: string, { poolSize = 10 } = {}): Promise<OpenDb> {
  if (isSqlite(url)) return { db: connect(await sqlite(pathIn(url))), poolUse: () => undefined }
  const pool = await openPool(url, poolSize)
  const poolUse = () => ({
    total: pool.totalCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
  })
  return { db: connect(new PostgresDialect({ pool })), poolUse }
}

export function isSqlite(url: string): boolean {
  return url.startsWith('sqlite:')
}

/** The file behind `sqlite:<path>`; `:memory:` is none. */
export function pathIn(url: string): string {
  return url.slice('sqlite:'.length)
}

export function engineOf(db: Db): 'postgres' | 'sqlite' {
  return db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'
}

function connect(dialect: Dialect): Db {
  return new Kysely<Tables>({ dialect })
}

async function sqlite(path: string): Promise<Dialect> {
  const { default: Sqlite } = await import('better-sqlite3')
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const database = new Sqlite(path)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.pragma('foreign_keys = ON')
  database.pragma('busy_timeout = 5000')
  // SQLite's own lower() stops at ASCII; PostgreSQL's does not.
  database.function('lower', { deterministic: true }, (text) =>
    typeof text === 'string' ? text.toLowerCase() : text,
  )
  return new SqliteDialect({ database })
}

async function openPool(url: string, max: number): Promise<Pool> {
  const { default: pg } = await import('pg')
  return createPool(url, max, {
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
    types: { getTypeParser: parserOf(pg.types) },
  })
}

/** Connections to PostgreSQL that may break at any time, also while they are closed. */
export async function createPool(
  connectionString: string,
  max: number,
  settings: PoolConfig = {},
): Promise<Pool> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString, max, application_name: 'kaname', ...settings })
  // A connection that dies, idle or at work, is replaced and its query rejected; the error it also
  // emits would, unheard, end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  return pool
}

/** Makes PostgreSQL answer with what SQLite answers with: numbers and ISO strings. */
function parserOf({ builtins, getTypeParser }: typeof types) {
  return (oid: number, format?: 'text' | 'binary') => {
    if (oid === builtins.INT8) return Number
    if (oid === builtins.TIMESTAMPTZ) return (value: string) => new Date(value).toISOString()
    return getTypeParser(oid, format)
  }
}
