import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  NewWebhook,
  Webhook,
  WebhookChange,
  WebhookPage,
  WebhookQuery,
  WebhookWithSecret,
} from '../../schemas/itsm/webhooks.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  rotateWebhookSecret,
  updateWebhook,
  webhookEtag,
} from '../../src/itsm/notices/webhooks.ts'
import { versionIn } from '../../src/version.ts'

const tags = ['itsm']
const permission = 'webhook.manage'

export const webhooks: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission },
      schema: {
        operationId: 'listWebhooks',
        summary: 'List webhooks, newest first',
        tags,
        querystring: WebhookQuery,
        response: { 200: ref(WebhookPage) },
      },
    },
    ({ query }) => listWebhooks(db, query),
  )

  app.post(
    '',
    {
      config: { permission, failures: ['too_many_webhooks'] },
      schema: {
        operationId: 'createWebhook',
        summary: 'Tell another service of what happens at the service desk',
        description:
          'Each event is a POST of `{id, type, created_at, data}`, signed as Standard Webhooks says: `webhook-id`, `webhook-timestamp` and `webhook-signature`, which is `v1,` and the base64 of the HMAC-SHA-256 of `id.timestamp.body`, one for each good secret. Whatever is not answered with 2xx within 10 seconds is sent again for about a day, with the same id: a receiver forgets what it has seen. The order is not promised. 410 stops the webhook.',
        tags,
        body: ref(NewWebhook),
        response: { 201: ref(WebhookWithSecret) },
      },
    },
    async ({ caller, body }, reply) => {
      const webhook = await createWebhook(app, caller, body)
      const location = `/api/v1/itsm/webhooks/${webhook.id}`
      return reply
        .code(201)
        .headers({ location, etag: webhookEtag(webhook) })
        .send(webhook)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission, failures: ['webhook_not_found'] },
      schema: {
        operationId: 'getWebhook',
        summary: 'Get a webhook, without its secret',
        tags,
        params: IdParams,
        response: { 200: ref(Webhook) },
      },
    },
    async ({ params }, reply) => {
      const webhook = await getWebhook(db, params.id)
      return reply.header('etag', webhookEtag(webhook)).send(webhook)
    },
  )

  app.patch(
    '/:id',
    {
      config: { permission, failures: ['webhook_not_found'] },
      schema: {
        operationId: 'updateWebhook',
        summary: 'Change some fields of a webhook',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(WebhookChange),
        response: { 200: ref(Webhook) },
      },
    },
    async ({ params, body, headers, caller }, reply) => {
      const version = versionIn(headers['if-match'])
      const webhook = await updateWebhook(app, caller, params.id, body, version)
      return reply.header('etag', webhookEtag(webhook)).send(webhook)
    },
  )

  app.delete(
    '/:id',
    {
      config: { permission, failures: ['webhook_not_found'] },
      schema: {
        operationId: 'deleteWebhook',
        summary: 'Delete a webhook and its deliveries',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, headers, caller }, reply) => {
      await deleteWebhook(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/:id/rotate',
    {
      config: { permission, failures: ['webhook_not_found'] },
      schema: {
        operationId: 'rotateWebhookSecret',
        summary: 'Give a webhook a new secret',
        description: 'For a day messages are signed with the secret before as well.',
        tags,
        params: IdParams,
        response: { 200: ref(WebhookWithSecret) },
      },
    },
    ({ params, caller }) => rotateWebhookSecret(app, caller, params.id),
  )
}
