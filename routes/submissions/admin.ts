import { ref } from '../../schemas/common.ts'
import { exportFile } from '../../schemas/exports.ts'
import {
  SubmissionExportQuery,
  SubmissionSessionPage,
  SubmissionSessionQuery,
  SubmissionStatistics,
} from '../../schemas/submissions/sessions.ts'
import { exportFailures, sendExport } from '../../src/exports.ts'
import type { Routes } from '../../src/fastify.ts'
import { allSessions, exportedColumns, listSessions } from '../../src/submissions/listing.ts'
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
      config: { permission: 'submission.read', failures: exportFailures },
      schema: {
        operationId: 'exportSubmissionSessions',
        summary: 'Download the list of sessions as a table',
        description:
          'What the list shows, with the same filters and without pages. In CSV, text that a spreadsheet would take for a formula gets an apostrophe before it; a workbook has no formulas.',
        tags,
        querystring: SubmissionExportQuery,
        response: { 200: exportFile },
      },
    },
    ({ caller, query }, reply) => {
      const rows = allSessions(db, caller, query)
      return sendExport(reply, query.format, 'sessions', rows, exportedColumns)
    },
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
