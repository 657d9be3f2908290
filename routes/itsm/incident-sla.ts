import { IdParams, ref } from '../../schemas/common.ts'
import { IncidentSla } from '../../schemas/itsm/sla.ts'
import type { Routes } from '../../src/fastify.ts'
import { getIncidentSla } from '../../src/itsm/sla/incident-sla.ts'
import { languageOf } from '../../src/messages.ts'

export const incidentSla: Routes = async (app) => {
  app.get(
    '/:id/sla',
    {
      config: { permission: 'incident.read', failures: ['incident_not_found'] },
      schema: {
        operationId: 'getIncidentSla',
        summary: 'Show the clocks of an incident, and how they came about',
        description:
          'Computed from the events of the incident at the time of asking. The explanations are in the language of `Accept-Language`, with times of the calendar’s zone.',
        tags: ['sla'],
        params: IdParams,
        response: { 200: ref(IncidentSla) },
      },
    },
    ({ params, headers, caller }) =>
      getIncidentSla(app.db, caller, params.id, languageOf(headers['accept-language'])),
  )
}
