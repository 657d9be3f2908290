import {
  Backlog,
  inFormats,
  Metrics,
  SlaMetrics,
  Volume,
} from '../../schemas/itsm/metrics-answers.ts'
import { metricDefinitions } from '../../schemas/itsm/metrics-definitions.ts'
import {
  BacklogQuery,
  MetricsQuery,
  SlaMetricsQuery,
  VolumeQuery,
} from '../../schemas/itsm/metrics-queries.ts'
import type { Routes } from '../../src/fastify.ts'
import { getBacklog } from '../../src/itsm/metrics/backlog.ts'
import { backlogChart, metricsChart, slaChart, volumeChart } from '../../src/itsm/metrics/charts.ts'
import { sendFigures } from '../../src/itsm/metrics/lines.ts'
import { getMetrics } from '../../src/itsm/metrics/metrics.ts'
import { getSlaMetrics } from '../../src/itsm/metrics/sla.ts'
import { getVolume } from '../../src/itsm/metrics/volume.ts'

const tags = ['itsm']

export const metrics: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'itsm-metrics.read', failures: ['too_many_metrics'] },
      schema: {
        operationId: 'getItsmMetrics',
        summary: 'MTTA, MTTR, FCR, SLA, backlog, reopenings and volume by period and group',
        description: metricDefinitions,
        tags,
        querystring: MetricsQuery,
        response: { 200: inFormats(Metrics) },
      },
    },
    async ({ query }, reply) =>
      sendFigures(reply, query.format, 'itsm-metrics', {
        body: await getMetrics(db, query),
        chart: (body) => metricsChart(body, query.measure),
        rows: ({ rows }) => rows,
      }),
  )

  app.get(
    '/sla',
    {
      config: { permission: 'itsm-metrics.read', failures: ['too_many_metrics'] },
      schema: {
        operationId: 'getSlaMetrics',
        summary: 'How far targets were kept, and which are running',
        description:
          'Of incidents resolved in each period: met / (met + breached) by the outcome of the target when it stopped. Targets that are running, or overdue and still open, stand apart. Defined as at /itsm/metrics.',
        tags,
        querystring: SlaMetricsQuery,
        response: { 200: inFormats(SlaMetrics) },
      },
    },
    async ({ query }, reply) =>
      sendFigures(reply, query.format, 'itsm-sla', {
        body: await getSlaMetrics(db, query),
        chart: slaChart,
        rows: ({ rows }) => rows,
      }),
  )

  app.get(
    '/backlog',
    {
      config: { permission: 'itsm-metrics.read' },
      schema: {
        operationId: 'getItsmBacklog',
        summary: 'What is open, or was at a time, by how long it has been',
        description:
          'Opened before `at` and not ended before it, as the history says of what was reopened or cancelled. Ages count from `opened_at`, also of reopened ones. Groups are those of now.',
        tags,
        querystring: BacklogQuery,
        response: { 200: inFormats(Backlog) },
      },
    },
    async ({ query }, reply) =>
      sendFigures(reply, query.format, 'itsm-backlog', {
        body: await getBacklog(db, query),
        chart: backlogChart,
        rows: ({ rows }) => rows,
      }),
  )

  app.get(
    '/volume',
    {
      config: { permission: 'itsm-metrics.read' },
      schema: {
        operationId: 'getItsmVolume',
        summary: 'What was opened and resolved by day, and by hour of the week',
        description:
          'Days and hours are those of the clock of `time_zone`; an hour that occurs twice counts as one. Cancelled incidents count as opened, and not as resolved.',
        tags,
        querystring: VolumeQuery,
        response: { 200: inFormats(Volume) },
      },
    },
    async ({ query }, reply) =>
      sendFigures(reply, query.format, 'itsm-volume', {
        body: await getVolume(db, query),
        chart: (body) => volumeChart(body, query.by),
        rows: ({ by_day, by_hour }) => (query.by === 'day' ? by_day : by_hour),
      }),
  )
}
