import type { Routes } from '../../src/fastify.ts'
import { charts } from './charts.ts'
import { chat } from './chat.ts'
import { exports } from './exports.ts'
import { files } from './files.ts'
import { results } from './results.ts'
import { sessions } from './sessions.ts'
import { snapshots } from './snapshots.ts'
import { steps } from './steps.ts'
import { templates } from './templates.ts'

export const analysis: Routes = async (app) => {
  app.register(templates, { prefix: '/template' })
  app.register(sessions, { prefix: '/session' })
  app.register(files, { prefix: '/session/:session_id' })
  app.register(steps, { prefix: '/session/:session_id/step' })
  app.register(charts, { prefix: '/session/:session_id/step/:step_id' })
  app.register(exports, { prefix: '/session/:session_id/step/:step_id' })
  app.register(results, { prefix: '/session/:session_id/result' })
  app.register(snapshots, { prefix: '/session/:session_id/snapshot' })
  app.register(chat, { prefix: '/session/:session_id/chat' })
}
