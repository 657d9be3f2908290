import { transact } from '../../db/transact.ts'
import type { Deps } from '../../src/fastify.ts'
import { forgetIncoming } from '../../src/incoming.ts'
import type { Storage } from '../../src/storage.ts'
import { enqueueThumbnail, thumbnailKeysOf } from '../../src/uploads/thumbnail-keys.ts'
import { createThumbnails } from '../../src/uploads/thumbnail-store.ts'
import { later, now } from '../../src/values.ts'
import { plain, storeUpload } from '../support/pictures.ts'
import { describe, expect, speaking, test } from '../support/service.ts'

const picture = () => plain(60, 40).jpeg().toBuffer()

/** A storage that keeps whoever reads an upload waiting until it is opened, and counts them. */
function gated(storage: Storage) {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  let reads = 0
  const get: Storage['get'] = async (key, range) => {
    if (key.startsWith('uploads/')) {
      reads += 1
      await gate
    }
    return storage.get(key, range)
  }
  return { storage: { ...storage, get }, open: () => open(), reads: () => reads }
}

function withStorage(deps: Deps, storage: Storage, limits?: { atOnce: number; waiting: number }) {
  const stores = { db: deps.db, storage }
  return { storage, thumbnails: createThumbnails(stores, limits) }
}

const until = (condition: () => unknown) =>
  expect.poll(condition, { timeout: 30_000, interval: 10 }).toBe(true)

const notesOf = async ({ db }: Deps, id: string) => {
  const notes = await db.selectFrom('incoming_files').select('key').execute()
  return notes.filter(({ key }) => thumbnailKeysOf(id).includes(key))
}

describe('thumbnails', () => {
  test('are kept, and served without the picture from then on', async ({ service, signIn }) => {
    const { storage } = service.deps
    const ann = await signIn()
    const { id, key, url } = await storeUpload(service.deps, ann, await picture())
    const first = await ann.get(url)
    expect(await storage.stat(`thumbnails/${id}/200`)).toEqual({ size: first.rawPayload.length })
    await storage.remove(key)
    const second = await ann.get(url)
    expect(second.rawPayload.equals(first.rawPayload)).toBe(true)
    expect(second.headers.etag).toBe(first.headers.etag)
    expect(await notesOf(service.deps, id)).toEqual([])
  })

  test('are not sent to who has seen them', async ({ service, signIn }) => {
    const ann = await signIn()
    const { url } = await storeUpload(service.deps, ann, await picture())
    const { headers } = await ann.get(url)
    const again = await ann.get(url, { 'if-none-match': String(headers.etag) })
    expect(again.statusCode).toBe(304)
    expect(again.body).toBe('')
    expect(again.headers).toMatchObject({ etag: headers.etag, 'cache-control': /private/ })
    const other = await ann.get(`${url}?size=100`, { 'if-none-match': String(headers.etag) })
    expect(other.statusCode).toBe(200)
  })

  test('can be asked for their headers alone', async ({ app, service, signIn }) => {
    const ann = await signIn()
    const { url } = await storeUpload(service.deps, ann, await picture())
    const headers = { authorization: ann.authorization }
    const response = await app.inject({ method: 'HEAD', url, headers })
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toBe('image/jpeg')
    expect(response.rawPayload).toHaveLength(0)
  })

  test('are made once for twenty who ask at once', async ({ service, signIn }) => {
    const ann = await signIn()
    const { url } = await storeUpload(service.deps, ann, await picture())
    const gate = gated(service.deps.storage)
    const app = await service.twin(withStorage(service.deps, gate.storage))
    const client = speaking(app, ann.authorization)
    const asked = Array.from({ length: 20 }, () => client.get(url))
    await until(() => gate.reads() > 0)
    gate.open()
    const answers = await Promise.all(asked)
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ rawPayload }) => rawPayload.toString('base64'))).size).toBe(1)
    expect(gate.reads()).toBe(1)
  })

  test('are refused for a while when too many wait', async ({ service, signIn }) => {
    const ann = await signIn()
    const gate = gated(service.deps.storage)
    const limits = { atOnce: 1, waiting: 1 }
    const app = await service.twin(withStorage(service.deps, gate.storage, limits))
    const client = speaking(app, ann.authorization)
    const urls: string[] = []
    for (let n = 0; n < 3; n += 1) {
      urls.push((await storeUpload(service.deps, ann, await picture())).url)
    }
    const first = client.get(urls[0] as string)
    await until(() => gate.reads() === 1)
    const [second, third] = [client.get(urls[1] as string), client.get(urls[2] as string)]
    const refused = await Promise.race([second, third])
    expect(refused.json()).toMatchObject({ status: 503, code: 'too_busy' })
    expect(refused.headers['retry-after']).toBe('5')
    expect((await app.inject('/health')).statusCode).toBe(200)
    gate.open()
    const answers = await Promise.all([first, second, third])
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 503])
    for (const url of urls) expect((await client.get(url)).statusCode).toBe(200)
  })

  test('of two instances at once leave no note behind', async ({ service, signIn }) => {
    const ann = await signIn()
    const { id, url } = await storeUpload(service.deps, ann, await picture())
    const clients = []
    for (let n = 0; n < 3; n += 1) {
      const app = await service.twin(withStorage(service.deps, service.deps.storage))
      clients.push(speaking(app, ann.authorization))
    }
    const answers = await Promise.all(clients.map((client) => client.get(url)))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200])
    expect(await notesOf(service.deps, id)).toEqual([])
    expect(await service.deps.storage.stat(`thumbnails/${id}/200`)).toBeDefined()
  })

  test('are not left behind by one who deletes the file meanwhile', async ({
    service,
    db,
    signIn,
  }) => {
    const ann = await signIn()
    const { id, url } = await storeUpload(service.deps, ann, await picture())
    const gate = gated(service.deps.storage)
    const app = await service.twin(withStorage(service.deps, gate.storage))
    const asked = speaking(app, ann.authorization).get(url)
    await until(() => gate.reads() === 1)
    await db.deleteFrom('uploads').where('id', '=', id).execute()
    gate.open()
    expect((await asked).statusCode).toBe(404)
    for (const key of thumbnailKeysOf(id)) {
      expect(await service.deps.storage.stat(key), key).toBeUndefined()
    }
    expect(await notesOf(service.deps, id)).toEqual([])
  })

  test('that a process died over are removed after a day, and made again', async ({
    service,
    db,
    signIn,
  }) => {
    const { storage } = service.deps
    const ann = await signIn()
    const { id, url } = await storeUpload(service.deps, ann, await picture())
    const broken: Storage = { ...storage, put: () => Promise.reject(new Error('the disk is full')) }
    const app = await service.twin(withStorage(service.deps, broken))
    expect((await speaking(app, ann.authorization).get(url)).statusCode).toBe(500)
    expect(await notesOf(service.deps, id)).toHaveLength(1)
    await forgetIncoming(db, storage, later(now(), 25 * 3600))
    expect(await notesOf(service.deps, id)).toEqual([])
    expect((await ann.get(url)).statusCode).toBe(200)
  })

  test('have their keys named, one for each size', () => {
    expect(thumbnailKeysOf('a')).toEqual([100, 200, 400, 800].map((size) => `thumbnails/a/${size}`))
  })
})

