import type { Redis } from 'ioredis'
import type { SharedCache } from './cache.ts'
import type { Counters } from './counters.ts'
import { relayOn } from './redis-channels.ts'
import { presenceOn } from './redis-presence.ts'

export type RedisClient = Awaited<ReturnType<typeof connectRedis>>

/**
 * A client that never makes a request wait: while Redis is gone its commands fail at once, and it
 * keeps trying to connect again meanwhile. `prefix` keeps services on one Redis apart.
 */
export async function connectRedis(
  url: string,
  prefix: string,
  { leaseMs = 30_000, patienceMs = 200 } = {},
) {
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, {
    connectTimeout: 500,
    commandTimeout: patienceMs,
    socketTimeout: 5000,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    lazyConnect: true,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2000),
  })
  const subscriber = redis.duplicate({ commandTimeout: 2000, autoResubscribe: false })
  // Unheard, every failed attempt to connect would be printed.
  for (const connection of [redis, subscriber]) connection.on('error', () => {})
  const backlog = () => redis.stream?.writableLength ?? 0
  const relay = relayOn({ publisher: redis, subscriber, backlog }, prefix)
  await Promise.all([redis.connect(), subscriber.connect()].map((done) => done.catch(() => {})))
  // A connection whose other end fell silent is noticed by asking, and made anew.
  const heartbeat = setInterval(() => {
    for (const connection of [redis, subscriber]) connection.ping().catch(() => {})
  }, 5000).unref()
  return {
    counters: countersOn(redis, prefix),
    cache: cacheOn(redis, prefix),
    presence: presenceOn(redis, prefix, leaseMs),
    relay,
    ping: async (): Promise<void> => {
      await redis.ping()
    },
    close: async (): Promise<void> => {
      clearInterval(heartbeat)
      for (const connection of [redis, subscriber]) connection.disconnect()
    },
  }
}

/** Each of these is one step for Redis, so instances that ask at once cannot come in between. */
const scripts = {
  hit: `
    local count = redis.call('incr', KEYS[1])
    if count == 1 then redis.call('pexpire', KEYS[1], ARGV[1]) end
    return {count, redis.call('pttl', KEYS[1])}`,
  attempt: `
    local wait = redis.call('pttl', KEYS[2])
    if wait > 0 then return wait end
    local count = redis.call('incr', KEYS[1])
    local free, window, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
    local delay = 0
    if count >= free then
      delay = math.min(1000 * 2 ^ math.min(count - free, 40), longest)
      redis.call('set', KEYS[2], 1, 'px', delay)
    end
    redis.call('pexpire', KEYS[1], delay + window)
    return 0`,
  forgive: `
    redis.call('del', KEYS[2])
    if redis.call('exists', KEYS[1]) == 1 and redis.call('decr', KEYS[1]) < 0 then
      redis.call('del', KEYS[1])
    end
    return 0`,
}

function countersOn(redis: Redis, prefix: string): Counters {
  const keysOf = (key: string) => [`${prefix}count:${key}`, `${prefix}block:${key}`] as const

  return {
    async hit(key, windowMs) {
      const answer = await redis.eval(scripts.hit, 1, keysOf(key)[0], windowMs)
      const [count, ttlMs] = answer as [number, number]
      return { count, ttlMs }
    },

    async attempt(key, { free, windowMs, maxDelayMs }) {
      const keys = keysOf(key)
      return Number(await redis.eval(scripts.attempt, 2, ...keys, free, windowMs, maxDelayMs))
    },

    async forgive(key) {
      await redis.eval(scripts.forgive, 2, ...keysOf(key))
    },

    async clear(key) {
      await redis.del(...keysOf(key))
    },
  }
}

function cacheOn(redis: Redis, prefix: string): SharedCache {
  return {
    get: (key) => redis.getBuffer(`${prefix}cache:${key}`),
    set: async (key, value, ttlMs) => {
      await redis.set(`${prefix}cache:${key}`, value, 'PX', ttlMs)
    },
  }
}
