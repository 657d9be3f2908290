import type { FastifyRequest } from 'fastify'
import { bearerIn } from '../access.ts'
import { failure } from '../failure.ts'
import type { App } from '../fastify.ts'
import { isAllowedOrigin } from '../http.ts'
import { redeemTicket } from './tickets.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether it wants to become a WebSocket. */
    ws: boolean
    /** The token that a WebSocket came with, in whatever way. */
    credential: string | undefined
  }
}

/**
 * Finds out who is behind a WebSocket, as `installTokens` does for other requests: a browser cannot
 * send an Authorization header with it. Pages of strangers are refused here.
 */
export function installEntrance(app: App): void {
  app.decorateRequest('credential')
  app.addHook('onRequest', (request, _reply, done) => {
    if (!request.ws) return done()
    meet(app, request).then(() => done(), done)
  })
}

async function meet(app: App, request: FastifyRequest): Promise<void> {
  if (!request.routeOptions.config.upgrades) throw failure('route_not_found')
  requirePage(app, request)
  const { authorization } = request.headers
  if (authorization) {
    request.credential = bearerIn(authorization)
    return
  }
  try {
    const token = await tokenIn(app, request)
    if (!token) return
    request.credential = token
    request.caller = { ...request.origin, ...(await app.identify(token, request.origin)) }
  } catch (error) {
    request.refusal = Object(error)
  }
}

/** The page that asks, as a browser says; null for a program. */
export function pageOf({ origin }: FastifyRequest['headers']): string | null {
  return origin ?? null
}

function requirePage(app: App, request: FastifyRequest): void {
  const page = pageOf(request.headers)
  if (page === null || isAllowedOrigin(app.config, page)) return
  const own = [app.config.publicUrl, `http://${request.host}`, `https://${request.host}`]
  if (!own.includes(page)) throw failure('page_refused')
}

/** By subprotocol (`bearer, <token>` or `ticket, <ticket>`) or in the query. */
async function tokenIn(app: App, request: FastifyRequest): Promise<string | undefined> {
  const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/)
  const after = (name: string) =>
    offered[0]?.trim().toLowerCase() === name ? offered[1]?.trim() : undefined
  const { token, ticket } = request.query as Record<string, unknown>
  const shown = after('ticket') ?? textIn(ticket)
  if (shown) return redeemTicket(app, shown, pageOf(request.headers))
  return after('bearer') ?? textIn(token)
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
