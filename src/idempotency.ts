import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify'
import type { Db, Trx } from '../db/tables.ts'
import { failure } from './failure.ts'
import { networkOf } from './limit.ts'
import { later, newId, now } from './values.ts'

/** What `recordAudit` writes down in the transaction of the change, so that it cannot run twice. */
export type IdempotencyClaim = {
  scope: string
  key: string
  fingerprint: string
  /** Tells this request from another that claims the same key. */
  claimed_by: string
  isTaken: boolean
}

type Answer = { status: number; headers: Record<string, unknown>; body: string }

const purpose = 'idempotency'
const keptSeconds = 24 * 60 * 60
const keptHeaders = ['content-type', 'location', 'etag']

/**
 * `Idempotency-Key` on every route that creates, which is every POST that can answer 201. The key
 * is claimed in the transaction of the change itself, by a unique constraint: of two requests one
 * fails, and after a crash there is either both the object and the claim, or neither.
 */
export function installIdempotency(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (creates(route.method, route.schema)) route.schema = withHeader(route.schema)
  })

  app.addHook('preHandler', async (request, reply) => {
    const key = keyIn(request)
    if (key === undefined) return
    const claim = {
      scope: scopeOf(request),
      key,
      fingerprint: fingerprintOf(request),
      claimed_by: newId(),
      isTaken: false,
    }
    const answer = await findAnswer(app, claim)
    if (!answer) {
      request.origin.claim = claim
      if (request.caller) request.caller.claim = claim
      return
    }
    reply.code(answer.status).headers({ ...answer.headers, 'idempotent-replayed': 'true' })
    return reply.serializer(String).send(answer.body)
  })

  app.addHook('onSend', async ({ origin }, reply, payload) => {
    if (!origin?.claim?.isTaken || reply.statusCode >= 300) return payload
    const headers = Object.fromEntries(
      keptHeaders.flatMap((name) => {
        const value = reply.getHeader(name)
        return value === undefined ? [] : [[name, value]]
      }),
    )
    const answer: Answer = { status: reply.statusCode, headers, body: String(payload) }
    const { scope, key } = origin.claim
    await app.db
      .updateTable('idempotency_keys')
      .set({ response: app.secrets.seal(JSON.stringify(answer), purpose) })
      .where('scope', '=', scope)
      .where('key', '=', key)
      .execute()
    return payload
  })
}

/** Claims the key of this request. Fails when another request has claimed it meanwhile. */
export async function takeClaim(
  trx: Trx,
  claim: IdempotencyClaim,
  subjectId: string | null,
): Promise<void> {
  const { isTaken: _, ...row } = claim
  await trx
    .insertInto('idempotency_keys')
    .values({ ...row, subject_id: subjectId, response: null, created_at: now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const { claimed_by } = await trx
    .selectFrom('idempotency_keys')
    .select('claimed_by')
    .where('scope', '=', claim.scope)
    .where('key', '=', claim.key)
    .executeTakeFirstOrThrow()
  if (claimed_by !== claim.claimed_by) throw failure('idempotency_key_in_use')
  claim.isTaken = true
}

/** Whether a route takes the header. */
export function creates(method: unknown, schema: { response?: unknown } | undefined): boolean {
  return [method].flat().includes('POST') && 201 in Object(schema?.response)
}

function keyIn(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  const { method, schema } = request.routeOptions
  return typeof key === 'string' && creates(method, schema) ? key : undefined
}

function scopeOf({ caller, ip }: FastifyRequest): string {
  return caller ? `user:${caller.id}` : `address:${networkOf(ip)}`
}

function withHeader(schema: FastifySchema = {}): FastifySchema {
  const { properties, ...headers } = Object(schema.headers ?? { type: 'object' })
  const header = {
    type: 'string',
    maxLength: 255,
    pattern: '^[\\x21-\\x7e]+$',
    description: 'Makes it safe to send this request again: within 24 h it is done once.',
  }
  return {
    ...schema,
    headers: { ...headers, properties: { ...properties, 'idempotency-key': header } },
  }
}

function fingerprintOf({ method, url, body }: FastifyRequest): string {
  const text = JSON.stringify([method, url, body ?? null])
  return createHash('sha256').update(text).digest('base64url')
}

async function findAnswer(
  { db, secrets }: FastifyInstance,
  { scope, key, fingerprint }: IdempotencyClaim,
): Promise<Answer | undefined> {
  const found = await db
    .selectFrom('idempotency_keys')
    .select(['fingerprint', 'subject_id', 'response', 'created_at'])
    .where('scope', '=', scope)
    .where('key', '=', key)
    .executeTakeFirst()
  if (!found) return undefined
  if (found.created_at < later(now(), -keptSeconds)) {
    await db
      .deleteFrom('idempotency_keys')
      .where('scope', '=', scope)
      .where('key', '=', key)
      .where('created_at', '=', found.created_at)
      .execute()
    return undefined
  }
  if (found.fingerprint !== fingerprint) throw failure('idempotency_key_reused')
  if (found.response === null) {
    throw failure('idempotency_key_in_use', undefined, { subject_id: found.subject_id })
  }
  return JSON.parse(secrets.open(found.response, purpose))
}

/** Forgets answers that nobody will ask for again. */
export async function forgetAnswers(db: Db, at = now()): Promise<void> {
  await db
    .deleteFrom('idempotency_keys')
    .where('created_at', '<', later(at, -keptSeconds))
    .execute()
}
