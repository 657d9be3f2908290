import { GeoParams, GeoQuery, geometryFile } from '../../schemas/statistics/geo.ts'
import type { Routes } from '../../src/fastify.ts'
import { getGeometry } from '../../src/statistics/maps/geo.ts'
import { answerPacked } from '../../src/statistics/maps/packed.ts'
import { open } from './open.ts'

export const geo: Routes = async (app) => {
  const { library, shapes } = app

  app.get(
    '/:level.geojson',
    {
      config: open('geometry_not_found', 'area_not_found', 'area_ambiguous'),
      schema: {
        operationId: 'getGeometry',
        summary: 'Shapes of areas for a map, as GeoJSON',
        tags: ['maps'],
        params: GeoParams,
        querystring: GeoQuery,
        response: { 200: geometryFile },
      },
    },
    async (request, reply) => {
      const catalogue = await library.read()
      const atlas = await shapes.read(catalogue)
      const { params, query } = request
      return answerPacked(request, reply, getGeometry(catalogue, atlas, params, query))
    },
  )
}
