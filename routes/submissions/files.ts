import { Type } from '@sinclair/typebox'
import { fileOf, IdParams, ref } from '../../schemas/common.ts'
import {
  LinkHeaders,
  LinkParams,
  LinkQuery,
  SubmissionDownloadQuery,
  SubmissionFile,
  SubmissionFiles,
  SubmissionReview,
} from '../../schemas/submissions/files.ts'
import { sendFile } from '../../src/download.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  deleteFile,
  getFile,
  getStoredFile,
  listFilesOf,
  reviewFile,
} from '../../src/submissions/files.ts'
import { linkIn, visitorOf } from '../../src/submissions/visitors.ts'
import { documents } from './documents.ts'
import { upload } from './upload.ts'

const tags = ['submissions']
const params = IdParams
const headers = LinkHeaders

/** How a route of a file can refuse somebody who shows neither a link nor a token that holds. */
const unknown = [
  'submission_file_not_found',
  'token_required',
  'token_invalid',
  'token_expired',
  'api_token_expired',
  'session_ended',
  'account_inactive',
  'account_link_refused',
  'identity_provider_unavailable',
] as const

const byLink =
  'For staff of the session, by their token, and for whoever has its link: they show the id of the session, as `X-Session-Id` or `session_id`.'
const types = ['application/pdf', 'image/jpeg', 'image/png', 'image/gif']
const whole = { ...fileOf(...types), description: 'The file' }
const part = { ...fileOf(...types), description: 'The part of it that `Range` asks for' }

export const submissionFiles: Routes = async (app) => {
  app.register(upload)
  app.register(documents)

  app.get(
    '/sessions/:id/files',
    {
      config: { public: true, failures: ['session_link_not_found'] },
      schema: {
        operationId: 'listSubmissionFiles',
        summary: 'List the files of a session, by its link or as its staff',
        tags,
        params: LinkParams,
        response: { 200: ref(SubmissionFiles) },
      },
    },
    (request) => listFilesOf(app.db, visitorOf(request), request.params.id),
  )

  app.get(
    '/files/:id',
    {
      config: { public: true, failures: unknown },
      schema: {
        operationId: 'getSubmissionFile',
        summary: 'Get what is known of a submitted file',
        description: byLink,
        tags,
        params,
        headers,
        querystring: LinkQuery,
        response: { 200: ref(SubmissionFile) },
      },
    },
    (request) => getFile(app.db, visitorOf(request, linkIn(request)), request.params.id),
  )

  app.get(
    '/files/:id/download',
    {
      config: {
        public: true,
        failures: [...unknown, 'file_missing', 'range_not_satisfiable'],
      },
      schema: {
        operationId: 'downloadSubmissionFile',
        summary: 'Download a submitted file',
        description: `${byLink} Takes \`Range\` (one range; several get the whole file), \`If-Range\`, \`If-None-Match\` and \`If-Modified-Since\`; HEAD says what GET would.`,
        tags,
        params,
        headers,
        querystring: SubmissionDownloadQuery,
        response: { 200: whole, 206: part, 304: { type: 'null', description: 'Not modified' } },
      },
    },
    async (request, reply) => {
      const visitor = visitorOf(request, linkIn(request))
      const row = await getStoredFile(app.db, visitor, request.params.id)
      return sendFile(app, request, reply, row, request.query)
    },
  )

  app.delete(
    '/files/:id',
    {
      config: {
        public: true,
        failures: [...unknown, 'submission_approved', 'permission_required', 'scope_required'],
      },
      schema: {
        operationId: 'deleteSubmissionFile',
        summary: 'Delete a submitted file, and its copy in Drive',
        description: `${byLink} With the link, until the session is approved.`,
        tags,
        params,
        headers,
        querystring: LinkQuery,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await deleteFile(app, visitorOf(request, linkIn(request)), request.params.id)
      return reply.code(204).send(null)
    },
  )

  app.patch(
    '/files/:id/review',
    {
      config: {
        permission: 'submission.write',
        failures: ['submission_file_not_found'],
      },
      schema: {
        operationId: 'reviewSubmissionFile',
        summary: 'Accept or reject a submitted file',
        description:
          'For whoever opened the session, and administrators. The submitter sees the verdict and the comment, not who gave it. With the verdict on its last file a session no longer waits for review; its status stays as it is.',
        tags,
        params,
        body: ref(SubmissionReview),
        response: { 200: ref(SubmissionFile) },
      },
    },
    (request) => reviewFile(app, request.caller, request.params.id, request.body),
  )
}
