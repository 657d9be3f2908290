import { fileOf, ref } from '../../schemas/common.ts'
import {
  SubmissionExportQuery,
  SubmissionSessionPage,
  SubmissionSessionQuery,
  SubmissionStatistics,
} from '../../schemas/submissions/sessions.ts'
import type { Routes } from '../../src/fastify.ts'
import { exportSessions, listSessions } from '../../src/submissions/listing.ts'
import { getSubmissionStatistics } from '../../src/submissions/statistics.ts'

const tags = ['submissions']

export const adminSessions: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'submission.read' },
      schema: {
        operationId: 'listSubmissionSessions',
        summary: 'List sessions, newest first',
        description:
          'One’s own; SystemAdmin, all, also those of users who have left. `status_counts` honours every filter but `status`.',
        tags,
        querystring: SubmissionSessionQuery,
        response: { 200: ref(SubmissionSessionPage) },
      },
    },
    ({ caller, query }) => listSessions(db, caller, query),
  )

  app.get(
    '/export',
    {
      config: { permission: 'submission.read' },
      schema: {
        operationId: 'exportSubmissionSessions',
        summary: 'Download the list of sessions as a table',
        description:
          'What the list shows, with the same filters and without pages. Text that a spreadsheet would take for a formula gets an apostrophe before it.',
        tags,
        querystring: SubmissionExportQuery,
        response: { 200: fileOf('text/csv') },
      },
    },
    async ({ caller, query }, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="sessions.csv"')
        .send(exportSessions(db, caller, query)),
  )

  app.get(
    '/statistics',
    {
      config: { permission: 'submission.read' },
      schema: {
        operationId: 'getSubmissionStatistics',
        summary: 'Count sessions and files',
        description: 'Of one’s own sessions; SystemAdmin, of all.',
        tags,
        response: { 200: ref(SubmissionStatistics) },
      },
    },
    ({ caller }) => getSubmissionStatistics(db, caller),
  )
}
