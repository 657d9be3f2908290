import { ref } from '../../schemas/common.ts'
import { ProjectActivity, ProjectActivityQuery } from '../../schemas/projects/activity.ts'
import { ProjectParams } from '../../schemas/projects/common.ts'
import type { Routes } from '../../src/fastify.ts'
import { listProjectActivity } from '../../src/projects/activity.ts'

export const activity: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'project.read', failures: ['project_not_found'] },
      schema: {
        operationId: 'listProjectActivity',
        summary: 'List what was done in a project, newest first',
        description:
          'For every role of the project. Of the audit log it shows what was done to the project, its members, files and trees, and by whom.',
        tags: ['projects'],
        params: ProjectParams,
        querystring: ProjectActivityQuery,
        response: { 200: ref(ProjectActivity) },
      },
    },
    ({ caller, params, query }) => listProjectActivity(db, caller, params.project_id, query),
  )
}
