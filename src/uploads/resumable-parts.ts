import { createHash } from 'node:crypto'
import { insertMany } from '../../db/bulk.ts'
import type { ResumableUploadTables } from '../../db/tables/resumable-uploads.ts'
import type { Db, Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Caller } from '../access.ts'
import { failure } from '../failure.ts'
import { bringIn, claimIncoming, dropIncoming } from '../incoming.ts'
import { enqueue } from '../jobs.ts'
import type { Storage } from '../storage.ts'
import { later, now } from '../values.ts'
import { createFile, type FileDeps } from './files.ts'
import { cut } from './pieces.ts'
import type { ResumableRow } from './resumable.ts'

type Part = ResumableUploadTables['resumable_parts']

/** What somebody says that the bytes of one request are. */
export type Checksum = { algorithm: 'sha1' | 'sha256' | 'md5'; digest: Buffer }

/** What a dying process or a breaking connection loses at most. */
export const partBytes = 4 * 1024 * 1024

/** How long it is known of an upload that it has expired. */
const rememberedSeconds = 7 * 24 * 60 * 60

/**
 * Keeps what comes, piece by piece, and answers how far the upload has come: of a body that breaks
 * off, all that did come. With a checksum nothing counts before the whole body has matched it. The
 * last byte makes the file.
 */
export async function receiveParts(
  deps: FileDeps,
  caller: Caller,
  upload: ResumableRow,
  body: AsyncIterable<Buffer>,
  checksum?: Checksum,
): Promise<number> {
  const { id: upload_id, size } = upload
  const hash = checksum && createHash(checksum.algorithm)
  let { received } = upload
  let end = received
  let pending: Part[] = []
  try {
    for await (const piece of cut(body, partBytes, (chunk) => hash?.update(chunk))) {
      const place = { folder: 'resumable', maxBytes: partBytes }
      const { key, size: length } = await bringIn(deps, place, piece)
      pending.push({ upload_id, start: end, size: length, key })
      end += length
      if (checksum || end === size) continue
      await transact(deps.db, (trx) => recordParts(trx, upload, received, pending))
      pending = []
      received = end
    }
    if (hash && !hash.digest().equals(checksum.digest)) throw failure('upload_checksum_mismatch')
    if (end === received) return end
    if (end === size) await finish(deps, caller, { ...upload, received }, pending)
    else await transact(deps.db, (trx) => recordParts(trx, upload, received, pending))
    return end
  } catch (error) {
    await dropIncoming(deps, pending)
    throw error
  }
}

/** Of two requests that go on from the same place one gets through. */
async function recordParts(
  trx: Trx,
  { id }: ResumableRow,
  from: number,
  parts: Part[],
  storedName: string | null = null,
): Promise<void> {
  const added = parts.reduce((sum, { size }) => sum + size, 0)
  await trx
    .updateTable('resumable_uploads')
    .set({ received: from + added, stored_name: storedName })
    .where('id', '=', id)
    .where('received', '=', from)
    .returning('id')
    .executeTakeFirstOrThrow(() => failure('upload_offset_conflict'))
  await insertMany(trx, 'resumable_parts', ['upload_id', 'start', 'size', 'key'], parts)
  for (const part of parts) await claimIncoming(trx, part)
}

/**
 * Makes the file in the transaction that moves the upload to its end, so that there is never one
 * without the other. An upload whose file is refused is gone; one that somebody else has moved on
 * meanwhile is not.
 */
async function finish(
  deps: FileDeps,
  caller: Caller,
  upload: ResumableRow,
  last: Part[],
): Promise<void> {
  const { id, name, description, size, received } = upload
  const earlier = await partsOf(deps.db, id).where('start', '<', received).execute()
  const body = joined(deps.storage, [...earlier, ...last])
  try {
    await createFile(deps, caller, { name, description }, body, size, async (trx, file) => {
      await recordParts(trx, upload, received, last, file.stored_name)
      await enqueue(trx, 'remove_parts', { upload_id: id })
    })
  } catch (error) {
    const { failure: code, statusCode } = Object(error)
    if (code && statusCode < 500) await giveUp(deps.db, upload)
    throw error
  }
}

function giveUp(db: Db, { id, received }: ResumableRow): Promise<void> {
  return transact(db, async (trx) => {
    const gone = await trx
      .deleteFrom('resumable_uploads')
      .where('id', '=', id)
      .where('received', '=', received)
      .returning('id')
      .executeTakeFirst()
    if (gone) await enqueue(trx, 'remove_parts', { upload_id: id })
  })
}

/** Removes the pieces of an upload that needs them no more. It may be done again. */
export async function removeParts({ db, storage }: FileDeps, uploadId: string): Promise<void> {
  for (;;) {
    const parts = await partsOf(db, uploadId).limit(100).execute()
    for (const { key } of parts) await storage.remove(key)
    if (parts.length === 0) return
    await db
      .deleteFrom('resumable_parts')
      .where('upload_id', '=', uploadId)
      .where('start', '<=', Math.max(...parts.map(({ start }) => start)))
      .execute()
  }
}

/** Removes the pieces of what has expired, or went with its owner, and later forgets it. */
export async function forgetResumableUploads(deps: FileDeps, at = now()): Promise<void> {
  const { db } = deps
  const alive = db.selectFrom('resumable_uploads').select('id').where('expires_at', '>=', at)
  const left = await db
    .selectFrom('resumable_parts')
    .select('upload_id')
    .distinct()
    .where('upload_id', 'not in', alive)
    .execute()
  for (const { upload_id } of left) await removeParts(deps, upload_id)
  await db
    .deleteFrom('resumable_uploads')
    .where('expires_at', '<', later(at, -rememberedSeconds))
    .execute()
}

function partsOf(db: Db, uploadId: string) {
  return db
    .selectFrom('resumable_parts')
    .selectAll()
    .where('upload_id', '=', uploadId)
    .orderBy('start')
}

async function* joined(storage: Storage, parts: Part[]): AsyncGenerator<Buffer> {
  for (const { key } of parts) yield* (await storage.get(key)) as AsyncIterable<Buffer>
}
