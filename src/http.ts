import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import fastify, { type FastifyReply } from 'fastify'
import type { DestinationStream } from 'pino'
import { installAdmission } from './admission.ts'
import { createCompilers, lazily, schemaBucket } from './compilers.ts'
import type { Config } from './config.ts'
import { failure } from './failure.ts'
import type { App } from './fastify.ts'
import { installJsonBodies } from './json-body.ts'
import { loggingOf } from './log.ts'
import { answerBrokenRequest, answerEarly } from './problem-details.ts'
import { newId } from './values.ts'

export type ServerOptions = {
  logTo?: DestinationStream | undefined
  /** Compiles every schema before the first request; a test does, to see that all of them can be. */
  isEager?: boolean
  /** Those of another service with the same routes, which knows them already. */
  compilers?: ReturnType<typeof createCompilers>
}

/** Fastify with none of its trusting defaults. */
export function createServer(
  config: Config,
  { logTo, isEager, compilers = createCompilers() }: ServerOptions = {},
): App {
  const requestTimeout = config.requestTimeout * 1000
  const app = fastify({
    ...loggingOf(config, logTo),
    genReqId: ({ headers }) => sane(headers['x-request-id']) ?? newId(),
    trustProxy: config.trustProxy,
    bodyLimit: 1024 * 1024,
    // Node checks either time only every `connectionsCheckingInterval`, and takes a request time
    // below the header time for the header time: the three belong together.
    requestTimeout,
    http: {
      headersTimeout: Math.min(20_000, requestTimeout / 2),
      connectionsCheckingInterval: Math.min(5_000, requestTimeout / 4),
    },
    // Lets requests under way finish on close, and answers those that still come.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: false },
    schemaController: {
      compilersFactory: isEager ? compilers : lazily(compilers),
      bucket: schemaBucket as never,
    },
    frameworkErrors: answerEarly,
    clientErrorHandler: answerBrokenRequest,
  })
  nameScopes(app)
  letGoOfDeafReaders(app, requestTimeout)
  installAdmission(app, config)
  // A text body would reach handlers without having met a schema.
  app.removeContentTypeParser('text/plain')
  installJsonBodies(app)
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    // PostgreSQL cannot keep a NUL, and nobody means to ask for one.
    if (request.url.includes('%00')) throw failure('forbidden_character')
    // axios says so of a POST without a body.
    const { 'content-length': length, 'content-type': type } = request.headers
    if (length === '0' && type === 'application/x-www-form-urlencoded') {
      delete request.headers['content-type']
    }
    done()
  })
  return app
}

const scopeName = Symbol.for('fastify.display-name')

/** Fastify looks for a scope without a name among all modules there are: a fifth of the time to start. */
function nameScopes(app: App): void {
  const { register } = app
  app.register = function (this: App, scope: object, options?: never) {
    if (!(scopeName in scope)) {
      const name = ('name' in scope && scope.name) || 'routes'
      Object.defineProperty(scope, scopeName, { value: name })
    }
    return register.call(this, scope as never, options as never)
  } as typeof register
}

/** Whoever has asked and takes nothing of the answer for so long is not waited for. */
function letGoOfDeafReaders({ server }: App, patienceMs: number): void {
  server.on('request', ({ socket }, response) => {
    response.setTimeout(patienceMs, () => void (socket.writableLength > 0 && socket.destroy()))
  })
}

const exposedHeaders = [
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Range',
  'ETag',
  'Idempotent-Replayed',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Tus-Checksum-Algorithm',
  'Tus-Extension',
  'Tus-Max-Size',
  'Tus-Resumable',
  'Tus-Version',
  'Upload-Expires',
  'Upload-Length',
  'Upload-Metadata',
  'Upload-Offset',
  'Upload-Stored-Name',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
  'X-Total-Count',
]

/** Which pages may read answers, and what a browser may do with those it shows. */
export async function installHeaders(app: App): Promise<void> {
  const { corsOrigins } = app.config
  const anyone = corsOrigins.includes('*')
  // What is no preflight hears which methods there are, where the plugin would send 400 in plain text.
  app.addHook('onRequest', ({ method, headers, routeOptions }, reply, done) => {
    const isPreflight = headers.origin && headers['access-control-request-method']
    const isTheirs = method === 'OPTIONS' && routeOptions.url === '*'
    if (isTheirs && !isPreflight) reply.callNotFound()
    else done()
  })
  await app.register(cors, {
    origin: anyone ? '*' : corsOrigins.map(patternOf),
    credentials: !anyone,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders,
    maxAge: 600,
    strictPreflight: true,
  })
  await app.register(helmet, {
    global: false,
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        workerSrc: ["'self'", 'blob:'],
        frameAncestors: ["'none'"],
        // On plain http it would send a page to https, where nobody listens.
        upgradeInsecureRequests: null,
      },
    },
  })
  let said: ReturnType<typeof saidByHelmet> | undefined
  app.addHook('onRequest', (_request, reply, done) => {
    said ??= saidByHelmet(reply)
    reply.headers(said)
    done()
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (!reply.hasHeader('cache-control')) {
      reply.header('cache-control', reply.hasHeader('etag') ? 'private, no-cache' : 'no-store')
    }
    done(null, payload)
  })
}

/** It would put the same headers together again for every request. */
function saidByHelmet(reply: FastifyReply) {
  const { raw } = reply
  const before = raw.getHeaderNames()
  reply.helmet()
  const said = Object.entries(raw.getHeaders()).filter(([name]) => !before.includes(name))
  for (const [name] of said) raw.removeHeader(name)
  return Object.fromEntries(said)
}

/** Says that an answer depends on a header of the request, besides those that it depends on already. */
export function varyOn(reply: FastifyReply, name: string): FastifyReply {
  const known = reply.getHeader('vary')
  return reply.header('vary', known ? `${known}, ${name}` : name)
}

/** What a header such as `Accept` names, in lower case, with the weight of each (RFC 9110, 12.4.2). */
export function preferencesIn(header = ''): Map<string, number> {
  return new Map(
    header.split(',').map((part): [string, number] => {
      const [name = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase())
      const weight = parameters.find((each) => each.startsWith('q='))
      return [name, weight ? Number(weight.slice(2)) : 1]
    }),
  )
}

/** Whether a page of this origin may read what the service answers, as CORS_ORIGINS says. */
export function isAllowedOrigin({ corsOrigins }: Pick<Config, 'corsOrigins'>, origin: string) {
  return corsOrigins.some((each) => {
    const pattern = patternOf(each)
    return each === '*' || (typeof pattern === 'string' ? pattern === origin : pattern.test(origin))
  })
}

/** `https://*.example.jp` is every host below example.jp, and not evil-example.jp. */
function patternOf(origin: string): string | RegExp {
  if (!origin.includes('*')) return origin
  const [before = '', after = ''] = origin.split('*').map((part) => part.replace(/[.]/g, '\\.'))
  return new RegExp(`^${before}([a-z\\d-]+\\.)*[a-z\\d-]+${after}$`)
}

function sane(id: unknown): string | undefined {
  return typeof id === 'string' && /^[\w.-]{1,64}$/.test(id) ? id : undefined
}
