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
  interface FastifyContextConfig {
    permission?: Permission
    public?: true
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
  app.decorateRequest('origin')
  app.decorateRequest('caller')
  app.decorateRequest('refusal')
  app.addHook('onRequest', async (request) => {
    const { headers, ip, id } = request
    const user_agent = headers['user-agent']?.slice(0, 500) ?? null
    request.origin = { request_id: id, ip, user_agent }
    const token = /^bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
    if (!token) return
    try {
      request.caller = { ...request.origin, ...(await identify(app, doors, token, request.origin)) }
    } catch (error) {
      request.refusal = Object(error)
    }
  })
}

/** Which door a token belongs to shows before anything in it is believed. */
function identify(app: FastifyInstance, doors: Doors, token: string, origin: Origin) {
  if (token.startsWith(apiTokenPrefix)) return doors.apiToken(token)
  const mock = mockToken.exec(token)?.[1]
  if (mock && doors.mock) return doors.mock(mock)
  if (doors.entra && issuerIn(token) === doors.entra.issuer) return doors.entra.enter(token, origin)
  return doors.session(verify(app, token))
}

function issuerIn(token: string): unknown {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
    return Object(JSON.parse(payload)).iss
  } catch {
    return undefined
  }
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

async function requirePermission({ routeOptions, caller, refusal }: FastifyRequest): Promise<void> {
  const { permission } = routeOptions.config
  if (!permission) return
  if (!caller) throw refusal ?? failure('token_required')
  if (can(caller, permission)) return
  const isScope = can({ roles: caller.roles }, permission)
  throw failure(isScope ? 'scope_required' : 'permission_required', { permission })
}
