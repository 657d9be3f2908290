import { buffer } from 'node:stream/consumers'
import { sql } from 'kysely'
import { describeTables, migrationsIn } from '../../db/catalogue.ts'
import { engineOf } from '../../db/open.ts'
import type { Db } from '../../db/tables.ts'
import { readTogether } from '../../db/transact.ts'
import type { BackupHeader, BackupManifest } from '../../schemas/backup.ts'
import { version } from '../about.ts'
import type { Secrets } from '../secrets.ts'
import type { Storage } from '../storage.ts'
import { now } from '../values.ts'
import type { createArchive } from './backup-archive.ts'
import { createKeyFinder, isNamed } from './backup-files.ts'
import { inAdvance, smallBytes } from './backup-pace.ts'
import { refusal } from './backup-refusals.ts'
import { batchesOf } from './backup-rows.ts'

export const format = 1
export const sealPurpose = 'backup'

/**
 * What lets somebody in for a while: it would let in again those who have signed out, or were signed out,
 * since the backup. After a restore everybody signs in anew.
 */
export const leftOut: readonly string[] = [
  'password_resets',
  'refresh_tokens',
  'room_tickets',
  'sessions',
]

type Archive = ReturnType<typeof createArchive>
type Place = { db: Db; storage: Storage; secrets: Secrets }

/**
 * Writes everything into an archive while others go on writing: rows from one snapshot, then the files that
 * these rows name, which never change. One that was deleted meanwhile is listed as missing.
 */
export async function writeBackup(
  { db, storage, secrets }: Place,
  archive: Archive,
  tell: (text: string) => void = () => {},
): Promise<BackupManifest> {
  const { keys, rows } = await readTogether(db, (snapshot) =>
    writeTables(snapshot, secrets, archive, tell),
  )
  const missing = await writeFiles({ db, storage }, archive, [...keys].sort(), tell)
  const manifest = { entries: [...archive.entries], rows, missing }
  const signature = secrets.sign(JSON.stringify(manifest), sealPurpose)
  await archive.addText('manifest.json', JSON.stringify({ ...manifest, signature }))
  await archive.finish()
  return { ...manifest, signature }
}

async function writeTables(
  snapshot: Db,
  secrets: Secrets,
  archive: Archive,
  tell: (text: string) => void,
) {
  await settle(snapshot)
  const migrations = await migrationsIn(snapshot)
  if (!migrations) throw refusal('nothing_to_back_up', { place: engineOf(snapshot) })
  const tables = (await describeTables(snapshot)).filter(({ name }) => !leftOut.includes(name))
  const header: BackupHeader = {
    format,
    version,
    made_at: now(),
    engine: engineOf(snapshot),
    migrations,
    tables: tables.map(({ name, columns }) => ({ name, columns })),
    left_out: [...leftOut],
    seal: secrets.seal(sealPurpose, sealPurpose),
  }
  await archive.addText('header.json', JSON.stringify(header))

  const keys = new Set<string>()
  const counts: Record<string, number> = {}
  for (const table of tables) {
    const keysIn = createKeyFinder(table)
    let [count, part] = [0, 0]
    for await (const { rows, text } of batchesOf(snapshot, table)) {
      part += 1
      count += rows.length
      for (const key of rows.flatMap(keysIn)) keys.add(key)
      await archive.addText(entryOf(table.name, part), text)
      tell(`${table.name}: ${count}`)
    }
    counts[table.name] = count
  }
  return { keys, rows: counts }
}

export function entryOf(table: string, part: number): string {
  return `tables/${table}/${String(part).padStart(6, '0')}.ndjson`
}

/** Nothing but reads, and for as long as it takes. */
async function settle(snapshot: Db): Promise<void> {
  if (engineOf(snapshot) === 'sqlite') return
  await sql`set transaction read only`.execute(snapshot)
  await sql`set local statement_timeout = 0`.execute(snapshot)
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(snapshot)
}

async function writeFiles(
  { db, storage }: Pick<Place, 'db' | 'storage'>,
  archive: Archive,
  keys: readonly string[],
  tell: (text: string) => void,
): Promise<BackupManifest['missing']> {
  const missing: BackupManifest['missing'] = []
  let count = 0
  for await (const { key, file } of inAdvance(keys, (key) => findFile(storage, key))) {
    const body = file && (await file.open())
    if (body) await archive.add(`files/${key}`, file.size, body)
    else {
      const reason = (await isNamed(db, key)) ? 'not_in_storage' : 'deleted_meanwhile'
      missing.push({ key, reason })
    }
    count += 1
    tell(`files: ${count} / ${keys.length}`)
  }
  return missing
}

/** A small file is fetched at once; a large one waits for its turn, and for nobody's memory. */
async function findFile(storage: Storage, key: string) {
  const found = await storage.stat(key)
  if (!found) return { key }
  const open = () => storage.get(key).catch(unlessMissing)
  if (found.size > smallBytes) return { key, file: { size: found.size, open } }
  const body = await open()
  const bytes = body && [await buffer(body)]
  return { key, file: { size: found.size, open: async () => bytes } }
}

function unlessMissing(error: unknown): undefined {
  if (Object(error).failure !== 'file_missing') throw error
}
