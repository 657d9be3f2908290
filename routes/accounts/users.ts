import { NewUser, User, UserEnvelope, UserQuery } from '../../schemas/accounts/users.ts'
import { ref } from '../../schemas/common.ts'
import { addUser } from '../../src/accounts/registration.ts'
import { listUsers } from '../../src/accounts/users.ts'
import type { Routes } from '../../src/fastify.ts'
import { envelopeOf } from '../../src/page.ts'
import { etagOf } from '../../src/version.ts'
import { userRoutes } from './user-routes.ts'

const tags = ['users']

/** Users in the shapes of the Vue guide; the same ones as under /user_accounts. */
export const users: Routes = async (app) => {
  app.register(userRoutes({ noun: 'User', tag: 'users', verbs: ['PUT', 'PATCH'] }))

  app.get(
    '',
    {
      config: { permission: 'user.read' },
      schema: {
        operationId: 'listUsers',
        summary: 'List users, newest first',
        tags,
        querystring: UserQuery,
        response: { 200: ref(UserEnvelope) },
      },
    },
    async (request) => envelopeOf(await listUsers(app.db, request.query), 'users'),
  )

  app.post(
    '',
    {
      config: { permission: 'user.manage', failures: ['account_taken', 'duplicate'] },
      schema: {
        operationId: 'createUser',
        summary: 'Create a user; without a password they get a mail to choose one',
        tags,
        body: ref(NewUser),
        response: { 201: ref(User) },
      },
    },
    async (request, reply) => {
      const user = await addUser(app, request.caller, request.body)
      return reply
        .code(201)
        .headers({ location: `/api/v1/users/${user.id}`, etag: etagOf(user) })
        .send(user)
    },
  )
}
