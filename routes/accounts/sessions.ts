import { Type } from '@sinclair/typebox'
import { SessionPage, SessionQuery } from '../../schemas/accounts/auth.ts'
import { IdParams, ref } from '../../schemas/common.ts'
import { deleteSession, listSessions } from '../../src/accounts/sessions.ts'
import type { Routes } from '../../src/fastify.ts'

const tags = ['auth']

export const sessions: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'account.secure' },
      schema: {
        operationId: 'listSessions',
        summary: 'List the devices one is signed in on, newest first',
        tags,
        querystring: SessionQuery,
        response: { 200: ref(SessionPage) },
      },
    },
    (request) => listSessions(db, request.caller, request.query),
  )

  app.delete(
    '/:id',
    {
      config: { permission: 'account.secure', failures: ['session_not_found'] },
      schema: {
        operationId: 'deleteSession',
        summary: 'Sign one device out',
        tags,
        params: IdParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await deleteSession(db, request.caller, request.params.id)
      return reply.code(204).send(null)
    },
  )
}
