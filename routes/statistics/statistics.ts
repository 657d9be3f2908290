import { answerOf } from '../../schemas/statistics/answers.ts'
import {
  AreaPage,
  AreaQuery,
  IndicatorPage,
  IndicatorQuery,
} from '../../schemas/statistics/catalogue.ts'
import {
  ObservationQuery,
  Observations,
  observationFormats,
  RevisionPage,
  RevisionQuery,
} from '../../schemas/statistics/observations.ts'
import { Summary, SummaryQuery, summaryFormats } from '../../schemas/statistics/summary.ts'
import type { Routes } from '../../src/fastify.ts'
import { answer, answerInLines, formatOf } from '../../src/statistics/answer.ts'
import { listAreas, listIndicators } from '../../src/statistics/lists.ts'
import {
  getObservations,
  observationColumns,
  streamObservations,
} from '../../src/statistics/observations.ts'
import { listRevisions } from '../../src/statistics/revisions.ts'
import { getSummary } from '../../src/statistics/summary.ts'
import { open } from './open.ts'

const tags = ['statistics']

export const statistics: Routes = async (app) => {
  const { db } = app

  app.get(
    '/indicators',
    {
      config: open(),
      schema: {
        operationId: 'listIndicators',
        summary: 'List what figures there are, by name, with areas and years',
        tags,
        querystring: IndicatorQuery,
        response: { 200: answerOf(IndicatorPage) },
      },
    },
    (request, reply) =>
      answer(request, reply, async (catalogue) => listIndicators(catalogue, request.query)),
  )

  app.get(
    '/areas',
    {
      config: open('area_not_found', 'area_ambiguous'),
      schema: {
        operationId: 'listAreas',
        summary: 'List areas by level, name or day, with what they were before',
        tags,
        querystring: AreaQuery,
        response: { 200: answerOf(AreaPage) },
      },
    },
    (request, reply) =>
      answer(request, reply, async (catalogue) => listAreas(catalogue, request.query)),
  )

  app.get(
    '/observations',
    {
      config: open(
        'indicator_not_found',
        'area_not_found',
        'area_ambiguous',
        'figures_not_found',
        'too_many_areas',
        'too_many_cells',
        'years_reversed',
      ),
      schema: {
        operationId: 'getObservations',
        summary: 'Cut through all figures, by any dimension, now or as of a day',
        description:
          'At most 50,000 figures in one answer; as CSV or NDJSON, which are written as they are read, a million.',
        tags,
        querystring: ObservationQuery,
        response: { 200: answerOf(Observations, observationFormats) },
      },
    },
    (request, reply) => {
      const { query } = request
      const isLines = ['csv', 'ndjson'].includes(formatOf(request))
      return isLines
        ? answerInLines(request, reply, observationColumns, (catalogue) =>
            streamObservations(db, catalogue, query),
          )
        : answer(request, reply, (catalogue) => getObservations(db, catalogue, query))
    },
  )

  app.get(
    '/summary',
    {
      config: open(
        'indicator_not_found',
        'area_not_found',
        'area_ambiguous',
        'no_areas_within',
        'no_figures',
        'figures_not_found',
      ),
      schema: {
        operationId: 'getSummary',
        summary: 'Describe the figures of all areas of a level',
        description:
          'Mean, median, quartiles, deviations, skewness, outliers; each with its definition.',
        tags,
        querystring: SummaryQuery,
        response: { 200: answerOf(Summary, summaryFormats) },
      },
    },
    (request, reply) =>
      answer(request, reply, (catalogue) => getSummary(db, catalogue, request.query)),
  )

  app.get(
    '/revisions',
    {
      config: open('indicator_not_found', 'area_not_found', 'area_ambiguous', 'years_reversed'),
      schema: {
        operationId: 'listRevisions',
        summary: 'List figures that were revised, newest change first',
        tags,
        querystring: RevisionQuery,
        response: { 200: answerOf(RevisionPage) },
      },
    },
    (request, reply) =>
      answer(request, reply, async (catalogue) => ({
        body: await listRevisions(db, catalogue, request.query),
      })),
  )
}
