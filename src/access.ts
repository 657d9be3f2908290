import jwt from '@fastify/jwt'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Role } from '../schemas/accounts/users.ts'
import { type FailureCode, failure } from './failure.ts'
import type { IdempotencyClaim } from './idempotency.ts'
import { can, type Permission } from './permissions.ts'
import type { Trace } from './trace.ts'

/** From where something is asked, whoever asks. */
export type Origin = {
  request_id: string
  ip: string | null
  user_agent: string | null
  /** Where the request stands in a trace: for the jobs it asks for, and for what it calls. */
  trace?: Trace | undefined
  /** There when the request carries an `Idempotency-Key`: see `recordAudit`. */
  claim?: IdempotencyClaim | undefined
}

/** Who a token speaks for. */
export type Identity = {
  id: string
  roles: Role[]
  /** What an API token is limited to; null for somebody who has signed in. */
  scopes: string[] | null
  /** Null for API tokens and mock users. */
  session_id: string | null
  /** When the token ends; not there for one that does not. */
  expires_at?: string | undefined
}

export type Caller = Origin & Identity

/** Somebody who signs in, or the service itself, is nobody yet. */
export type Actor = Origin & { id: string | null }

export type AccessClaims = {
  sub: string
  sid: string
  jti: string
  type: 'access'
  /** There in every token that is signed. */
  exp?: number
}

/** The ways in, made by accounts: each answers whom a token speaks for, or fails. */
export type Doors = {
  session(claims: AccessClaims): Promise<Identity>
  apiToken(token: string): Promise<Identity>
  entra?: { issuer: string; enter(token: string, origin: Origin): Promise<Identity> } | undefined
  mock?: ((name: string) => Promise<Identity>) | undefined
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: AccessClaims
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    origin: Origin
    /** There on every route but those that are `public`, and there if somebody has signed in. */
    caller: Caller
    /** Why there is no caller although there is a token. */
    refusal: Error | undefined
  }
  interface FastifyInstance {
    /** Whom a token speaks for, by whichever door; fails where it speaks for nobody. */
    identify(token: string, origin: Origin): Promise<Identity>
  }
  interface FastifyContextConfig {
    permission?: Permission
    public?: true
    /** A WebSocket is let in and told why it is closed: browsers cannot read a refused handshake. */
    upgrades?: true
    /** What else this route can answer, for the docs; what follows from its schema is not listed. */
    failures?: readonly FailureCode[]
  }
}

export const apiTokenPrefix = 'kaname_'
const mockToken = /^mock-access-token-dev-([\w-]{1,50})$/
const issuer = 'kaname'

/** How many tokens are remembered, by their hash, as rightly signed. */
const keptTokens = 5000

/** Finds out who is asking. Whether that is enough is for `installPermissions` to say. */
export async function installTokens(app: FastifyInstance, doors: Doors): Promise<void> {
  const { jwtSecret, accessTokenTtl } = app.config
  await app.register(jwt, {
    secret: jwtSecret,
    sign: { algorithm: 'HS256', expiresIn: accessTokenTtl, iss: issuer, aud: issuer },
    verify: {
      algorithms: ['HS256'],
      allowedIss: issuer,
      allowedAud: issuer,
      // That a signature is right is found out once; whether the token has ended, each time.
      cache: keptTokens,
    },
  })
  const identify: FastifyInstance['identify'] = async (token, origin) =>
    enter(app, doors, token, origin)
  app.decorate('identify', identify)
  app.decorateRequest('origin')
  app.decorateRequest('caller')
  app.decorateRequest('refusal')
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers, ip, id } = request
    const user_agent = headers['user-agent']?.slice(0, 500) ?? null
    request.origin = { request_id: id, ip, user_agent, trace: request.raw.trace }
    const token = bearerIn(headers.authorization)
    if (!token) return done()
    identify(token, request.origin)
      .then((identity) => {
        request.caller = { ...request.origin, ...identity }
      })
      .catch((error) => {
        request.refusal = Object(error)
      })
      .then(() => done())
  })
}

/** The token of an Authorization header, if it has one. */
export function bearerIn(authorization = ''): string | undefined {
  return /^bearer (\S+)$/i.exec(authorization)?.[1]
}

/** Which door a token belongs to shows before anything in it is believed. */
async function enter(
  app: FastifyInstance,
  doors: Doors,
  token: string,
  origin: Origin,
): Promise<Identity> {
  if (token.startsWith(apiTokenPrefix)) return doors.apiToken(token)
  const mock = doors.mock && mockToken.exec(token)?.[1]
  if (mock && doors.mock) return doors.mock(mock)
  if (doors.entra) {
    const { iss, exp } = claimsIn(token)
    if (iss === doors.entra.issuer)
      return { expires_at: timeOf(exp), ...(await doors.entra.enter(token, origin)) }
  }
  const claims = verify(app, token)
  return { expires_at: timeOf(claims.exp), ...(await doors.session(claims)) }
}

/** What a JWT says, not yet believed; nothing for a token of another kind. */
function claimsIn(token: string): { iss?: unknown; exp?: unknown } {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
    return Object(JSON.parse(payload))
  } catch {
    return {}
  }
}

function timeOf(exp: unknown): string | undefined {
  return typeof exp === 'number' ? new Date(exp * 1000).toISOString() : undefined
}

function verify(app: FastifyInstance, token: string): AccessClaims {
  try {
    const claims = app.jwt.verify<AccessClaims>(token)
    if (claims.type === 'access' && claims.sid && claims.sub) return claims
  } catch (error) {
    const isExpired = Object(error).code === 'FAST_JWT_EXPIRED'
    throw failure(isExpired ? 'token_expired' : 'token_invalid')
  }
  throw failure('token_invalid')
}

/** Refuses to start with a route that does not say who may call it, and to let others call it. */
export function installPermissions(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    if (!config?.permission && !config?.public) {
      throw new Error(`${method} ${url} must declare a permission, or that it is public.`)
    }
  })
  app.addHook('onRequest', (request, _reply, done) => {
    requirePermission(request)
    done()
  })
}

function requirePermission(request: FastifyRequest): void {
  const { caller, refusal, ws } = request
  const { permission, upgrades } = request.routeOptions.config
  if (!permission || (ws && upgrades)) return
  requireCan(permission, caller, refusal)
}

/** Fails unless this is somebody who may do that. */
export function requireCan(
  permission: Permission,
  caller: Identity | undefined,
  refusal?: Error,
): asserts caller {
  if (!caller) throw refusal ?? failure('token_required')
  if (can(caller, permission)) return
  const isScope = can({ roles: caller.roles }, permission)
  throw failure(isScope ? 'scope_required' : 'permission_required', { permission })
}
