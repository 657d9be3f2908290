import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import type { Db, Trx } from '../db/tables.ts'
import { failure } from './failure.ts'
import { networkOf } from './limit.ts'
import { later, newId, now, pathOf } from './values.ts'

/** What `recordAudit` writes down in the transaction of the change, so that it cannot run twice. */
export type IdempotencyClaim = {
  scope: string
  key: string
  fingerprint: string
  /** Tells this request from another that claims the same key. */
  claimed_by: string
  isTaken: boolean
}

/** By the address of a collection, the form in which the route of one of its members answers. */
type Readers = Map<string, unknown>

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
  const readers: Readers = new Map()
  app.addHook('onRoute', (route) => {
    if (creates(route.method, route.schema)) route.schema = withHeader(route.schema)
    const [, folder] = /^(.*)\/:\w+$/.exec(route.url) ?? []
    if (folder && route.method === 'GET') readers.set(folder, answerOf(route.schema, 200))
  })

  app.addHook('preHandler', (request, reply, done) => {
    const key = keyIn(request)
    if (key === undefined) done()
    else
      answerAgain(app, readers, request, reply, key).then(
        (isAnswered) => isAnswered || done(),
        done,
      )
  })
  app.addHook('onSend', ({ origin }, reply, payload, done) => {
    const claim = origin?.claim
    if (!claim?.isTaken || reply.statusCode >= 300) return done(null, payload)
    keepAnswer(app, claim, reply, payload).then(() => done(null, payload), done)
  })
}

/** Gives the first answer again, where there is one; claims the key where there is none. */
async function answerAgain(
  app: FastifyInstance,
  readers: Readers,
  request: FastifyRequest,
  reply: FastifyReply,
  key: string,
): Promise<boolean> {
  const claim = {
    scope: scopeOf(request),
    key,
    fingerprint: fingerprintOf(request),
    claimed_by: newId(),
    isTaken: false,
  }
  const kept = await findAnswer(app, claim)
  const answer = kept && 'lost' in kept ? await rebuild(app, readers, request, kept.lost) : kept
  if (!answer) {
    request.origin.claim = claim
    if (request.caller) request.caller.claim = claim
    return false
  }
  reply.code(answer.status).headers({ ...answer.headers, 'idempotent-replayed': 'true' })
  reply.serializer(String).send(answer.body)
  return true
}

/** For whoever sends the same request again. */
async function keepAnswer(
  app: FastifyInstance,
  { scope, key }: IdempotencyClaim,
  reply: FastifyReply,
  payload: unknown,
): Promise<void> {
  const headers = Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = reply.getHeader(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const answer: Answer = { status: reply.statusCode, headers, body: String(payload) }
  await app.db
    .updateTable('idempotency_keys')
    .set({ response: app.secrets.seal(JSON.stringify(answer), purpose) })
    .where('scope', '=', scope)
    .where('key', '=', key)
    .execute()
    // It is done, and so the client is told; who asks again gets what `rebuild` finds.
    .catch((error) => reply.log.warn({ err: error }, 'could not keep an answer'))
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
  if (claimed_by !== claim.claimed_by) {
    throw failure('idempotency_key_in_use', undefined, { retry_after: 1 })
  }
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
): Promise<Answer | { lost: string | null } | undefined> {
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
  if (found.response === null) return { lost: found.subject_id }
  return JSON.parse(secrets.open(found.response, purpose))
}

/**
 * What was created is there, but whoever created it was killed, or lost its database, before the
 * answer was kept. Where the route that reads one of them answers in the same form, that is the
 * answer again, for the same caller; where none does, the id is all there is to tell.
 */
async function rebuild(
  app: FastifyInstance,
  readers: Readers,
  { routeOptions: { url: route = '', schema }, headers, url }: FastifyRequest,
  subject_id: string | null,
): Promise<Answer> {
  const lost = failure('idempotency_key_in_use', undefined, { subject_id, retry_after: 1 })
  const form = answerOf(schema, 201)
  if (subject_id === null || form === undefined || readers.get(route) !== form) throw lost
  const location = `${pathOf(url).replace(/\/$/, '')}/${subject_id}`
  const { authorization, 'accept-language': language } = headers
  const read = await app.inject({
    url: location,
    headers: {
      ...(authorization && { authorization }),
      ...(language && { 'accept-language': language }),
    },
  })
  if (read.statusCode !== 200) throw lost
  const { etag, 'content-type': type } = read.headers
  const found = { 'content-type': type, location, ...(etag && { etag }) }
  return { status: 201, headers: found, body: read.body }
}

/** The name of the schema that a route answers with, if that has one. */
function answerOf(schema: { response?: unknown } | undefined, status: number): unknown {
  return Object(Object(Object(schema?.response)[status])).$ref
}

/** Forgets answers that nobody will ask for again. */
export async function forgetAnswers(db: Db, at = now()): Promise<void> {
  await db
    .deleteFrom('idempotency_keys')
    .where('created_at', '<', later(at, -keptSeconds))
    .execute()
}
