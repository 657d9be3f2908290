import { describe, expect, test } from 'vitest'
import { newPlace, startServer } from '../support/process.ts'

describe('two services on one Redis', () => {
  test('start, find it, and count together', async () => {
    const env = {
      REDIS_URL: process.env.TEST_REDIS_URL as string,
      RATE_LIMIT_PER_MINUTE: '1000000',
      LOG_LEVEL: 'silent',
    }
    const servers = await Promise.all(
      [1, 2].map(async () => {
        const { env: place } = await newPlace({ withStatistics: true })
        return startServer({ ...env, ...place })
      }),
    )
    const left: number[] = []
    for (const { url } of [...servers, ...servers]) {
      const health = await fetch(`${url}/health`)
      expect(await health.json()).toMatchObject({ services: { redis: 'healthy' } })
      const { headers } = await fetch(`${url}/nowhere`)
      left.push(Number(headers.get('x-ratelimit-remaining')))
    }
    expect(left).toEqual([...left].sort((a, b) => b - a))
    expect(new Set(left).size).toBe(4)
    for (const { child, ended } of servers) {
      child.kill('SIGTERM')
      expect(await ended).toBe(0)
    }
  })
})
