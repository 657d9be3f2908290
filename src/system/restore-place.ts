import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { sql } from 'kysely'
import { describeTables, migrationsIn } from '../../db/catalogue.ts'
import { isSqlite, openDb, pathIn } from '../../db/open.ts'
import type { Db, Trx } from '../../db/tables.ts'
import { migrateQueue } from '../queue.ts'
import { keysIn } from './backup-files.ts'
import { refusal } from './backup-refusals.ts'
import { contentOf } from './restore.ts'

type Options = { force: boolean; thumbnailKeysOf: (uploadId: string) => string[] }

const longWork = { poolSize: 1 }

const lockNotAvailable = '55P03'

/**
 * Looks at what is in a database, refuses unless that is nothing or may be deleted, and answers the keys of
 * the files that belong to it.
 */
export async function inspectPlace(url: string, options: Options): Promise<Set<string>> {
  if (isSqlite(url) && !existsSync(pathIn(url))) return new Set()
  const { db } = await openDb(named(url), longWork)
  try {
    if (!isSqlite(url)) await requireQuiet(db)
    const tables = await describeTables(db)
    if (tables.length === 0) return new Set()
    const place = isSqlite(url) ? pathIn(url) : new URL(url).pathname.slice(1)
    const names = new Set(tables.map(({ name }) => name))
    if ((await migrationsIn(db)) === undefined) throw refusal('foreign_tables', { place })
    if (!names.has('users') || !names.has('audit_log')) return new Set()
    const { users, events } = await contentOf(db)
    const keys = await filesOf(db, options.thumbnailKeysOf)
    const isEmpty = users === 0 && events === 0 && keys.size === 0
    if (!isEmpty && !options.force) throw refusal('not_empty', { place, users, files: keys.size })
    return keys
  } finally {
    await db.destroy()
  }
}

/** The keys of all files that a database names, and of what was made of them. */
export async function filesOf(
  db: Db,
  thumbnailKeysOf: Options['thumbnailKeysOf'],
): Promise<Set<string>> {
  const tables = await describeTables(db)
  const keys = await keysIn(db, tables)
  if (!tables.some(({ name }) => name === 'uploads')) return keys
  const uploads = await db.selectFrom('uploads').select('id').execute()
  for (const key of uploads.flatMap(({ id }) => thumbnailKeysOf(id))) keys.add(key)
  return keys
}

/** So that instances and restores can be told apart by whoever looks at the connections. */
function named(url: string): string {
  if (isSqlite(url)) return url
  const place = new URL(url)
  place.searchParams.set('application_name', 'kaname-restore')
  return place.href
}

/** Instances, commands and other restores all say who they are. */
async function requireQuiet(db: Db): Promise<void> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and application_name like 'kaname%'`.execute(db)
  const count = rows[0]?.n ?? 0
  if (count > 0) throw refusal('in_use', { count })
}

/**
 * Does work in one transaction on a database, which afterwards is what the work made of it, or else what it
 * was before.
 */
export async function replaceDatabase(
  url: string,
  work: (trx: Trx) => Promise<void>,
): Promise<void> {
  if (isSqlite(url)) return replaceFile(pathIn(url), work)
  await migrateQueue(url)
  const { db } = await openDb(named(url), longWork)
  try {
    await db.transaction().execute(async (trx) => {
      await sql`set local statement_timeout = 0`.execute(trx)
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx)
      await sql`select pg_advisory_xact_lock(hashtext('kaname restore'))`.execute(trx)
      // Whoever else looks into a table keeps it from being dropped, for as long as they like.
      await sql`set local lock_timeout = '5s'`.execute(trx)
      await requireQuiet(trx)
      await work(trx)
    })
  } catch (error) {
    const isHeld = Object(error).code === lockNotAvailable
    throw isHeld ? refusal('read_by_others', { place: new URL(url).pathname.slice(1) }) : error
  } finally {
    await db.destroy()
  }
}

/** A new file that takes the place of the old one in a single step, once it is whole. */
async function replaceFile(path: string, work: (trx: Trx) => Promise<void>): Promise<void> {
  const partial = `${path}.restoring`
  await removeFile(partial)
  const { db } = await openDb(`sqlite:${partial}`)
  try {
    // A file that breaks off is thrown away, so nothing in it needs to be undone or to be lasting yet.
    await sql`pragma journal_mode = off`.execute(db)
    await sql`pragma synchronous = off`.execute(db)
    await sql`pragma foreign_keys = off`.execute(db)
    await db.transaction().execute(work)
    await db.destroy()
    await flush(partial)
    await emptyLog(path)
    await rename(partial, path)
    await flush(dirname(path))
  } catch (error) {
    await db.destroy()
    await removeFile(partial)
    throw error
  }
}

/** The log of the old file must not be taken for one of the new file. */
async function emptyLog(path: string): Promise<void> {
  if (!existsSync(path)) return
  const { db } = await openDb(`sqlite:${path}`)
  const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db)
  await db.destroy()
  if (rows[0]?.busy !== 0) throw refusal('read_by_others', { place: path })
  for (const end of ['-wal', '-shm']) await rm(`${path}${end}`, { force: true })
}

async function removeFile(path: string): Promise<void> {
  for (const end of ['', '-wal', '-shm', '-journal']) await rm(`${path}${end}`, { force: true })
}

async function flush(path: string): Promise<void> {
  const handle = await open(path)
  await handle.sync().finally(() => handle.close())
}
