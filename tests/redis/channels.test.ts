import { describe, expect, test } from 'vitest'
import { createChannels } from '../../src/channels.ts'
import { newPrefix, openRedis, redisUrl, startProxy } from '../support/redis.ts'

const patience = { timeout: 30_000, interval: 20 }

/** The channels of one instance, and what it could not tell the others. */
async function openInstance(prefix: string, url = redisUrl) {
  const redis = await openRedis(prefix, { url })
  const errors: unknown[] = []
  const channels = createChannels({ relay: redis.relay, onError: (error) => errors.push(error) })
  const listen = async (channel: string, leaves: (() => void)[] = []) => {
    const heard: unknown[] = []
    leaves.push(channels.join(channel, (message) => heard.push(JSON.parse(message))))
    await channels.settled()
    return heard
  }
  return { ...channels, listen, errors, redis, close: redis.close }
}

async function openTwo(url = redisUrl) {
  const prefix = newPrefix()
  const [one, two] = [await openInstance(prefix, url), await openInstance(prefix)]
  const close = async () => {
    for (const each of [one, two]) await each.close()
  }
  return { prefix, one, two, close }
}

describe('channels of two instances', () => {
  test('tell every listener once, those here before publish returns', async () => {
    const { one, two, close } = await openTwo()
    const [here, there, elsewhere] = [
      await one.listen('a'),
      await two.listen('a'),
      await two.listen('b'),
    ]
    one.publish('a', { n: 1 })
    expect(here).toEqual([{ n: 1 }])
    two.publish('b', { n: 'last' })
    one.publish('b', { n: 'last' })
    await expect.poll(() => elsewhere.length, patience).toBe(2)
    expect(here).toEqual([{ n: 1 }])
    expect(there).toEqual([{ n: 1 }])
    await close()
  })

  test('keep the order of 1,000 events of one sender', async () => {
    const { one, two, close } = await openTwo()
    const heard = await two.listen('a')
    for (let n = 0; n < 1000; n += 1) one.publish('a', { n })
    await expect.poll(() => heard.length, patience).toBe(1000)
    expect(heard).toEqual(Array.from({ length: 1000 }, (_, n) => ({ n })))
    await close()
  })

  test('are not heard any more after the last listener left, and again after the next came', async () => {
    const { one, two, close } = await openTwo()
    const leaves: (() => void)[] = []
    const first = await two.listen('a', leaves)
    const second = await two.listen('a', leaves)
    const other = await two.listen('b')
    leaves[0]?.()
    one.publish('a', { n: 1 })
    await expect.poll(() => second.length, patience).toBe(1)
    leaves[1]?.()
    one.publish('a', { n: 2 })
    one.publish('b', { n: 2 })
    await expect.poll(() => other.length, patience).toBe(1)
    const third = await two.listen('a')
    one.publish('a', { n: 3 })
    await expect.poll(() => third, patience).toEqual([{ n: 3 }])
    expect(first).toEqual([])
    expect(second).toEqual([{ n: 1 }])
    await close()
  })

  test('pass over what is no event of ours', async () => {
    const { prefix, one, two, close } = await openTwo()
    const heard = await two.listen('a')
    const { Redis } = await import('ioredis')
    const stranger = new Redis(redisUrl)
    const from = 'somebody'
    for (const text of [
      'no JSON',
      'null',
      '[]',
      '{"from":"somebody","number":1}',
      JSON.stringify({ from, number: 1, event: 'text' }),
      JSON.stringify({ from, number: 1, event: [] }),
      JSON.stringify({ from, number: 0, event: {} }),
      JSON.stringify({ from, number: 1, event: {}, more: 1 }),
      JSON.stringify({ from: 'x'.repeat(65), number: 1, event: {} }),
      JSON.stringify({ from, number: 1, event: { large: 'x'.repeat(2 * 1024 * 1024) } }),
    ]) {
      await stranger.publish(`${prefix}channel:a`, text)
    }
    for (const number of [1, 1, 2]) {
      const text = JSON.stringify({ from, number, event: { number } })
      await stranger.publish(`${prefix}channel:a`, text)
    }
    stranger.disconnect()
    one.publish('a', { n: 'last' })
    await expect.poll(() => heard, patience).toEqual([{ number: 1 }, { number: 2 }, { n: 'last' }])
    await close()
  })

  test('keep what is too large to this instance, and say so', async () => {
    const { one, two, close } = await openTwo()
    const [here, there] = [await one.listen('a'), await two.listen('a')]
    one.publish('a', { large: 'x'.repeat(2 * 1024 * 1024) })
    one.publish('a', { n: 2 })
    await expect.poll(() => there, patience).toEqual([{ n: 2 }])
    expect(here).toHaveLength(2)
    expect(one.errors).toEqual([new Error('Too large for a.')])
    await close()
  })
})

describe('channels whose Redis goes away', () => {
  test.for(['stop', 'silence'] as const)(
    'by %s go on here, and across again when it is back',
    async (how) => {
      const proxy = await startProxy()
      const { one, two, close } = await openTwo(proxy.url)
      const [here, there] = [await one.listen('a'), await two.listen('a')]
      proxy[how]()
      one.publish('a', { n: 1 })
      expect(here).toEqual([{ n: 1 }])
      await expect(one.announce('a', { n: 2 })).rejects.toThrow()
      const joined = await one.listen('b')

      proxy.start()
      const isAcross = async () => {
        two.publish('a', { hello: 'one' })
        two.publish('b', { hello: 'one' })
        one.publish('a', { hello: 'two' })
        const has = (heard: unknown[], hello: string) =>
          heard.some((event) => Object(event).hello === hello)
        return has(here, 'one') && has(joined, 'one') && has(there, 'two')
      }
      await expect.poll(isAcross, patience).toBe(true)
      const already = there.length
      for (let n = 0; n < 100; n += 1) one.publish('a', { after: n })
      const later = () => there.slice(already).filter((event) => 'after' in Object(event))
      await expect.poll(() => later().length, patience).toBe(100)
      expect(later()).toEqual(Array.from({ length: 100 }, (_, n) => ({ after: n })))
      await close()
      proxy.close()
    },
  )

  test('from the start work within this instance', async () => {
    const one = await openInstance(newPrefix(), 'redis://127.0.0.1:1')
    const heard = await one.listen('a')
    one.publish('a', { n: 1 })
    expect(heard).toEqual([{ n: 1 }])
    await expect(one.announce('a', { n: 2 })).rejects.toThrow()
    await one.close()
  })
})
