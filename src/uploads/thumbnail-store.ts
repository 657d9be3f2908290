import { Readable } from 'node:stream'
import type { ThumbnailSize } from '../../schemas/thumbnails.ts'
import type { Deps } from '../fastify.ts'
import type { Storage } from '../storage.ts'
import { createTurns } from '../turns.ts'
import { now } from '../values.ts'
import { thumbnailKeyOf } from './thumbnail-keys.ts'
import { drawThumbnail, maxPictureBytes, pictureTooLarge } from './thumbnails.ts'

/** A picture in the storage. */
export type Picture = { id: string; key: string; size: number }

export type Thumbnails = {
  /** Makes the thumbnail unless the storage has it; once, however many ask at the same time. */
  ensure: (picture: Picture, size: ThumbnailSize) => Promise<void>
}

type Stores = Pick<Deps, 'db' | 'storage'>

declare module '../fastify.ts' {
  interface Deps {
    thumbnails: Thumbnails
  }
}

/** Two pictures at a time, for each takes memory by its pixels and one of libuv's four threads. */
export function createThumbnails(
  { db, storage }: Stores,
  limits = { atOnce: 2, waiting: 50 },
): Thumbnails {
  const inTurn = createTurns(limits)
  const underWay = new Map<string, Promise<void>>()

  async function make(picture: Picture, size: ThumbnailSize): Promise<void> {
    if (await storage.stat(thumbnailKeyOf(picture.id, size))) return
    if (picture.size > maxPictureBytes) throw pictureTooLarge()
    const thumbnail = await inTurn(async () =>
      drawThumbnail(await readPicture(storage, picture), size),
    )
    await keepThumbnail({ db, storage }, picture.id, size, thumbnail)
  }

  return {
    ensure(picture, size) {
      const key = thumbnailKeyOf(picture.id, size)
      const pending = underWay.get(key)
      if (pending) return pending
      const made = make(picture, size).finally(() => underWay.delete(key))
      underWay.set(key, made)
      return made
    },
  }
}

/** Into memory that is taken once: to join 50 MB of pieces would hold up the event loop. */
async function readPicture(storage: Storage, { key, size }: Picture): Promise<Buffer> {
  const picture = Buffer.allocUnsafe(size)
  let read = 0
  for await (const chunk of await storage.get(key)) read += chunk.copy(picture, read)
  return picture.subarray(0, read)
}

/**
 * Like `keepFile`, for a key that several instances may write at the same time: each notes its own
 * time and takes back no note but its own. The upload is looked for after the file is stored: one
 * that is deleted later removes it, and for one that is gone already it is removed here.
 */
async function keepThumbnail(
  { db, storage }: Stores,
  uploadId: string,
  size: ThumbnailSize,
  thumbnail: Buffer,
): Promise<void> {
  const note = { key: thumbnailKeyOf(uploadId, size), created_at: now() }
  await db
    .insertInto('incoming_files')
    .values(note)
    .onConflict((conflict) => conflict.column('key').doUpdateSet(note))
    .execute()
  await storage.put(note.key, Readable.from([thumbnail]), thumbnail.length)
  const upload = db.selectFrom('uploads').select('id').where('id', '=', uploadId)
  if (!(await upload.executeTakeFirst())) await storage.remove(note.key)
  await db
    .deleteFrom('incoming_files')
    .where('key', '=', note.key)
    .where('created_at', '=', note.created_at)
    .execute()
}
