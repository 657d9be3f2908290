import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import { IncidentPending, IncidentResolution } from '../../schemas/itsm/incident-moves.ts'
import { Assignment, Incident } from '../../schemas/itsm/incidents.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  assignIncident,
  resolveIncident,
  startIncident,
  suspendIncident,
} from '../../src/itsm/incidents/moves.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const shared = {
  tags: ['incidents'],
  params: IdParams,
  headers: IfMatch,
  response: { 200: ref(Incident) },
}
const config = {
  permission: 'incident.work',
  failures: [
    'incident_not_found',
    'incident_frozen',
    'incident_route_required',
    'illegal_transition',
  ],
} as const

export const incidentMoves: Routes = async (app) => {
  app.post(
    '/:id/assign',
    {
      config,
      schema: {
        ...shared,
        operationId: 'assignIncident',
        summary: 'Give an incident to somebody, or to a team',
        description:
          'A new one becomes assigned when somebody gets it, and new again when nobody has it. Whoever gets it, and the lead of a new team, are told.',
        body: ref(Assignment),
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const incident = await assignIncident(app, caller, params.id, body, version)
      return reply.header('etag', etagOf(incident)).send(incident)
    },
  )

  app.post(
    '/:id/start',
    {
      config,
      schema: {
        ...shared,
        operationId: 'startIncident',
        summary: 'Begin to work on an incident',
        description: 'Whoever begins is its assignee, if there is none.',
      },
    },
    async ({ caller, params, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const incident = await startIncident(app, caller, params.id, version)
      return reply.header('etag', etagOf(incident)).send(incident)
    },
  )

  app.post(
    '/:id/pending',
    {
      config,
      schema: {
        ...shared,
        operationId: 'suspendIncident',
        summary: 'Let an incident wait for something',
        description: 'Its clocks stand still meanwhile. With `until`, it comes back by itself.',
        body: ref(IncidentPending),
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const incident = await suspendIncident(app, caller, params.id, body, version)
      return reply.header('etag', etagOf(incident)).send(incident)
    },
  )

  app.post(
    '/:id/resolve',
    {
      config,
      schema: {
        ...shared,
        operationId: 'resolveIncident',
        summary: 'Say how an incident was resolved',
        description:
          'The reporter is told. With `resolve_children`, all below it that are open are resolved alike, all of them or none.',
        body: ref(IncidentResolution),
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const incident = await resolveIncident(app, caller, params.id, body, version)
      return reply.header('etag', etagOf(incident)).send(incident)
    },
  )
}
