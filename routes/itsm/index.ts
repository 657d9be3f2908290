import type { Routes } from '../../src/fastify.ts'
import { cis } from './cis.ts'
import { teams } from './teams.ts'
import { webhookDeliveries } from './webhook-deliveries.ts'
import { webhooks } from './webhooks.ts'

export const itsm: Routes = async (app) => {
  app.register(teams, { prefix: '/teams' })
  app.register(webhooks, { prefix: '/itsm/webhooks' })
  app.register(webhookDeliveries, { prefix: '/itsm/webhooks' })
  app.register(cis, { prefix: '/cis' })
}
