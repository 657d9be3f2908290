import { Type } from '@sinclair/typebox'
import { IdParams, ref } from '../../schemas/common.ts'
import {
  ProblemChangeParams,
  ProblemChanges,
  ProblemCommunicated,
  ProblemCommunication,
  ProblemIncidentPage,
  ProblemIncidentParams,
  ProblemIncidents,
  ProblemIncidentsLinked,
  ProblemLinkedChanges,
} from '../../schemas/itsm/problem-links.ts'
import { pageQuery } from '../../schemas/pages.ts'
import type { Routes } from '../../src/fastify.ts'
import { linkChanges, listLinkedChanges, unlinkChange } from '../../src/itsm/problems/changes.ts'
import { communicate } from '../../src/itsm/problems/communicate.ts'
import {
  addProblemIncidents,
  listProblemIncidents,
  unlinkIncident,
} from '../../src/itsm/problems/incidents.ts'

const tags = ['problems']

export const problemLinks: Routes = async (app) => {
  const { db } = app

  app.get(
    '/:id/incidents',
    {
      config: { permission: 'problem.read', failures: ['problem_not_found'] },
      schema: {
        operationId: 'listProblemIncidents',
        summary: 'List the incidents of a problem, the latest linked first',
        tags,
        params: IdParams,
        querystring: pageQuery(),
        response: { 200: ref(ProblemIncidentPage) },
      },
    },
    ({ params, caller, query }) => listProblemIncidents(db, caller, params.id, query),
  )

  app.post(
    '/:id/incidents',
    {
      config: { permission: 'problem.write', failures: ['problem_not_found'] },
      schema: {
        operationId: 'linkProblemIncidents',
        summary: 'Link up to 200 incidents to a problem',
        description: 'All of them or none; what is linked already stays so.',
        tags,
        params: IdParams,
        body: ref(ProblemIncidents),
        response: { 200: ref(ProblemIncidentsLinked) },
      },
    },
    ({ params, caller, body }) => addProblemIncidents(db, caller, params.id, body.incident_ids),
  )

  app.delete(
    '/:id/incidents/:incident_id',
    {
      config: {
        permission: 'problem.write',
        failures: ['problem_not_found', 'problem_link_not_found'],
      },
      schema: {
        operationId: 'unlinkProblemIncident',
        summary: 'Unlink an incident from a problem',
        tags,
        params: ProblemIncidentParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, caller }, reply) => {
      await unlinkIncident(db, caller, params.id, params.incident_id)
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/:id/changes',
    {
      config: { permission: 'problem.read', failures: ['problem_not_found'] },
      schema: {
        operationId: 'listProblemChanges',
        summary: 'List the changes that are to mend a problem',
        tags,
        params: IdParams,
        response: { 200: ref(ProblemLinkedChanges) },
      },
    },
    ({ params }) => listLinkedChanges(db, params.id),
  )

  app.post(
    '/:id/changes',
    {
      config: { permission: 'problem.write', failures: ['problem_not_found'] },
      schema: {
        operationId: 'linkProblemChanges',
        summary: 'Link changes to the problem that they are to mend',
        description: 'Closing the problem asks for the result of each.',
        tags,
        params: IdParams,
        body: ref(ProblemChanges),
        response: { 200: ref(ProblemLinkedChanges) },
      },
    },
    ({ params, caller, body }) => linkChanges(db, caller, params.id, body.change_ids),
  )

  app.delete(
    '/:id/changes/:change_id',
    {
      config: {
        permission: 'problem.write',
        failures: ['problem_not_found', 'problem_link_not_found'],
      },
      schema: {
        operationId: 'unlinkProblemChange',
        summary: 'Unlink a change from a problem',
        tags,
        params: ProblemChangeParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, caller }, reply) => {
      await unlinkChange(db, caller, params.id, params.change_id)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/:id/communicate',
    {
      config: {
        permission: 'problem.write',
        failures: ['problem_not_found', 'problem_text_missing'],
      },
      schema: {
        operationId: 'communicateProblem',
        summary: 'Write a workaround or solution on every open incident of a problem',
        description:
          'In one transaction, each text once: asked again with the same text, only incidents that were linked in between get it.',
        tags,
        params: IdParams,
        body: ref(ProblemCommunication),
        response: { 200: ref(ProblemCommunicated) },
      },
    },
    ({ params, caller, body }) => communicate(app, caller, params.id, body),
  )
}
