import { ChartFigure, ChartPictureQuery, ChartQuery } from '../../schemas/analysis/chart-answers.ts'
import { StepRefParams } from '../../schemas/analysis/steps.ts'
import { fileOf, ref } from '../../schemas/common.ts'
import { drawFigure, readFigure } from '../../src/analysis/charts/answers.ts'
import type { Routes } from '../../src/fastify.ts'

const tags = ['analysis']

const failures = [
  'analysis_session_not_found',
  'analysis_snapshot_not_found',
  'analysis_step_not_found',
  'analysis_chart_not_found',
  'analysis_no_input',
  'analysis_step_input_failed',
  'analysis_too_busy',
  'analysis_too_slow',
  'analysis_out_of_memory',
  'analysis_answer_too_large',
] as const

/** Nothing in a picture may run or load anything. */
const sealed = "default-src 'none'; sandbox"

export const charts: Routes = async (app) => {
  app.get(
    '/chart',
    {
      config: { permission: 'analysis.read', failures: [...failures] },
      schema: {
        operationId: 'getAnalysisChart',
        summary: 'Get the chart of a summary',
        description:
          'Calculated for the snapshot that the session is at, or another one. Places without a number are gaps (null), never 0. A chart that cannot be drawn is 422 and says what to change. Any member of the project may look.',
        tags,
        params: StepRefParams,
        querystring: ChartQuery,
        response: { 200: ref(ChartFigure) },
      },
    },
    async ({ caller, params, query }, reply) => {
      const { text, etag } = await readFigure(app, caller, params, query)
      reply.headers({ etag, 'cache-control': 'private, no-cache' })
      return reply
        .type('application/json; charset=utf-8')
        .serializer(String)
        .send(text as never)
    },
  )

  app.get(
    '/chart.svg',
    {
      config: { permission: 'analysis.read', failures: [...failures] },
      schema: {
        operationId: 'drawAnalysisChart',
        summary: 'Draw the chart of a summary',
        description:
          'SVG that runs and loads nothing, the same for the same data, with a title and a description for who does not see it. Any member of the project may look.',
        tags,
        params: StepRefParams,
        querystring: ChartPictureQuery,
        response: { 200: fileOf('image/svg+xml') },
      },
    },
    async ({ caller, params, query }, reply) => {
      const { text, etag } = await drawFigure(app, caller, params, query)
      const headers = { etag, 'cache-control': 'private, no-cache' }
      reply.headers({ ...headers, 'content-security-policy': sealed })
      return reply.type('image/svg+xml; charset=utf-8').send(text)
    },
  )
}
