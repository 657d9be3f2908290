import type { ServiceArea } from '../schemas/service-levels.ts'
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
import { slo } from './system/slo.ts'
import { uploads } from './uploads/index.ts'

/** Every area of the service and where it lives. */
export const routes: Routes = async (app) => {
  app.register(system)
  app.register(of('accounts', auth), { prefix: '/api/v1/auth' })
  app.register(of('accounts', users), { prefix: '/api/v1/users' })
  app.register(of('accounts', userAccounts), { prefix: '/api/v1/user_accounts' })
  app.register(of('accounts', audit), { prefix: '/api/v1/admin/audit' })
  app.register(of('system', jobs), { prefix: '/api/v1/admin/jobs' })
  app.register(of('system', slo), { prefix: '/api/v1/admin/slo' })
  app.register(of('items', items), { prefix: '/api/v1/items' })
  app.register(of('uploads', uploads), { prefix: '/api/v1/upload' })
  app.register(of('realtime', realtime), { prefix: '/api/v1/ws' })
  app.register(of('realtime', socket), { prefix: '/api/v1/ws' })
  app.register(unlisted(of('realtime', realtime)), { prefix: '/ws' })
  app.register(unlisted(of('realtime', socket)), { prefix: '/ws' })
  app.register(of('statistics', statistics), { prefix: '/api/v1' })
  app.register(unlisted(of('statistics', statistics)), { prefix: '/api' })
  app.register(of('submissions', submissions), { prefix: '/api/v1' })
  app.register(of('itsm', itsm), { prefix: '/api/v1' })
  app.register(of('projects', projects), { prefix: '/api/v1/projects' })
  app.register(of('analysis', analysis), { prefix: '/api/v1/analysis' })
  app.register(of('driver-tree', driverTree), { prefix: '/api/v1/driver-tree' })
  app.register(unlisted(of('submissions', submissions)), { prefix: '/api/v1/submission' })
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

/** Routes whose requests count for an area in the service's own records. */
function of(area: ServiceArea, routes: Routes): Routes {
  return async (app) => {
    app.addHook('onRoute', (route) => {
      route.config = { ...route.config, area }
    })
    app.register(routes)
  }
}
