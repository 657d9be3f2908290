import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { eachInSlices, inSlices, inTurn } from '../../src/slices.ts'

test('long work is done one piece at a time, in the order it came, whatever fails', async () => {
  const events: string[] = []
  const work = (name: string, ms: number) => async () => {
    events.push(`${name} begins`)
    await sleep(ms)
    events.push(`${name} ends`)
    if (name === 'b') throw new Error('b failed')
    return name
  }
  const turns = [inTurn(work('a', 20)), inTurn(work('b', 1)), inTurn(work('c', 1))]
  const [a, b, c] = await Promise.allSettled(turns)
  expect([a, c]).toEqual([
    { status: 'fulfilled', value: 'a' },
    { status: 'fulfilled', value: 'c' },
  ])
  expect(b?.status).toBe('rejected')
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
})

test('two hundred may wait', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const waiting = Array.from({ length: 200 }, (_, n) => inTurn(() => held.then(() => n)))
  release()
  expect(await Promise.all(waiting)).toEqual(Array.from({ length: 200 }, (_, n) => n))
})

test('others run while long work goes on', async () => {
  let ticks = 0
  const timer = setInterval(() => {
    ticks += 1
  }, 1)
  function* work() {
    const end = performance.now() + 5000
    while (ticks < 3 && performance.now() < end) yield
    return 'done'
  }
  expect(await inSlices(work())).toBe('done')
  clearInterval(timer)
  expect(ticks).toBeGreaterThan(2)
  let sum = 0
  await eachInSlices([1, 2, 3], (each) => {
    sum += each
  })
  expect(sum).toBe(6)
})
