import type { Selectable, Updateable } from 'kysely'
import { hold } from '../../../db/hold.ts'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import {
  maxWebhooks,
  type NewWebhook,
  type Webhook,
  type WebhookChange,
  type WebhookWithSecret,
} from '../../../schemas/itsm/webhooks.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { exemptionsOf, faultOf } from '../../address-guard.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { paginate } from '../../page.ts'
import { hashOf, later, newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { newWebhookSecret } from './signature.ts'

type Row = Selectable<Tables['itsm_webhooks']>
type Sealing = Pick<Deps, 'db' | 'secrets'>

/** What the secrets of webhooks are sealed for. */
export const purpose = 'itsm-webhook'

/** How long the secret before goes on signing, in seconds. */
const overlapSeconds = 86_400

export async function getWebhook(db: Db, id: string): Promise<Webhook> {
  return toWebhook(
    await db
      .selectFrom('itsm_webhooks')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow(() => failure('webhook_not_found', { id })),
  )
}

export async function listWebhooks(db: Db, page: PageQuery) {
  const query = db.selectFrom('itsm_webhooks').selectAll().orderBy('id', 'desc')
  const { webhooks, ...rest } = await paginate(query, page, 'webhooks')
  return { webhooks: webhooks.map(toWebhook), ...rest }
}

/** Answers the secret, this once. Fails with 422 for an address that may not be called. */
export function createWebhook(
  { db, secrets, config }: Sealing & Pick<Deps, 'config'>,
  caller: Caller,
  { name, url, events, active = true }: NewWebhook,
): Promise<WebhookWithSecret> {
  requireCallable(config, url)
  return transact(db, async (trx) => {
    await hold(trx, 'itsm-webhooks')
    const { count } = await trx
      .selectFrom('itsm_webhooks')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    if (count >= maxWebhooks) throw failure('too_many_webhooks', { limit: maxWebhooks })
    const [secret, at] = [newWebhookSecret(), now()]
    const row: Row = {
      id: newId(),
      name,
      url,
      events: JSON.stringify(events),
      active: active ? 1 : 0,
      stopped_reason: null,
      sealed_secret: secrets.seal(secret, purpose),
      sealed_old_secret: null,
      old_secret_until: null,
      failing_since: null,
      created_by: caller.id,
      version: 1,
      created_at: at,
      updated_at: at,
    }
    await trx.insertInto('itsm_webhooks').values(row).execute()
    await recordAudit(
      trx,
      caller,
      'webhook.created',
      row.id,
      audited({ name, url, events, active }),
    )
    return { ...toWebhook(row), secret }
  })
}

/** With a `version`, changes that one or fails. One that is made active begins anew. */
export function updateWebhook(
  { db, config }: Pick<Deps, 'db' | 'config'>,
  caller: Caller,
  id: string,
  { events, active, ...change }: WebhookChange,
  version?: number,
): Promise<Webhook> {
  if (change.url !== undefined) requireCallable(config, change.url)
  return transact(db, async (trx) => {
    const before = toWebhook(await touchWebhook(trx, id, version))
    const set: Updateable<Tables['itsm_webhooks']> = {
      ...change,
      ...(events && { events: JSON.stringify(events) }),
      ...(active !== undefined && { active: active ? 1 : 0 }),
      ...(active && { stopped_reason: null, failing_since: null }),
    }
    if (Object.keys(set).length > 0) {
      await trx.updateTable('itsm_webhooks').set(set).where('id', '=', id).execute()
    }
    const after = await getWebhook(trx, id)
    await recordAudit(trx, caller, 'webhook.updated', id, diff(audited(before), audited(after)))
    return after
  })
}

/** What is still on its way to it goes nowhere. */
export function deleteWebhook(db: Db, caller: Caller, id: string, version?: number): Promise<void> {
  return transact(db, async (trx) => {
    await touchWebhook(trx, id, version)
    await trx.deleteFrom('itsm_webhooks').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'webhook.deleted', id)
  })
}

/** Answers a new secret, this once; the one before signs as well for a day. */
export function rotateWebhookSecret(
  { db, secrets }: Sealing,
  caller: Caller,
  id: string,
  at = now(),
): Promise<WebhookWithSecret> {
  return transact(db, async (trx) => {
    const { sealed_secret } = await touchWebhook(trx, id)
    const secret = newWebhookSecret()
    const row = await trx
      .updateTable('itsm_webhooks')
      .set({
        sealed_secret: secrets.seal(secret, purpose),
        sealed_old_secret: sealed_secret,
        old_secret_until: later(at, overlapSeconds),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await recordAudit(trx, caller, 'webhook.rotated', id)
    return { ...toWebhook(row), secret }
  })
}

/** Whether it fails is shown with a webhook, and changes without it. */
export function webhookEtag({ version, failing_since }: Webhook): string {
  return `"${version}.${hashOf(failing_since ?? '').slice(0, 12)}"`
}

function requireCallable({ webhookAllowedHosts }: Deps['config'], url: string): void {
  const rule = faultOf(url, exemptionsOf(webhookAllowedHosts))
  if (rule) throw invalid({ field: 'url', rule })
}

/** Holds the row until the transaction ends, so that what is read of it here stays true. */
async function touchWebhook(trx: Trx, id: string, version?: number): Promise<Row> {
  const row = await trx
    .updateTable('itsm_webhooks')
    .set(touched())
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => failure('webhook_not_found', { id }))
  if (version !== undefined && row.version !== version + 1) throw failure('stale_version')
  return row
}

function toWebhook({ sealed_secret: _, sealed_old_secret: __, ...row }: Row): Webhook {
  return { ...row, events: JSON.parse(row.events), active: row.active === 1 }
}

/** The path of an address is often a secret, so the log names its origin. */
function audited({
  name,
  url,
  events,
  active,
}: Pick<Webhook, 'name' | 'url' | 'events' | 'active'>) {
  return { name, origin: new URL(url).origin, events, active }
}
