import { IdParams, ref } from '../../schemas/common.ts'
import {
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookDeliveryQuery,
} from '../../schemas/itsm/webhooks.ts'
import type { Routes } from '../../src/fastify.ts'
import { listDeliveries, redeliver, testWebhook } from '../../src/itsm/notices/deliveries.ts'

const tags = ['itsm']
const permission = 'webhook.manage'

export const webhookDeliveries: Routes = async (app) => {
  const { db } = app

  app.get(
    '/:id/deliveries',
    {
      config: { permission, failures: ['webhook_not_found'] },
      schema: {
        operationId: 'listWebhookDeliveries',
        summary: 'List what was sent to a webhook, newest first',
        description: 'They are kept for 30 days.',
        tags,
        params: IdParams,
        querystring: WebhookDeliveryQuery,
        response: { 200: ref(WebhookDeliveryPage) },
      },
    },
    ({ params, query }) => listDeliveries(db, params.id, query),
  )

  app.post(
    '/:id/test',
    {
      config: { permission, failures: ['webhook_not_found', 'webhook_inactive'] },
      schema: {
        operationId: 'testWebhook',
        summary: 'Send a webhook an event of the type `webhook.test`',
        tags,
        params: IdParams,
        response: { 202: ref(WebhookDelivery) },
      },
    },
    async ({ params, caller }, reply) =>
      reply.code(202).send(await testWebhook(db, caller, params.id)),
  )

  app.post(
    '/deliveries/:id/redeliver',
    {
      config: {
        permission,
        failures: ['delivery_not_found', 'delivery_pending', 'webhook_inactive'],
      },
      schema: {
        operationId: 'redeliverWebhook',
        summary: 'Send the same message again, with the same id',
        tags,
        params: IdParams,
        response: { 202: ref(WebhookDelivery) },
      },
    },
    async ({ params, caller }, reply) =>
      reply.code(202).send(await redeliver(db, caller, params.id)),
  )
}
