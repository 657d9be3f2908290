import { createHash } from 'node:crypto'
import type { Db, Trx } from '../db/tables.ts'
import { transact } from '../db/transact.ts'
import type { Deps } from './fastify.ts'
import type { Storage } from './storage.ts'
import { later, newId, now } from './values.ts'

/** A file that has come whole. */
export type Kept = { key: string; size: number; sha256: string }

type Place = {
  /** The folder of the storage. */
  folder: string
  maxBytes: number
}

/** A file that comes for longer than this has died with its process. */
export const longestSeconds = 24 * 60 * 60

/**
 * Takes a file into the storage together with what `write` writes about it, or neither of the two.
 * Every area that keeps files does so through this. What a process leaves behind that dies in
 * between, `forgetIncoming` removes.
 */
export async function keepFile<Result>(
  { db, storage }: Pick<Deps, 'db' | 'storage'>,
  { folder, maxBytes }: Place,
  body: AsyncIterable<Buffer>,
  write: (trx: Trx, kept: Kept) => Promise<Result>,
): Promise<Result> {
  const key = `${folder}/${newId()}`
  await db.insertInto('incoming_files').values({ key, created_at: now() }).execute()
  try {
    const seen = measured(body)
    await storage.put(key, seen.body, maxBytes)
    return await transact(db, async (trx) => {
      await trx.deleteFrom('incoming_files').where('key', '=', key).execute()
      return write(trx, { key, ...seen.result() })
    })
  } catch (error) {
    // Where even this fails, `forgetIncoming` comes round later.
    await removeIncoming(db, storage, key).catch(() => {})
    throw error
  }
}

/** Removes what has been on its way for a day. */
export async function forgetIncoming(db: Db, storage: Storage, at = now()): Promise<void> {
  const left = await db
    .selectFrom('incoming_files')
    .select('key')
    .where('created_at', '<', later(at, -longestSeconds))
    .execute()
  for (const { key } of left) await removeIncoming(db, storage, key)
}

/** A key that is no longer noted belongs to a file that was written down, whatever was thrown. */
async function removeIncoming(db: Db, storage: Storage, key: string): Promise<void> {
  const noted = db.selectFrom('incoming_files').select('key').where('key', '=', key)
  if (!(await noted.executeTakeFirst())) return
  await storage.remove(key)
  await db.deleteFrom('incoming_files').where('key', '=', key).execute()
}

/** Counts and hashes what passes through. */
function measured(chunks: AsyncIterable<Buffer>) {
  const hash = createHash('sha256')
  let size = 0
  async function* body() {
    for await (const chunk of chunks) {
      hash.update(chunk)
      size += chunk.length
      yield chunk
    }
  }
  return { body: body(), result: () => ({ size, sha256: hash.digest('hex') }) }
}
