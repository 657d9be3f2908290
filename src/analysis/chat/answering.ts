import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ChatTurn } from '../../../schemas/analysis/chat.ts'
import { preferencesIn } from '../../http.ts'
import { languageOf } from '../../messages.ts'
import { describe, toFailure } from '../../problem-details.ts'
import { pathOf } from '../../values.ts'
import { createEventStream } from './streaming.ts'
import type { Wish } from './turn.ts'
import type { ChatTurns } from './turns.ts'

/** Whether a client would rather see a turn as it happens. */
export function wantsEvents({ headers }: FastifyRequest): boolean {
  const weights = preferencesIn(headers.accept)
  const events = weights.get('text/event-stream') ?? 0
  return events > 0 && events >= (weights.get('application/json') ?? 0)
}

type Asked = Pick<Wish, 'sessionId' | 'message'>

/** Runs a turn and answers it whole. A client that leaves ends it. */
export async function answerTurn(
  turns: ChatTurns,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
): Promise<ChatTurn> {
  const controller = leavingWith(reply)
  return turns.run({ ...asked, caller: request.caller, controller })
}

/**
 * Runs a turn and answers it as events. What stands in the way before it begins is an ordinary failure;
 * what goes wrong later is an event `error` with the same body.
 */
export async function streamTurn(
  turns: ChatTurns,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
): Promise<FastifyReply> {
  const { stream, send, end } = createEventStream()
  const controller = leavingWith(reply)
  let hasBegun = false
  const begun = new Promise<void>((resolve, reject) => {
    const onBegin = () => {
      hasBegun = true
      send('start', {})
      resolve()
    }
    const tell: Wish['tell'] = ({ event, data }) => send(event, data)
    turns
      .run({ ...asked, caller: request.caller, controller, onBegin, tell })
      .then(
        (answer) => send('done', answer),
        (error) => (hasBegun ? sendFailure(error) : reject(error)),
      )
      .finally(end)
  })

  function sendFailure(error: Error): void {
    const problem = toFailure(Object(error))
    if (problem.statusCode >= 500) request.log.error({ err: error }, 'turn of a chat failed')
    const language = languageOf(request.headers['accept-language'])
    send('error', describe(problem, language, pathOf(request.url), request.id))
  }

  await begun
  const headers = { 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' }
  return reply.headers(headers).type('text/event-stream').send(stream)
}

/** Aborted when the client goes away before it has the whole answer. */
function leavingWith({ raw }: FastifyReply): AbortController {
  const controller = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new Error('The client has left.'))
  })
  return controller
}
