import { Type } from '@sinclair/typebox'
import { IdParams, ref } from '../../schemas/common.ts'
import {
  IncidentLink,
  IncidentLinks,
  LinkParams,
  NewIncidentLink,
} from '../../schemas/itsm/links.ts'
import type { Routes } from '../../src/fastify.ts'
import { addLink, listLinks, removeLink } from '../../src/itsm/incidents/links.ts'

const tags = ['incidents']

export const incidentLinks: Routes = async (app) => {
  app.get(
    '',
    {
      config: { permission: 'incident.oversee', failures: ['incident_not_found'] },
      schema: {
        operationId: 'listIncidentLinks',
        summary: 'List what an incident is linked to',
        description:
          'Its parent, its children, and its links to incidents, problems and changes; with `inward`, those that were made at the other incident and point here. Of a target that the caller may not read, only the id.',
        tags,
        params: IdParams,
        response: { 200: ref(IncidentLinks) },
      },
    },
    ({ caller, params }) => listLinks(app.db, caller, params.id),
  )

  app.post(
    '',
    {
      config: {
        permission: 'incident.work',
        failures: [
          'incident_not_found',
          'incident_frozen',
          'illegal_transition',
          'link_exists',
          'link_cycle',
          'link_too_deep',
          'parent_taken',
        ],
      },
      schema: {
        operationId: 'createIncidentLink',
        summary: 'Link an incident to another, to a problem or to a change',
        description:
          'An incident has one parent at most, and parents and children go five levels deep. `duplicate_of` with `close` cancels the duplicate, with a note that names the original. A link to a problem changes both and needs `problem.write` too.',
        tags,
        params: IdParams,
        body: ref(NewIncidentLink),
        response: { 201: ref(IncidentLink) },
      },
    },
    async ({ caller, params, body }, reply) => {
      const link = await addLink(app, caller, params.id, body)
      const location = `/api/v1/incidents/${params.id}/links/${link.kind}/${link.target_id}`
      return reply.code(201).header('location', location).send(link)
    },
  )

  app.delete(
    '/:kind/:target_id',
    {
      config: {
        permission: 'incident.work',
        failures: ['incident_not_found', 'incident_frozen', 'link_not_found'],
      },
      schema: {
        operationId: 'deleteIncidentLink',
        summary: 'Take a link away that was made at this incident',
        tags,
        params: LinkParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params }, reply) => {
      await removeLink(app, caller, params.id, params.kind, params.target_id)
      return reply.code(204).send(null)
    },
  )
}
