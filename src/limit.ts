import { isIPv6 } from 'node:net'
import rateLimit, { type FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import type { Counters } from './counters.ts'
import { failure } from './failure.ts'

const windowMs = 60_000

/**
 * So many requests a minute for each user, and for each address without one; 404s count too. A
 * route may have its own limit, or `rateLimit: false` for none.
 */
export async function installLimit(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    max: app.config.rateLimitPerMinute,
    timeWindow: windowMs,
    keyGenerator: ({ caller, ip }) => caller?.id ?? networkOf(ip),
    store: storeOn(app.counters),
  })
  const limit = app.rateLimit()
  app.addHook('onRequest', async (request, reply) => {
    const hasItsOwn = request.routeOptions.config.rateLimit !== undefined
    if (!hasItsOwn) await limit.call(app, request, reply)
  })

  // The pair of draft-ietf-httpapi-ratelimit-headers, said with the plugin's own figures.
  app.addHook('onSend', (_request, reply, payload, done) => {
    const max = reply.getHeader('x-ratelimit-limit')
    if (max !== undefined) {
      const [left, seconds] = ['remaining', 'reset'].map((name) =>
        reply.getHeader(`x-ratelimit-${name}`),
      )
      reply.header('ratelimit-policy', `"default";q=${max};w=${windowMs / 1000}`)
      reply.header('ratelimit', `"default";r=${left};t=${seconds}`)
    }
    done(null, payload)
  })
}

/** Somebody with one IPv6 address has 2^64 of them: the network counts. */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(ip)?.[1]
  if (mapped || !isIPv6(ip)) return mapped ?? ip
  const [head = '', tail = ''] = ip.replace(/%.*$/, '').split('::')
  const [first, last] = [head, tail].map((part) => part.split(':').filter(Boolean))
  const gap = ip.includes('::') ? 8 - (first?.length ?? 0) - (last?.length ?? 0) : 0
  const groups = [...(first ?? []), ...Array(Math.max(gap, 0)).fill('0'), ...(last ?? [])]
  return `${groups.slice(0, 4).join(':')}::/64`
}

/** Throws when this is one too many in a minute; for limits by something other than the caller. */
export async function requireBelow(counters: Counters, key: string, max: number): Promise<void> {
  const { count, ttlMs } = await counters.hit(key, windowMs)
  if (count > max) throw failure('rate_limited', undefined, { retry_after: ttlMs / 1000 })
}

/** The plugin wants a constructor; an object it returns will do. */
function storeOn(counters: Counters): FastifyRateLimitStoreCtor {
  const storeOf = (scope: string) => ({
    incr(key: string, done: (error: Error | null, result?: object) => void) {
      counters.hit(`rate:${scope}:${key}`, windowMs).then(
        ({ count, ttlMs }) => done(null, { current: count, ttl: ttlMs }),
        (error) => done(error),
      )
    },
    child: ({ routeInfo }: { routeInfo: { method?: unknown; url?: string } }) =>
      storeOf(`${routeInfo.method} ${routeInfo.url}`),
  })
  return function Store() {
    return storeOf('all')
  } as unknown as FastifyRateLimitStoreCtor
}
