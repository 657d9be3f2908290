import { Type } from '@sinclair/typebox'
import { fileOf } from '../../schemas/common.ts'
import { TileParams, TileQuery } from '../../schemas/statistics/geo.ts'
import type { Routes } from '../../src/fastify.ts'
import { getTile } from '../../src/statistics/maps/geo.ts'
import { answerPacked } from '../../src/statistics/maps/packed.ts'
import { open } from './open.ts'

export const tiles: Routes = async (app) => {
  const { library, shapes } = app

  app.get(
    '/:layer/:z/:x/:y.mvt',
    {
      config: open(),
      schema: {
        operationId: 'getTile',
        summary: 'Shapes of areas as a vector tile; 204 where nothing is drawn',
        tags: ['maps'],
        params: TileParams,
        querystring: TileQuery,
        response: { 200: fileOf('application/vnd.mapbox-vector-tile'), 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const atlas = await shapes.read(await library.read())
      return answerPacked(request, reply, getTile(atlas, request.params, request.query))
    },
  )
}
