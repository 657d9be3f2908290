import { IdParams, ref } from '../../schemas/common.ts'
import { HistoryPage, HistoryQuery } from '../../schemas/itsm/history.ts'
import { TimelinePage, TimelineQuery } from '../../schemas/itsm/timeline.ts'
import type { Routes } from '../../src/fastify.ts'
import { listIncidentHistory } from '../../src/itsm/incidents/past.ts'
import { getTimeline } from '../../src/itsm/incidents/timeline.ts'
import { languageOf } from '../../src/messages.ts'

const tags = ['incidents']

export const incidentPast: Routes = async (app) => {
  const { db } = app

  app.get(
    '/:id/history',
    {
      config: { permission: 'incident.read', failures: ['incident_not_found'] },
      schema: {
        operationId: 'listIncidentHistory',
        summary: 'List every field of an incident that changed',
        description:
          'With old and new value, who and when, the latest first. The reporter does not see what is internal.',
        tags,
        params: IdParams,
        querystring: HistoryQuery,
        response: { 200: ref(HistoryPage) },
      },
    },
    ({ caller, params, query }) => listIncidentHistory(db, caller, params.id, query),
  )

  app.get(
    '/:id/timeline',
    {
      config: { permission: 'incident.read', failures: ['incident_not_found'] },
      schema: {
        operationId: 'getIncidentTimeline',
        summary: 'List all that happened to an incident, in the order of time',
        description:
          'What changed, notes, attachments, links and notices of the SLA. The reporter does not see what is internal.',
        tags,
        params: IdParams,
        querystring: TimelineQuery,
        response: { 200: ref(TimelinePage) },
      },
    },
    ({ caller, params, query, headers }) =>
      getTimeline(db, caller, params.id, query, languageOf(headers['accept-language'])),
  )
}
