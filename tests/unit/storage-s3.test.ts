import { buffer, text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { s3Storage } from '../../src/storage-s3.ts'
import { later, now } from '../../src/values.ts'
import type { Operation } from '../support/s3-answers.ts'
import { startS3 } from '../support/s3-server.ts'
import { chunks, impatient, mebibytes, openS3 } from '../support/storages.ts'

const unavailable = { failure: 'unavailable', statusCode: 503 }
const size = 17 * 2 ** 20
const passing = ['slow_down', 'internal', 'reset_early', 'reset_late', 'lost'] as const

describe('an object store that falters', () => {
  test.each(passing)('keeps a small file all the same: %s', async (fault) => {
    const { storage, server, held, drop } = await openS3()
    server.fail('PutObject', fault, { times: 2 })
    await storage.put('a', chunks('small'), 100)
    expect(server.asked).toEqual(['PutObject', 'PutObject', 'PutObject'])
    expect(await text(await storage.get('a'))).toBe('small')
    expect(await held()).toEqual(['a'])
    await drop()
  })

  test.each(passing)('keeps a large file all the same: %s', async (fault) => {
    const { storage, server, held, drop } = await openS3()
    const steps = ['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'] as const
    for (const step of steps) server.fail(step, fault)
    await storage.put('a', mebibytes(17), size)
    expect(await storage.stat('a')).toEqual({ size })
    const sent = await buffer(mebibytes(17))
    expect(sent.equals(await buffer(await storage.get('a')))).toBe(true)
    // Of an upload that nobody heard the beginning of its empty shell is left.
    expect(await held()).toEqual(fault === 'lost' ? ['a', 'a'] : ['a'])
    await storage.remove('a')
    expect(await held()).toEqual([])
    await drop()
  })

  test.each(['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'] as const)(
    'leaves nothing of a file whose %s fails for good',
    async (operation) => {
      const { storage, server, held, drop } = await openS3()
      server.fail(operation, 'internal', { times: 100 })
      await expect(storage.put('a', mebibytes(17), size)).rejects.toMatchObject(unavailable)
      expect(server.asked.filter((each) => each === operation).length).toBeGreaterThanOrEqual(3)
      expect(await held()).toEqual([])
      await drop()
    },
  )

  test('gives up parts it could not drop as soon as their key is removed', async () => {
    const { storage, server, held, drop } = await openS3()
    server.fail('UploadPart', 'denied', { times: 100 })
    server.fail('AbortMultipartUpload', 'denied', { times: 1 })
    await expect(storage.put('a', mebibytes(17), size)).rejects.toMatchObject(unavailable)
    expect(await held()).toEqual(['a'])
    await storage.remove('a')
    expect(await held()).toEqual([])
    await drop()
  })

  test('drops what broke off long ago, page by page, and below its prefix only', async () => {
    const { storage, server, held, drop } = await openS3()
    for (let n = 0; n < 5; n += 1) server.uploads.set(`u${n}`, uploadOf(`files/a/${n}`, `u${n}`))
    server.uploads.set('other', uploadOf('others/a', 'other'))
    await storage.forgetUnfinished(later(now(), -3600))
    expect(await held()).toHaveLength(6)
    await storage.remove('a')
    expect(await held()).toHaveLength(6)
    await storage.forgetUnfinished(later(now(), 60))
    expect(await held()).toEqual(['others/a'])
    await drop()
  })

  test('is found out when something was damaged on its way', async () => {
    const { storage, server, held, drop } = await openS3()
    server.fail('PutObject', 'damaged', { times: 3 })
    await expect(storage.put('a', chunks('small'), 100)).rejects.toMatchObject(unavailable)
    server.fail('UploadPart', 'damaged', { times: 3 })
    await expect(storage.put('a', mebibytes(17), size)).rejects.toMatchObject(unavailable)
    expect(await held()).toEqual([])
    await drop()
  })

  test('holds two parts of a file that comes faster than it can be sent', async () => {
    const { storage, server, drop } = await openS3()
    let pulled = 0
    let most = 0
    const body = mebibytes(64, () => {
      pulled += 64 * 1024
      most = Math.max(most, pulled - server.received())
    })
    await storage.put('a', body, 2 ** 30)
    expect(most).toBeLessThanOrEqual(17 * 2 ** 20)
    await drop()
  })

  test('is waited for no longer than it is worth', async () => {
    const { storage, server, drop } = await openS3(impatient)
    await storage.put('a', chunks('small'), 100)
    for (const operation of ['GetObject', 'HeadObject', 'DeleteObject'] as const) {
      server.fail(operation, 'silent', { times: 3 })
    }
    const calls = [storage.get('a'), storage.stat('a'), storage.remove('a')]
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: unavailable })
    }
    await drop()
  })

  test('sends nobody elsewhere', async () => {
    const { storage, server, drop } = await openS3()
    const elsewhere = ['PutObject', 'GetObject', 'HeadObject'] as Operation[]
    for (const operation of elsewhere) server.fail(operation, 'moved', { times: 3 })
    await expect(storage.put('a', chunks('a'), 10)).rejects.toMatchObject(unavailable)
    await expect(storage.get('a')).rejects.toMatchObject(unavailable)
    await expect(storage.stat('a')).rejects.toMatchObject(unavailable)
    await drop()
  })

  test('is unavailable while it is gone, and back when it is', async () => {
    const { storage, server } = await openS3()
    await storage.put('a', chunks('a'), 10)
    await server.close()
    await expect(storage.put('b', chunks('b'), 10)).rejects.toMatchObject(unavailable)
    await expect(storage.get('a')).rejects.toMatchObject(unavailable)
    await expect(storage.remove('a')).rejects.toMatchObject(unavailable)
    await expect(storage.check()).rejects.toMatchObject(unavailable)
    const again = await startS3({ port: Number(new URL(server.endpoint).port) })
    await storage.check()
    await storage.put('b', chunks('b'), 10)
    expect(await text(await storage.get('b'))).toBe('b')
    await again.close()
  })
})

