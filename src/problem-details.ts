import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RouteOptions,
} from 'fastify'
import findMyWay from 'find-my-way'
import type { ProblemDetails } from '../schemas/common.ts'
import { type Failure, type FieldFault, failure, invalid, type PlainCode } from './failure.ts'
import { loggedPathOf } from './log.ts'
import { fill, type Language, languageOf, messages, rules } from './messages.ts'
import { ruleOfPattern } from './patterns.ts'
import { newId, pathOf } from './values.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Answers every failure of this service, of Fastify and of its plugins as RFC 9457 asks. */
export function installFailures(app: FastifyInstance): void {
  app.setErrorHandler(answerFailure)
  app.addHook('onRequest', (request, _reply, done) => {
    latest.set(request.raw.socket, request)
    done()
  })

  const routes: Pick<RouteOptions, 'method' | 'url'>[] = []
  app.addHook('onRoute', ({ method, url }) => void routes.push({ method, url }))
  // Another router of every route takes its time: it is made when the first address is not found.
  let router: Router | undefined
  app.setNotFoundHandler((request, reply) => {
    router ??= routerOf(routes)
    const found = router
    const allowed = methods.filter((method) => found.find(method, pathOf(request.url)))
    // A route that takes the method and still finds nothing is one that serves files.
    if (request.method === 'OPTIONS' && allowed.length > 0) {
      return reply
        .code(204)
        .header('allow', `${allowed.join(', ')}, OPTIONS`)
        .send()
    }
    const isWrongMethod = allowed.length > 0 && !allowed.some((each) => each === request.method)
    if (!isWrongMethod) throw failure('route_not_found')
    reply.header('allow', allowed.join(', '))
    throw failure('method_not_allowed', { allowed })
  })
}

type Router = ReturnType<typeof routerOf>

function routerOf(routes: Pick<RouteOptions, 'method' | 'url'>[]) {
  const router = findMyWay({ ignoreTrailingSlash: true })
  for (const { method, url } of routes) {
    for (const each of methods) if ([method].flat().includes(each)) router.on(each, url, () => {})
  }
  return router
}

export function answerFailure(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const problem = toFailure(error)
  const { statusCode, extra } = problem
  if (statusCode >= 500 && !isExpected(problem)) request.log.error({ err: error }, 'request failed')
  if (statusCode === 401) reply.header('www-authenticate', 'Bearer')
  const isPassing = [429, 503, 507].includes(statusCode) || extra?.retry_after !== undefined
  if (isPassing && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', Math.ceil(Number(extra?.retry_after ?? 30)))
  }

  const language = languageOf(request.headers['accept-language'])
  return reply
    .code(statusCode)
    .removeHeader('etag')
    .headers({ 'x-request-id': request.id, 'content-language': language })
    .type('application/problem+json')
    .serializer(String)
    .send(JSON.stringify(describe(problem, language, pathOf(request.url), request.id)))
}

/** Whoever waits for a service to start asks again and again, and nothing is wrong with that. */
function isExpected({ failure: code }: Failure): boolean {
  return code === 'starting' || code === 'not_ready'
}

/** For answers that no hook of the service has seen; what they hold is never a page. */
const plainHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

const plainLines = Object.entries(plainHeaders)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')

/** Answers what Fastify refuses before it looks for a route, such as a path that cannot be read. */
export function answerEarly(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  return answerFailure(error, request, reply.headers(plainHeaders))
}

const brokenRequests: Record<string, PlainCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
}

/** The request whose body a connection is still sending, to answer in its language and by its id. */
const latest = new WeakMap<object, FastifyRequest>()

