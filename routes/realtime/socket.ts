import { ref } from '../../schemas/common.ts'
import { AnyRoomOutput, ConnectionQuery, RoomParams } from '../../schemas/realtime.ts'
import { failure } from '../../src/failure.ts'
import type { Routes } from '../../src/fastify.ts'

const description = `
A WebSocket, here or at \`/ws/{room}\`, in text frames of JSON of at most 64 KiB: a client sends \`RoomInput\` and gets \`RoomOutput\`, each told by its \`type\`.

**Sign in** in one of four ways: the subprotocols \`bearer, <access token>\`; a ticket of \`POST /api/v1/ws/ticket\`, as the
subprotocols \`ticket, <ticket>\` or as \`?ticket=\`; the header \`Authorization\`; or \`?token=\`. A page must be of this service or of
\`CORS_ORIGINS\`, or else gets 403. Before the token ends send \`{"type":"auth","token":"…"}\` with a new one of the same user.

**Rooms**: open rooms are for everybody who is signed in. Those of objects, \`item:<id>\`, are for whoever may read the object, and
carry its changes as \`event\`. With \`since\`, the id of the last message or a time, what was missed comes first.

**Limits**: 20 messages a second, 8 KiB of content a message, 20 connections a user; who does not read 1 MB is dropped. The
service pings; a client that does not answer twice is gone.

**Closes**, the reason is the \`code\` of a problem: 4001 sign in again, 4403 not allowed or not there, 4429 too many, 1012 and 1013
connect again in a moment, 1002 1007 1009 a wrong frame, text that is not UTF-8, a message that is too large.
`.trim()

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
      response: {
        101: {
          description: 'A WebSocket from now on: `RoomOutput` comes through it.',
          content: { 'application/json': { schema: ref(AnyRoomOutput) } },
        },
      },
      ...{ 'x-sends': { $ref: '#/components/schemas/RoomInput' } },
    },
    handler: async (_request, reply) => {
      reply.header('upgrade', 'websocket')
      throw failure('upgrade_required')
    },
    wsHandler: (socket, request) => app.openSocket(socket, request, request.params.room),
  })
}
