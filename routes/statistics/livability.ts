import { ref } from '../../schemas/common.ts'
import { answerOf } from '../../schemas/statistics/answers.ts'
import {
  AreaLivabilityQuery,
  Livability,
  LivabilityParams,
  LivabilityQuery,
  livabilityFormats,
  Ranking,
  RankingQuery,
  ScoreRequest,
  Similar,
  SimilarQuery,
  scoreFormats,
} from '../../schemas/statistics/livability.ts'
import type { Routes } from '../../src/fastify.ts'
import { answer } from '../../src/statistics/answer.ts'
import { getRanking } from '../../src/statistics/livability/ranking.ts'
import {
  getAreaLivability,
  getLivability,
  scoreLivability,
} from '../../src/statistics/livability/scores.ts'
import { getSimilar } from '../../src/statistics/livability/similar.ts'
import { open } from './open.ts'

const tags = ['livability']

const failures = [
  'area_not_found',
  'area_ambiguous',
  'no_areas_within',
  'area_not_scored',
  'no_weight',
  'no_figures',
  'too_few_areas',
  'too_few_indicators',
  'invalid_request',
] as const

export const livability: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: open(...failures),
      schema: {
        operationId: 'getLivability',
        summary: 'Score every area by weighted indicators',
        tags,
        querystring: LivabilityQuery,
        response: { 200: answerOf(Livability, scoreFormats) },
      },
    },
    (request, reply) =>
      answer(request, reply, (catalogue) => getLivability(app, catalogue, request.query)),
  )

  app.get(
    '/ranking',
    {
      config: open(...failures),
      schema: {
        operationId: 'getLivabilityRanking',
        summary: 'Rank areas, each with the interval of its rank',
        tags,
        querystring: RankingQuery,
        response: { 200: answerOf(Ranking, livabilityFormats) },
      },
    },
    (request, reply) =>
      answer(request, reply, (catalogue) => getRanking(db, catalogue, request.query)),
  )

  app.get(
    '/similar/:area',
    {
      config: open(...failures),
      schema: {
        operationId: 'getSimilarAreas',
        summary: 'Find the areas that are most like one',
        tags,
        params: LivabilityParams,
        querystring: SimilarQuery,
        response: { 200: answerOf(Similar, livabilityFormats) },
      },
    },
    (request, reply) =>
      answer(request, reply, (catalogue) =>
        getSimilar(db, catalogue, request.params.area, request.query),
      ),
  )

  app.post(
    '/score',
    {
      config: open(...failures),
      schema: {
        operationId: 'scoreLivability',
        summary: 'Score areas with weights of one’s own',
        tags,
        body: ref(ScoreRequest),
        response: { 200: answerOf(Livability) },
      },
    },
    (request, reply) =>
      answer(request, reply, (catalogue) => scoreLivability(db, catalogue, request.body)),
  )

  app.get(
    '/:area',
    {
      config: open(...failures),
      schema: {
        operationId: 'getAreaLivability',
        summary: 'Show what makes the score of one area',
        tags,
        params: LivabilityParams,
        querystring: AreaLivabilityQuery,
        response: { 200: answerOf(Livability, livabilityFormats) },
      },
    },
    (request, reply) =>
      answer(request, reply, (catalogue) =>
        getAreaLivability(db, catalogue, request.params.area, request.query),
      ),
  )
}
