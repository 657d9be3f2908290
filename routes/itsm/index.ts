import type { Routes } from '../../src/fastify.ts'
import { changeDetails } from './change-details.ts'
import { changeMoves } from './change-moves.ts'
import { changeResults } from './change-results.ts'
import { changeTaskMoves } from './change-task-moves.ts'
import { changeTasks } from './change-tasks.ts'
import { changeTemplates } from './change-templates.ts'
import { changes } from './changes.ts'

export const itsm: Routes = async (app) => {
  app.register(changes, { prefix: '/changes' })
  app.register(changeDetails, { prefix: '/changes' })
  app.register(changeMoves, { prefix: '/changes' })
  app.register(changeResults, { prefix: '/changes' })
  app.register(changeTasks, { prefix: '/changes' })
  app.register(changeTaskMoves, { prefix: '/changes' })
  app.register(changeTemplates, { prefix: '/change-templates' })
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
