import { ChangeRates, ChangeRatesQuery } from '../../schemas/itsm/change-rates.ts'
import { inFormats } from '../../schemas/itsm/metrics-answers.ts'
import { changeRateDefinitions } from '../../schemas/itsm/metrics-definitions.ts'
import type { Routes } from '../../src/fastify.ts'
import { getChangeRates, ratesChart } from '../../src/itsm/changes/rates.ts'
import { sendFigures } from '../../src/itsm/metrics/lines.ts'

export const changeRates: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'itsm-metrics.read' },
      schema: {
        operationId: 'getChangeRates',
        summary: 'Success and failure of changes by team, type, month, category or risk',
        description: changeRateDefinitions,
        tags: ['changes'],
        querystring: ChangeRatesQuery,
        response: { 200: inFormats(ChangeRates) },
      },
    },
    async ({ query }, reply) =>
      sendFigures(reply, query.format, 'change-rates', {
        body: await getChangeRates(db, query),
        chart: ratesChart,
        rows: ({ rows }) => rows,
      }),
  )
}
