import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { now } from './values.ts'

/** What an update of something that counts its changes sets besides its own columns. */
export function touched() {
  return { version: sql<number>`version + 1`, updated_at: now() }
}

/** The `ETag` of something that counts its changes in `version`. */
export function etagOf({ version }: { version: number }): string {
  return `"${version}"`
}

/**
 * The version that `If-Match` says a client has seen: `undefined` when any will do, and one that
 * never was when it says something else. A proxy that compresses makes a tag weak; ours stays true.
 * What a read shows besides may stand after a dot: `"3.rB1x"` is version 3 as well.
 */
export function versionIn(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined
  return Number(/^(?:W\/)?"(\d{1,9})(?:\.[\w-]+)?"$/.exec(ifMatch)?.[1] ?? -1)
}

/** Whether a client names, in `If-None-Match`, the tag of what it would get. */
export function isSeen({ 'if-none-match': seen }: IncomingHttpHeaders, etag: unknown): boolean {
  if (seen === undefined) return false
  const tags = seen.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.some((tag) => tag === '*' || tag === etag)
}

/** Answers 304 to a client that has seen the very tag it would get again. */
export function installConditionalReads(app: FastifyInstance): void {
  app.addHook('onSend', ({ method, headers }, reply, payload, done) => {
    const etag = reply.getHeader('etag')
    const isRead = method === 'GET' || method === 'HEAD'
    const isNew = !etag || !isRead || reply.statusCode !== 200 || !isSeen(headers, etag)
    if (isNew) return done(null, payload)
    if (isStream(payload)) payload.destroy()
    reply.code(304).removeHeader('content-type').removeHeader('content-length')
    done(null, '')
  })
}

function isStream(payload: unknown): payload is { destroy(): void } {
  return typeof Object(payload).destroy === 'function'
}
