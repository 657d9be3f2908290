import { describe, expect, test } from 'vitest'
import { type Counters, createCounters, delayAfter, withFallback } from '../../src/counters.ts'

const throttle = { free: 3, windowMs: 60_000, maxDelayMs: 8000 }

function at(start = 0) {
  const clock = { now: start }
  return { clock, counters: createCounters(() => clock.now) }
}

describe('counters', () => {
  test('count within a window that begins with the first', async () => {
    const { clock, counters } = at()
    expect(await counters.hit('a', 1000)).toEqual({ count: 1, ttlMs: 1000 })
    clock.now = 400
    expect(await counters.hit('a', 1000)).toEqual({ count: 2, ttlMs: 600 })
    expect(await counters.hit('b', 1000)).toEqual({ count: 1, ttlMs: 1000 })
    clock.now = 1000
    expect(await counters.hit('a', 1000)).toEqual({ count: 1, ttlMs: 1000 })
  })

  test('let no more than the free attempts of a crowd through', async () => {
    const { counters } = at()
    const waits = await Promise.all(
      Array.from({ length: 50 }, () => counters.attempt('a', throttle)),
    )
    expect(waits.filter((wait) => wait === 0)).toHaveLength(3)
    expect(Math.max(...waits)).toBe(1000)
  })

  test('make each further attempt wait twice as long, up to a limit', async () => {
    const { clock, counters } = at()
    const delays: number[] = []
    while (delays.length < 6) {
      const wait = await counters.attempt('a', throttle)
      if (wait > 0) delays.push(wait)
      clock.now += wait
    }
    expect(delays).toEqual([1000, 2000, 4000, 8000, 8000, 8000])
  })

  test('forget what went well', async () => {
    const { counters } = at()
    for (let attempt = 0; attempt < 3; attempt += 1) await counters.attempt('a', throttle)
    expect(await counters.attempt('a', throttle)).toBe(1000)
    await counters.clear('a')
    expect(await counters.attempt('a', throttle)).toBe(0)

    for (let attempt = 0; attempt < 20; attempt += 1) {
      expect(await counters.attempt('b', throttle)).toBe(0)
      await counters.forgive('b')
    }
  })

  test('count here while the shared ones cannot be reached', async () => {
    const refuse = () => Promise.reject(new Error('Connection is closed.'))
    const gone: Counters = { hit: refuse, attempt: refuse, forgive: refuse, clear: refuse }
    const counters = withFallback(gone, createCounters())
    expect((await counters.hit('a', 1000)).count).toBe(1)
    expect((await counters.hit('a', 1000)).count).toBe(2)
    for (let attempt = 0; attempt < 3; attempt += 1) await counters.attempt('b', throttle)
    expect(await counters.attempt('b', throttle)).toBeGreaterThan(0)
  })

  test('keep to a bounded number of keys', async () => {
    const { counters } = at()
    for (let key = 0; key < 100_010; key += 1) await counters.hit(String(key), 1000)
    expect((await counters.hit('0', 1000)).count).toBe(1)
    expect((await counters.hit('100009', 1000)).count).toBe(2)
  })
})

test.each([
  [2, 0],
  [3, 1000],
  [4, 2000],
  [60, 8000],
])('after %d attempts the next one waits %d ms', (attempts, delay) => {
  expect(delayAfter(attempts, throttle)).toBe(delay)
})
