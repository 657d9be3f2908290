import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  NewRcaFinding,
  RcaFinding,
  RcaFindingChange,
  RcaFindingPage,
  RcaFindingParams,
  RcaFindingQuery,
} from '../../schemas/itsm/rca.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  createFinding,
  deleteFinding,
  listFindings,
  updateFinding,
} from '../../src/itsm/problems/findings.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['problems']
const refusals = ['problem_not_found', 'problem_reopening_required', 'problem_is_over'] as const

export const problemFindings: Routes = async (app) => {
  const { db } = app

  app.get(
    '/:id/rca/findings',
    {
      config: { permission: 'problem.read', failures: ['problem_not_found'] },
      schema: {
        operationId: 'listRcaFindings',
        summary: 'List the findings of a problem, newest first',
        tags,
        params: IdParams,
        querystring: RcaFindingQuery,
        response: { 200: ref(RcaFindingPage) },
      },
    },
    ({ params, query }) => listFindings(db, params.id, query),
  )

  app.post(
    '/:id/rca/findings',
    {
      config: { permission: 'problem.write', failures: refusals },
      schema: {
        operationId: 'createRcaFinding',
        summary: 'Write down a finding of a problem',
        tags,
        params: IdParams,
        body: ref(NewRcaFinding),
        response: { 201: ref(RcaFinding) },
      },
    },
    async ({ params, caller, body }, reply) => {
      const finding = await createFinding(db, caller, params.id, body)
      const location = `/api/v1/problems/${params.id}/rca/findings/${finding.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(finding) })
        .send(finding)
    },
  )

  app.patch(
    '/:id/rca/findings/:finding_id',
    {
      config: { permission: 'problem.write', failures: [...refusals, 'rca_finding_not_found'] },
      schema: {
        operationId: 'updateRcaFinding',
        summary: 'Change some fields of a finding',
        tags,
        params: RcaFindingParams,
        headers: IfMatch,
        body: ref(RcaFindingChange),
        response: { 200: ref(RcaFinding) },
      },
    },
    async ({ params: { id, finding_id }, caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const finding = await updateFinding(db, caller, id, finding_id, body, version)
      return reply.header('etag', etagOf(finding)).send(finding)
    },
  )

  app.delete(
    '/:id/rca/findings/:finding_id',
    {
      config: { permission: 'problem.write', failures: [...refusals, 'rca_finding_not_found'] },
      schema: {
        operationId: 'deleteRcaFinding',
        summary: 'Delete a finding of a problem',
        tags,
        params: RcaFindingParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params: { id, finding_id }, caller, headers }, reply) => {
      await deleteFinding(db, caller, id, finding_id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
