import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  Ci,
  CiChange,
  CiIncidentPage,
  CiIncidentQuery,
  CiPage,
  CiQuery,
  NewCi,
  RelatedCis,
  RelatedQuery,
} from '../../schemas/itsm/cis.ts'
import type { Routes } from '../../src/fastify.ts'
import { ciEtag, createCi, deleteCi, getCi, listCis, updateCi } from '../../src/itsm/cis/cis.ts'
import { listCiIncidents } from '../../src/itsm/cis/incidents.ts'
import { listRelatedCis } from '../../src/itsm/cis/related.ts'
import { versionIn } from '../../src/version.ts'

const tags = ['cis']

export const cis: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'ci.read' },
      schema: {
        operationId: 'listCis',
        summary: 'List configuration items',
        tags,
        querystring: CiQuery,
        response: { 200: ref(CiPage) },
      },
    },
    ({ query }) => listCis(db, query),
  )

  app.post(
    '',
    {
      config: { permission: 'ci.write', failures: ['ci_name_taken'] },
      schema: {
        operationId: 'createCi',
        summary: 'Create a configuration item',
        tags,
        body: ref(NewCi),
        response: { 201: ref(Ci) },
      },
    },
    async ({ caller, body }, reply) => {
      const ci = await createCi(db, caller, body)
      const location = `/api/v1/cis/${ci.id}`
      return reply
        .code(201)
        .headers({ location, etag: ciEtag(ci) })
        .send(ci)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission: 'ci.read', failures: ['ci_not_found'] },
      schema: {
        operationId: 'getCi',
        summary: 'Get a configuration item',
        tags,
        params: IdParams,
        response: { 200: ref(Ci) },
      },
    },
    async ({ params }, reply) => {
      const ci = await getCi(db, params.id)
      return reply.header('etag', ciEtag(ci)).send(ci)
    },
  )

  app.patch(
    '/:id',
    {
      config: {
        permission: 'ci.write',
        failures: ['ci_not_found', 'ci_name_taken', 'ci_cycle'],
      },
      schema: {
        operationId: 'updateCi',
        summary: 'Change some fields of a configuration item',
        description:
          '`depends_on` takes the place of what was there. Where an item would come to depend on itself the answer is 409, and `path` has the ids on the way.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(CiChange),
        response: { 200: ref(Ci) },
      },
    },
    async ({ params, body, headers, caller }, reply) => {
      const ci = await updateCi(db, caller, params.id, body, versionIn(headers['if-match']))
      return reply.header('etag', ciEtag(ci)).send(ci)
    },
  )

  app.delete(
    '/:id',
    {
      config: {
        permission: 'ci.write',
        failures: ['ci_not_found', 'ci_in_use', 'missing_reference'],
      },
      schema: {
        operationId: 'deleteCi',
        summary: 'Delete a configuration item that no change is about',
        description: 'Whatever depended on it no longer does, and incidents forget it.',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, headers, caller }, reply) => {
      await deleteCi(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/:id/related',
    {
      config: { permission: 'ci.read', failures: ['ci_not_found'] },
      schema: {
        operationId: 'listRelatedCis',
        summary: 'List what a configuration item depends on, and what depends on it',
        tags,
        params: IdParams,
        querystring: RelatedQuery,
        response: { 200: ref(RelatedCis) },
      },
    },
    ({ params, query }) => listRelatedCis(db, params.id, query.depth),
  )

  app.get(
    '/:id/incidents',
    {
      config: { permission: 'ci.read', failures: ['ci_not_found'] },
      schema: {
        operationId: 'listCiIncidents',
        summary: 'List the incidents of a configuration item, the latest first',
        tags,
        params: IdParams,
        querystring: CiIncidentQuery,
        response: { 200: ref(CiIncidentPage) },
      },
    },
    ({ params, query, caller }) => listCiIncidents(db, caller, params.id, query),
  )
}
