import { ref } from '../../schemas/common.ts'
import { IncidentBulkResult, IncidentBulkUpdate } from '../../schemas/itsm/bulk.ts'
import type { Routes } from '../../src/fastify.ts'
import { updateInBulk } from '../../src/itsm/incidents/bulk.ts'
import { languageOf } from '../../src/messages.ts'

export const incidentBulk: Routes = async (app) => {
  app.post(
    '/bulk-update',
    {
      config: { permission: 'incident.work' },
      schema: {
        operationId: 'updateIncidentsInBulk',
        summary: 'Change up to 100 incidents, and answer for each',
        description:
          'The fields are those of a single change, with `add_tags` and `remove_tags` besides. Each is changed in a transaction of its own: what would be refused alone is refused here, with the same status and code, and holds up none of the others. A `comment` becomes an internal note on each that is changed.',
        tags: ['incidents'],
        body: ref(IncidentBulkUpdate),
        response: { 200: ref(IncidentBulkResult) },
      },
    },
    ({ caller, body, headers }) =>
      updateInBulk(app, caller, body, languageOf(headers['accept-language'])),
  )
}
