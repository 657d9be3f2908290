import { Type } from '@sinclair/typebox'
import { SessionParams } from '../../schemas/analysis/common.ts'
import {
  AnalysisStep,
  AnalysisStepChange,
  AnalysisStepList,
  CascadeQuery,
  DryRunQuery,
  NewAnalysisStep,
  StepOrder,
  StepParams,
} from '../../schemas/analysis/steps.ts'
import { IfMatch, ref } from '../../schemas/common.ts'
import { engineFailures } from '../../src/analysis/steps/open.ts'
import {
  createStep,
  orderSteps,
  removeStep,
  tryStep,
  updateStep,
} from '../../src/analysis/steps/steps.ts'
import type { Routes } from '../../src/fastify.ts'
import { languageOf } from '../../src/messages.ts'
import { etagOf, versionIn } from '../../src/version.ts'
import { stepResults } from './step-results.ts'

const tags = ['analysis']
const working = [
  'analysis_session_not_found',
  'project_role_required',
  'project_archived',
  'analysis_session_inactive',
  'analysis_changing',
  'analysis_no_input',
  ...engineFailures,
] as const

export const steps: Routes = async (app) => {
  app.register(stepResults)

  app.post(
    '',
    {
      config: {
        permission: 'analysis.write',
        failures: [...working, 'analysis_too_many_steps', 'analysis_step_input_failed'],
      },
      schema: {
        operationId: 'createAnalysisStep',
        summary: 'Add a step (ステップ) to the analysis',
        description:
          'Managers, moderators and members of the project. The step is calculated first: what it cannot do is 422 with the path in `config`, and nothing is saved. With `dry_run=true` nothing is saved either way, and the answer is 200.',
        tags,
        params: SessionParams,
        querystring: DryRunQuery,
        body: ref(NewAnalysisStep),
        response: { 200: ref(AnalysisStep), 201: ref(AnalysisStep) },
      },
    },
    async ({ caller, params: { session_id }, query, body, headers }, reply) => {
      const language = languageOf(headers['accept-language'])
      const run = query.dry_run ? tryStep : createStep
      const { answer, version } = await run(app, caller, session_id, body, language)
      reply.header('etag', etagOf({ version }))
      if (query.dry_run) return answer
      const location = `/api/v1/analysis/session/${session_id}/step/${answer.step_id}`
      return reply.code(201).headers({ location }).send(answer)
    },
  )

  app.post(
    '/order',
    {
      config: { permission: 'analysis.write', failures: working },
      schema: {
        operationId: 'orderAnalysisSteps',
        summary: 'Put the steps into another order',
        description:
          'Managers, moderators and members of the project. Each step stays behind those that it starts from. `If-Match` holds the version of the session.',
        tags,
        params: SessionParams,
        headers: IfMatch,
        body: ref(StepOrder),
        response: { 200: ref(AnalysisStepList) },
      },
    },
    async ({ caller, params: { session_id }, body, headers, raw }, reply) => {
      const language = languageOf(raw.headers['accept-language'])
      const seenVersion = versionIn(headers['if-match'])
      const ids = body.step_ids
      const moved = await orderSteps(app, caller, session_id, ids, language, seenVersion)
      reply.header('etag', etagOf(moved))
      return moved.answer
    },
  )

  app.patch(
    '/:step_id',
    {
      config: {
        permission: 'analysis.write',
        failures: [...working, 'analysis_step_not_found', 'analysis_step_input_failed'],
      },
      schema: {
        operationId: 'updateAnalysisStep',
        summary: 'Change a step',
        description:
          'Managers, moderators and members of the project. Later steps that cannot go on from it are kept, with their error. `If-Match` holds the version of the session.',
        tags,
        params: StepParams,
        headers: IfMatch,
        body: ref(AnalysisStepChange),
        response: { 200: ref(AnalysisStep) },
      },
    },
    async ({ caller, params, body, headers, raw }, reply) => {
      const language = languageOf(raw.headers['accept-language'])
      const seenVersion = versionIn(headers['if-match'])
      const changed = await updateStep(app, caller, params, body, language, seenVersion)
      reply.header('etag', etagOf(changed))
      return changed.answer
    },
  )

  app.delete(
    '/:step_id',
    {
      config: {
        permission: 'analysis.write',
        failures: [...working, 'analysis_step_not_found', 'analysis_step_used'],
      },
      schema: {
        operationId: 'deleteAnalysisStep',
        summary: 'Delete a step',
        description:
          'Managers, moderators and members of the project. One that others start from is 409 with their names, unless `cascade=true`. `If-Match` holds the version of the session.',
        tags,
        params: StepParams,
        querystring: CascadeQuery,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params, query, headers }, reply) => {
      await removeStep(app, caller, params, query, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
