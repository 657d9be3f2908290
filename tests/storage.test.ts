import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { diskStorage } from '../src/storage.ts'
import { describe, expect, test } from './support/service.ts'

async function open() {
  const root = await mkdtemp(join(tmpdir(), 'storage-'))
  const files = async () =>
    (await readdir(root, { recursive: true, withFileTypes: true })).filter((each) => each.isFile())
  return { root, files, storage: diskStorage(root), drop: () => rm(root, { recursive: true }) }
}

async function* chunks(...parts: string[]) {
  for (const part of parts) yield Buffer.from(part)
}

describe('storage on disk', () => {
  test('gives back what it was given, and forgets it when told', async () => {
    const { storage, files, drop } = await open()
    await storage.put('a/b/c', chunks('扇の', '要'), 100)
    expect(await text(await storage.get('a/b/c'))).toBe('扇の要')
    await storage.put('a/b/c', chunks('new'), 100)
    expect(await text(await storage.get('a/b/c'))).toBe('new')
    await storage.remove('a/b/c')
    await expect(storage.get('a/b/c')).rejects.toMatchObject({ failure: 'file_missing' })
    await storage.remove('a/b/c')
    expect(await files()).toEqual([])
    await drop()
  })

  test('gives a part of a file, and its size', async () => {
    const { storage, drop } = await open()
    await storage.put('digits', chunks('01234', '56789'), 10)
    expect(await storage.stat('digits')).toEqual({ size: 10 })
    expect(await text(await storage.get('digits', { start: 3, end: 6 }))).toBe('3456')
    expect(await text(await storage.get('digits', { start: 9, end: 9 }))).toBe('9')
    expect(await storage.stat('nothing')).toBeUndefined()
    await drop()
  })

  test('leaves nothing of a file that is too large or breaks off', async () => {
    const { storage, files, drop } = await open()
    const large = storage.put('large', chunks('12345', '67890', '1'), 10)
    await expect(large).rejects.toMatchObject({ failure: 'file_too_large', statusCode: 413 })
    async function* broken() {
      yield Buffer.from('half')
      throw new Error('connection reset')
    }
    await expect(storage.put('broken', broken(), 100)).rejects.toThrow('connection reset')
    expect(await files()).toEqual([])
    await storage.put('exact', chunks('1234567890'), 10)
    await drop()
  })

  test('keeps the old file when its successor fails', async () => {
    const { storage, drop } = await open()
    await storage.put('a', chunks('old'), 100)
    await expect(storage.put('a', chunks('x'.repeat(101)), 100)).rejects.toThrow()
    expect(await text(await storage.get('a'))).toBe('old')
    await drop()
  })
})