/** Answers what never became a request: broken HTTP, endless headers, a body that never came. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const request = latest.get(socket)
  const isUnderWay = request !== undefined && !request.raw.complete
  const id = isUnderWay ? request.id : newId()
  const language = languageOf(isUnderWay ? request.headers['accept-language'] : undefined)
  const problem = failure(brokenRequests[error.code ?? ''] ?? 'malformed_request')
  const path = isUnderWay ? pathOf(request.url) : '/'
  const body = JSON.stringify(describe(problem, language, path, id))
  if (isUnderWay) {
    const logged = { status: problem.statusCode, path: loggedPathOf(request) }
    request.log.info(logged, 'request broke off')
  }
  socket.end(
    `HTTP/1.1 ${problem.statusCode} ${STATUS_CODES[problem.statusCode]}\r\n` +
      'Content-Type: application/problem+json\r\n' +
      `Content-Language: ${language}\r\nX-Request-Id: ${id}\r\n` +
      `${plainLines}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

/** A failure in the words of RFC 9457. */
export function describe(
  { failure: code, statusCode: status, detail, extra: { errors, ...members } = {} }: Failure,
  language: Language,
  instance: string,
  request_id: string,
): ProblemDetails {
  const faults = errors?.map(({ field, rule, ...params }) => ({
    field,
    ...(params.line !== undefined && { line: params.line }),
    ...(params.column !== undefined && { column: params.column }),
    message: fill(rules[rule][language], params),
  }))
  return {
    type: `https://httpstatuses.com/${status}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: fill(messages[code][language], detail),
    instance,
    request_id,
    code,
    ...(faults && { errors: faults }),
    ...members,
  }
}

const codes: Record<number, PlainCode> = {
  401: 'token_required',
  404: 'route_not_found',
  408: 'request_timeout',
  412: 'stale_version',
  413: 'body_too_large',
  415: 'unsupported_type',
  416: 'range_beyond_end',
  429: 'rate_limited',
  503: 'unavailable',
}

/**
 * What the database refuses is often the client's doing, and what it cannot do for the moment
 * passes. Numbers are PostgreSQL's; the rest are SQLite's and the network's.
 */
const databaseCodes: Record<string, PlainCode> = {
  22021: 'forbidden_character', // a NUL in a text
  23503: 'missing_reference',
  23505: 'duplicate',
  SQLITE_CONSTRAINT_FOREIGNKEY: 'missing_reference',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'duplicate',
  SQLITE_CONSTRAINT_UNIQUE: 'duplicate',
  40001: 'too_busy',
  '40P01': 'too_busy', // a deadlock, more than once
  53200: 'too_busy', // no memory left
  53300: 'too_busy', // no connection left
  '55P03': 'too_busy', // a lock that was not to be had in time
  57014: 'too_busy', // a statement took too long
  53100: 'storage_full',
  SQLITE_FULL: 'storage_full',
  25006: 'unavailable', // a standby that does not write
  '25P03': 'unavailable', // a transaction stood still for too long
  '57P01': 'unavailable', // being shut down
  '57P02': 'unavailable',
  '57P03': 'unavailable', // starting up
  '57P05': 'unavailable', // a connection stood still for too long
  58030: 'unavailable', // its disk fails
  '08000': 'unavailable',
  '08001': 'unavailable',
  '08003': 'unavailable',
  '08006': 'unavailable',
  EAI_AGAIN: 'unavailable',
  ECONNREFUSED: 'unavailable',
  ECONNRESET: 'unavailable',
  EHOSTUNREACH: 'unavailable',
  ENETUNREACH: 'unavailable',
  ENOTFOUND: 'unavailable',
  EPIPE: 'unavailable',
  ETIMEDOUT: 'unavailable',
}

/** SQLite says what it was doing as well: `SQLITE_IOERR_WRITE`, `SQLITE_BUSY_SNAPSHOT`. */
function sqliteFault(code: string | undefined): PlainCode | undefined {
  if (code?.startsWith('SQLITE_BUSY')) return 'too_busy'
  return code && /^SQLITE_(IOERR|READONLY|CANTOPEN)/.test(code) ? 'unavailable' : undefined
}

/** How `pg` says that a connection is gone or could not be had; it gives these no code. */
const lostConnection =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/

/** Of an error nobody here meant to throw only the status is kept, and only below 500. */
export function toFailure(error: FastifyError | Failure): Failure {
  if ('failure' in error) return error
  if (error.validation) return invalid(...faultsOf(error))
  const refused = databaseCodes[error.code] ?? sqliteFault(error.code)
  if (refused) return failure(refused)
  if (lostConnection.test(error.message)) return failure('unavailable')
  const { statusCode = 500 } = error
  if (statusCode >= 500) return failure(codes[statusCode] ?? 'internal_error')
  return Object.assign(failure(codes[statusCode] ?? 'malformed_request'), { statusCode })
}

const maxFaults = 50

/** `/members/0` is wrong, or lacks a role, or has one too many: `members.0`, `members.0.role`. */
function faultsOf({ validation = [], validationContext = 'body' }: FastifyError): FieldFault[] {
  const isQuery = validationContext === 'querystring'
  return validation.slice(0, maxFaults).map(({ instancePath, keyword, params }) => {
    const inner = params.missingProperty ?? params.additionalProperty
    const path = [...instancePath.split('/').slice(1), ...(inner ? [inner] : [])]
    return {
      ...params,
      field: path.map(unescapePointer).join('.') || validationContext,
      ...ruleOf(isQuery && params.format === 'date-time' ? 'query_time' : keyword, params),
    }
  })
}

function ruleOf(keyword: string, { pattern }: Record<string, unknown>) {
  if (keyword === 'pattern') return ruleOfPattern(String(pattern))
  return { rule: keyword in rules ? (keyword as keyof typeof rules) : ('other' as const) }
}

/** JSON pointers (RFC 6901) spell `/` and `~` otherwise. */
function unescapePointer(part: unknown): string {
  return String(part).replaceAll('~1', '/').replaceAll('~0', '~')
}
