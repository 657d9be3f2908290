import { answerOf } from '../../schemas/statistics/answers.ts'
import { MapParams, MapQuery, MapValues, mapFormats } from '../../schemas/statistics/map.ts'
import type { Routes } from '../../src/fastify.ts'
import { answer } from '../../src/statistics/answer.ts'
import { getMap } from '../../src/statistics/maps/map.ts'
import { open } from './open.ts'

export const map: Routes = async (app) => {
  const { db, library, shapes } = app

  app.get(
    '/:indicator',
    {
      config: open(
        'indicator_not_found',
        'area_not_found',
        'area_ambiguous',
        'no_areas_within',
        'figures_not_found',
        'geometry_not_found',
      ),
      schema: {
        operationId: 'getMap',
        summary: 'One indicator by area in one period, cut into classes',
        description:
          'As JSON a table by code, with links to the shapes; as GeoJSON the shapes with the values in them.',
        tags: ['maps'],
        params: MapParams,
        querystring: MapQuery,
        response: { 200: answerOf(MapValues, mapFormats) },
      },
    },
    async (request, reply) => {
      const atlas = await shapes.read(await library.read())
      const { params, query } = request
      return answer(request, reply, (catalogue) => getMap(db, catalogue, atlas, params, query), {
        state: atlas.version,
        isFixed: true,
      })
    },
  )
}
