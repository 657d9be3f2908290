import { text } from 'node:stream/consumers'
import { forgetIncoming, keepFile } from '../src/incoming.ts'
import { later, now } from '../src/values.ts'
import { describe, expect, test } from './support/service.ts'

async function* chunks(...parts: string[]) {
  for (const part of parts) yield Buffer.from(part)
}

const place = { folder: 'kept', maxBytes: 100 }

describe('a file that comes', () => {
  test('is stored with what is written about it', async ({ service, db }) => {
    const { storage } = service.deps
    const kept = await keepFile(
      { db, storage },
      place,
      chunks('扇の', '要'),
      async (_, kept) => kept,
    )
    expect(kept).toEqual({
      key: expect.stringMatching(/^kept\//),
      size: 9,
      sha256: 'cdf9a735b84cd80baeb8afe3623d94e3c966061f3b4bce5a63992569266544e1',
    })
    expect(await text(await storage.get(kept.key))).toBe('扇の要')
    expect(await db.selectFrom('incoming_files').selectAll().execute()).toEqual([])
  })

  test('leaves nothing where what is written about it fails', async ({ service, db }) => {
    const { storage } = service.deps
    let key = ''
    const failing = keepFile({ db, storage }, place, chunks('lost'), async (_, kept) => {
      key = kept.key
      throw new Error('no room for a row')
    })
    await expect(failing).rejects.toThrow('no room for a row')
    expect(await storage.stat(key)).toBeUndefined()
    expect(await db.selectFrom('incoming_files').selectAll().execute()).toEqual([])
  })

  test('is forgotten a day after its process died', async ({ service, db }) => {
    const { storage } = service.deps
    const key = 'kept/orphan'
    await storage.put(key, chunks('orphan'), 100)
    await db.insertInto('incoming_files').values({ key, created_at: now() }).execute()
    await forgetIncoming(db, storage, later(now(), 23 * 3600))
    expect(await storage.stat(key)).toEqual({ size: 6 })
    await forgetIncoming(db, storage, later(now(), 25 * 3600))
    expect(await storage.stat(key)).toBeUndefined()
    expect(await db.selectFrom('incoming_files').selectAll().execute()).toEqual([])
  })
})
