import { answerOf } from '../../schemas/statistics/answers.ts'
import {
  ForecastQuery,
  forecastFormats,
  PopulationForecast,
} from '../../schemas/statistics/forecast.ts'
import {
  Population,
  PopulationQuery,
  Pyramid,
  PyramidQuery,
  populationFormats,
} from '../../schemas/statistics/population.ts'
import { Trends, TrendsQuery, trendFormats } from '../../schemas/statistics/trends.ts'
import type { Routes } from '../../src/fastify.ts'
import { answer } from '../../src/statistics/answer.ts'
import { getPopulationForecast } from '../../src/statistics/population/forecast.ts'
import { getPopulation } from '../../src/statistics/population/population.ts'
import { getPyramid } from '../../src/statistics/population/pyramid.ts'
import { getTrends } from '../../src/statistics/population/trends.ts'
import { open } from './open.ts'

const tags = ['population']

export const population: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: open(
        'area_not_found',
        'area_ambiguous',
        'figures_not_found',
        'too_many_areas',
        'too_many_cells',
        'years_reversed',
        'per_not_applicable',
        'base_missing',
        'base_not_positive',
      ),
      schema: {
        operationId: 'getPopulation',
        summary: 'Population of areas over years: persons, ages, density, change',
        tags,
        querystring: PopulationQuery,
        response: { 200: answerOf(Population, populationFormats) },
      },
    },
    (request, reply) =>
      answer(request, reply, (catalogue) => getPopulation(db, catalogue, request.query)),
  )

  app.get(
    '/pyramid',
    {
      config: open('area_not_found', 'area_ambiguous', 'figures_not_found', 'ages_not_comparable'),
      schema: {
        operationId: 'getPopulationPyramid',
        summary: 'Five-year ages by sex, one year or two side by side',
        tags,
        querystring: PyramidQuery,
        response: { 200: answerOf(Pyramid, ['chartjs', 'csv', 'ndjson']) },
      },
    },
    (request, reply) =>
      answer(request, reply, (catalogue) => getPyramid(db, catalogue, request.query)),
  )

  app.get(
    '/trends',
    {
      config: open(
        'area_not_found',
        'area_ambiguous',
        'figures_not_found',
        'too_many_areas',
        'too_many_cells',
        'years_reversed',
        'too_few_points',
        'not_positive',
      ),
      schema: {
        operationId: 'getPopulationTrends',
        summary: 'Growth of population, a year on average, and where it turned',
        tags,
        querystring: TrendsQuery,
        response: { 200: answerOf(Trends, trendFormats) },
      },
    },
    (request, reply) =>
      answer(request, reply, (catalogue) => getTrends(db, catalogue, request.query)),
  )

  app.get(
    '/forecast',
    {
      config: open(
        'area_not_found',
        'area_ambiguous',
        'figures_not_found',
        'too_many_areas',
        'too_few_points',
        'horizon_too_long',
        'gap_at_end',
        'negative_counts',
        'share_out_of_range',
        'method_needs_more_points',
        'method_needs_positive_values',
        'not_computable',
        'too_few_ages',
        'ages_missing',
        'empty_population',
        'no_women',
      ),
      schema: {
        operationId: 'getPopulationForecast',
        summary: 'Population of years to come, with 80 and 95 % intervals',
        description:
          'The method is chosen by forecasting the past from each of its years, over all areas of the level.',
        tags,
        querystring: ForecastQuery,
        response: { 200: answerOf(PopulationForecast, forecastFormats) },
      },
    },
    (request, reply) =>
      answer(request, reply, (catalogue) => getPopulationForecast(app, catalogue, request.query)),
  )
}
