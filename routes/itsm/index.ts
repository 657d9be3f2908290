import type { Routes } from '../../src/fastify.ts'
import { changeMoves } from './change-moves.ts'
import { changeTasks } from './change-tasks.ts'
import { changeTemplates } from './change-templates.ts'
import { changes } from './changes.ts'

export const itsm: Routes = async (app) => {
  app.register(changes, { prefix: '/changes' })
  app.register(changeMoves, { prefix: '/changes' })
  app.register(changeTasks, { prefix: '/changes' })
  app.register(changeTemplates, { prefix: '/change-templates' })
}
