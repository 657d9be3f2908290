import { type Static, Type } from '@sinclair/typebox'

/** Widths and heights of the square that a thumbnail fits into, in pixels. */
export const thumbnailSizes = [100, 200, 400, 800] as const
export type ThumbnailSize = (typeof thumbnailSizes)[number]
export const defaultThumbnailSize = 200

export const ThumbnailParams = Type.Object({
  stored_name: Type.String({
    maxLength: 100,
    description: 'The `stored_name` of the picture.',
    examples: ['0b4f9e5c-6f0f-4a53-9d7b-0f5a3f1d2c4e.png'],
  }),
})

export const ThumbnailQuery = Type.Object({
  size: Type.Unsafe<ThumbnailSize>({
    type: 'integer',
    enum: thumbnailSizes,
    default: defaultThumbnailSize,
    description: 'The longer side in pixels; a smaller picture is not enlarged.',
  }),
})
export type ThumbnailQuery = Static<typeof ThumbnailQuery>
