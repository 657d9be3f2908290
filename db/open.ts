import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Dialect, Kysely, PostgresAdapter, PostgresDialect, SqliteDialect } from 'kysely'
import type { Pool, PoolConfig, types } from 'pg'
import { prepareStatements } from './statements.ts'
import type { Db, Tables } from './tables.ts'

/** How busy the connections are. SQLite has one, and no queue that could be seen. */
export type PoolUse = { total: number; idle: number; waiting: number }

export type OpenDb = { db: Db; poolUse: () => PoolUse | undefined }

type Settings = {
  poolSize?: number | undefined
  statementSeconds?: number
  prepare?: boolean | undefined
  /** What a database in memory begins with: the bytes of another. */
  image?: Buffer | undefined
}

/**
 * Opens `sqlite:<path>`, `sqlite::memory:` or `postgres://…`, so that both answer alike. Only the
 * driver in use is loaded.
 */
export async function openDb(
  url: string,
  { poolSize = 10, statementSeconds = 30, prepare = true, image }: Settings = {},
): Promise<OpenDb> {
  if (isSqlite(url)) {
    return { db: connect(await sqlite(pathIn(url), image)), poolUse: () => undefined }
  }
  const pool = await openPool(url, poolSize, statementSeconds * 1000)
  const poolUse = () => ({
    total: pool.totalCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
  })
  const dialect = new PostgresDialect({ pool: prepare ? prepareStatements(pool) : pool })
  return { db: connect(dialect), poolUse }
}

/**
 * Does what a start does to a database that `db` is open to: there a statement may wait for another
 * instance, or change a large table, for as long as that takes, where one of a request is given up.
 */
export async function withPatience<Result>(
  url: string,
  db: Db,
  work: (db: Db) => Promise<Result>,
): Promise<Result> {
  if (isSqlite(url)) return work(db)
  const patient = await openDb(url, { poolSize: 2, statementSeconds: 0 })
  return work(patient.db).finally(() => patient.db.destroy())
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

async function sqlite(path: string, image?: Buffer): Promise<Dialect> {
  const { default: Sqlite } = await import('better-sqlite3')
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const database = new Sqlite(path === ':memory:' ? (image ?? path) : path)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.pragma('foreign_keys = ON')
  database.pragma('busy_timeout = 5000')
  // SQLite's own lower() stops at ASCII; PostgreSQL's does not.
  database.function('lower', { deterministic: true }, (text) =>
    typeof text === 'string' ? text.toLowerCase() : text,
  )
  // On a full disk SQLite takes a transaction back by itself, and a second time is an error.
  const prepare = (text: string) =>
    database.prepare(text === 'rollback' && !database.inTransaction ? 'select 1' : text)
  return new SqliteDialect({ database: { prepare, close: () => void database.close() } })
}

async function openPool(url: string, max: number, statement_timeout: number): Promise<Pool> {
  const { default: pg } = await import('pg')
  return createPool(url, max, {
    connectionTimeoutMillis: 5_000,
    statement_timeout,
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
    if (oid === builtins.TIMESTAMPTZ) return isoOf
    return getTypeParser(oid, format)
  }
}

/**
 * A time as PostgreSQL writes it, such as `2026-11-22 02:27:29.4751+00`, in ISO 8601 by milliseconds. Of a
 * session in UTC, as most are, it is put together from its pieces: a row has several, a page hundreds.
 */
export function isoOf(text: string): string {
  const isUsual = text[4] === '-' && text[10] === ' ' && text.endsWith('+00')
  if (!isUsual) return new Date(text).toISOString()
  const milliseconds = text.slice(20, -3).slice(0, 3).padEnd(3, '0')
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${milliseconds}Z`
}
