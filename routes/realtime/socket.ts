import { ConnectionQuery, RoomParams } from '../../schemas/realtime.ts'
import { failure } from '../../src/failure.ts'
import type { Routes } from '../../src/fastify.ts'

const description = `
protocol
`

export const socket: Routes = async (app) => {
  app.route({
    method: 'GET',
    url: '/:room',
    config: {
      permission: 'room.join',
      upgrades: true,
      failures: ['upgrade_required', 'page_refused'],
    },
    schema: {
      operationId: 'joinRoom',
      summary: 'Join a room by WebSocket',
      description,
      tags: ['realtime'],
      params: RoomParams,
      querystring: ConnectionQuery,
    },
    handler: async (_request, reply) => {
      reply.header('upgrade', 'websocket')
      throw failure('upgrade_required')
    },
    wsHandler: (socket, request) => app.openSocket(socket, request, request.params.room),
  })
}
