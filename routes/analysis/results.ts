import { SessionParams } from '../../schemas/analysis/common.ts'
import { AnalysisResults } from '../../schemas/analysis/results.ts'
import { SnapshotQuery } from '../../schemas/analysis/steps.ts'
import { ref } from '../../schemas/common.ts'
import { getResults } from '../../src/analysis/results/results.ts'
import { engineFailures } from '../../src/analysis/steps/open.ts'
import type { Routes } from '../../src/fastify.ts'
import { languageOf } from '../../src/messages.ts'

export const results: Routes = async (app) => {
  app.get(
    '',
    {
      config: {
        permission: 'analysis.read',
        failures: [
          'analysis_session_not_found',
          'analysis_snapshot_not_found',
          'analysis_no_input',
          ...engineFailures,
        ],
      },
      schema: {
        operationId: 'getAnalysisResults',
        summary: 'Get the results (分析結果) of the summary steps',
        description:
          'Everybody in the project. They are calculated from the snapshot that the session is at, or from `snapshot_id`; a summary that fails says why in `error`, and the others are there all the same.',
        tags: ['analysis'],
        params: SessionParams,
        querystring: SnapshotQuery,
        response: { 200: ref(AnalysisResults) },
      },
    },
    ({ caller, params, query, headers }) =>
      getResults(
        app,
        caller,
        params.session_id,
        languageOf(headers['accept-language']),
        query.snapshot_id,
      ),
  )
}
