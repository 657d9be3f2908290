import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  NewSlaPolicy,
  SlaPolicy,
  SlaPolicyChange,
  SlaPolicyPage,
  SlaPolicyQuery,
  SlaPolicyVersionPage,
} from '../../schemas/itsm/sla.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  createSlaPolicy,
  deleteSlaPolicy,
  getSlaPolicy,
  listSlaPolicies,
  listSlaPolicyVersions,
  updateSlaPolicy,
} from '../../src/itsm/sla/policies.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['sla']

export const slaPolicies: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'sla.read' },
      schema: {
        operationId: 'listSlaPolicies',
        summary: 'List the policies in the order in which they are tried',
        tags,
        querystring: SlaPolicyQuery,
        response: { 200: ref(SlaPolicyPage) },
      },
    },
    ({ query }) => listSlaPolicies(db, query),
  )

  app.post(
    '',
    {
      config: {
        permission: 'sla.manage',
        failures: ['duplicate', 'missing_reference', 'sla_default_required'],
      },
      schema: {
        operationId: 'createSlaPolicy',
        summary: 'Define targets, for whom, and what happens on the way',
        description:
          'An incident gets the first active policy whose conditions it meets, or else the default, when it is opened and when its category, team or tags change while it is open. What is not sent is as in the default that comes with the service.',
        tags,
        body: ref(NewSlaPolicy),
        response: { 201: ref(SlaPolicy) },
      },
    },
    async ({ caller, body }, reply) => {
      const policy = await createSlaPolicy(db, caller, body)
      const location = `/api/v1/sla/policies/${policy.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(policy) })
        .send(policy)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission: 'sla.read', failures: ['sla_policy_not_found'] },
      schema: {
        operationId: 'getSlaPolicy',
        summary: 'Get a policy with its targets',
        tags,
        params: IdParams,
        response: { 200: ref(SlaPolicy) },
      },
    },
    async ({ params }, reply) => {
      const policy = await getSlaPolicy(db, params.id)
      return reply.header('etag', etagOf(policy)).send(policy)
    },
  )

  app.patch(
    '/:id',
    {
      config: {
        permission: 'sla.manage',
        failures: [
          'sla_policy_not_found',
          'duplicate',
          'missing_reference',
          'sla_default_required',
        ],
      },
      schema: {
        operationId: 'updateSlaPolicy',
        summary: 'Change some fields of a policy',
        description:
          'Makes a new version. Clocks that run go by it soon; what has stopped stays judged by the version of its time. Of `thresholds`, `conditions` and `rules` what is not sent stays.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(SlaPolicyChange),
        response: { 200: ref(SlaPolicy) },
      },
    },
    async ({ params, body, headers, caller }, reply) => {
      const version = versionIn(headers['if-match'])
      const policy = await updateSlaPolicy(db, caller, params.id, body, version)
      return reply.header('etag', etagOf(policy)).send(policy)
    },
  )

  app.delete(
    '/:id',
    {
      config: {
        permission: 'sla.manage',
        failures: ['sla_policy_not_found', 'sla_policy_in_use', 'sla_default_required'],
      },
      schema: {
        operationId: 'deleteSlaPolicy',
        summary: 'Delete a policy that measures no incident',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, headers, caller }, reply) => {
      await deleteSlaPolicy(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/:id/versions',
    {
      config: { permission: 'sla.read', failures: ['sla_policy_not_found'] },
      schema: {
        operationId: 'listSlaPolicyVersions',
        summary: 'List what a policy said, the newest first',
        tags,
        params: IdParams,
        querystring: SlaPolicyQuery,
        response: { 200: ref(SlaPolicyVersionPage) },
      },
    },
    ({ params, query }) => listSlaPolicyVersions(db, params.id, query),
  )
}
