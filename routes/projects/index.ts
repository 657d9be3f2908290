import type { Routes } from '../../src/fastify.ts'
import { activity } from './activity.ts'
import { files } from './files.ts'
import { members } from './members.ts'
import { projectList } from './projects.ts'

export const projects: Routes = async (app) => {
  app.register(projectList)
  app.register(members, { prefix: '/:project_id/members' })
  app.register(files, { prefix: '/:project_id/files' })
  app.register(activity, { prefix: '/:project_id/activity' })
}
