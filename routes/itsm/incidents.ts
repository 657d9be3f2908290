import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import { HistoryPage, HistoryQuery } from '../../schemas/itsm/history.ts'
import { Incident, IncidentChange, NewIncident } from '../../schemas/itsm/incidents.ts'
import { TimelinePage, TimelineQuery } from '../../schemas/itsm/timeline.ts'
import type { Routes } from '../../src/fastify.ts'
import { createIncident } from '../../src/itsm/incidents/create.ts'
import { deleteIncident, getIncident, updateIncident } from '../../src/itsm/incidents/incidents.ts'
import { listIncidentHistory } from '../../src/itsm/incidents/past.ts'
import { getTimeline } from '../../src/itsm/incidents/timeline.ts'
import { languageOf } from '../../src/messages.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['incidents']

export const incidents: Routes = async (app) => {
  const { db } = app

  app.post(
    '',
    {
      config: { permission: 'incident.report', failures: ['incident_fields_for_staff'] },
      schema: {
        operationId: 'createIncident',
        summary: 'Report an incident',
        description:
          'Whoever sends it is its reporter. The service desk may name another reporter, an assignee, a team, affected CIs, whether it is major, and when it was reported. Its priority follows from impact and urgency (ranks low 1, medium 2, high 3, extensive and critical 4; sum 7 and up critical, 6 high, 4 and 5 medium, below that low). Numbers are given in order and without gaps.',
        tags,
        body: ref(NewIncident),
        response: { 201: ref(Incident) },
      },
    },
    async ({ caller, body }, reply) => {
      const incident = await createIncident(app, caller, body)
      const location = `/api/v1/incidents/${incident.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(incident) })
        .send(incident)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission: 'incident.read', failures: ['incident_not_found'] },
      schema: {
        operationId: 'getIncident',
        summary: 'Get an incident',
        description: 'One that the caller reported; for the service desk, any.',
        tags,
        params: IdParams,
        response: { 200: ref(Incident) },
      },
    },
    async ({ caller, params }, reply) => {
      const incident = await getIncident(db, caller, params.id)
      return reply.header('etag', etagOf(incident)).send(incident)
    },
  )

  app.patch(
    '/:id',
    {
      config: {
        permission: 'incident.work',
        failures: [
          'incident_not_found',
          'incident_override_required',
          'incident_frozen',
          'incident_route_required',
          'illegal_transition',
        ],
      },
      schema: {
        operationId: 'updateIncident',
        summary: 'Change some fields of an incident',
        description:
          'What is not sent stays as it is; null clears. `status` moves it among new, assigned, in_progress, pending (with `pending_reason`) and resolved (with `resolution`); closing, cancelling and reopening have routes of their own. `priority` with `priority_reason` sets the priority, which takes `incident.override` and lasts until `priority: null` gives it back to impact and urgency. One that is closed or cancelled cannot be changed.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(IncidentChange),
        response: { 200: ref(Incident) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const incident = await updateIncident(app, caller, params.id, body, version)
      return reply.header('etag', etagOf(incident)).send(incident)
    },
  )

  app.delete(
    '/:id',
    {
      config: {
        permission: 'incident.manage',
        failures: ['incident_not_found', 'incident_has_children', 'missing_reference'],
      },
      schema: {
        operationId: 'deleteIncident',
        summary: 'Delete an incident for good',
        description: 'With its notes, history, links and files. Not one that has children.',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params, headers }, reply) => {
      await deleteIncident(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )

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
