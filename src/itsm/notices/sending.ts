import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import { recordAudit } from '../../audit.ts'
import type { Deps } from '../../fastify.ts'
import { enqueue, type JobPayloads } from '../../jobs.ts'
import { later, newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { maxAttempts, waits } from './deliveries.ts'
import { signedHeaders } from './signature.ts'
import { purpose } from './webhooks.ts'

type Webhook = Selectable<Tables['itsm_webhooks']>
type Delivery = Selectable<Tables['itsm_deliveries']>
type Sender = Pick<Deps, 'db' | 'secrets' | 'callReceiver'>

type Outcome = { status: number | null; error: string | null; retryAfter?: number | undefined }

/** Nothing but failures for so long stops a webhook. */
const patienceSeconds = 5 * 86_400
/** The longest that a receiver may ask us to wait. */
const maxWaitSeconds = 6 * 3600

/**
 * Makes one attempt at a delivery. Where it fails the job does too, and says when to try again; after
 * the last attempt the delivery has failed. The order of messages is not promised, and one may come twice.
 */
export async function callItsmWebhook(
  deps: Sender,
  { delivery_id }: JobPayloads['call_itsm_webhook'],
  stop: AbortSignal,
  at = now(),
): Promise<void> {
  const { db } = deps
  const delivery = await db
    .selectFrom('itsm_deliveries')
    .selectAll()
    .where('id', '=', delivery_id)
    .where('state', '=', 'pending')
    .executeTakeFirst()
  if (!delivery) return
  const webhook = await db
    .selectFrom('itsm_webhooks')
    .selectAll()
    .where('id', '=', delivery.webhook_id)
    .executeTakeFirst()
  if (!webhook) return
  if (webhook.active === 0) return giveUp(db, delivery, at)
  const outcome = await attempt(deps, webhook, delivery, stop, at)
  if (outcome.error === null) return settleSuccess(db, delivery, outcome, at)
  if (stop.aborted) throw new Error(outcome.error)
  const retry_at = await transact(db, (trx) => settleFailure(trx, webhook, delivery, outcome, at))
  throw Object.assign(new Error(outcome.error), retry_at ? { retry_at } : { permanent: true })
}

async function attempt(
  { secrets, callReceiver }: Sender,
  webhook: Webhook,
  { id, body }: Delivery,
  stop: AbortSignal,
  at: string,
): Promise<Outcome> {
  const { sealed_secret, sealed_old_secret, old_secret_until, url } = webhook
  const isOldGood = old_secret_until !== null && at < old_secret_until
  const sealed = [sealed_secret, ...(isOldGood && sealed_old_secret ? [sealed_old_secret] : [])]
  try {
    const keys = sealed.map((each) => secrets.open(each, purpose))
    const { status, retry_after } = await callReceiver(
      url,
      body,
      signedHeaders(keys, id, body, at),
      stop,
    )
    const isTaken = status >= 200 && status < 300
    const error = isTaken ? null : `The receiver answered ${status}.`
    const isBusy = status === 429 || status === 503
    return { status, error, retryAfter: isBusy ? retry_after : undefined }
  } catch (error) {
    return { status: null, error: Object(error).message }
  }
}

async function settleSuccess(
  db: Db,
  { id, ...delivery }: Delivery,
  { status }: Outcome,
  at: string,
) {
  await db
    .updateTable('itsm_deliveries')
    .set({
      state: 'delivered',
      attempts: delivery.attempts + 1,
      last_status: status,
      last_error: null,
      last_attempt_at: at,
      next_attempt_at: null,
      finished_at: at,
    })
    .where('id', '=', id)
    .execute()
  await db
    .updateTable('itsm_webhooks')
    .set({ failing_since: null })
    .where('id', '=', delivery.webhook_id)
    .where('failing_since', 'is not', null)
    .execute()
}

/** Answers when to try again, and nothing after the last attempt. */
async function settleFailure(
  trx: Trx,
  webhook: Webhook,
  delivery: Delivery,
  { status, error, retryAfter }: Outcome,
  at: string,
): Promise<string | undefined> {
  const attempts = delivery.attempts + 1
  const isLast = attempts >= maxAttempts || status === 410
  const asked = retryAfter && Math.min(retryAfter, maxWaitSeconds)
  const retry_at = isLast ? undefined : later(at, asked || (waits[attempts - 1] as number))
  const { failing_since } = await trx
    .updateTable('itsm_webhooks')
    .set((eb) => ({ failing_since: eb.fn.coalesce('failing_since', eb.val(at)) }))
    .where('id', '=', webhook.id)
    .returning('failing_since')
    .executeTakeFirstOrThrow()
  await trx
    .updateTable('itsm_deliveries')
    .set({
      state: isLast ? 'failed' : 'pending',
      attempts,
      last_status: status,
      last_error: error,
      last_attempt_at: at,
      next_attempt_at: retry_at ?? null,
      finished_at: isLast ? at : null,
    })
    .where('id', '=', delivery.id)
    .execute()
  const isHopeless = failing_since !== null && failing_since <= later(at, -patienceSeconds)
  if (status === 410) await stopWebhook(trx, webhook, 'gone')
  else if (isHopeless) await stopWebhook(trx, webhook, 'failing')
  return retry_at
}

const reasons = {
  gone: {
    ja: '受信側が 410 Gone と答えたため、Webhook を停止しました。',
    en: 'The receiver answered 410 Gone, so this webhook was stopped.',
  },
  failing: {
    ja: '5 日間一度も届かなかったため、Webhook を停止しました。受信側を確認し、active を true に戻してください。',
    en: 'Nothing came through for five days, so this webhook was stopped. Mend the receiver and set active to true.',
  },
} as const

/** Of several deliveries that fail at once, one stops it and tells whoever made it. */
async function stopWebhook(
  trx: Trx,
  { id, name, created_by }: Webhook,
  reason: 'gone' | 'failing',
) {
  const stopped = await trx
    .updateTable('itsm_webhooks')
    .set({ active: 0, stopped_reason: reason, ...touched() })
    .where('id', '=', id)
    .where('active', '=', 1)
    .returning('id')
    .executeTakeFirst()
  if (!stopped) return
  const service = { id: null, request_id: newId(), ip: null, user_agent: null }
  await recordAudit(trx, service, 'webhook.stopped', id, { reason })
  if (created_by === null) return
  const mail = { title: `Webhook ${name}`, path: `/api/v1/itsm/webhooks/${id}`, ...reasons[reason] }
  await enqueue(trx, 'send_itsm_mail', { user_id: created_by, ...mail })
}

async function giveUp(db: Db, { id }: Delivery, at: string): Promise<void> {
  await db
    .updateTable('itsm_deliveries')
    .set({
      state: 'failed',
      last_error: 'The webhook is not active.',
      next_attempt_at: null,
      finished_at: at,
    })
    .where('id', '=', id)
    .execute()
}
