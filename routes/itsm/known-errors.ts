import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  KnownError,
  KnownErrorChange,
  KnownErrorPage,
  KnownErrorQuery,
  KnownErrorResults,
  KnownErrorSearch,
  KnownErrorStatistics,
  NewKnownError,
} from '../../schemas/itsm/known-errors.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  createKnownError,
  deleteKnownError,
  getKnownError,
  updateKnownError,
} from '../../src/itsm/known-errors/known-errors.ts'
import { countKnownErrors, listKnownErrors } from '../../src/itsm/known-errors/listing.ts'
import { searchKnownErrors } from '../../src/itsm/known-errors/search.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['known-errors']

export const knownErrors: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'known-error.read' },
      schema: {
        operationId: 'listKnownErrors',
        summary: 'List known errors, newest first',
        description: 'Those that are published; with `problem.read`, all.',
        tags,
        querystring: KnownErrorQuery,
        response: { 200: ref(KnownErrorPage) },
      },
    },
    ({ caller, query }) => listKnownErrors(db, caller, query),
  )

  app.post(
    '',
    {
      config: { permission: 'problem.write' },
      schema: {
        operationId: 'createKnownError',
        summary: 'Write down a known error',
        description: 'It is not published unless that is sent.',
        tags,
        body: ref(NewKnownError),
        response: { 201: ref(KnownError) },
      },
    },
    async ({ caller, body }, reply) => {
      const knownError = await createKnownError(db, caller, body)
      const location = `/api/v1/known-errors/${knownError.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(knownError) })
        .send(knownError)
    },
  )

  app.get(
    '/search',
    {
      config: { permission: 'known-error.read' },
      schema: {
        operationId: 'searchKnownErrors',
        summary: 'Find known errors by what people see, the best first',
        description:
          'By n-grams, so that Japanese needs no spaces, with BM25F over title, symptoms, keywords and tags, and workaround, in this order of weight. Width, case, and hiragana or katakana make no difference. What has the very words comes first.',
        tags,
        querystring: KnownErrorSearch,
        response: { 200: ref(KnownErrorResults) },
      },
    },
    ({ caller, query }) => searchKnownErrors(db, caller, query),
  )

  app.get(
    '/statistics',
    {
      config: { permission: 'known-error.read' },
      schema: {
        operationId: 'getKnownErrorStatistics',
        summary: 'Count known errors and how much they are used',
        description: 'Of those that the caller sees.',
        tags,
        response: { 200: ref(KnownErrorStatistics) },
      },
    },
    ({ caller }) => countKnownErrors(db, caller),
  )

  app.get(
    '/:id',
    {
      config: { permission: 'known-error.read', failures: ['known_error_not_found'] },
      schema: {
        operationId: 'getKnownError',
        summary: 'Get a known error',
        tags,
        params: IdParams,
        response: { 200: ref(KnownError) },
      },
    },
    async ({ params, caller }, reply) => {
      const knownError = await getKnownError(db, caller, params.id)
      return reply.header('etag', etagOf(knownError)).send(knownError)
    },
  )

  app.put(
    '/:id',
    {
      config: { permission: 'problem.write', failures: ['known_error_not_found'] },
      schema: {
        operationId: 'updateKnownError',
        summary: 'Change some fields of a known error',
        description: 'What is not sent stays as it is.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(KnownErrorChange),
        response: { 200: ref(KnownError) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const knownError = await updateKnownError(db, caller, params.id, body, version)
      return reply.header('etag', etagOf(knownError)).send(knownError)
    },
  )

  app.delete(
    '/:id',
    {
      config: { permission: 'problem.write', failures: ['known_error_not_found'] },
      schema: {
        operationId: 'deleteKnownError',
        summary: 'Delete a known error',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, caller, headers }, reply) => {
      await deleteKnownError(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
