import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { atMost, type Storage } from '../../storage.ts'
import { hashOf, newId } from '../../values.ts'

/** Copies of what is in the storage, for those who need a path. */
export type Copies = {
  /**
   * Makes `path` a file with what the storage has under a key; it is the caller's to remove. Fails with
   * `file_missing` and `file_too_large`.
   */
  copyTo(path: string, key: string): Promise<void>
}

type Copy = { path: string; size: number }

/** Keeps what was used last, up to `maxBytes`; files are linked, so that forgetting one takes it from nobody. */
export function createCopies(
  storage: Storage,
  folder: string,
  { maxBytes, maxFileBytes }: { maxBytes: number; maxFileBytes: number },
): Copies {
  /** In the order of their last use. */
  const copies = new Map<string, Promise<Copy>>()
  const there = new Map<string, Copy>()

  async function fetchCopy(key: string): Promise<Copy> {
    const path = join(folder, hashOf(key))
    const partial = join(folder, `${newId()}.part`)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    try {
      const body = await storage.get(key)
      const file = await open(partial, 'wx', 0o600)
      await pipeline(body, atMost(maxFileBytes), file.createWriteStream())
      await rename(partial, path)
    } finally {
      await rm(partial, { force: true })
    }
    return { path, size: (await stat(path)).size }
  }

  function find(key: string): Promise<Copy> {
    const known = copies.get(key) ?? fetchCopy(key)
    copies.delete(key)
    copies.set(key, known)
    known.then(
      (copy) => there.set(key, copy),
      () => copies.delete(key),
    )
    return known
  }

  /** The one that was asked for last stays. */
  async function forgetOld(): Promise<void> {
    let size = 0
    for (const copy of there.values()) size += copy.size
    for (const key of [...copies.keys()].slice(0, -1)) {
      const copy = there.get(key)
      if (size <= maxBytes) return
      if (!copy) continue
      size -= copy.size
      copies.delete(key)
      there.delete(key)
      await rm(copy.path, { force: true })
    }
  }

  return {
    async copyTo(path, key) {
      const copy = await find(key)
      await link(copy.path, path).catch(async (error) => {
        // Somebody has forgotten it just now.
        if (Object(error).code !== 'ENOENT') throw error
        await link((await find(key)).path, path)
      })
      await forgetOld()
    },
  }
}
