import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createBatch } from '../../db/batch.ts'

/** Answers each statement when it is told to. */
function database() {
  const asked: { keys: string[]; answer: () => void; fail: (error: Error) => void }[] = []
  const load = (keys: string[]) =>
    new Promise<Map<string, string>>((resolve, reject) => {
      const found = keys
        .filter((key) => key !== 'missing')
        .map((key) => [key, `row ${key}`] as const)
      asked.push({ keys, answer: () => resolve(new Map(found)), fail: reject })
    })
  return { asked, load }
}

test('asks once for all that is asked for in a moment, and once for what is asked for twice', async () => {
  const { asked, load } = database()
  const find = createBatch(load)
  const answers = ['a', 'b', 'a', 'missing'].map(find)
  await setImmediate()
  expect(asked.map(({ keys }) => keys)).toEqual([['a', 'b', 'missing']])
  asked[0]?.answer()
  expect(await Promise.all(answers)).toEqual(['row a', 'row b', 'row a', undefined])
})

test('reads anew for whoever asks while a statement is under way', async () => {
  const { asked, load } = database()
  const find = createBatch(load, { maxUnderWay: 2 })
  const first = find('a')
  await setImmediate()
  const second = find('a')
  await setImmediate()
  const waiting = [find('a'), find('b')]
  await setImmediate()
  expect(asked.map(({ keys }) => keys)).toEqual([['a'], ['a']])
  asked[1]?.answer()
  expect(await second).toBe('row a')
  await expect.poll(() => asked.at(2)?.keys).toEqual(['a', 'b'])
  asked[2]?.answer()
  asked[0]?.answer()
  expect(await Promise.all([first, ...waiting])).toEqual(['row a', 'row a', 'row b'])
})

test('asks for no more at once than a statement is to have', async () => {
  const { asked, load } = database()
  const find = createBatch(load, { maxSize: 2, maxUnderWay: 1 })
  const answers = ['a', 'b', 'c'].map(find)
  await setImmediate()
  expect(asked.map(({ keys }) => keys)).toEqual([['a', 'b']])
  asked[0]?.answer()
  await Promise.all(answers.slice(0, 2))
  await expect.poll(() => asked.at(1)?.keys).toEqual(['c'])
  asked[1]?.answer()
  expect(await answers[2]).toBe('row c')
})

test('fails everybody who waits for what fails, and nobody after', async () => {
  const { asked, load } = database()
  const find = createBatch(load)
  const answers = [find('a'), find('b')].map((each) => each.catch((error) => error.message))
  await setImmediate()
  asked[0]?.fail(new Error('gone'))
  expect(await Promise.all(answers)).toEqual(['gone', 'gone'])
  const later = find('a')
  await setImmediate()
  asked[1]?.answer()
  expect(await later).toBe('row a')
})
