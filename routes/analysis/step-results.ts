import { SessionParams } from '../../schemas/analysis/common.ts'
import {
  AnalysisRows,
  AnalysisStep,
  AnalysisStepList,
  RowsQuery,
  SnapshotQuery,
  StepRefParams,
} from '../../schemas/analysis/steps.ts'
import { ref } from '../../schemas/common.ts'
import { engineFailures } from '../../src/analysis/steps/open.ts'
import { getStep, listRows, listSteps } from '../../src/analysis/steps/steps.ts'
import type { Routes } from '../../src/fastify.ts'
import { languageOf } from '../../src/messages.ts'
import { etagOf } from '../../src/version.ts'

const tags = ['analysis']
const seen = [
  'analysis_session_not_found',
  'analysis_snapshot_not_found',
  ...engineFailures,
] as const
const found = ['analysis_step_not_found', 'analysis_no_input'] as const

/** What steps give. */
export const stepResults: Routes = async (app) => {
  app.get(
    '',
    {
      config: { permission: 'analysis.read', failures: [...seen, 'analysis_no_input'] },
      schema: {
        operationId: 'listAnalysisSteps',
        summary: 'List the steps of the analysis in their order, and how they went',
        description: 'Everybody in the project. Without rows.',
        tags,
        params: SessionParams,
        querystring: SnapshotQuery,
        response: { 200: ref(AnalysisStepList) },
      },
    },
    async ({ caller, params, query, headers }, reply) => {
      const language = languageOf(headers['accept-language'])
      const { answer, version } = await listSteps(app, caller, { ...params, ...query }, language)
      reply.header('etag', etagOf({ version }))
      return answer
    },
  )

  app.get(
    '/:step_id',
    {
      config: { permission: 'analysis.read', failures: [...seen, ...found] },
      schema: {
        operationId: 'getAnalysisStep',
        summary: 'Get a step with its result',
        description: 'Everybody in the project. With the first rows, figures, chart and table.',
        tags,
        params: StepRefParams,
        querystring: SnapshotQuery,
        response: { 200: ref(AnalysisStep) },
      },
    },
    async ({ caller, params, query, headers }, reply) => {
      const language = languageOf(headers['accept-language'])
      const { answer, version } = await getStep(app, caller, { ...params, ...query }, language)
      reply.header('etag', etagOf({ version }))
      return answer
    },
  )

  app.get(
    '/:step_id/rows',
    {
      config: {
        permission: 'analysis.read',
        failures: [...seen, ...found, 'analysis_step_no_rows', 'analysis_step_input_failed'],
      },
      schema: {
        operationId: 'listAnalysisRows',
        summary: 'List rows of a step, in their order',
        description: 'Everybody in the project. A summary has none.',
        tags,
        params: StepRefParams,
        querystring: RowsQuery,
        response: { 200: ref(AnalysisRows) },
      },
    },
    ({ caller, params, query: { snapshot_id, ...page } }) =>
      listRows(app, caller, { ...params, snapshot_id }, page),
  )
}
