import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import { IncidentClosing, IncidentReason } from '../../schemas/itsm/incident-moves.ts'
import { Incident } from '../../schemas/itsm/incidents.ts'
import type { Routes } from '../../src/fastify.ts'
import { cancelIncident, closeIncident, reopenIncident } from '../../src/itsm/incidents/endings.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const shared = {
  tags: ['incidents'],
  params: IdParams,
  headers: IfMatch,
  response: { 200: ref(Incident) },
}
const failures = ['incident_not_found', 'incident_staff_required', 'illegal_transition'] as const

/** What the reporter may do as well, with what is theirs. */
export const incidentEndings: Routes = async (app) => {
  app.post(
    '/:id/reopen',
    {
      config: { permission: 'incident.report', failures: [...failures, 'reopen_window_over'] },
      schema: {
        ...shared,
        operationId: 'reopenIncident',
        summary: 'Take up an incident again that was resolved or closed',
        description:
          'The service desk, and who reported it. One that is closed only for as many days as the settings say. The reason becomes a public note; the resolution stays in the history.',
        body: ref(IncidentReason),
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const incident = await reopenIncident(app, caller, params.id, body, version)
      return reply.header('etag', etagOf(incident)).send(incident)
    },
  )

  app.post(
    '/:id/close',
    {
      config: {
        permission: 'incident.report',
        failures: [...failures, 'incident_override_required', 'open_children'],
      },
      schema: {
        ...shared,
        operationId: 'closeIncident',
        summary: 'Close an incident that is resolved',
        description:
          'The service desk, and who reported it. Not while children are open (409 names them), unless with `force`, which takes `incident.override`.',
        body: ref(IncidentClosing),
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const incident = await closeIncident(app, caller, params.id, body, version)
      return reply.header('etag', etagOf(incident)).send(incident)
    },
  )

  app.post(
    '/:id/cancel',
    {
      config: { permission: 'incident.report', failures },
      schema: {
        ...shared,
        operationId: 'cancelIncident',
        summary: 'Cancel an incident that is none, or no longer',
        description:
          'The service desk and, while it is new, who reported it. The reason becomes a public note.',
        body: ref(IncidentReason),
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const incident = await cancelIncident(app, caller, params.id, body, version)
      return reply.header('etag', etagOf(incident)).send(incident)
    },
  )
}
