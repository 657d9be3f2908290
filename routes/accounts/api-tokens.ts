import { Type } from '@sinclair/typebox'
import {
  ApiToken,
  ApiTokenPage,
  ApiTokenQuery,
  CreatedApiToken,
  NewApiToken,
} from '../../schemas/accounts/api-tokens.ts'
import { IdParams, ref } from '../../schemas/common.ts'
import {
  createApiToken,
  deleteApiToken,
  getApiToken,
  listApiTokens,
} from '../../src/accounts/api-tokens.ts'
import type { Routes } from '../../src/fastify.ts'

const tags = ['auth']

export const apiTokens: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'account.secure' },
      schema: {
        operationId: 'listApiTokens',
        summary: 'List one’s API tokens, newest first',
        tags,
        querystring: ApiTokenQuery,
        response: { 200: ref(ApiTokenPage) },
      },
    },
    (request) => listApiTokens(db, request.caller, request.query),
  )

  app.post(
    '',
    {
      config: { permission: 'account.secure', failures: ['too_many_tokens'] },
      schema: {
        operationId: 'createApiToken',
        summary: 'Create an API token for scripts; its secret is shown this once',
        tags,
        body: ref(NewApiToken),
        response: { 201: ref(CreatedApiToken) },
      },
    },
    async (request, reply) => {
      const token = await createApiToken(db, request.caller, request.body)
      return reply.code(201).header('location', `/api/v1/auth/tokens/${token.id}`).send(token)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission: 'account.secure', failures: ['api_token_not_found'] },
      schema: {
        operationId: 'getApiToken',
        summary: 'Get one of one’s API tokens, without its secret',
        tags,
        params: IdParams,
        response: { 200: ref(ApiToken) },
      },
    },
    (request) => getApiToken(db, request.caller, request.params.id),
  )

  app.delete(
    '/:id',
    {
      config: { permission: 'account.secure', failures: ['api_token_not_found'] },
      schema: {
        operationId: 'deleteApiToken',
        summary: 'Delete an API token; it ends at once',
        tags,
        params: IdParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await deleteApiToken(db, request.caller, request.params.id)
      return reply.code(204).send(null)
    },
  )
}
