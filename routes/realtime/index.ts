import { ref } from '../../schemas/common.ts'
import {
  RoomHistory,
  RoomMessageQuery,
  RoomParams,
  RoomStats,
  RoomTicket,
  RoomUsers,
} from '../../schemas/realtime.ts'
import { bearerIn } from '../../src/access.ts'
import type { Routes } from '../../src/fastify.ts'
import { pageOf } from '../../src/realtime/entrance.ts'
import { listMessages } from '../../src/realtime/history.ts'
import { listRoomUsers } from '../../src/realtime/rooms.ts'
import { createTicket } from '../../src/realtime/tickets.ts'

const tags = ['realtime']

export const realtime: Routes = async (app) => {
  app.post(
    '/ticket',
    {
      config: { permission: 'room.join' },
      schema: {
        operationId: 'createRoomTicket',
        summary: 'Get a ticket to join a room with',
        description:
          'A browser cannot send a header with a WebSocket, and a token does not belong in a URL. The ticket stands for the token of this request: once, within 30 seconds, from the same page (`Origin`).',
        tags,
        response: { 200: ref(RoomTicket) },
      },
    },
    ({ caller, headers }) =>
      createTicket(app, caller, bearerIn(headers.authorization) ?? '', pageOf(headers)),
  )

  app.get(
    '/rooms/:room/users',
    {
      config: { permission: 'room.join', failures: ['room_not_found', 'room_forbidden'] },
      schema: {
        operationId: 'listRoomUsers',
        summary: 'List who is in a room',
        tags,
        params: RoomParams,
        response: { 200: ref(RoomUsers) },
      },
    },
    (request) => listRoomUsers(app, request.caller, request.params.room),
  )

  app.get(
    '/rooms/:room/messages',
    {
      config: { permission: 'room.join', failures: ['room_not_found', 'room_forbidden'] },
      schema: {
        operationId: 'listRoomMessages',
        summary: 'List what was said in a room last, oldest first',
        description:
          'The newest of the last 100 messages, which are kept; with `before` those before one, with `since` those after one.',
        tags,
        params: RoomParams,
        querystring: RoomMessageQuery,
        response: { 200: ref(RoomHistory) },
      },
    },
    (request) => listMessages(app, request.caller, request.params.room, request.query),
  )

  // A room may have this name too.
  app.route({
    method: 'GET',
    url: '/stats',
    config: { permission: 'room.join', upgrades: true },
    schema: {
      operationId: 'getRoomStats',
      summary: 'Count connections, rooms and users',
      tags,
      response: { 200: ref(RoomStats) },
    },
    handler: () => app.presence.stats(),
    wsHandler: (socket, request) => app.openSocket(socket, request, 'stats'),
  })
}
