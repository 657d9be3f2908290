import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '../../values.ts'

/** A folder of this process below one that several share. */
export type OwnFolder = { path: string; close(): Promise<void> }

/** After so many beats of silence a process is gone. */
const beatsOfSilence = 6

const sign = 'alive'

/**
 * Makes a folder for this process, and removes those of others that have been silent for long, now and
 * from time to time: numbers of processes say nothing where several machines share a folder. Times are
 * compared by the clock of the file system.
 */
export async function openOwnFolder(shared: string, beatMs: number): Promise<OwnFolder> {
  const path = join(shared, newId())
  const alive = join(path, sign)
  const beat = async () => {
    await mkdir(path, { recursive: true, mode: 0o700 })
    await writeFile(alive, String(Date.now()))
    await removeSilent(shared, alive, beatMs * beatsOfSilence)
  }
  await beat()
  let last: Promise<void> = Promise.resolve()
  // A folder that is full or away for a moment has another chance at the next beat.
  const timer = setInterval(() => {
    last = beat().catch(() => {})
  }, beatMs).unref()
  return {
    path,
    async close() {
      clearInterval(timer)
      await last
      await rm(path, { recursive: true, force: true }).catch(() => {})
    },
  }
}

async function removeSilent(shared: string, own: string, silenceMs: number): Promise<void> {
  const { mtimeMs: now } = await stat(own)
  for (const name of await readdir(shared)) {
    const other = join(shared, name)
    // Without a sign the folder itself says when it was made.
    const last = await stat(join(other, sign)).catch(() => stat(other).catch(() => undefined))
    if (last && now - last.mtimeMs > silenceMs) {
      await rm(other, { recursive: true, force: true }).catch(() => {})
    }
  }
}
