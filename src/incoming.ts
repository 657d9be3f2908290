import { createHash } from 'node:crypto'
import type { Db, Trx } from '../db/tables.ts'
import { transact } from '../db/transact.ts'
import type { Deps } from './fastify.ts'
import type { Storage } from './storage.ts'
import { later, newId, now } from './values.ts'

/** A file that has come whole. */
export type Kept = { key: string; size: number; sha256: string }

type Stores = Pick<Deps, 'db' | 'storage'>

type Place = {
  /** The folder of the storage. */
  folder: string
  maxBytes: number
  /** Looks at the whole file in the storage before anything is written about it; throws. */
  check?: ((kept: Kept) => Promise<void>) | undefined
}

/** A file that comes for longer than this has died with its process. */
const longestSeconds = 24 * 60 * 60

/**
 * Takes a file into the storage together with what `write` writes about it, or neither of the two.
 * Every area that keeps files does so through this. What a process leaves behind that dies in
 * between, `forgetIncoming` removes.
 */
export async function keepFile<Result>(
  stores: Stores,
  place: Place,
  body: AsyncIterable<Buffer>,
  write: (trx: Trx, kept: Kept) => Promise<Result>,
): Promise<Result> {
  const kept = await bringIn(stores, place, body)
  return settle(stores, [kept], async (trx) => {
    await claimIncoming(trx, kept)
    return write(trx, kept)
  })
}

/** The first half of `keepFile`: the file is in the storage, and noted as not yet anybody's. */
export async function bringIn(
  { db, storage }: Stores,
  { folder, maxBytes, check }: Place,
  body: AsyncIterable<Buffer>,
): Promise<Kept> {
  const key = `${folder}/${newId()}`
  await db.insertInto('incoming_files').values({ key, created_at: now() }).execute()
  try {
    const seen = measured(body)
    await storage.put(key, seen.body, maxBytes)
    const kept = { key, ...seen.result() }
    await check?.(kept)
    return kept
  } catch (error) {
    await dropIncoming({ db, storage }, [{ key }])
    throw error
  }
}

/** The second half: whatever `write` does not claim, or if it fails, is removed. */
export async function settle<Result>(
  stores: Stores,
  files: { key: string }[],
  write: (trx: Trx) => Promise<Result>,
): Promise<Result> {
  try {
    return await transact(stores.db, write)
  } finally {
    await dropIncoming(stores, files)
  }
}

/** Makes a file somebody's, in the transaction that writes down whose. */
export async function claimIncoming(trx: Trx, { key }: { key: string }): Promise<void> {
  await trx.deleteFrom('incoming_files').where('key', '=', key).execute()
}

/** Removes those that nobody has claimed. Where even this fails, `forgetIncoming` comes later. */
export async function dropIncoming(
  { db, storage }: Stores,
  files: { key: string }[],
): Promise<void> {
  for (const { key } of files) await removeIncoming(db, storage, key).catch(() => {})
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