describe('the job after an upload', () => {
  const jobOf = async ({ db }: Deps, upload: { id: string }) =>
    db
      .selectFrom('jobs')
      .select(['attempts', 'finished_at', 'failed_at', 'last_error'])
      .where('kind', '=', 'make_thumbnail')
      .where('payload', '=', JSON.stringify({ upload_id: upload.id }))
      .executeTakeFirst()

  test('makes the thumbnail before anybody asks', async ({ service, db, signIn }) => {
    const upload = await storeUpload(service.deps, await signIn(), await picture())
    await transact(db, (trx) => enqueueThumbnail(trx, upload))
    await service.queue.runDue()
    expect(await jobOf(service.deps, upload)).toMatchObject({ failed_at: null, last_error: null })
    expect(await service.deps.storage.stat(`thumbnails/${upload.id}/200`)).toBeDefined()
    expect(service.faults).toEqual([])
  })

  test('is given up at once for a picture that is damaged', async ({ service, db, signIn }) => {
    const upload = await storeUpload(service.deps, await signIn(), Buffer.from('damaged'))
    await transact(db, (trx) => enqueueThumbnail(trx, upload))
    await service.queue.runDue()
    expect(await jobOf(service.deps, upload)).toMatchObject({
      attempts: 1,
      finished_at: null,
      failed_at: expect.any(String),
      last_error: expect.stringContaining('damaged'),
    })
  })

  test('does nothing for a file that is gone', async ({ service, db, signIn }) => {
    const upload = await storeUpload(service.deps, await signIn(), await picture())
    await transact(db, (trx) => enqueueThumbnail(trx, upload))
    await db.deleteFrom('uploads').where('id', '=', upload.id).execute()
    await service.queue.runDue()
    expect(await jobOf(service.deps, upload)).toMatchObject({ failed_at: null, last_error: null })
    expect(await service.deps.storage.stat(`thumbnails/${upload.id}/200`)).toBeUndefined()
  })

  test('is there for pictures only', async ({ service, db, signIn }) => {
    const pdf = Buffer.from('%PDF-1.7')
    const upload = await storeUpload(service.deps, await signIn(), pdf, 'application/pdf')
    await transact(db, (trx) => enqueueThumbnail(trx, upload))
    expect(await jobOf(service.deps, upload)).toBeUndefined()
  })
})
