import type { Readable } from 'node:stream'
import type { Db } from '../../db/tables.ts'
import { defaultThumbnailSize, type ThumbnailSize } from '../../schemas/thumbnails.ts'
import type { Caller } from '../access.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import type { JobPayloads } from '../jobs.ts'
import { getStoredFile } from './files.ts'
import { pictureTypes, thumbnailKeyOf } from './thumbnail-keys.ts'
import type { Picture } from './thumbnail-store.ts'

type PictureDeps = Pick<Deps, 'db' | 'storage' | 'thumbnails'>

/** An upload that thumbnails can be made of. */
export async function getPicture(db: Db, caller: Caller, storedName: string) {
  const upload = await getStoredFile(db, caller, storedName)
  if (pictureTypes.includes(upload.content_type)) return upload
  throw failure('thumbnail_not_available', { name: storedName })
}

/** Uploads never change, and neither do their thumbnails. */
export function thumbnailTagOf({ sha256 }: { sha256: string }, size: ThumbnailSize): string {
  return `"${sha256.slice(0, 32)}-${size}"`
}

export async function openThumbnail(
  { storage, thumbnails }: PictureDeps,
  picture: Picture,
  size: ThumbnailSize,
): Promise<Readable> {
  await thumbnails.ensure(picture, size)
  return storage.get(thumbnailKeyOf(picture.id, size))
}

/** What the job does: the thumbnail is there before anybody asks for it. */
export async function makeThumbnail(
  { db, thumbnails }: PictureDeps,
  { upload_id }: JobPayloads['make_thumbnail'],
): Promise<void> {
  const picture = await db
    .selectFrom('uploads')
    .select(['id', 'key', 'size'])
    .where('id', '=', upload_id)
    .executeTakeFirst()
  if (!picture) return
  try {
    await thumbnails.ensure(picture, defaultThumbnailSize)
  } catch (error) {
    // A picture that is damaged, too large or missing stays so.
    const { statusCode } = Object(error)
    throw Object.assign(Object(error), { permanent: statusCode < 500 })
  }
}
