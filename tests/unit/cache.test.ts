import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createCache, type SharedCache } from '../../src/cache.ts'

const bytes = (text: string) => Buffer.from(text)

/** What instances share, in this process; counts what it is asked. */
function sharedCache(): SharedCache & { asked: () => number; values: Map<string, Buffer> } {
  const values = new Map<string, Buffer>()
  let asked = 0
  return {
    get: async (key) => {
      asked += 1
      return values.get(key) ?? null
    },
    set: async (key, value) => {
      values.set(key, value)
    },
    asked: () => asked,
    values,
  }
}

describe('the cache', () => {
  test('makes a value once, however many ask for it at the same time', async () => {
    const cache = createCache({ maxBytes: 1000 })
    let made = 0
    const make = async () => {
      made += 1
      await sleep(10)
      return bytes('value')
    }
    const answers = await Promise.all(Array.from({ length: 100 }, () => cache.remember('a', make)))
    expect(answers.every((answer) => answer.equals(bytes('value')))).toBe(true)
    await cache.remember('a', make)
    expect(made).toBe(1)
  })

  test('keeps no failure: the next one who asks may have more luck', async () => {
    const cache = createCache({ maxBytes: 1000 })
    await expect(cache.remember('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await cache.remember('a', async () => bytes('yes'))).toEqual(bytes('yes'))
  })

  test('never takes more bytes than it may, and drops what was not asked for longest', async () => {
    const cache = createCache({ maxBytes: 10_000 })
    const fill = (key: string) => cache.remember(key, async () => Buffer.alloc(1000))
    for (let n = 0; n < 100; n += 1) {
      await fill('kept')
      await fill(String(n))
      expect(cache.size()).toBeLessThanOrEqual(10_000)
    }
    let made = 0
    await cache.remember('kept', async () => {
      made += 1
      return bytes('')
    })
    await cache.remember('0', async () => {
      made += 1
      return bytes('')
    })
    expect(made).toBe(1)
  })

  test('takes from what instances share, and gives to it', async () => {
    const shared = sharedCache()
    const [one, two] = [
      createCache({ maxBytes: 1000, shared }),
      createCache({ maxBytes: 1000, shared }),
    ]
    await one.remember('a', async () => bytes('made by one'))
    await sleep(5)
    const answer = await two.remember('a', () => Promise.reject(new Error('not needed')))
    expect(answer).toEqual(bytes('made by one'))
    await two.remember('a', () => Promise.reject(new Error('not needed')))
    expect(shared.asked()).toBe(2)
  })

  test('does without what instances share while it fails, and leaves it alone for a while', async () => {
    let asked = 0
    const gone = () => {
      asked += 1
      return Promise.reject(new Error('connection refused'))
    }
    const cache = createCache({ maxBytes: 1000, shared: { get: gone, set: gone } })
    for (const key of ['a', 'b', 'c']) {
      expect(await cache.remember(key, async () => bytes(key))).toEqual(bytes(key))
    }
    expect(asked).toBe(1)
  })

  test('does not wait for a shared cache that does not answer', async () => {
    const never = () => new Promise<never>(() => {})
    const shared = { get: never, set: never }
    const cache = createCache({ maxBytes: 1000, shared, patienceMs: 5 })
    expect(await cache.remember('a', async () => bytes('a'))).toEqual(bytes('a'))
  })
})
