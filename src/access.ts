import jwt from '@fastify/jwt'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Role } from '../schemas/accounts/users.ts'
import { type FailureCode, failure } from './failure.ts'
import type { IdempotencyClaim } from './idempotency.ts'
import { can, type Permission } from './permissions.ts'

/** From where something is asked, whoever asks. */
export type Origin = {
  request_id: string
  ip: string | null
  user_agent: string | null
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

export type AccessClaims = { sub: string; sid: string; jti: string; type: 'access' }

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

/** Finds out who is asking. Whether that is enough is for `installPermissions` to say. */
export async function installTokens(app: FastifyInstance, doors: Doors): Promise<void> {
  const { jwtSecret, accessTokenTtl } = app.config
  await app.register(jwt, {
    secret: jwtSecret,
    sign: { algorithm: 'HS256', expiresIn: accessTokenTtl, iss: issuer, aud: issuer },
    verify: { algorithms: ['HS256'], allowedIss: issuer, allowedAud: issuer },
  })
  const identify: FastifyInstance['identify'] = async (token, origin) => {
    const identity = await enter(app, doors, token, origin)
    return { expires_at: expiryOf(token), ...identity }
  }
  app.decorate('identify', identify)
  app.decorateRequest('origin')
  app.decorateRequest('caller')
  app.decorateRequest('refusal')
  app.addHook('onRequest', async (request) => {
    const { headers, ip, id } = request
    const user_agent = headers['user-agent']?.slice(0, 500) ?? null
    request.origin = { request_id: id, ip, user_agent }
    const token = bearerIn(headers.authorization)
    if (!token) return
    try {
      request.caller = { ...request.origin, ...(await identify(token, request.origin)) }
    } catch (error) {
      request.refusal = Object(error)
    }
  })
}

/** The token of an Authorization header, if it has one. */
export function bearerIn(authorization = ''): string | undefined {
  return /^bearer (\S+)$/i.exec(authorization)?.[1]
}

/** Which door a token belongs to shows before anything in it is believed. */
function enter(app: FastifyInstance, doors: Doors, token: string, origin: Origin) {
  if (token.startsWith(apiTokenPrefix)) return doors.apiToken(token)
  const mock = mockToken.exec(token)?.[1]
  if (mock && doors.mock) return doors.mock(mock)
  if (doors.entra && claimsIn(token).iss === doors.entra.issuer)
    return doors.entra.enter(token, origin)
  return doors.session(verify(app, token))
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

function expiryOf(token: string): string | undefined {
  const { exp } = claimsIn(token)
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
  app.addHook('onRequest', requirePermission)
}

async function requirePermission(request: FastifyRequest): Promise<void> {
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
