import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createCache } from '../../src/cache.ts'
import { connectRedis } from '../../src/redis.ts'

const url = process.env.TEST_REDIS_URL as string

test('instances share what one of them has made, byte for byte', async () => {
  const prefix = `test:${randomUUID()}:`
  const [one, two] = [await connectRedis(url, prefix), await connectRedis(url, prefix)]
  const value = Buffer.from([0, 255, 10, 13, 0xe6, 0x9d, 0xb1])
  const options = { maxBytes: 10_000, patienceMs: 5000 }
  await createCache({ ...options, shared: one.cache }).remember('a', async () => value)
  await expect.poll(() => two.cache.get('a')).toEqual(value)
  const answer = createCache({ ...options, shared: two.cache }).remember('a', async () =>
    Buffer.from('made again'),
  )
  expect(await answer).toEqual(value)
  await one.close()
  await two.close()
})

test('a value in Redis goes by itself', async () => {
  const { cache, close } = await connectRedis(url, `test:${randomUUID()}:`)
  await cache.set('a', Buffer.from('short'), 20)
  await expect.poll(() => cache.get('a')).toBeNull()
  await close()
})
