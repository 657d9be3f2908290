import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  Problem,
  ProblemBulkResult,
  ProblemBulkUpdate,
  ProblemReopening,
  ProblemTransition,
} from '../../schemas/itsm/problems.ts'
import type { Routes } from '../../src/fastify.ts'
import { updateProblems } from '../../src/itsm/problems/bulk.ts'
import { moveProblem, reopenProblem } from '../../src/itsm/problems/moves.ts'
import { languageOf } from '../../src/messages.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['problems']

export const problemMoves: Routes = async (app) => {
  const { db } = app

  app.post(
    '/:id/transition',
    {
      config: {
        permission: 'problem.write',
        failures: [
          'problem_not_found',
          'illegal_transition',
          'problem_reopening_required',
          'problem_is_over',
          'problem_changes_open',
        ],
      },
      schema: {
        operationId: 'moveProblem',
        summary: 'Bring a problem to another status',
        description:
          'From an open status forward by one or more steps, back to an earlier one but `draft`, or to `cancelled` with a reason. `resolved` needs a root cause, or `not_found` with a reason; `closed` needs a result of every linked change, unless it is forced. An illegal move is 409 and names the legal ones.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(ProblemTransition),
        response: { 200: ref(Problem) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const problem = await moveProblem(db, caller, params.id, body, version)
      return reply.header('etag', etagOf(problem)).send(problem)
    },
  )

  app.post(
    '/:id/reopen',
    {
      config: {
        permission: 'problem.write',
        failures: ['problem_not_found', 'illegal_transition'],
      },
      schema: {
        operationId: 'reopenProblem',
        summary: 'Take a resolved or closed problem up again',
        description: 'It goes back to `under_investigation`.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(ProblemReopening),
        response: { 200: ref(Problem) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const problem = await reopenProblem(db, caller, params.id, body.reason, version)
      return reply.header('etag', etagOf(problem)).send(problem)
    },
  )

  app.put(
    '/bulk-update',
    {
      config: { permission: 'problem.write' },
      schema: {
        operationId: 'updateProblems',
        summary: 'Change up to 100 problems, each for itself',
        description: 'One that fails keeps none of the others back; each is answered for.',
        tags,
        body: ref(ProblemBulkUpdate),
        response: { 200: ref(ProblemBulkResult) },
      },
    },
    ({ caller, body, headers }) =>
      updateProblems(db, caller, body, languageOf(headers['accept-language'])),
  )
}
