import type { Socket } from 'node:net'
import websocket, { type WebSocket } from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import { requireCan } from '../access.ts'
import { failure } from '../failure.ts'
import type { App } from '../fastify.ts'
import { languageOf } from '../messages.ts'
import { answerBrokenRequest } from '../problem-details.ts'
import { requireSince } from './history.ts'
import { closeCodeOf, createMember, dismiss } from './members.ts'
import { createPace, messagesPerSecond } from './pace.ts'
import { failureIn } from './protocol.ts'
import { createResidence, type Residence } from './residence.ts'
import { roomNamed } from './rooms.ts'
import { createTalk } from './talk.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Lets a WebSocket into a room, or closes it and says why. */
    openSocket(socket: WebSocket, request: FastifyRequest, room: string): void
  }
}

const options = {
  maxPayload: 64 * 1024,
  closeTimeout: 5_000,
  perMessageDeflate: false,
  // An endless row of pings to somebody who does not read the pongs would be buffered.
  autoPong: false,
  handleProtocols: (offered: Set<string>) =>
    ['bearer', 'ticket'].find((each) => offered.has(each)) ?? false,
} as const

/** WebSockets with none of the plugin's trusting defaults. */
export async function installSockets(app: App): Promise<void> {
  const residence = createResidence(app)
  await app.register(websocket, {
    options,
    // Frames that are wrong are answered by `ws` with a code of its own.
    errorHandler: (error, socket, request) => {
      const isFrame = String(Object(error).code).startsWith('WS_ERR')
      request.log.info({ err: error }, 'socket broke off')
      if (!isFrame) socket.terminate()
    },
    preClose: async () => {
      app.server.removeAllListeners('upgrade')
      await residence.close()
    },
  })
  app.websocketServer.on('wsClientError', (error, socket) => {
    answerBrokenRequest(error, socket as Socket)
  })
  app.decorate('openSocket', (socket, request, room) => {
    open(app, residence, socket, request, room)
  })
}

function open(
  app: App,
  residence: Residence,
  socket: WebSocket,
  request: FastifyRequest,
  name: string,
): void {
  try {
    const { caller, credential: token = '', refusal, log } = request
    requireCan('room.join', caller, refusal)
    const language = languageOf(request.headers['accept-language'])
    const member = createMember(roomNamed(name), socket, { caller, token, language, log })
    const talk = createTalk(app, residence, member, request)
    const pace = createPace()
    const since = sinceIn(request)
    residence.enter(member, since)

    socket.on('message', (data, isBinary) => {
      if (member.isClosed) return
      app.meters.countSocketMessage('in')
      const verdict = pace.take()
      if (verdict === 'taken') talk.hear(isBinary ? undefined : String(data))
      else if (verdict === 'told')
        talk.object(failure('too_many_messages', { limit: messagesPerSecond }))
      else if (verdict === 'flood')
        dismiss(member, failure('too_many_messages', { limit: messagesPerSecond }))
    })
    socket.on('ping', (data) => {
      if (pace.take() === 'taken') socket.pong(data)
    })
    socket.on('pong', () => {
      member.missedPings = 0
    })
    socket.on('close', (code) => residence.leave(member, code))
  } catch (error) {
    const reason = failureIn(error)
    if (reason.statusCode >= 500) request.log.error({ err: error }, 'socket failed')
    socket.close(closeCodeOf(reason), reason.failure)
  }
}

function sinceIn({ query }: FastifyRequest): string | undefined {
  const { since } = query as { since?: string }
  requireSince(since)
  return since
}
