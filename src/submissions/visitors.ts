import type { FastifyRequest } from 'fastify'
import type { Actor } from '../access.ts'
import type { Viewer } from './access.ts'

/** Somebody at a route that takes a link as well as a token. */
export type Visitor = {
  viewer: Viewer
  actor: Actor
  /** The id of a session that they know. */
  link?: string | undefined
  /** Why their token, if they sent one, speaks for nobody. */
  refusal?: Error | undefined
}

export function visitorOf(
  { caller, origin, refusal }: Pick<FastifyRequest, 'caller' | 'origin' | 'refusal'>,
  link?: string,
): Visitor {
  // The type says that there is one: on public routes there may be none.
  const viewer: Viewer = caller
  return { viewer, actor: viewer ?? { ...origin, id: null }, link, refusal }
}

/** The link that somebody shows; a page cannot send a header with the address of a picture. */
export function linkIn({
  headers,
  query,
}: {
  headers: { 'x-session-id'?: string }
  query: { session_id?: string }
}): string | undefined {
  return headers['x-session-id'] ?? query.session_id
}
