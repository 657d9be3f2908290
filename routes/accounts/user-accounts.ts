import { UserPage, UserQuery } from '../../schemas/accounts/users.ts'
import { ref } from '../../schemas/common.ts'
import { listUsers } from '../../src/accounts/users.ts'
import type { Routes } from '../../src/fastify.ts'
import { settings } from './settings.ts'
import { userRoutes } from './user-routes.ts'

/** Users in the shapes of the CAMP specification; the same ones as under /users. */
export const userAccounts: Routes = async (app) => {
  app.register(userRoutes({ noun: 'UserAccount', tag: 'user_accounts', verbs: ['PATCH'] }))
  app.register(settings, { prefix: '/me/settings' })

  app.get(
    '',
    {
      config: { permission: 'user.read' },
      schema: {
        operationId: 'listUserAccounts',
        summary: 'List users, newest first',
        tags: ['user_accounts'],
        querystring: UserQuery,
        response: { 200: ref(UserPage) },
      },
    },
    (request) => listUsers(app.db, request.query),
  )
}
