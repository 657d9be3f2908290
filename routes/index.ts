import type { Routes } from '../src/fastify.ts'
import { audit } from './accounts/audit.ts'
import { auth } from './accounts/auth.ts'
import { userAccounts } from './accounts/user-accounts.ts'
import { users } from './accounts/users.ts'
import { analysis } from './analysis/index.ts'
import { driverTree } from './driver-tree/index.ts'
import { items } from './items/index.ts'
import { itsm } from './itsm/index.ts'
import { projects } from './projects/index.ts'
import { realtime } from './realtime/index.ts'
import { socket } from './realtime/socket.ts'
import { statistics } from './statistics/index.ts'
import { submissions } from './submissions/index.ts'
import { system } from './system/index.ts'
import { jobs } from './system/jobs.ts'
import { uploads } from './uploads/index.ts'

/** Every area of the service and where it lives. */
export const routes: Routes = async (app) => {
  app.register(system)
  app.register(auth, { prefix: '/api/v1/auth' })
  app.register(users, { prefix: '/api/v1/users' })
  app.register(userAccounts, { prefix: '/api/v1/user_accounts' })
  app.register(audit, { prefix: '/api/v1/admin/audit' })
  app.register(jobs, { prefix: '/api/v1/admin/jobs' })
  app.register(items, { prefix: '/api/v1/items' })
  app.register(uploads, { prefix: '/api/v1/upload' })
  app.register(realtime, { prefix: '/api/v1/ws' })
  app.register(socket, { prefix: '/api/v1/ws' })
  app.register(unlisted(realtime), { prefix: '/ws' })
  app.register(unlisted(socket), { prefix: '/ws' })
  app.register(statistics, { prefix: '/api/v1' })
  app.register(unlisted(statistics), { prefix: '/api' })
  app.register(submissions, { prefix: '/api/v1' })
  app.register(itsm, { prefix: '/api/v1' })
  app.register(projects, { prefix: '/api/v1/projects' })
  app.register(analysis, { prefix: '/api/v1/analysis' })
  app.register(driverTree, { prefix: '/api/v1/driver-tree' })
  app.register(unlisted(submissions), { prefix: '/api/v1/submission' })
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
