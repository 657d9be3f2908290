import { fileOf } from '../../schemas/common.ts'
import { ThumbnailParams, ThumbnailQuery } from '../../schemas/thumbnails.ts'
import type { Routes } from '../../src/fastify.ts'
import { varyOn } from '../../src/http.ts'
import { getPicture, openThumbnail, thumbnailTagOf } from '../../src/uploads/pictures.ts'
import { isSeen } from '../../src/version.ts'

export const thumbnails: Routes = async (app) => {
  app.get(
    '/:stored_name',
    {
      config: {
        permission: 'upload.read',
        failures: [
          'upload_not_found',
          'thumbnail_not_available',
          'file_missing',
          'picture_too_large',
          'picture_unreadable',
        ],
      },
      schema: {
        operationId: 'getThumbnail',
        summary: 'Get a small version of an uploaded picture',
        description:
          'A JPEG that fits into a square of `size` pixels, of JPEG, PNG and GIF pictures: turned upright, ' +
          'on white, the first frame of an animation, without EXIF data such as the place. One of 200 pixels ' +
          'is made soon after the upload, others when first asked for, and both are kept.',
        tags: ['uploads'],
        params: ThumbnailParams,
        querystring: ThumbnailQuery,
        response: { 200: fileOf('image/jpeg') },
      },
    },
    async ({ caller, headers, params, query: { size } }, reply) => {
      const picture = await getPicture(app.db, caller, params.stored_name)
      const etag = thumbnailTagOf(picture, size)
      const body = isSeen(headers, etag) ? '' : await openThumbnail(app, picture, size)
      varyOn(reply, 'Authorization').headers({ etag, 'cache-control': 'private, max-age=3600' })
      return reply.type('image/jpeg').send(body)
    },
  )
}
