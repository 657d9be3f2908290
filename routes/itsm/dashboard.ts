import { ref } from '../../schemas/common.ts'
import { ItsmChart, Metrics } from '../../schemas/itsm/metrics-answers.ts'
import {
  DashboardQuery,
  DistributionQuery,
  TrendQuery,
} from '../../schemas/itsm/metrics-queries.ts'
import type { Routes } from '../../src/fastify.ts'
import { getDashboard, getDistribution, getTrend } from '../../src/itsm/metrics/dashboard.ts'

const tags = ['itsm']
const config = { permission: 'itsm-metrics.read' } as const

/** Figures at the addresses that clients of the system before know. */
export const dashboard: Routes = async (app) => {
  const { db } = app

  app.get(
    '/metrics',
    {
      config,
      schema: {
        operationId: 'getDashboardMetrics',
        summary: 'The figures of /itsm/metrics for the last days',
        tags,
        querystring: DashboardQuery,
        response: { 200: ref(Metrics) },
      },
    },
    ({ query }) => getDashboard(db, query),
  )

  app.get(
    '/charts/trend',
    {
      config,
      schema: {
        operationId: 'getDashboardTrend',
        summary: 'Opened, resolved and backlog over time, as a chart',
        tags,
        querystring: TrendQuery,
        response: { 200: ref(ItsmChart) },
      },
    },
    ({ query }) => getTrend(db, query),
  )

  app.get(
    '/charts/distribution',
    {
      config,
      schema: {
        operationId: 'getDashboardDistribution',
        summary: 'Incidents opened in the last days by what they are now, as a chart',
        tags,
        querystring: DistributionQuery,
        response: { 200: ref(ItsmChart) },
      },
    },
    ({ query }) => getDistribution(db, query),
  )
}
