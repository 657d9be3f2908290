import { answerOf } from '../../schemas/statistics/answers.ts'
import {
  Comparison,
  ComparisonQuery,
  comparisonFormats,
} from '../../schemas/statistics/comparison.ts'
import type { Routes } from '../../src/fastify.ts'
import { answer } from '../../src/statistics/answer.ts'
import { getComparison } from '../../src/statistics/comparison/comparison.ts'
import { open } from './open.ts'

export const comparison: Routes = async (app) => {
  app.get(
    '',
    {
      config: open(
        'area_not_found',
        'area_ambiguous',
        'indicator_not_found',
        'too_many_areas',
        'too_many_indicators',
        'per_not_applicable',
        'too_many_cells',
        'years_reversed',
        'figures_not_found',
      ),
      schema: {
        operationId: 'getComparison',
        summary: 'Lay up to ten areas and twelve indicators side by side',
        description:
          'Against their own past, the nation and all areas of their level, with the correlation of the indicators and groups of similar areas.',
        tags: ['comparison'],
        querystring: ComparisonQuery,
        response: { 200: answerOf(Comparison, comparisonFormats) },
      },
    },
    (request, reply) =>
      answer(request, reply, (catalogue) => getComparison(app.db, catalogue, request.query)),
  )
}
