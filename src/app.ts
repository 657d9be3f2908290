import { routes } from '../routes/index.ts'
import { installPermissions, installTokens } from './access.ts'
import { createDoors } from './accounts/doors.ts'
import { installDocs } from './docs.ts'
import { failure } from './failure.ts'
import type { App, Deps } from './fastify.ts'
import { createServer, installHeaders, type ServerOptions } from './http.ts'
import { installIdempotency } from './idempotency.ts'
import { installLimit } from './limit.ts'
import { installRequestLog } from './log.ts'
import { installPages } from './page.ts'
import { installFailures } from './problem-details.ts'
import { installEntrance } from './realtime/entrance.ts'
import { installSockets } from './realtime/sockets.ts'
import { installMetrics } from './system/metrics.ts'
import { installConditionalReads } from './version.ts'
import { installWebClient } from './web-client.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers in every phase of the service's life: health and metrics. */
    always?: true
  }
}

/** The composition root: the one place that knows every part of the service. */
export async function buildApp(deps: Deps, options?: ServerOptions): Promise<App> {
  const app = createServer(deps.config, options)
  for (const [name, dep] of Object.entries(deps)) app.decorate(name, dep as never)

  installFailures(app)
  installRequestLog(app)
  await installMetrics(app)
  await installHeaders(app)
  installConditionalReads(app)
  installIdempotency(app)
  await installSockets(app)
  await installDocs(app)
  await installWebClient(app)

  // In the order in which a request meets them: who is it, has it had enough, may it do this?
  installPhase(app)
  await installTokens(app, createDoors(app))
  installEntrance(app)
  await installLimit(app)
  installPermissions(app)
  installPages(app)

  await app.register(routes)
  return app
}

/** Before it is ready the service says so; when it leaves it asks clients to call elsewhere. */
function installPhase(app: App): void {
  app.addHook('onRequest', ({ routeOptions }, _reply, done) => {
    const phase = app.lifecycle.phase()
    const isOpen = phase === 'ready' || phase === 'draining' || routeOptions.config.always
    if (!isOpen) throw failure('starting', undefined, { retry_after: 1 })
    done()
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (app.lifecycle.phase() === 'draining') reply.header('connection', 'close')
    done(null, payload)
  })
}
