import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  ChangeCancellation,
  ChangeCompletion,
  ChangeReview,
} from '../../schemas/itsm/change-moves.ts'
import { Change } from '../../schemas/itsm/changes.ts'
import type { Routes } from '../../src/fastify.ts'
import { cancelChange, completeChange } from '../../src/itsm/changes/carrying-out.ts'
import { reviewChange } from '../../src/itsm/changes/reviews.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['changes']
const failures = ['change_not_found', 'change_editor_required', 'illegal_transition'] as const

/** How a change ends, and what is said of it afterwards. */
export const changeResults: Routes = async (app) => {
  const { db } = app

  app.post(
    '/:id/complete',
    {
      config: { permission: 'change.write', failures: [...failures, 'change_tasks_open'] },
      schema: {
        operationId: 'completeChange',
        summary: 'End a change, well or badly',
        description:
          '`successful` and `with_issues` lead to `completed`, and need every task to be done; the other outcomes are its status as well.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(ChangeCompletion),
        response: { 200: ref(Change) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const change = await completeChange(db, caller, params.id, body, version)
      return reply.header('etag', etagOf(change)).send(change)
    },
  )

  app.post(
    '/:id/cancel',
    {
      config: { permission: 'change.write', failures },
      schema: {
        operationId: 'cancelChange',
        summary: 'Call a change off that has not started',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(ChangeCancellation),
        response: { 200: ref(Change) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const change = await cancelChange(db, caller, params.id, body, version)
      return reply.header('etag', etagOf(change)).send(change)
    },
  )

  app.post(
    '/:id/review',
    {
      config: { permission: 'change.write', failures },
      schema: {
        operationId: 'reviewChange',
        summary: 'Look back on a change that has ended',
        description:
          'How it really went, what was learnt, and which incidents it brought about: they are linked to it.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(ChangeReview),
        response: { 200: ref(Change) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const change = await reviewChange(app, caller, params.id, body, version)
      return reply.header('etag', etagOf(change)).send(change)
    },
  )
}
