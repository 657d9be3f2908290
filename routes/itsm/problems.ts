import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import { HistoryPage, HistoryQuery } from '../../schemas/itsm/history.ts'
import {
  NewProblem,
  Problem,
  ProblemChange,
  ProblemPage,
  ProblemQuery,
} from '../../schemas/itsm/problems.ts'
import type { Routes } from '../../src/fastify.ts'
import { listProblems } from '../../src/itsm/problems/listing.ts'
import {
  createProblem,
  deleteProblem,
  getProblem,
  listProblemHistory,
  updateProblem,
} from '../../src/itsm/problems/problems.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['problems']

export const problems: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'problem.read' },
      schema: {
        operationId: 'listProblems',
        summary: 'List problems, newest first',
        tags,
        querystring: ProblemQuery,
        response: { 200: ref(ProblemPage) },
      },
    },
    ({ caller, query }) => listProblems(db, caller, query),
  )

  app.post(
    '',
    {
      config: { permission: 'problem.write' },
      schema: {
        operationId: 'createProblem',
        summary: 'Open a problem, also for incidents that propose it',
        description:
          'A new problem is a draft. With `incident_ids`, such as those of a proposal of GET /problems/candidates, these are linked in the same transaction.',
        tags,
        body: ref(NewProblem),
        response: { 201: ref(Problem) },
      },
    },
    async ({ caller, body }, reply) => {
      const problem = await createProblem(db, caller, body)
      const location = `/api/v1/problems/${problem.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(problem) })
        .send(problem)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission: 'problem.read', failures: ['problem_not_found'] },
      schema: {
        operationId: 'getProblem',
        summary: 'Get a problem',
        tags,
        params: IdParams,
        response: { 200: ref(Problem) },
      },
    },
    async ({ params }, reply) => {
      const problem = await getProblem(db, params.id)
      return reply.header('etag', etagOf(problem)).send(problem)
    },
  )

  app.patch(
    '/:id',
    {
      config: {
        permission: 'problem.write',
        failures: [
          'problem_not_found',
          'problem_status_by_transition',
          'problem_reopening_required',
          'problem_is_over',
        ],
      },
      schema: {
        operationId: 'updateProblem',
        summary: 'Change some fields of a problem',
        description:
          'What is not sent stays as it is. The status is changed by POST /problems/{id}/transition; another one here is 409 and names the legal ones.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(ProblemChange),
        response: { 200: ref(Problem) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const problem = await updateProblem(db, caller, params.id, body, version)
      return reply.header('etag', etagOf(problem)).send(problem)
    },
  )

  app.delete(
    '/:id',
    {
      config: {
        permission: 'problem.write',
        failures: ['problem_not_found', 'problem_not_deletable'],
      },
      schema: {
        operationId: 'deleteProblem',
        summary: 'Delete a problem that is a draft or cancelled',
        description: 'Its links go with it; incidents, changes and known errors stay.',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, headers, caller }, reply) => {
      await deleteProblem(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/:id/history',
    {
      config: { permission: 'problem.read', failures: ['problem_not_found'] },
      schema: {
        operationId: 'listProblemHistory',
        summary: 'List every field of a problem that changed, newest first',
        tags,
        params: IdParams,
        querystring: HistoryQuery,
        response: { 200: ref(HistoryPage) },
      },
    },
    ({ params, query }) => listProblemHistory(db, params.id, query),
  )
}
