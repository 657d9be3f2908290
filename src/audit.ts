import type { Db, Trx } from '../db/tables.ts'
import type { CursorQuery } from '../schemas/pages.ts'
import type { Actor } from './access.ts'
import { takeClaim } from './idempotency.ts'
import { paginateByCursor } from './page.ts'
import { newId, now } from './values.ts'

/**
 * Takes a transaction, not the pool: a change and its trace are written together or not at all. So
 * is the request's claim on its `Idempotency-Key`. Secrets are masked by the names of their fields.
 * Answers the id of the event.
 */
export async function recordAudit(
  trx: Trx,
  actor: Actor,
  action: `${string}.${string}`,
  subjectId: string | null,
  changes: object = {},
): Promise<string> {
  const id = newId()
  const { id: actor_id, ip, user_agent, request_id, claim } = actor
  if (claim) await takeClaim(trx, claim, subjectId)
  await trx
    .insertInto('audit_log')
    .values({
      id,
      actor_id,
      action,
      subject_id: subjectId,
      changes: JSON.stringify(changes, maskSecrets),
      ip,
      user_agent,
      request_id,
      created_at: now(),
      seq: null,
      previous_hash: null,
      hash: null,
    })
    .execute()
  return id
}

/** What `change` does to `before`, field by field; fields it leaves as they were are left out. */
export function diff<Row extends object>(before: Row, change: Partial<Row>) {
  const was = new Map(Object.entries(before))
  return Object.fromEntries(
    Object.entries(change)
      .filter(([field, to]) => JSON.stringify(was.get(field)) !== JSON.stringify(to))
      .map(([field, to]) => [field, { from: was.get(field), to }]),
  )
}

/** What was done to one object, newest first. */
export async function listAudit(db: Db, subjectId: string, page: CursorQuery) {
  const query = db
    .selectFrom('audit_log')
    .select(['id', 'actor_id', 'action', 'changes', 'created_at'])
    .where('subject_id', '=', subjectId)
  const { events, next_cursor } = await paginateByCursor(query, page, 'events')
  return {
    events: events.map((event) => ({ ...event, changes: JSON.parse(event.changes) })),
    next_cursor,
  }
}

const secretNames = /password|secret|token|credential|private_key|api_key/i

function maskSecrets(name: string, value: unknown): unknown {
  return secretNames.test(name) && value !== null ? '***' : value
}
