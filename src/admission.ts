import type { FastifyRequest } from 'fastify'
import { isSqlite } from '../db/open.ts'
import type { App } from './fastify.ts'
import { loggedPathOf } from './log.ts'

type Begin = () => void

/** How long the handlers that begin in one turn of the event loop may take. */
const turnMs = 8

/**
 * Begins nothing for clients that have left. What says whether the service lives waits for nobody.
 * SQLite answers at once: a hundred slow requests would be done in one go, and only then the service
 * would hear who still waits for them. There each takes its turn.
 */
export function installAdmission(app: App, { databaseUrl }: { databaseUrl: string }): void {
  const inTurn = isSqlite(databaseUrl) ? createTurns() : (begin: Begin) => begin()
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.routeOptions.config.always) done()
    else inTurn(() => (hasLeft(request) ? tell(request) : done()))
  })
}

/**
 * Lets requests begin in the order they came, each when what the one before does at once is done, until
 * a turn of the event loop has taken long; the others begin in a later one.
 */
function createTurns(): (begin: Begin) => void {
  const waiting: Begin[] = []
  let begun: number | undefined
  let late = 0

  function step(): void {
    if (begun === undefined) {
      begun = performance.now()
      setImmediate(nextTurn)
    }
    if (performance.now() - begun > turnMs) late += 1
    else waiting.shift()?.()
  }

  function nextTurn(): void {
    begun = undefined
    for (; late > 0; late -= 1) setImmediate(step)
  }

  return (begin) => {
    waiting.push(begin)
    setImmediate(step)
  }
}

function hasLeft({ raw }: FastifyRequest): boolean {
  return raw.socket.destroyed
}

function tell(request: FastifyRequest): void {
  const { method, log } = request
  log.info({ method, path: loggedPathOf(request) }, 'client left before its request began')
}
