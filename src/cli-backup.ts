import { existsSync } from 'node:fs'
import { link, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { PassThrough, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { lockDb } from '../db/lock.ts'
import { isSqlite, openDb, pathIn } from '../db/open.ts'
import type { BackupManifest } from '../schemas/backup.ts'
import { loadConfig } from './config.ts'
import { openStorage } from './deps.ts'
import { createSecrets } from './secrets.ts'
import { writeBackup } from './system/backup.ts'
import { createArchive } from './system/backup-archive.ts'
import { type Checked, checkBackup } from './system/backup-check.ts'
import { restoringFault, writingFault } from './system/backup-faults.ts'
import { refusal } from './system/backup-refusals.ts'
import { restoreDatabase, restoreFiles } from './system/restore.ts'
import { filesOf, inspectPlace, replaceDatabase } from './system/restore-place.ts'
import { thumbnailKeysOf } from './uploads/thumbnail-keys.ts'

type Values = Record<string, string | boolean | undefined>

/** Some files could not be copied; the archive says which. */
const incomplete = 2

/** `backup`: all else that a terminal shows goes to stderr, for stdout may be the archive. */
export async function runBackup({ out, force }: Values): Promise<void> {
  if (typeof out !== 'string') throw new Error('backup needs --out <file>.')
  const config = loadConfig()
  const url = config.databaseUrl
  if (isSqlite(url) && !existsSync(pathIn(url))) {
    throw refusal('nothing_to_back_up', { place: pathIn(url) })
  }
  if (out !== '-' && !force && existsSync(out)) throw refusal('exists', { file: out })
  const { db } = await openDb(url, { poolSize: 2 })
  const secrets = createSecrets(config.secretsKey, config.secretsKeysOld)
  const place = { db, storage: openStorage(config.storage), secrets }
  const work = (target: Writable, signal: AbortSignal) => writeInto(place, target, signal)
  const started = Date.now()
  try {
    const manifest =
      out === '-'
        ? await withSignals((signal) => work(process.stdout, signal))
        : await withSignals((signal) => writeFile(resolve(out), force === true, signal, work))
    report(`backup ${out}`, manifest, started)
  } catch (error) {
    throw writingFault(error, out === '-' ? 'stdout' : out)
  } finally {
    await db.destroy()
  }
}

async function writeInto(
  place: Parameters<typeof writeBackup>[0],
  target: Writable,
  signal: AbortSignal,
): Promise<BackupManifest> {
  const archive = createArchive(target, signal)
  const { tell, end } = createProgress()
  try {
    return await Promise.race([writeBackup(place, archive, tell), archive.failed])
  } catch (error) {
    await archive.abandon(error)
    throw error
  } finally {
    end()
  }
}

/**
 * The file has its name only once all of it is on the disk, and is for its owner's eyes only. Of two
 * backups to one name the later one takes it over; what the other has written gets no name.
 */
async function writeFile(
  path: string,
  force: boolean,
  signal: AbortSignal,
  work: (target: Writable, signal: AbortSignal) => Promise<BackupManifest>,
): Promise<BackupManifest> {
  const partial = `${path}.part`
  await rm(partial, { force: true })
  const file = await open(partial, 'wx', 0o600)
  const { ino } = await file.stat()
  const isOurs = async () => (await stat(partial).catch(() => undefined))?.ino === ino
  try {
    const bytes = file.createWriteStream({ flush: true })
    const zip = /\.t?gz$/.test(path) ? createGzip({ level: 3 }) : new PassThrough()
    const zipped = pipeline(zip, bytes)
    const [manifest] = await Promise.all([work(zip, signal), zipped])
    if (!(await isOurs())) throw refusal('overtaken', { file: path })
    await (force ? rename(partial, path) : claim(partial, path))
    const folder = await open(dirname(path))
    await folder.sync().finally(() => folder.close())
    return manifest
  } finally {
    if (await isOurs()) await rm(partial, { force: true })
  }
}

/** Unlike renaming it replaces nothing. */
async function claim(partial: string, path: string): Promise<void> {
  await link(partial, path).catch((error) => {
    throw Object(error).code === 'EEXIST' ? refusal('exists', { file: path }) : error
  })
}

/** `restore`: checks all of an archive before it touches anything. */
export async function runRestore(values: Values): Promise<void> {
  const { from, check, force = false, 'without-key': withoutKey = false } = values
  if (typeof from !== 'string') throw new Error('restore needs --from <file>.')
  const config = loadConfig()
  const secrets = createSecrets(config.secretsKey, config.secretsKeysOld)
  const started = Date.now()
  const checked = await checkBackup(from, secrets, { withoutKey: withoutKey === true })
  report(`checked ${from}`, checked.manifest, started)
  if (check) return
  const unlock = await lockDb(config.databaseUrl)
  try {
    await restore(config, from, checked, force === true)
  } catch (error) {
    throw restoringFault(error)
  } finally {
    unlock()
  }
  report(`restored ${from}`, checked.manifest, started)
}

async function restore(
  { databaseUrl, storage: place }: ReturnType<typeof loadConfig>,
  from: string,
  checked: Checked,
  force: boolean,
): Promise<void> {
  const before = await inspectPlace(databaseUrl, { force, thumbnailKeysOf })
  if (before.size > 0) note(`will delete the files that were there: ${before.size}`)
  const { tell, end } = createProgress()
  const storage = openStorage(place)
  const undo = await restoreFiles(storage, from, checked, tell)
  try {
    await replaceDatabase(databaseUrl, (trx) =>
      restoreDatabase(
        trx,
        from,
        checked,
        async () => {
          const after = await filesOf(trx, thumbnailKeysOf)
          return [...before].filter((key) => !after.has(key))
        },
        tell,
      ),
    )
  } catch (error) {
    await undo()
    throw error
  } finally {
    end()
  }
}

/** What is half done is undone, also when somebody stops the command. */
async function withSignals<Result>(work: (signal: AbortSignal) => Promise<Result>) {
  const stop = new AbortController()
  const abort = () => stop.abort(new Error('stopped'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, abort)
  try {
    return await work(stop.signal)
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, abort)
  }
}

function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** A line every other second, and the last one. */
function createProgress() {
  let [last, shown] = ['', Date.now()]
  return {
    tell(text: string): void {
      last = text
      if (Date.now() - shown < 2000) return
      shown = Date.now()
      note(text)
    },
    end: () => last !== '' && note(last),
  }
}

function report(what: string, { entries, rows, missing }: BackupManifest, started: number): void {
  const seconds = (Date.now() - started) / 1000
  const bytes = entries.reduce((sum, { size }) => sum + size, 0) / 1e6
  const count = Object.values(rows).reduce((sum, each) => sum + each, 0)
  const files = entries.filter(({ name }) => name.startsWith('files/')).length
  const pace = `${Math.round(count / seconds)} rows/s, ${(bytes / seconds).toFixed(1)} MB/s`
  note(
    `${what}: ${count} rows, ${files} files, ${bytes.toFixed(1)} MB in ${seconds.toFixed(1)} s (${pace})`,
  )
  for (const { key, reason } of missing) note(`missing: ${key} (${reason})`)
  if (missing.length > 0) process.exitCode = incomplete
}
