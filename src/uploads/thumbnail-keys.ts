import type { Trx } from '../../db/tables.ts'
import { type ThumbnailSize, thumbnailSizes } from '../../schemas/thumbnails.ts'
import { enqueue, type JobOptions } from '../jobs.ts'

/** What thumbnails are made of. */
export const pictureTypes = ['image/jpeg', 'image/png', 'image/gif']

export function thumbnailKeyOf(uploadId: string, size: ThumbnailSize): string {
  return `thumbnails/${uploadId}/${size}`
}

/** Whatever the storage may hold besides a file: to be removed with it, there or not. */
export function thumbnailKeysOf(uploadId: string): string[] {
  return thumbnailSizes.map((size) => thumbnailKeyOf(uploadId, size))
}

/** A picture that somebody has just uploaded is soon to be shown. */
export async function enqueueThumbnail(
  trx: Trx,
  { id, content_type }: { id: string; content_type: string },
  from?: JobOptions['from'],
): Promise<void> {
  if (!pictureTypes.includes(content_type)) return
  await enqueue(trx, 'make_thumbnail', { upload_id: id }, { maxAttempts: 3, from })
}
