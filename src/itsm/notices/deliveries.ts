import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { WebhookDelivery } from '../../../schemas/itsm/webhooks.ts'
import type { CursorQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { enqueue } from '../../jobs.ts'
import { paginateByCursor } from '../../page.ts'
import { firstIdOf, later, newId, now } from '../../values.ts'
import { getWebhook } from './webhooks.ts'

/** Seconds from each attempt to the next: a day and an hour in all. */
export const waits = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 25_200, 36_000] as const
export const maxAttempts = waits.length + 1

/** More than a delivery has, since an attempt that a stop of the service cut off counts as none. */
const maxRuns = maxAttempts + 10
const keptSeconds = 30 * 86_400
const lostSeconds = 3 * 86_400

const columns = [
  'id',
  'webhook_id',
  'event',
  'state',
  'attempts',
  'last_status',
  'last_error',
  'last_attempt_at',
  'next_attempt_at',
  'finished_at',
  'created_at',
] as const

/** Hands on one message to each of these webhooks, in the transaction of what it tells of. */
export async function deliver(
  trx: Trx,
  webhookIds: readonly string[],
  event: string,
  data: object,
  at: string,
): Promise<string[]> {
  if (webhookIds.length === 0) return []
  const rows = webhookIds.map((webhook_id) => {
    const id = newId()
    const body = JSON.stringify({ id, type: event, created_at: at, data })
    return { id, webhook_id, event, body, ...unsent(at), created_at: at }
  })
  await trx.insertInto('itsm_deliveries').values(rows).execute()
  for (const { id } of rows) await enqueueDelivery(trx, id)
  return rows.map(({ id }) => id)
}

/** The latest first. */
export async function listDeliveries(db: Db, webhookId: string, page: CursorQuery) {
  await getWebhook(db, webhookId)
  const query = db.selectFrom('itsm_deliveries').select(columns).where('webhook_id', '=', webhookId)
  return paginateByCursor(query, page, 'deliveries')
}

/** Sends a message that says nothing but that it is a test. */
export function testWebhook(
  db: Db,
  caller: Caller,
  id: string,
  at = now(),
): Promise<WebhookDelivery> {
  return transact(db, async (trx) => {
    await requireActive(trx, id)
    const text = { ja: '試験の通知です。', en: 'This is a test.' }
    const [deliveryId] = await deliver(trx, [id], 'webhook.test', { text }, at)
    await recordAudit(trx, caller, 'webhook.tested', id, { delivery_id: deliveryId })
    return getDelivery(trx, deliveryId as string)
  })
}

/** Sends the very same message again, from the first attempt on. */
export function redeliver(
  db: Db,
  caller: Caller,
  id: string,
  at = now(),
): Promise<WebhookDelivery> {
  return transact(db, async (trx) => {
    const { webhook_id } = await getDelivery(trx, id)
    await requireActive(trx, webhook_id)
    await trx
      .updateTable('itsm_deliveries')
      .set(unsent(at))
      .where('id', '=', id)
      .where('state', '!=', 'pending')
      .returning('id')
      .executeTakeFirstOrThrow(() => failure('delivery_pending'))
    await enqueueDelivery(trx, id)
    await recordAudit(trx, caller, 'webhook.redelivered', webhook_id, { delivery_id: id })
    return getDelivery(trx, id)
  })
}

/** Forgets what is older than 30 days, and gives up what no job looks after any more. */
export async function forgetDeliveries(db: Db, at = now()): Promise<void> {
  await db
    .deleteFrom('itsm_deliveries')
    .where('id', '<', firstIdOf(later(at, -keptSeconds)))
    .execute()
  await db
    .updateTable('itsm_deliveries')
    .set({
      state: 'failed',
      last_error: 'The service ended while this was sent.',
      next_attempt_at: null,
      finished_at: at,
    })
    .where('state', '=', 'pending')
    .where('next_attempt_at', '<', later(at, -lostSeconds))
    .execute()
}

async function getDelivery(db: Db, id: string): Promise<WebhookDelivery> {
  return db
    .selectFrom('itsm_deliveries')
    .select(columns)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('delivery_not_found', { id }))
}

async function requireActive(trx: Trx, id: string): Promise<void> {
  const { active } = await getWebhook(trx, id)
  if (!active) throw failure('webhook_inactive')
}

function unsent(at: string) {
  return {
    state: 'pending' as const,
    attempts: 0,
    last_status: null,
    last_error: null,
    last_attempt_at: null,
    next_attempt_at: at,
    finished_at: null,
  }
}

function enqueueDelivery(trx: Trx, delivery_id: string): Promise<void> {
  return enqueue(trx, 'call_itsm_webhook', { delivery_id }, { maxAttempts: maxRuns })
}
