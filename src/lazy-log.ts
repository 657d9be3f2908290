import type { FastifyBaseLogger } from 'fastify'

const methods = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent', 'child'] as const

type Lazy = FastifyBaseLogger & { logger: FastifyBaseLogger }

/** Shared by all, so that one more is an object with one field. */
const shared = Object.create(null, {
  logger: {
    get(this: Lazy & { make: () => FastifyBaseLogger }) {
      const logger = this.make()
      Object.defineProperty(this, 'logger', { value: logger })
      return logger
    },
  },
  level: {
    get(this: Lazy) {
      return this.logger.level
    },
    set(this: Lazy, level: string) {
      this.logger.level = level
    },
  },
})
for (const method of methods) {
  shared[method] = function say(this: Lazy, ...said: unknown[]) {
    return (this.logger[method] as (...said: unknown[]) => unknown)(...said)
  }
}

/** A logger that is made when it has something to say: that of a request seldom has. */
export function lazyLogger(make: () => FastifyBaseLogger): FastifyBaseLogger {
  return Object.assign(Object.create(shared), { make })
}
