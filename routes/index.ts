import type { Routes } from '../src/fastify.ts'
import { audit } from './accounts/audit.ts'
import { auth } from './accounts/auth.ts'
import { userAccounts } from './accounts/user-accounts.ts'
import { users } from './accounts/users.ts'
import { statistics } from './statistics/index.ts'
import { system } from './system/index.ts'
import { jobs } from './system/jobs.ts'
import { resumableUploads } from './uploads/resumable.ts'

/** Every area of the service and where it lives. */
export const routes: Routes = async (app) => {
  app.register(system)
  app.register(auth, { prefix: '/api/v1/auth' })
  app.register(users, { prefix: '/api/v1/users' })
  app.register(userAccounts, { prefix: '/api/v1/user_accounts' })
  app.register(audit, { prefix: '/api/v1/admin/audit' })
  app.register(jobs, { prefix: '/api/v1/admin/jobs' })
  app.register(resumableUploads, { prefix: '/api/v1/upload/resumable' })
  app.register(statistics, { prefix: '/api/v1' })
  app.register(unlisted(statistics), { prefix: '/api' })
}

/** The same routes at an older address, which the document does not list a second time. */
function unlisted(routes: Routes): Routes {
  return async (app) => {
    app.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, hide: true }
    })
    app.register(routes)
  }
}
