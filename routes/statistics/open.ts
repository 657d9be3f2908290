import type { FailureCode } from '../../src/failure.ts'
import type { Request } from '../../src/fastify.ts'

/** A page that draws a map or a dashboard asks many times as often as one that fills in a form. */
const times = 12

const rateLimit = {
  max: ({ server }: Request) => server.config.rateLimitPerMinute * times,
  timeWindow: '1 minute',
}

/** For reads of figures: nobody has to sign in. */
export function open(...failures: FailureCode[]) {
  return { public: true, rateLimit, failures } as const
}
