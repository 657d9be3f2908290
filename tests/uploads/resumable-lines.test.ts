import { type ClientRequest, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { type PreviousUpload, Upload, type UploadOptions } from 'tus-js-client'
import { openDb } from '../../db/open.ts'
import { forgetIncoming } from '../../src/incoming.ts'
import { diskStorage } from '../../src/storage.ts'
import { later, now } from '../../src/values.ts'
import { createDatabase } from '../support/database.ts'
import { newFolder, run, startServer } from '../support/process.ts'
import { test as base, type Client, describe, expect } from '../support/service.ts'
import {
  begin,
  head,
  keysIn,
  partsOf,
  pdf,
  resumablePath,
  sha256,
  tus,
  until,
} from '../support/tus.ts'

const MiB = 1024 * 1024

const test = base.extend<{ origin: string }>({
  origin: [
    async ({ app }, use) => {
      await app.listen({ host: '127.0.0.1', port: 0 })
      await use(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
    },
    { scope: 'file' },
  ],
})

type Outcome = { upload: Upload; done: Promise<string> }

/** tus-js-client with a file; `done` is the stored name that the last answer gives. */
function upload(
  origin: string,
  authorization: string,
  file: Buffer,
  options: Partial<UploadOptions> = {},
): Outcome {
  let upload: Upload | undefined
  const done = new Promise<string>((resolve, reject) => {
    upload = new Upload(file, {
      endpoint: `${origin}${resumablePath}`,
      headers: { authorization },
      chunkSize: 5 * MiB,
      metadata: { filename: '大きな契約書 (最終版).pdf', filetype: 'application/pdf' },
      retryDelays: [20, 50, 100, 200, 500, 1000, 2000],
      onError: reject,
      onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader('Upload-Stored-Name') ?? ''),
      ...options,
    })
  })
  done.catch(() => {})
  return { upload: upload as Upload, done }
}

/** What a browser's local storage does. */
function rememberedUrls() {
  const known = new Map<string, PreviousUpload>()
  return {
    findAllUploads: async () => [...known.values()],
    findUploadsByFingerprint: async () => [...known.values()],
    removeUpload: async (key: string) => void known.delete(key),
    async addUpload(fingerprint: string, upload: PreviousUpload) {
      known.set(fingerprint, { ...upload, urlStorageKey: fingerprint })
      return fingerprint
    },
  }
}

describe('tus-js-client', () => {
  test('uploads in chunks', async ({ origin, service, db, signIn }) => {
    const ann = await signIn()
    const file = pdf(12 * MiB)
    const offsets: number[] = []
    const { upload: one, done } = upload(origin, ann.authorization, file, {
      onChunkComplete: (_size, accepted) => offsets.push(accepted),
    })
    one.start()
    const stored_name = await done
    expect(offsets).toEqual([5 * MiB, 10 * MiB, 12 * MiB])
    const row = await db
      .selectFrom('uploads')
      .selectAll()
      .where('stored_name', '=', stored_name)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({
      original_name: '大きな契約書 (最終版).pdf',
      size: file.length,
      sha256: sha256(file),
    })
    const stored = await buffer(await service.deps.storage.get(row.key))
    expect(stored.equals(file)).toBe(true)
  })

  test('pauses, and goes on', async ({ origin, app, signIn }) => {
    const ann = await signIn()
    const file = pdf(12 * MiB)
    const { upload: one, done } = upload(origin, ann.authorization, file, {
      onChunkComplete: (_size, accepted) => {
        if (accepted === 5 * MiB) void one.abort()
      },
    })
    one.start()
    const path = () => new URL(String(one.url)).pathname
    await until(
      async () => (one.url ? (await head(app, ann, path())).headers['upload-offset'] : '0'),
      (offset) => Number(offset) >= 5 * MiB,
    )
    await one.abort()
    one.start()
    await done
    expect((await ann.get(path())).json().file.sha256).toBe(sha256(file))
  })

  test('finds what another client began', async ({ origin, app, signIn }) => {
    const ann = await signIn()
    const file = pdf(12 * MiB)
    const urlStorage = rememberedUrls()
    const options = {
      urlStorage,
      storeFingerprintForResuming: true,
      fingerprint: async () => `of ${ann.id}`,
    }
    const first = upload(origin, ann.authorization, file, {
      ...options,
      onChunkComplete: () => void first.upload.abort(),
    })
    first.upload.start()
    await until(
      async () => {
        const [known] = await first.upload.findPreviousUploads()
        if (!known?.uploadUrl) return 0
        const { pathname } = new URL(known.uploadUrl)
        return Number((await head(app, ann, pathname)).headers['upload-offset'])
      },
      (offset) => offset >= 5 * MiB,
    )
    await first.upload.abort()

    const offsets: number[] = []
    const second = upload(origin, ann.authorization, file, {
      ...options,
      onChunkComplete: (_size, accepted) => offsets.push(accepted),
    })
    const [previous] = await second.upload.findPreviousUploads()
    if (!previous) throw new Error('It found nothing.')
    second.upload.resumeFromPreviousUpload(previous)
    second.upload.start()
    await second.done
    expect(offsets[0]).toBeGreaterThan(5 * MiB)
    const url = new URL(String(previous.uploadUrl)).pathname
    expect((await ann.get(url)).json().file.sha256).toBe(sha256(file))
  })

  test('gives up, and takes everything with it', async ({ origin, app, db, service, signIn }) => {
    const ann = await signIn()
    const { upload: one } = upload(origin, ann.authorization, pdf(12 * MiB), {
      onChunkComplete: () => void one.abort(),
    })
    one.start()
    const path = () => new URL(String(one.url)).pathname
    await until(
      async () => (one.url ? partsOf(db, path()) : []),
      (parts) => parts.length > 0,
    )
    await one.abort(true)
    expect((await head(app, ann, path())).statusCode).toBe(404)
    await service.queue.runDue()
    expect(await partsOf(db, path())).toEqual([])
  })

  test('reads why it was refused', async ({ origin, signIn }) => {
    const ann = await signIn()
    const { upload: one, done } = upload(origin, ann.authorization, pdf(1000), {
      metadata: { filename: 'virus.exe' },
    })
    one.start()
    const error = await done.catch((thrown) => thrown)
    expect(error.originalResponse.getStatus()).toBe(415)
    expect(JSON.parse(error.originalResponse.getBody()).code).toBe('file_type_not_allowed')
  })
})

/** A PATCH that has announced more than it has sent so far. */
function halfOf(origin: string, { authorization }: Client, url: string, announced: number) {
  const request = send(`${origin}${url}`, {
    method: 'PATCH',
    headers: {
      ...tus,
      authorization,
      'content-type': 'application/offset+octet-stream',
      'content-length': announced,
      'upload-offset': 0,
    },
  })
  request.on('error', () => {})
  return request
}

async function write(request: ClientRequest, bytes: Buffer) {
  await new Promise<void>((resolve) => request.write(bytes, () => resolve()))
}

describe('a bad line', () => {
  const offsetOf = async (
    app: Parameters<typeof head>[0],
    ann: Client,
    url: string,
  ): Promise<number> => Number((await head(app, ann, url)).headers['upload-offset'])

  test('keeps what came before it was cut', async ({ origin, app, db, signIn }) => {
    const ann = await signIn()
    const file = pdf(10 * MiB)
    const url = await begin(ann, file.length)
    const request = halfOf(origin, ann, url, file.length)
    await write(request, file.subarray(0, 6 * MiB))
    await until(
      () => offsetOf(app, ann, url),
      (offset) => offset === 4 * MiB,
    )
    request.destroy()
    const kept = await until(
      () => offsetOf(app, ann, url),
      (offset) => offset > 4 * MiB,
    )
    expect(kept).toBeLessThanOrEqual(6 * MiB)
    const payload = file.subarray(kept)
    const headers = { ...tus, 'content-type': 'application/offset+octet-stream' }
    const rest = await ann.patch(url, payload, { ...headers, 'upload-offset': String(kept) })
    expect(rest.statusCode).toBe(204)
    expect((await ann.get(url)).json().file.sha256).toBe(sha256(file))
    expect(await db.selectFrom('incoming_files').selectAll().execute()).toEqual([])
  })

  test('keeps nothing of a body whose checksum it cannot check', async ({
    origin,
    app,
    service,
    db,
    signIn,
  }) => {
    const ann = await signIn()
    const file = pdf(10 * MiB)
    const url = await begin(ann, file.length)
    const { dataDir } = service.deps.config
    const before = await keysIn(dataDir, 'resumable')
    const request = halfOf(origin, ann, url, file.length)
    request.setHeader('upload-checksum', `sha256 ${sha256(file)}`)
    await write(request, file.subarray(0, 9 * MiB))
    await until(
      () => keysIn(dataDir, 'resumable'),
      (keys) => keys.length >= before.length + 2,
    )
    request.destroy()
    await until(
      () => keysIn(dataDir, 'resumable'),
      (keys) => keys.length === before.length,
    )
    expect(await offsetOf(app, ann, url)).toBe(0)
    await until(
      () => db.selectFrom('incoming_files').selectAll().execute(),
      (rows) => rows.length === 0,
    )
  })

  test('does not hold up whoever goes on', async ({ origin, app, signIn }) => {
    const ann = await signIn()
    const file = pdf(10 * MiB)
    const url = await begin(ann, file.length)
    // Half open: nobody has told the service that nothing more will come.
    const silent = halfOf(origin, ann, url, file.length)
    await write(silent, file.subarray(0, 5 * MiB))
    await until(
      () => offsetOf(app, ann, url),
      (offset) => offset === 4 * MiB,
    )
    const headers = { ...tus, 'content-type': 'application/offset+octet-stream' }
    const payload = file.subarray(4 * MiB)
    const rest = await ann.patch(url, payload, { ...headers, 'upload-offset': String(4 * MiB) })
    expect(rest.statusCode).toBe(204)
    silent.destroy()
    expect((await ann.get(url)).json()).toMatchObject({ file: { sha256: sha256(file) } })
  })

  test('is free for the next request after one was refused', async ({ origin, signIn }) => {
    const ann = await signIn()
    const url = await begin(ann, 8 * MiB)
    const answer = await fetch(`${origin}${url}`, {
      method: 'PATCH',
      headers: {
        ...tus,
        authorization: ann.authorization,
        'content-type': 'application/offset+octet-stream',
        'upload-offset': '7',
      },
      body: pdf(8 * MiB),
    })
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({ code: 'upload_offset_conflict' })
    const next = await fetch(`${origin}${url}`, { headers: { authorization: ann.authorization } })
    expect(await next.json()).toMatchObject({ offset: 0 })
  })
})

describe('kill -9', () => {
  test('in the middle of an upload costs a piece at most', { timeout: 180_000 }, async () => {
    // With the statistics, which would take a service longer to load than all the rest.
    const { url, drop } = await createDatabase({ withStatistics: true })
    const env = { DATA_DIR: await newFolder(), DATABASE_URL: url }
    const settings = { ...env, LOG_LEVEL: 'silent', RATE_LIMIT_PER_MINUTE: '100000' }
    const authorization = 'Bearer mock-access-token-dev-12345'
    const first = await startServer(settings)
    const file = pdf(30 * MiB)
    let accepted = 0
    const { upload: one, done } = upload(first.url, authorization, file, {
      chunkSize: 30 * MiB,
      retryDelays: Array(1000).fill(100),
    })
    one.start()
    await until(
      async () => {
        if (!one.url) return 0
        const headers = { ...tus, authorization }
        const asked = await fetch(one.url, { method: 'HEAD', headers })
        accepted = Number(asked.headers.get('upload-offset'))
        return accepted
      },
      (offset) => offset >= 4 * MiB,
    )
    first.child.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    // At the same address, where the client goes on asking.
    const second = run('server', [], { ...settings, PORT: String(first.port) })
    const stored_name = await done
    const { db } = await openDb(env.DATABASE_URL)
    await until(
      () => db.selectFrom('resumable_parts').select('key').execute(),
      (parts) => parts.length === 0,
    )
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)

    const rows = await db.selectFrom('uploads').selectAll().execute()
    expect(rows).toMatchObject([{ stored_name, size: file.length, sha256: sha256(file) }])
    const key = String(rows[0]?.key)
    expect(await keysIn(env.DATA_DIR, 'uploads')).toEqual([key])
    const storage = diskStorage(join(env.DATA_DIR, 'files'))
    const stored = await buffer(await storage.get(key))
    expect(stored.equals(file)).toBe(true)
    // The piece that was on its way is noted, and goes with what else never came.
    await forgetIncoming(db, storage, later(now(), 25 * 3600))
    expect(await keysIn(env.DATA_DIR, 'resumable')).toEqual([])
    await db.destroy()
    await drop()
  })
})
