import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  ChangeWindow,
  NewWindow,
  WindowChange,
  WindowPage,
  WindowQuery,
} from '../../schemas/itsm/change-windows.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  createWindow,
  deleteWindow,
  getWindow,
  listWindows,
  updateWindow,
} from '../../src/itsm/changes/windows.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['changes']

export const changeWindows: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'change.read' },
      schema: {
        operationId: 'listChangeWindows',
        summary: 'List freezes and maintenance windows, the earliest first',
        tags,
        querystring: WindowQuery,
        response: { 200: ref(WindowPage) },
      },
    },
    ({ query }) => listWindows(db, query),
  )

  app.post(
    '',
    {
      config: { permission: 'change.manage' },
      schema: {
        operationId: 'createChangeWindow',
        summary: 'Create a freeze or a maintenance window',
        description:
          'A hard freeze blocks changes that overlap it, a soft one warns. A CI that maintenance windows are for is warned of when a change is not wholly inside them.',
        tags,
        body: ref(NewWindow),
        response: { 201: ref(ChangeWindow) },
      },
    },
    async ({ caller, body }, reply) => {
      const window = await createWindow(db, caller, body)
      const location = `/api/v1/change-windows/${window.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(window) })
        .send(window)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission: 'change.read', failures: ['window_not_found'] },
      schema: {
        operationId: 'getChangeWindow',
        summary: 'Get a freeze or a maintenance window',
        tags,
        params: IdParams,
        response: { 200: ref(ChangeWindow) },
      },
    },
    async ({ params }, reply) => {
      const window = await getWindow(db, params.id)
      return reply.header('etag', etagOf(window)).send(window)
    },
  )

  app.patch(
    '/:id',
    {
      config: { permission: 'change.manage', failures: ['window_not_found'] },
      schema: {
        operationId: 'updateChangeWindow',
        summary: 'Change some fields of a window',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(WindowChange),
        response: { 200: ref(ChangeWindow) },
      },
    },
    async ({ params, headers, caller, body }, reply) => {
      const version = versionIn(headers['if-match'])
      const window = await updateWindow(db, caller, params.id, body, version)
      return reply.header('etag', etagOf(window)).send(window)
    },
  )

  app.delete(
    '/:id',
    {
      config: { permission: 'change.manage', failures: ['window_not_found'] },
      schema: {
        operationId: 'deleteChangeWindow',
        summary: 'Delete a window',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, headers, caller }, reply) => {
      await deleteWindow(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
