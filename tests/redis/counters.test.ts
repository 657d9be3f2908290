import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createCounters, withFallback } from '../../src/counters.ts'
import { connectRedis } from '../../src/redis.ts'
import { startProxy } from '../support/redis.ts'
import { startService } from '../support/service.ts'

const url = process.env.TEST_REDIS_URL as string
const throttle = { free: 3, windowMs: 60_000, maxDelayMs: 8000 }
const open = () => connectRedis(url, `test:${randomUUID()}:`)

describe('counters on Redis', () => {
  test('count within a window, over all instances', async () => {
    const prefix = `test:${randomUUID()}:`
    const [one, two] = [await connectRedis(url, prefix), await connectRedis(url, prefix)]
    expect((await one.counters.hit('a', 60_000)).count).toBe(1)
    const second = await two.counters.hit('a', 60_000)
    expect(second.count).toBe(2)
    expect(second.ttlMs).toBeGreaterThan(50_000)
    expect(second.ttlMs).toBeLessThanOrEqual(60_000)
    expect((await one.counters.hit('b', 30)).count).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect((await one.counters.hit('b', 30)).count).toBe(1)
    await one.close()
    await two.close()
  })

  test('let no more than the free attempts of a crowd through', async () => {
    const { counters, close } = await open()
    const waits = await Promise.all(
      Array.from({ length: 50 }, () => counters.attempt('a', throttle)),
    )
    expect(waits.filter((wait) => wait === 0)).toHaveLength(3)
    expect(Math.max(...waits)).toBeGreaterThan(0)
    expect(Math.max(...waits)).toBeLessThanOrEqual(1000)
    await close()
  })

  test('make each further attempt wait twice as long, and forget what went well', async () => {
    const { counters, close } = await open()
    const quick = { free: 1, windowMs: 60_000, maxDelayMs: 60_000 }
    expect(await counters.attempt('a', quick)).toBe(0)
    const first = await counters.attempt('a', quick)
    expect(first).toBeGreaterThan(0)
    expect(first).toBeLessThanOrEqual(1000)
    await new Promise((resolve) => setTimeout(resolve, first + 5))
    expect(await counters.attempt('a', quick)).toBe(0)
    expect(await counters.attempt('a', quick)).toBeGreaterThan(1000)
    await counters.clear('a')
    expect(await counters.attempt('a', quick)).toBe(0)
    await counters.forgive('a')
    expect(await counters.attempt('a', quick)).toBe(0)
    await counters.forgive('never seen')
    await close()
  })
})

describe('a service whose Redis goes away', () => {
  test.for(['stop', 'silence'] as const)(
    'by %s goes on limiting, each instance for itself',
    async (how) => {
      const proxy = await startProxy()
      const { app, deps, close } = await startService({
        env: { REDIS_URL: proxy.url, RATE_LIMIT_PER_MINUTE: '5' },
      })
      const remoteAddress = `198.18.${Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}`
      const ask = () => app.inject({ url: '/nowhere', remoteAddress })
      expect((await ask()).headers['x-ratelimit-remaining']).toBe('4')
      expect((await app.inject('/health')).json()).toMatchObject({
        status: 'healthy',
        services: { redis: 'healthy' },
      })
      proxy[how]()
      await new Promise((resolve) => setTimeout(resolve, 50))

      const statuses: number[] = []
      for (let n = 0; n < 7; n += 1) statuses.push((await ask()).statusCode)
      expect(statuses).toEqual([404, 404, 404, 404, 404, 429, 429])
      expect((await app.inject('/health')).json()).toMatchObject({
        status: 'degraded',
        services: { database: 'healthy', redis: 'unhealthy' },
      })
      const login = () =>
        app.inject({
          method: 'POST',
          url: '/api/v1/auth/login',
          remoteAddress: '198.51.100.200',
          payload: { username: 'somebody', password: 'Guess-1234' },
        })
      const guesses = (await Promise.all(Array.from({ length: 8 }, login))).map((a) => a.statusCode)
      expect(guesses.filter((status) => status === 401).length).toBeLessThanOrEqual(5)
      expect(deps.redis).toBeDefined()
      await close()
      proxy.close()
    },
  )

  test('starts without it as well', async () => {
    const { app, close } = await startService({ env: { REDIS_URL: 'redis://127.0.0.1:1' } })
    expect((await app.inject('/health')).json().status).toBe('degraded')
    expect((await app.inject('/nowhere')).statusCode).toBe(404)
    await close()
  })
})

test('the limit of two instances is one', async () => {
  const { app, deps, twin, close } = await startService({ env: { RATE_LIMIT_PER_MINUTE: '4' } })
  const prefix = `test:${randomUUID()}:`
  const instances = await Promise.all(
    [1, 2].map(async () => {
      const { counters } = await connectRedis(url, prefix)
      return twin({ counters: withFallback(counters, createCounters()) })
    }),
  )
  const statuses: number[] = []
  for (let n = 0; n < 6; n += 1) {
    const instance = instances[n % 2] as typeof app
    statuses.push((await instance.inject('/nowhere')).statusCode)
  }
  expect(statuses).toEqual([404, 404, 404, 404, 429, 429])
  expect(deps.config.rateLimitPerMinute).toBe(4)
  await close()
})
