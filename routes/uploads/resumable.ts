import { ref } from '../../schemas/common.ts'
import {
  Begun,
  CreationHeaders,
  Ended,
  PatchHeaders,
  Piece,
  PieceKept,
  ResumableUpload,
  ResumableUploadParams,
  TusAbilities,
  TusHeaders,
  UploadState,
} from '../../schemas/resumable-uploads.ts'
import type { FailureCode } from '../../src/failure.ts'
import type { Request, Routes } from '../../src/fastify.ts'
import { describeResumable } from '../../src/uploads/resumable.ts'
import { handleTus, pieceType, tusAbilities } from '../../src/uploads/tus.ts'

const tags = ['uploads']

/** A large file is many requests, and none of them should wait for a minute to end. */
const rateLimit = {
  max: ({ server }: Request) => server.config.rateLimitPerMinute * 10,
  timeWindow: '1 minute',
}

const known = [
  'resumable_upload_not_found',
  'resumable_upload_expired',
] as const satisfies FailureCode[]
const protocol = [
  'tus_version_unsupported',
  'tus_extension_unsupported',
] as const satisfies FailureCode[]

/** tus 1.0.0: https://tus.io/protocols/resumable-upload */
export const resumableUploads: Routes = async (app) => {
  app.removeAllContentTypeParsers()
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('tus-resumable', '1.0.0')
  })
  // tus-js-client begins again from nothing when it cannot learn the offset, unless it reads 423.
  app.addHook('onSend', async ({ method }, reply, payload) => {
    const isPassing = reply.statusCode === 429 || reply.statusCode >= 500
    if (method === 'HEAD' && isPassing) reply.code(423)
    return payload
  })
  // Of a piece that was refused the rest is still coming, ahead of the client's next request.
  app.addHook('onResponse', async ({ raw }) => void raw.unpipe().resume())

  app.options(
    '',
    {
      // A preflight is answered here as well, and passes no token.
      config: {
        public: true,
        rateLimit: false,
        cors: { preflightContinue: true, strictPreflight: false },
      },
      schema: {
        operationId: 'getTusAbilities',
        summary: 'Say which version and extensions of tus are spoken here',
        tags,
        response: { 204: TusAbilities },
      },
    },
    async (_request, reply) => reply.code(204).headers(tusAbilities(app)).send(null),
  )

  app.post(
    '',
    {
      config: {
        permission: 'upload.write',
        failures: [
          ...protocol,
          'upload_metadata_malformed',
          'forbidden_character',
          'too_many_resumable_uploads',
          'file_too_large',
          'quota_exceeded',
          'file_type_not_allowed',
          'unsupported_type',
        ],
      },
      schema: {
        operationId: 'createResumableUpload',
        summary: 'Begin to upload a file in pieces (tus)',
        description:
          'For large files and bad lines; any tus 1.0.0 client will do. Send the pieces to the `Location` within 24 hours. The type, the name and the size are checked at once, the content when all of it has come. Somebody may have 100 unfinished uploads.',
        tags,
        headers: CreationHeaders,
        response: { 201: Begun },
      },
    },
    handleTus,
  )

  app.route({
    // As a list, so that the docs keep its name.
    method: ['HEAD'],
    url: '/:id',
    config: {
      permission: 'upload.write',
      rateLimit,
      failures: [...known, ...protocol, 'upload_state_unavailable'],
    },
    schema: {
      operationId: 'findUploadOffset',
      summary: 'Ask how much of an upload is kept, to go on from there',
      description:
        'What passes (429, 500, 503) is said as 423, on which tus clients ask again; on anything else they would begin again from nothing.',
      tags,
      params: ResumableUploadParams,
      headers: TusHeaders,
      response: { 200: UploadState },
    },
    handler: handleTus,
  })

  app.get(
    '/:id',
    {
      config: { permission: 'upload.write', rateLimit, failures: known },
      schema: {
        operationId: 'getResumableUpload',
        summary: 'Get how far an upload has come and, when it is finished, its file',
        tags,
        params: ResumableUploadParams,
        response: { 200: ref(ResumableUpload) },
      },
    },
    (request) => describeResumable(app.db, request.caller, request.params.id),
  )

  app.delete(
    '/:id',
    {
      config: {
        permission: 'upload.write',
        rateLimit,
        failures: ['resumable_upload_not_found', ...protocol],
      },
      schema: {
        operationId: 'deleteResumableUpload',
        summary: 'End an upload and remove what has come of it',
        description: 'The file of a finished upload stays: it is deleted at its own address.',
        tags,
        params: ResumableUploadParams,
        headers: TusHeaders,
        response: { 204: Ended },
      },
    },
    handleTus,
  )

  app.register(async (pieces) => {
    // The body is read from the request as it comes, by whoever keeps it.
    pieces.addContentTypeParser(pieceType, (_request, _body, done) => done(null))

    pieces.patch(
      '/:id',
      {
        config: {
          permission: 'upload.write',
          rateLimit,
          failures: [
            ...known,
            ...protocol,
            'upload_checksum_malformed',
            'upload_offset_conflict',
            'upload_longer_than_announced',
            'upload_checksum_mismatch',
            'file_missing',
            'file_content_mismatch',
            'quota_exceeded',
          ],
        },
        schema: {
          operationId: 'sendPiece',
          summary: 'Send a piece of a file, or all that is left of it',
          description:
            'Of a body that breaks off what has come is kept: ask with HEAD, and go on from there. With `Upload-Checksum` all of the body counts, or nothing. A request may take as long as any other (120 s unless set otherwise), so a slow line wants smaller pieces. The last byte makes the file: `Upload-Stored-Name` is its name below `/api/v1/upload/files`. A file whose content is refused takes its upload with it.',
          tags,
          params: ResumableUploadParams,
          headers: PatchHeaders,
          consumes: [pieceType],
          body: Piece,
          response: { 204: PieceKept },
        },
      },
      handleTus,
    )
  })
}
