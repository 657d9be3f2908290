import { describe, expect, test } from 'vitest'
import { hearParts, sendInParts } from '../../src/worker-parts.ts'

type Send = Parameters<typeof sendInParts>[0]

/** Sends over a channel that copies, and notes how large each message was. */
async function through(message: unknown) {
  const heard: unknown[] = []
  const sizes: number[] = []
  const hear = hearParts((each) => heard.push(each))
  const send: Send = (each, sent) => {
    sizes.push('part' in each ? each.part.length : 0)
    hear(structuredClone(each))
    setImmediate(sent, null)
  }
  await sendInParts(send, message)
  return { heard, sizes }
}

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, at) => at % 251)

describe('large messages', () => {
  test('go in parts, and arrive whole', async () => {
    const message = {
      value: [
        { name: '一', packed: bytesOf(3_000_001), columns: [{ items: ['a'] }] },
        { name: '二', packed: null, at: new Date(0), none: undefined },
        { name: '三', packed: bytesOf(70_000) },
        { name: '四', packed: bytesOf(10) },
      ],
    }
    const { heard, sizes } = await through(message)
    expect(heard).toHaveLength(1)
    const { value } = heard[0] as typeof message
    expect(value.map(({ name }) => name)).toEqual(['一', '二', '三', '四'])
    for (const [at, { packed }] of message.value.entries()) {
      const given = value[at]?.packed
      expect(given ? Buffer.compare(given, packed as Uint8Array) : packed).toBe(packed ? 0 : null)
    }
    expect(value[1]).toEqual(message.value[1])
    expect(sizes).toEqual([2 ** 20, 2 ** 20, 3_000_001 - 2 ** 21, 70_000, 0])
  })

  test('may be nothing but bytes, or have none', async () => {
    const bytes = bytesOf(2_000_000)
    const { heard } = await through({ value: bytes })
    expect(Buffer.compare(Object(heard[0]).value, bytes)).toBe(0)
    for (const message of ['ready', null, 3, { input: undefined }, [new Map([['a', 1n]])]]) {
      expect((await through(message)).heard).toEqual([message])
    }
  })

  test('write to nothing that is not in the message', () => {
    const heard: unknown[] = []
    const hear = hearParts((each) => heard.push(each))
    hear({ part: bytesOf(3) })
    const path = ['__proto__', 'polluted']
    hear({ body: { value: null }, places: [{ path, parts: 1 }] })
    expect(heard).toEqual([{ value: null }])
    expect(Object({}).polluted).toBeUndefined()
  })

  test('are not sent on to somebody who is gone', async () => {
    let count = 0
    const send: Send = (_, sent) => {
      count += 1
      setImmediate(sent, new Error('gone'))
    }
    await sendInParts(send, { value: bytesOf(5_000_000) })
    expect(count).toBe(1)
  })
})
