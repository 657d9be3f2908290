import { IdParams, ref } from '../../schemas/common.ts'
import {
  ChangeIncidentPage,
  ChangeIncidentQuery,
  ChangeRisk,
} from '../../schemas/itsm/change-moves.ts'
import { HistoryPage, HistoryQuery } from '../../schemas/itsm/history.ts'
import type { Routes } from '../../src/fastify.ts'
import { explainRisk } from '../../src/itsm/changes/assessment.ts'
import { listChangeHistory } from '../../src/itsm/changes/listing.ts'
import { listChangeIncidents } from '../../src/itsm/changes/reviews.ts'

const tags = ['changes']
const config = { permission: 'change.read', failures: ['change_not_found'] } as const

/** What there is to read about a change besides itself. */
export const changeDetails: Routes = async (app) => {
  const { db } = app

  app.get(
    '/:id/risk',
    {
      config,
      schema: {
        operationId: 'explainChangeRisk',
        summary: 'Explain how risky a change is',
        description:
          'Impact times likelihood, from 1 to 4 each; 3 points for no rollback plan, 2 for no test plan, 2 for business time (weekdays, 09:00 to 18:00, Asia/Tokyo), and 1 to 4 by the share that failed or was backed out of the last 20 changes that share a configuration item or the category. Found anew with each edit, and when it is submitted.',
        tags,
        params: IdParams,
        response: { 200: ref(ChangeRisk) },
      },
    },
    ({ params }) => explainRisk(db, params.id),
  )

  app.get(
    '/:id/history',
    {
      config,
      schema: {
        operationId: 'listChangeHistory',
        summary: 'List every field of a change that changed, newest first',
        tags,
        params: IdParams,
        querystring: HistoryQuery,
        response: { 200: ref(HistoryPage) },
      },
    },
    ({ params, query }) => listChangeHistory(db, params.id, query),
  )

  app.get(
    '/:id/incidents',
    {
      config,
      schema: {
        operationId: 'listChangeIncidents',
        summary: 'List the incidents that a change mends or brought about',
        tags,
        params: IdParams,
        querystring: ChangeIncidentQuery,
        response: { 200: ref(ChangeIncidentPage) },
      },
    },
    ({ params, caller, query }) => listChangeIncidents(db, caller, params.id, query),
  )
}
