import { createHash } from 'node:crypto'
import { stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { diskStorage, type Storage } from '../../src/storage.ts'
import { later, now } from '../../src/values.ts'
import { chunks, mebibytes, openDisk, storages } from '../support/storages.ts'

async function digestOf(body: AsyncIterable<Buffer>) {
  const hash = createHash('sha256')
  for await (const chunk of body) hash.update(chunk)
  return hash.digest('hex')
}

async function* broken(...parts: Buffer[]) {
  yield* parts
  throw new Error('connection reset')
}

describe.each(storages)('files in $name', ({ openStorage }) => {
  test('come back as they went, and are forgotten when told', async () => {
    const { storage, held, drop } = await openStorage()
    await storage.put('a/b/c', chunks('扇の', '要'), 100)
    expect(await text(await storage.get('a/b/c'))).toBe('扇の要')
    expect(await held()).toEqual(['a/b/c'])
    await storage.put('a/b/c', chunks('new'), 100)
    expect(await text(await storage.get('a/b/c'))).toBe('new')
    await storage.remove('a/b/c')
    await expect(storage.get('a/b/c')).rejects.toMatchObject({ failure: 'file_missing' })
    await storage.remove('a/b/c')
    expect(await held()).toEqual([])
    await drop()
  })

  test('are given in part, and say their size', async () => {
    const { storage, drop } = await openStorage()
    await storage.put('digits', chunks('01234', '56789'), 10)
    expect(await storage.stat('digits')).toEqual({ size: 10 })
    const part = async (start: number, end: number) =>
      text(await storage.get('digits', { start, end }))
    expect(await part(3, 6)).toBe('3456')
    expect(await part(0, 0)).toBe('0')
    expect(await part(9, 9)).toBe('9')
    expect(await part(8, 100)).toBe('89')
    expect(await part(10, 20)).toBe('')
    expect(await storage.stat('nothing')).toBeUndefined()
    const missing = storage.get('nothing', { start: 0, end: 1 })
    await expect(missing).rejects.toMatchObject({ failure: 'file_missing' })
    await drop()
  })

  test('may be empty', async () => {
    const { storage, drop } = await openStorage()
    await storage.put('empty', chunks(), 10)
    expect(await storage.stat('empty')).toEqual({ size: 0 })
    expect(await text(await storage.get('empty'))).toBe('')
    await storage.put('empty', chunks('', ''), 0)
    expect(await storage.stat('empty')).toEqual({ size: 0 })
    await drop()
  })

  test('have names of every kind', async () => {
    const { storage, drop } = await openStorage()
    const keys = ['a', 'b/ c+d', 'e/扇', "f/~!*'()&=%20", `g/${'x'.repeat(200)}`]
    for (const key of keys) await storage.put(key, chunks(key), 1000)
    for (const key of keys) expect(await text(await storage.get(key))).toBe(key)
    for (const key of keys) await storage.remove(key)
    for (const key of keys) expect(await storage.stat(key)).toBeUndefined()
    await drop()
  })

  test('leave nothing behind when they are too large or break off', async () => {
    const { storage, held, drop } = await openStorage()
    const large = storage.put('large', chunks('12345', '67890', '1'), 10)
    await expect(large).rejects.toMatchObject({ failure: 'file_too_large', statusCode: 413 })
    const half = storage.put('broken', broken(Buffer.from('half')), 100)
    await expect(half).rejects.toThrow('connection reset')
    expect(await held()).toEqual([])
    await storage.put('exact', chunks('1234567890'), 10)
    expect(await held()).toEqual(['exact'])
    await drop()
  })

  test('leave nothing behind when they do so after many parts', async () => {
    const { storage, held, drop } = await openStorage()
    const mebibyte = 2 ** 20
    const large = storage.put('large', mebibytes(21), 20 * mebibyte)
    await expect(large).rejects.toMatchObject({ failure: 'file_too_large' })
    const parts = Array.from({ length: 19 }, () => Buffer.alloc(mebibyte))
    await expect(storage.put('broken', broken(...parts), 2 ** 30)).rejects.toThrow('reset')
    expect(await held()).toEqual([])
    await drop()
  })

  test('are the same however large, and whatever the chunks', async () => {
    const { storage, held, drop } = await openStorage()
    const part = 8 * 2 ** 20
    for (const size of [part, part + 1, 2 * part]) {
      const bytes = Buffer.alloc(size, 'Kaname')
      await storage.put('one', chunks(bytes), size)
      expect(await storage.stat('one')).toEqual({ size })
      expect(await digestOf(await storage.get('one'))).toBe(await digestOf(chunks(bytes)))
    }
    const crumbs = async function* () {
      for (let n = 0; n < 100_000; n += 1) yield Buffer.of(n % 256)
    }
    await storage.put('two', crumbs(), 100_000)
    expect(await digestOf(await storage.get('two'))).toBe(await digestOf(crumbs()))
    expect((await held()).sort()).toEqual(['one', 'two'])
    await drop()
  })

  test('stay as they were when their successor fails', async () => {
    const { storage, drop } = await openStorage()
    await storage.put('a', chunks('old'), 100)
    await expect(storage.put('a', chunks('x'.repeat(101)), 100)).rejects.toThrow()
    await expect(storage.put('a', mebibytes(17), 2 ** 24)).rejects.toThrow()
    expect(await text(await storage.get('a'))).toBe('old')
    await drop()
  })

  test('are one or the other, never a mixture, when two come at once', async () => {
    const { storage, held, drop } = await openStorage()
    const bodies = ['a', 'b', 'c'].map((letter) => Buffer.alloc(9 * 2 ** 20, letter))
    await Promise.all(bodies.map((body) => storage.put('raced', chunks(body), 2 ** 24)))
    const kept = await digestOf(await storage.get('raced'))
    const digests = await Promise.all(bodies.map((body) => digestOf(chunks(body))))
    expect(digests).toContain(kept)
    expect(await held()).toEqual(['raced'])
    await drop()
  })

  test('are not to be seen before they are whole', async () => {
    const { storage, drop } = await openStorage()
    const seen: unknown[] = []
    async function* slow() {
      yield* mebibytes(17)
      seen.push(await storage.stat('slow'))
      yield Buffer.from('end')
    }
    await storage.put('slow', slow(), 2 ** 30)
    expect(seen).toEqual([undefined])
    expect(await storage.stat('slow')).toEqual({ size: 17 * 2 ** 20 + 3 })
    await drop()
  })

  test('may be left in the middle by whoever reads them', async () => {
    const { storage, drop } = await openStorage()
    await storage.put('long', mebibytes(4), 2 ** 30)
    for (let n = 0; n < 60; n += 1) {
      const reader = await storage.get('long')
      for await (const _ of reader) break
      expect(reader.destroyed).toBe(true)
    }
    expect(await text(await storage.get('long', { start: 0, end: 3 }))).toHaveLength(4)
    await drop()
  })

  test('that broke off with their process are removed with their key, or after a time', async () => {
    const { storage, held, drop } = await openStorage()
    const orphans = await Promise.all(['one', 'two', 'three'].map((key) => abandon(storage, key)))
    expect(await held()).toHaveLength(3)
    await storage.remove('one')
    expect(await held()).toHaveLength(2)
    await storage.forgetUnfinished(later(now(), -3600))
    expect(await held()).toHaveLength(2)
    await storage.put('whole', chunks('whole'), 100)
    await storage.forgetUnfinished(later(now(), 3600))
    expect(await held()).toEqual(['whole'])
    for (const finish of orphans) await finish()
    expect(await held()).toEqual(['whole'])
    await drop()
  })

  test('can be kept and read, says the check', async () => {
    const { storage, drop } = await openStorage()
    await storage.check()
    await storage.check()
    await drop()
  })
})

/** Begins a file and goes no further; what is answered lets it go on, into nothing. */
async function abandon(storage: Storage, key: string): Promise<() => Promise<void>> {
  let reach = () => {}
  let go = () => {}
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  const gone = new Promise<void>((resolve) => {
    go = resolve
  })
  async function* body() {
    yield* mebibytes(9)
    reach()
    await gone
  }
  const putting = storage.put(key, body(), 2 ** 30).then(
    () => 'kept',
    () => 'failed',
  )
  await reached
  return async () => {
    go()
    expect(await putting).toBe('failed')
  }
}

describe('files in a folder', () => {
  test('are for nobody else to read', async () => {
    const { storage, root, drop } = await openDisk()
    await storage.put('a/b', chunks('secret'), 100)
    const modeOf = async (path: string) => (await stat(join(root, path))).mode & 0o777
    expect(await modeOf('a')).toBe(0o700)
    expect(await modeOf('.unfinished')).toBe(0o700)
    expect(await modeOf('a/b')).toBe(0o600)
    await drop()
  })

  test('that broke off long ago go, and those on their way stay', async () => {
    const { storage, root, held, drop } = await openDisk()
    await storage.put('a', chunks('a'), 100)
    await writeFile(join(root, '.unfinished/old'), 'half')
    await writeFile(join(root, '.unfinished/new'), 'half')
    const old = new Date(Date.now() - 25 * 3600 * 1000)
    await utimes(join(root, '.unfinished/old'), old, old)
    await storage.forgetUnfinished(later(now(), -24 * 3600))
    expect((await held()).sort()).toEqual(['.unfinished/new', 'a'])
    await drop()
  })

  test('cannot be kept where the folder is none, and that is said', async () => {
    const { root, drop } = await openDisk()
    await writeFile(join(root, 'taken'), '')
    const storage = diskStorage(join(root, 'taken'))
    await expect(storage.check()).rejects.toThrow()
    await expect(storage.put('a', chunks('a'), 10)).rejects.toThrow()
    await drop()
  })
})
