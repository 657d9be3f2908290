import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { migrationsIn } from '../../db/catalogue.ts'
import { openDb } from '../../db/open.ts'
import type { Secrets } from '../../src/secrets.ts'
import { sealPurpose } from '../../src/system/backup.ts'
import { createArchive, readEntries, wholeOf } from '../../src/system/backup-archive.ts'
import { checkBackup } from '../../src/system/backup-check.ts'
import { restoreDatabase } from '../../src/system/restore.ts'
import { replaceDatabase } from '../../src/system/restore-place.ts'
import { rowsIn } from './backups.ts'
import { newFolder } from './process.ts'

/** Another archive, signed as if it had been made so: the entries whose names begin so become others. */
export async function forgedFrom(
  path: string,
  secrets: Secrets,
  start: string,
  change: (text: string) => string,
): Promise<string> {
  const to = join(await newFolder(), 'forged.tar')
  const archive = createArchive(createWriteStream(to))
  const { rows: counts, missing } = (await checkBackup(path, secrets)).manifest
  const rows = { ...counts }
  for await (const entry of readEntries(path)) {
    if (entry.name === 'manifest.json') break
    const bytes = await wholeOf(entry, 2 ** 26)
    const text = entry.name.startsWith(start) ? change(bytes.toString()) : undefined
    if (text === undefined) await archive.add(entry.name, bytes.length, [bytes])
    else await archive.addText(entry.name, text)
    const table = entry.name.split('/')[1] as string
    if (text !== undefined) rows[table] = text.split('\n').length - 1
  }
  const manifest = { entries: [...archive.entries], rows, missing }
  const signature = secrets.sign(JSON.stringify(manifest), sealPurpose)
  await archive.addText('manifest.json', JSON.stringify({ ...manifest, signature }))
  await archive.finish()
  return to
}

/** Puts the rows of an archive into a database, as the command does. */
export async function bringRows(url: string, path: string, secrets: Secrets): Promise<void> {
  const checked = await checkBackup(path, secrets)
  await replaceDatabase(url, (trx) => restoreDatabase(trx, path, checked, async () => []))
}

/** What a database holds, by those who look at it from outside. */
export async function heldIn(url: string) {
  const { db } = await openDb(url)
  try {
    return { rows: await rowsIn({ db }), migrations: await migrationsIn(db) }
  } finally {
    await db.destroy()
  }
}
