import { ref } from '../../schemas/common.ts'
import { Alive, AppInfo, Health, Ready } from '../../schemas/system.ts'
import { serviceName, version } from '../../src/about.ts'
import type { Routes } from '../../src/fastify.ts'
import { varyOn } from '../../src/http.ts'
import { getHealth, requireReady } from '../../src/system/health.ts'
import { readMetrics } from '../../src/system/metrics.ts'
import { webFile } from '../../src/web.ts'
import { sendPage, wantsPage } from '../../src/web-client.ts'

const tags = ['system']

/** For those who watch: open, without a limit, and answering in every phase. */
const watched = { public: true, rateLimit: false, always: true } as const

export const system: Routes = async (app) => {
  app.get(
    '/',
    {
      config: { public: true, always: true },
      schema: {
        operationId: 'getAppInfo',
        summary: 'Say what this is; a browser gets a page',
        description:
          'A client that would rather have `text/html` gets the page of the web client (`STATIC_DIR`), or the start page. Browsers get the same page at every address that is neither of the service nor a file.',
        tags,
        response: {
          200: {
            description: 'What this is',
            content: {
              'application/json': { schema: ref(AppInfo) },
              'text/html': { schema: { type: 'string' } },
            },
          },
        },
      },
    },
    async (request, reply) => {
      if (wantsPage(request)) return sendPage(app, reply) as never
      varyOn(reply, 'Accept')
      return { message: `Welcome to ${serviceName}`, version, docs: '/docs' }
    },
  )

  app.get(
    '/reset-password',
    { config: { public: true }, schema: { hide: true } },
    async (_request, reply) => reply.type('text/html').send(webFile('reset-password.html')),
  )

  app.get(
    '/health',
    {
      config: { ...watched, failures: ['unhealthy'] },
      schema: {
        operationId: 'getHealth',
        summary: 'Say how the service and what it depends on are',
        description:
          '`degraded` without Redis or the storage of files; without its database 503, with the same `services` in the problem.',
        tags,
        response: { 200: ref(Health) },
      },
    },
    () => getHealth(app),
  )

  app.get(
    '/health/live',
    {
      config: watched,
      schema: {
        operationId: 'getLiveness',
        summary: 'Say that the process lives',
        tags,
        response: { 200: ref(Alive) },
      },
    },
    () => ({ status: 'alive' as const }),
  )

  app.get(
    '/health/ready',
    {
      config: { ...watched, failures: ['not_ready'] },
      schema: {
        operationId: 'getReadiness',
        summary: 'Say whether requests should be sent here',
        description: '503 while starting, migrating or draining, and without a database.',
        tags,
        response: { 200: ref(Ready) },
      },
    },
    () => requireReady(app),
  )

  app.get(
    '/metrics',
    {
      config: { ...watched, failures: ['metrics_token_required'] },
      schema: {
        operationId: 'getMetrics',
        summary: 'Figures for Prometheus',
        description: 'Behind `METRICS_TOKEN` as a bearer token where that is set.',
        tags,
        response: {
          200: {
            description: 'The text format of Prometheus',
            content: { 'text/plain': { schema: { type: 'string' } } },
          },
        },
      },
    },
    async (request, reply) =>
      reply
        .type('text/plain; version=0.0.4; charset=utf-8')
        .send(await readMetrics(app, request.headers.authorization)),
  )
}