describe('a file that an object store gives', () => {
  test('is never taken for whole when it breaks off', async () => {
    const { storage, server, drop } = await openS3()
    await storage.put('a', mebibytes(2), size)
    server.fail('GetObject', 'cut')
    await expect(buffer(await storage.get('a'))).rejects.toMatchObject(unavailable)
    server.fail('GetObject', 'cut')
    const part = await storage.get('a', { start: 10, end: 1_000_000 })
    await expect(buffer(part)).rejects.toMatchObject(unavailable)
    server.fail('GetObject', 'short')
    const short = await storage.get('a', { start: 10, end: 1_000_000 })
    await expect(buffer(short)).rejects.toMatchObject(unavailable)
    expect((await buffer(await storage.get('a'))).length).toBe(2 * 2 ** 20)
    await drop()
  })

  test('is an error when it stands still, and none when it comes drop by drop', async () => {
    const { storage, server, drop } = await openS3(impatient)
    await storage.put('a', chunks('0123456789'.repeat(3)), 100)
    server.fail('GetObject', 'drip')
    expect(await text(await storage.get('a'))).toHaveLength(30)
    server.fail('GetObject', 'stall')
    await expect(text(await storage.get('a'))).rejects.toMatchObject(unavailable)
    await drop()
  })

  test('waits for a reader that takes its time', async () => {
    const { storage, drop } = await openS3(impatient)
    await storage.put('a', mebibytes(4), size)
    let seen = 0
    for await (const chunk of await storage.get('a')) {
      if (seen === 0) await sleep(2 * impatient.idle)
      seen += chunk.length
    }
    expect(seen).toBe(4 * 2 ** 20)
    await drop()
  })
})

describe('an object store that refuses', () => {
  test('says what is wrong, and what to do, without any secret', async () => {
    const server = await startS3()
    const place = server.place()
    const { accessKeyId, secretAccessKey } = place.credentials
    const wrong = [
      [{ bucket: 'another' }, /NoSuchBucket.*STORAGE_URL/],
      [{ region: 'us-east-1' }, /AuthorizationHeaderMalformed.*region/],
      [
        { credentials: { accessKeyId, secretAccessKey: 'not-the-secret' } },
        /SignatureDoesNotMatch.*AWS_SECRET_ACCESS_KEY/,
      ],
      [
        { credentials: { accessKeyId: 'AKIAOTHER', secretAccessKey } },
        /InvalidAccessKeyId.*AWS_ACCESS_KEY_ID/,
      ],
      [{ endpoint: 'http://127.0.0.1:1' }, /ECONNREFUSED/],
    ] as const
    for (const [change, reason] of wrong) {
      const storage = s3Storage({ ...place, ...change })
      const error = await storage.check().catch((each) => each)
      expect(error).toMatchObject(unavailable)
      expect(error.cause.message).toMatch(reason)
      expect(JSON.stringify([error, error.cause.message, error.cause.stack])).not.toMatch(
        /not-the-secret|a-secret-key/,
      )
      await expect(storage.put('a', chunks('a'), 10)).rejects.toMatchObject(unavailable)
    }
    expect(server.objects.size).toBe(0)
    await server.close()
  })

  test('for its clock is told so', async () => {
    const { storage, server, drop } = await openS3()
    server.turnClock(20 * 60 * 1000)
    const error = await storage.check().catch((each) => each)
    expect(error.cause.message).toMatch(/RequestTimeTooSkewed.*clock/)
    await drop()
  })

  test('is asked once by all who look at the same time', async () => {
    const { storage, server, drop } = await openS3()
    await Promise.all(Array.from({ length: 20 }, () => storage.check()))
    expect(server.asked).toEqual(['ListObjectsV2'])
    await drop()
  })
})

function uploadOf(key: string, id: string) {
  return { key, id, startedAt: new Date(), parts: new Map() }
}
