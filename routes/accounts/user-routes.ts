import { Type } from '@sinclair/typebox'
import { ProfileChange, User, UserChange } from '../../schemas/accounts/users.ts'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  deleteUser,
  getOwnUser,
  getUser,
  updateOwnUser,
  updateUser,
} from '../../src/accounts/users.ts'
import type { Routes } from '../../src/fastify.ts'
import { etagOf, versionIn } from '../../src/version.ts'

type View = {
  /** `User` makes `getUser`, `updateOwnUser` and so on. */
  noun: 'User' | 'UserAccount'
  tag: string
  /** The Vue guide changes with PUT, and only what it sends. */
  verbs: readonly ('PUT' | 'PATCH')[]
}

/** What both views of users have in common: oneself, and each of them by id. */
export const userRoutes: (view: View) => Routes =
  ({ noun, tag, verbs }) =>
  async (app) => {
    const { db } = app
    const tags = [tag]

    app.get(
      '/me',
      {
        config: { permission: 'account.read', failures: ['user_not_found'] },
        schema: {
          operationId: `getOwn${noun}`,
          summary: 'Get the user who is asking',
          tags,
          response: { 200: ref(User) },
        },
      },
      async (request, reply) => {
        const user = await getOwnUser(app, request.caller)
        return reply.header('etag', etagOf(user)).send(user)
      },
    )

    app.get(
      '/:id',
      {
        config: { permission: 'user.read', failures: ['user_not_found'] },
        schema: {
          operationId: `get${noun}`,
          summary: 'Get a user',
          tags,
          params: IdParams,
          response: { 200: ref(User) },
        },
      },
      async (request, reply) => {
        const user = await getUser(db, request.params.id)
        return reply.header('etag', etagOf(user)).send(user)
      },
    )

    for (const method of verbs) {
      const verb = method === 'PUT' ? 'set' : 'update'

      app.route({
        method,
        url: '/me',
        config: { permission: 'account.write', failures: ['user_not_found'] },
        schema: {
          operationId: `${verb}Own${noun}`,
          summary: 'Change some fields of one’s profile',
          tags,
          headers: IfMatch,
          body: ref(ProfileChange),
          response: { 200: ref(User) },
        },
        handler: async ({ caller, body, headers }, reply) => {
          const user = await updateOwnUser(app, caller, body, versionIn(headers['if-match']))
          return reply.header('etag', etagOf(user)).send(user)
        },
      })

      app.route({
        method,
        url: '/:id',
        config: {
          permission: 'user.manage',
          failures: ['user_not_found', 'last_admin', 'last_project_manager'],
        },
        schema: {
          operationId: `${verb}${noun}`,
          summary: 'Change some fields of a user, roles and activity included',
          tags,
          params: IdParams,
          headers: IfMatch,
          body: ref(UserChange),
          response: { 200: ref(User) },
        },
        handler: async ({ caller, params, body, headers }, reply) => {
          const version = versionIn(headers['if-match'])
          const user = await updateUser(app, caller, params.id, body, version)
          return reply.header('etag', etagOf(user)).send(user)
        },
      })
    }

    app.delete(
      '/:id',
      {
        config: {
          permission: 'user.manage',
          failures: ['user_not_found', 'last_admin', 'last_project_manager'],
        },
        schema: {
          operationId: `delete${noun}`,
          summary: 'Deactivate a user and make them unrecognisable; what they did stays',
          tags,
          params: IdParams,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        await deleteUser(app, request.caller, request.params.id)
        return reply.code(204).send(null)
      },
    )
  }
