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
}
