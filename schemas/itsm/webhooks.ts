import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { cursorPageOf, cursorQuery, pageOf, pageQuery } from '../pages.ts'
import { itsmEvents } from './common.ts'

export const maxWebhooks = 20

const editable = {
  name: Type.String({ minLength: 1, maxLength: 100, pattern: line, examples: ['監視チャット'] }),
  url: Type.String({
    minLength: 1,
    maxLength: 2000,
    description:
      'An https address of the public internet. Redirects are not followed, and inner addresses are not called.',
    examples: ['https://hooks.example.jp/kaname'],
  }),
  events: Type.Array(oneOf(...itsmEvents, '*'), {
    minItems: 1,
    uniqueItems: true,
    description: 'What it is told of; `*` stands for everything.',
    examples: [['incident.created', 'incident.sla_breached']],
  }),
  active: Type.Boolean({ description: 'Set it to true again after it was stopped.' }),
}

const shown = {
  id: Id,
  ...editable,
  stopped_reason: nullable(
    Type.Unsafe<'gone' | 'failing'>({
      ...oneOf('gone', 'failing'),
      description:
        'Why the service has stopped it: `gone`, the receiver answered 410; `failing`, nothing came through for five days.',
    }),
  ),
  old_secret_until: nullable(
    Type.String({ ...Timestamp, description: 'Until when the secret before signs as well.' }),
  ),
  failing_since: nullable(
    Type.String({ ...Timestamp, description: 'Null when the last call came through.' }),
  ),
  created_by: nullable(Id),
  version: Type.Integer({ minimum: 1, examples: [1] }),
  created_at: Timestamp,
  updated_at: Timestamp,
}

export const Webhook = Type.Object(shown, { $id: 'Webhook' })
export type Webhook = Static<typeof Webhook>

export const WebhookWithSecret = Type.Object(
  {
    ...shown,
    secret: Type.String({
      description: 'Shown this once: what the receiver checks signatures with.',
      examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    }),
  },
  { $id: 'WebhookWithSecret' },
)
export type WebhookWithSecret = Static<typeof WebhookWithSecret>

export const NewWebhook = Type.Object(
  {
    name: editable.name,
    url: editable.url,
    events: editable.events,
    active: Type.Optional(Type.Boolean({ ...editable.active, default: true })),
  },
  { $id: 'NewWebhook', additionalProperties: false },
)
export type NewWebhook = Static<typeof NewWebhook>

export const WebhookChange = Type.Partial(Type.Object(editable), {
  $id: 'WebhookChange',
  additionalProperties: false,
  minProperties: 1,
})
export type WebhookChange = Static<typeof WebhookChange>

export const WebhookPage = pageOf('webhooks', ref(Webhook), { $id: 'WebhookPage' })
export const WebhookQuery = pageQuery()

export const WebhookDelivery = Type.Object(
  {
    id: Type.String({ ...Id, description: '`webhook-id` of every attempt.' }),
    webhook_id: Id,
    event: Type.String({ examples: ['incident.created'] }),
    state: oneOf('pending', 'delivered', 'failed'),
    attempts: Type.Integer({ minimum: 0, examples: [1] }),
    last_status: nullable(Type.Integer({ examples: [200] })),
    last_error: nullable(Type.String({ examples: ['The receiver answered 500.'] })),
    last_attempt_at: nullable(Timestamp),
    next_attempt_at: nullable(Timestamp),
    finished_at: nullable(Timestamp),
    created_at: Timestamp,
  },
  { $id: 'WebhookDelivery' },
)
export type WebhookDelivery = Static<typeof WebhookDelivery>

export const WebhookDeliveryPage = cursorPageOf('deliveries', ref(WebhookDelivery), {
  $id: 'WebhookDeliveryPage',
})
export const WebhookDeliveryQuery = cursorQuery()
