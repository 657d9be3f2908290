import type { Routes } from '../../src/fastify.ts'
import { installGuessLimit } from '../../src/submissions/guesses.ts'
import { adminSessions } from './admin.ts'
import { delivery } from './delivery.ts'
import { submissionFiles } from './files.ts'
import { googleDrive } from './google-drive.ts'
import { sessions } from './sessions.ts'

export const submissions: Routes = async (app) => {
  installGuessLimit(app)
  app.register(sessions, { prefix: '/sessions' })
  app.register(adminSessions, { prefix: '/admin/sessions' })
  app.register(delivery, { prefix: '/admin/sessions' })
  app.register(submissionFiles)
  app.register(googleDrive, { prefix: '/admin/google-drive' })
}
