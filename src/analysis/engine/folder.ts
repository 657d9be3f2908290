import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '../../values.ts'

/** A folder of this process below one that several share. */
export type OwnFolder = { path: string; close(): Promise<void> }

/** How often a process says that it is there; after six times of silence it is gone. */
const beatMs = 20_000

const sign = 'alive'

/**
 * Makes a folder for this process, and removes those of others that have been silent for long, now and
 * from time to time: numbers of processes say nothing where several machines share a folder. Times are
 * compared by the clock of the file system.
 */
export async function openOwnFolder(
  shared: string,
  { everyMs = beatMs }: { everyMs?: number } = {},
): Promise<OwnFolder> {
  const path = join(shared, newId())
  const alive = join(path, sign)
  await mkdir(path, { recursive: true, mode: 0o700 })
  await writeFile(alive, '')
  await removeSilent(shared, alive, everyMs * 6)
  const beat = async () => {
    await utimes(alive, new Date(), new Date())
    await removeSilent(shared, alive, everyMs * 6)
  }
  // A folder that is full or away for a moment has another chance at the next beat.
  const timer = setInterval(() => void beat().catch(() => {}), everyMs).unref()
  return {
    path,
    async close() {
      clearInterval(timer)
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
