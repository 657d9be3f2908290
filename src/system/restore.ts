import { Readable } from 'node:stream'
import { sql } from 'kysely'
import { insertMany } from '../../db/bulk.ts'
import { describeTables } from '../../db/catalogue.ts'
import { engineOf } from '../../db/open.ts'
import { completeSchema, rebuildSchema, setForeignKeysAside } from '../../db/rebuild.ts'
import type { Db, Trx } from '../../db/tables.ts'
import type { BackupHeader } from '../../schemas/backup.ts'
import { recordAudit } from '../audit.ts'
import { enqueue, isOpen, wake } from '../jobs.ts'
import type { Storage } from '../storage.ts'
import { newId } from '../values.ts'
import { hashing, readEntries, sha256Of, wholeOf } from './backup-archive.ts'
import { type Checked, maxTableBytes } from './backup-check.ts'
import { inLine, smallBytes } from './backup-pace.ts'
import { refusal } from './backup-refusals.ts'
import { parseRows } from './backup-rows.ts'

type Tell = (text: string) => void

/**
 * Puts the files of an archive into the storage. When it fails, those that it brought are removed again; the
 * answered function does that if something else fails later.
 */
export async function restoreFiles(
  storage: Storage,
  path: string,
  { manifest }: Checked,
  tell: Tell = () => {},
): Promise<() => Promise<void>> {
  const sums = new Map(manifest.entries.map(({ name, sha256 }) => [name, sha256]))
  const total = manifest.entries.filter(({ name }) => name.startsWith('files/')).length
  const brought: string[] = []
  const line = inLine()
  const undo = async () => {
    await line.ended().catch(() => {})
    for (const key of brought) await storage.remove(key).catch(() => {})
  }
  const put = async (key: string, body: AsyncIterable<Buffer>, size: number) => {
    if ((await storage.stat(key)) === undefined) brought.push(key)
    await storage.put(key, body, size)
  }
  try {
    let count = 0
    for await (const { name, size, body } of readEntries(path)) {
      if (!name.startsWith('files/')) continue
      const key = name.slice('files/'.length)
      if (size <= smallBytes) {
        const bytes = await wholeOf({ name, size, body }, smallBytes)
        if (sha256Of(bytes) !== sums.get(name)) throw changed(path, name)
        await line.take(() => put(key, Readable.from([bytes]), size))
      } else {
        const hashed = hashing(body)
        await put(key, hashed.body, size)
        if (hashed.sha256() !== sums.get(name)) throw changed(path, name)
      }
      count += 1
      tell(`files: ${count} / ${total}`)
    }
    await line.ended()
  } catch (error) {
    await undo()
    throw error
  }
  return undo
}

/**
 * Makes the database what it was at the backup, then brings its schema up to date. Jobs remove
 * the files that `orphansIn` finds to be of what was there before only.
 */
export async function restoreDatabase(
  trx: Trx,
  path: string,
  { header, manifest }: Checked,
  orphansIn: (trx: Trx) => Promise<string[]>,
  tell: Tell = () => {},
): Promise<void> {
  await rebuildSchema(trx, header.migrations)
  await requireSameTables(trx, header)
  const referTo = await setForeignKeysAside(trx)
  await loadRows(trx, path, { header, manifest }, tell)
  await referTo()
  await completeSchema(trx, header.migrations)
  for (const key of await orphansIn(trx)) await enqueue(trx, 'remove_file', { key })
  await wakeJobs(trx)
  const { made_at, engine, version } = header
  const actor = { id: null, ip: null, user_agent: 'cli', request_id: newId() }
  await recordAudit(trx, actor, 'system.restored', null, { made_at, engine, version })
  if (engineOf(trx) === 'postgres') await sql`analyze`.execute(trx)
}

/** An archive whose tables are not those of its migrations was not made by `backup`. */
async function requireSameTables(trx: Trx, header: BackupHeader): Promise<void> {
  const textOf = ({ name, columns }: BackupHeader['tables'][number]) =>
    `${name} ${columns.map((each) => `${each.name} ${each.type}`).sort()}`
  const here = (await describeTables(trx)).filter(({ name }) => !header.left_out.includes(name))
  const [told, found] = [header.tables, here].map((tables) => tables.map(textOf).sort())
  const strange = told?.find((each, at) => each !== found?.[at])
  if (strange !== undefined || told?.length !== found?.length) {
    throw new Error(`The tables of the backup are not those of its version: ${strange}`)
  }
}

async function loadRows(
  trx: Trx,
  path: string,
  { header, manifest }: Checked,
  tell: Tell,
): Promise<void> {
  const sums = new Map(manifest.entries.map(({ name, sha256 }) => [name, sha256]))
  const tables = new Map(header.tables.map((table) => [table.name, table]))
  const counts = new Map<string, number>()
  for await (const entry of readEntries(path)) {
    if (entry.name.startsWith('files/') || entry.name === 'manifest.json') return
    const table = tables.get(entry.name.split('/')[1] ?? '')
    if (!table) continue
    const bytes = await wholeOf(entry, maxTableBytes)
    if (sha256Of(bytes) !== sums.get(entry.name)) throw changed(path, entry.name)
    const names = table.columns.map(({ name }) => name)
    const rows = parseRows(table, bytes.toString()).map((row) =>
      Object.fromEntries(names.map((name, at) => [name, row[at]])),
    )
    await insertMany(trx, table.name as never, names as never, rows)
    const count = (counts.get(table.name) ?? 0) + rows.length
    counts.set(table.name, count)
    tell(`${table.name}: ${count} / ${manifest.rows[table.name]}`)
  }
}

/** What was checked a moment ago is not what is read now. */
function changed(file: string, entry: string): Error {
  return refusal('not_an_archive', { file, reason: `${entry} has changed` })
}

/** Tells the queue of this engine of whatever was waiting or running; leases run out by themselves. */
async function wakeJobs(trx: Trx): Promise<void> {
  if (engineOf(trx) === 'sqlite') return
  const open = await trx.selectFrom('jobs').select(['id', 'run_at']).where(isOpen).execute()
  for (const { id, run_at } of open) await wake(trx, id, run_at)
}

/** How much there is that a restore would delete: nothing in a database that nobody has used yet. */
export async function contentOf(db: Db): Promise<{ users: number; events: number }> {
  const count = async (table: 'users' | 'audit_log') => {
    const { n } = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    return n
  }
  return { users: await count('users'), events: await count('audit_log') }
}
