import { text } from 'node:stream/consumers'
import { openDb } from '../db/open.ts'
import { transact } from '../db/transact.ts'
import { keepFile } from '../src/incoming.ts'
import { enqueue } from '../src/jobs.ts'
import { migrateQueue } from '../src/queue.ts'
import { s3Storage } from '../src/storage-s3.ts'
import { newPlace, startServer } from './support/process.ts'
import { startS3 } from './support/s3-server.ts'
import { describe, expect, startService, test } from './support/service.ts'
import { chunks, mebibytes } from './support/storages.ts'

type Server = Awaited<ReturnType<typeof startS3>>

const envOf = ({ url, key }: Server) => ({
  STORAGE_URL: url(),
  AWS_ACCESS_KEY_ID: key.id,
  AWS_SECRET_ACCESS_KEY: key.secret,
})

const place = { folder: 'kept', maxBytes: 2 ** 30 }

describe('a service that keeps its files in an object store', () => {
  test('shares them with every other instance', async () => {
    const server = await startS3()
    const one = await startService({ env: envOf(server) })
    const two = await startService({ env: envOf(server) })
    for (const body of [chunks('small'), mebibytes(9)]) {
      const { key, size } = await keepFile(one.deps, place, body, async (_, kept) => kept)
      expect(await two.deps.storage.stat(key)).toEqual({ size })
      expect(await text(await two.deps.storage.get(key, { start: 0, end: 3 }))).toHaveLength(4)
    }
    expect([...server.objects.keys()].every((name) => name.startsWith('files/kept/'))).toBe(true)
    await one.close()
    await two.close()
    await server.close()
  })

  test('leaves neither row nor object when the store fails, or the row does', async () => {
    const server = await startS3()
    const { deps, close } = await startService({ env: envOf(server) })
    server.fail('UploadPart', 'denied', { times: 100 })
    const kept = keepFile(deps, place, mebibytes(17), async (_, each) => each)
    await expect(kept).rejects.toMatchObject({ failure: 'unavailable' })
    server.recover()
    const failing = keepFile(deps, place, mebibytes(17), async () => {
      throw new Error('no room for a row')
    })
    await expect(failing).rejects.toThrow('no room for a row')
    expect([server.objects.size, server.uploads.size]).toEqual([0, 0])
    expect(await deps.db.selectFrom('incoming_files').selectAll().execute()).toEqual([])
    await close()
    await server.close()
  })

  test('is degraded while the store is gone, and takes no longer to say so', async () => {
    const server = await startS3()
    const { app, close } = await startService({ env: envOf(server) })
    server.fail('ListObjectsV2', 'denied', { times: 1 })
    const health = async () => (await app.inject('/health')).json()
    expect(await health()).toMatchObject({
      status: 'degraded',
      services: { database: 'healthy', storage: 'unhealthy' },
    })
    await expect.poll(health).toMatchObject({ status: 'healthy', services: { storage: 'healthy' } })
    await close()
    await server.close()
  })

  test('starts, removes what it should, and starts again', async () => {
    const server = await startS3()
    const storage = s3Storage(server.place())
    const { env, drop } = await newPlace({ withStatistics: true })
    const settings = { ...env, ...envOf(server), JOB_LEASE: '1s', LOG_LEVEL: 'silent' }
    for (const key of ['kept/1', 'kept/2']) {
      await storage.put(key, chunks(key), 100)
      const { db } = await openDb(env.DATABASE_URL)
      await migrateQueue(env.DATABASE_URL)
      await transact(db, (trx) => enqueue(trx, 'remove_file', { key }))
      await db.destroy()
      const service = await startServer(settings)
      const health = async () => (await fetch(`${service.url}/health`)).json()
      await expect.poll(health).toMatchObject({ services: { storage: 'healthy' } })
      await expect.poll(() => server.objects.size).toBe(0)
      service.child.kill('SIGTERM')
      expect(await service.ended).toBe(0)
    }
    await server.close()
    await drop()
  })

  test('says in its log why it cannot, and never with what', async () => {
    const server = await startS3()
    const { env, drop } = await newPlace({ withStatistics: true })
    const service = await startServer({
      ...env,
      ...envOf(server),
      AWS_SECRET_ACCESS_KEY: 'one-that-is-wrong',
      LOG_LEVEL: 'error',
    })
    expect(await (await fetch(`${service.url}/health`)).json()).toMatchObject({
      status: 'degraded',
      services: { storage: 'unhealthy' },
    })
    service.child.kill('SIGTERM')
    await service.ended
    expect(service.said.out).toMatch(/bucket kaname: SignatureDoesNotMatch.*AWS_SECRET_ACCESS_KEY/)
    expect(service.said.out + service.said.err).not.toContain('one-that-is-wrong')
    await server.close()
    await drop()
  })
})
