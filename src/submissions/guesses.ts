import type { App, Request } from '../fastify.ts'
import { networkOf, requireBelow } from '../limit.ts'

const missesAMinute = 20

/**
 * Whoever asks for many links that open nothing is told to wait. Only those count, and a real link
 * opens all the same: many people may share an address.
 */
export function installGuessLimit(app: Pick<App, 'counters' | 'setErrorHandler'>): void {
  app.setErrorHandler(async (error, { caller, ip }: Request) => {
    if (Object(error).failure === 'session_link_not_found') {
      const guesser = caller?.id ?? networkOf(ip)
      await requireBelow(app.counters, `link-misses:${guesser}`, missesAMinute)
    }
    throw error
  })
}
