import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { createLifecycle } from '../../src/lifecycle.ts'
import { forgetResumableUploads } from '../../src/uploads/resumable-parts.ts'
import { later, newId, now } from '../../src/values.ts'
import { describe, expect, signInTo, startService, test } from '../support/service.ts'
import {
  begin,
  head,
  idOf,
  keysIn,
  metadataOf,
  partsOf,
  pdf,
  resumablePath,
  send,
  sha256,
  tus,
} from '../support/tus.ts'

const MiB = 1024 * 1024

describe('a file that comes in pieces', () => {
  test('becomes a file like any other', async ({ app, service, db, signIn }) => {
    const ann = await signIn()
    const bytes = pdf(9 * MiB + 17)
    const created = await ann.post(resumablePath, undefined, {
      ...tus,
      'upload-length': String(bytes.length),
      'upload-metadata': metadataOf({ filename: '見積書 ①.pdf', description: '第一版', x: 'y' }),
    })
    expect(created.statusCode).toBe(201)
    expect(created.headers).toMatchObject({ 'tus-resumable': '1.0.0' })
    const url = String(created.headers.location)
    expect(url).toMatch(/^\/api\/v1\/upload\/resumable\/[\da-f-]{14}4[\da-f-]{21}$/)
    const expires = Date.parse(String(created.headers['upload-expires'])) - Date.now()
    expect(expires / 3_600_000).toBeCloseTo(24, 0)

    expect((await head(app, ann, url)).headers).toMatchObject({
      'upload-offset': '0',
      'upload-length': String(bytes.length),
      'cache-control': 'no-store',
    })
    const first = await send(ann, url, 0, bytes.subarray(0, 5 * MiB))
    expect(first.statusCode).toBe(204)
    expect(first.headers).toMatchObject({
      'upload-offset': String(5 * MiB),
      'upload-expires': created.headers['upload-expires'],
    })
    expect((await partsOf(db, url)).map(({ size }) => size)).toEqual([4 * MiB, MiB])
    expect((await ann.get(url)).json()).toMatchObject({ offset: 5 * MiB, file: null })

    const last = await send(ann, url, 5 * MiB, bytes.subarray(5 * MiB))
    expect(last.statusCode).toBe(204)
    expect(last.headers['upload-offset']).toBe(String(bytes.length))
    const { file, ...state } = (await ann.get(url)).json()
    expect(state).toMatchObject({ size: bytes.length, offset: bytes.length })
    expect(file).toMatchObject({
      filename: '見積書 ①.pdf',
      stored_name: last.headers['upload-stored-name'],
      description: '第一版',
      size: bytes.length,
      sha256: sha256(bytes),
    })

    await service.queue.runDue()
    expect(await partsOf(db, url)).toEqual([])
    const { key } = await db
      .selectFrom('uploads')
      .select('key')
      .where('id', '=', file.id)
      .executeTakeFirstOrThrow()
    const stored = await buffer(await service.deps.storage.get(key))
    expect(stored.equals(bytes)).toBe(true)
    expect(service.faults).toEqual([])
  })

  test('says again and again that it is finished, and is so once', async ({ app, db, signIn }) => {
    const ann = await signIn()
    const bytes = pdf(2000)
    const url = await begin(ann, bytes.length)
    await send(ann, url, 0, bytes)
    const asked = await head(app, ann, url)
    expect(asked.headers).toMatchObject({
      'upload-offset': '2000',
      'upload-stored-name': expect.stringMatching(/\.pdf$/),
    })
    const again = await send(ann, url, 2000, Buffer.alloc(0))
    expect(again.statusCode).toBe(204)
    expect((await send(ann, url, 0, bytes)).json().code).toBe('upload_offset_conflict')
    const mine = db.selectFrom('uploads').select('id').where('owner_id', '=', ann.id)
    expect(await mine.execute()).toHaveLength(1)
  })

  test('is known to nobody else', async ({ app, signIn }) => {
    const [ann, bob, root] = [await signIn(), await signIn(), await signIn('SystemAdmin')]
    const url = await begin(ann, 1000)
    for (const other of [bob, root]) {
      const answers = [
        await head(app, other, url),
        await send(other, url, 0, pdf(1000)),
        await other.delete(url, undefined, tus),
        await other.get(url),
      ]
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404])
      expect(answers[1]?.json().code).toBe('resumable_upload_not_found')
    }
    expect((await head(app, ann, url)).headers['upload-offset']).toBe('0')
    const nobody = await app.inject({ method: 'HEAD', url, headers: tus })
    expect(nobody.statusCode).toBe(401)
    expect((await ann.get(`${resumablePath}/${newId()}`)).statusCode).toBe(404)
    expect((await ann.get(`${resumablePath}/..%2f..%2fetc`)).statusCode).toBe(422)
  })

  test('goes on only where it stands', async ({ app, signIn }) => {
    const ann = await signIn()
    const bytes = pdf(3000)
    const url = await begin(ann, bytes.length)
    await send(ann, url, 0, bytes.subarray(0, 1000))
    for (const offset of [0, 999, 1001, 3000]) {
      const answer = await send(ann, url, offset, bytes.subarray(0, 10))
      expect(answer.statusCode).toBe(409)
      expect(answer.headers['content-type']).toMatch('application/problem+json')
      expect(answer.headers['tus-resumable']).toBe('1.0.0')
      expect(answer.json()).toMatchObject({ code: 'upload_offset_conflict', instance: url })
    }
    expect((await head(app, ann, url)).headers['upload-offset']).toBe('1000')
  })

  test('lets one of two through that send the same piece', async ({ service, db, signIn }) => {
    const ann = await signIn()
    const url = await begin(ann, 6 * MiB)
    const pieces = ['a', 'b', 'c', 'd'].map((fill) => pdf(6 * MiB, fill))
    const answers = await Promise.all(pieces.map((piece) => send(ann, url, 0, piece)))
    const codes = answers.map(({ statusCode }) => statusCode)
    expect(codes.toSorted()).toEqual([204, 409, 409, 409])
    const { file } = (await ann.get(url)).json()
    expect(file.sha256).toBe(sha256(pieces[codes.indexOf(204)] as Buffer))
    await service.queue.runDue()
    const { dataDir } = service.deps.config
    const { count } = await db
      .selectFrom('uploads')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(await keysIn(dataDir, 'uploads')).toHaveLength(count)
    expect(await db.selectFrom('incoming_files').selectAll().execute()).toEqual([])
    const known = await db.selectFrom('resumable_parts').select('key').execute()
    const kept = await keysIn(dataDir, 'resumable')
    expect(kept.toSorted()).toEqual(known.map(({ key }) => key).toSorted())
  })

  test('is never longer than it said', async ({ app, signIn }) => {
    const ann = await signIn()
    const url = await begin(ann, 1000)
    const answer = await send(ann, url, 0, pdf(1001))
    expect(answer.statusCode).toBe(413)
    expect(answer.json().code).toBe('upload_longer_than_announced')
    expect((await head(app, ann, url)).headers['upload-offset']).toBe('0')
  })
})

describe('a checksum', () => {
  const digest = (algorithm: string, bytes: Buffer) =>
    `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`

  test.for(['sha1', 'sha256', 'md5'])('of %s lets in what matches', async (name, { signIn }) => {
    const ann = await signIn()
    const bytes = pdf(5 * MiB)
    const url = await begin(ann, bytes.length)
    const [first, second] = [bytes.subarray(0, 4.5 * MiB), bytes.subarray(4.5 * MiB)]
    const checksum = { 'upload-checksum': digest(name, first) }
    expect((await send(ann, url, 0, first, checksum)).statusCode).toBe(204)
    const rest = { 'upload-checksum': digest(name, second) }
    expect((await send(ann, url, first.length, second, rest)).statusCode).toBe(204)
    expect((await ann.get(url)).json().file.sha256).toBe(sha256(bytes))
  })

  test('that does not match leaves nothing', async ({ app, service, db, signIn }) => {
    const ann = await signIn()
    const bytes = pdf(10 * MiB)
    const url = await begin(ann, bytes.length)
    const wrong = { 'upload-checksum': digest('sha256', Buffer.from('another')) }
    const before = await keysIn(service.deps.config.dataDir, 'resumable')
    for (const piece of [bytes.subarray(0, 9 * MiB), bytes]) {
      const answer = await send(ann, url, 0, piece, wrong)
      expect(answer.statusCode).toBe(460)
      expect(answer.json()).toMatchObject({ status: 460, code: 'upload_checksum_mismatch' })
    }
    expect((await head(app, ann, url)).headers['upload-offset']).toBe('0')
    expect(await keysIn(service.deps.config.dataDir, 'resumable')).toEqual(before)
    expect(await db.selectFrom('incoming_files').selectAll().execute()).toEqual([])
    const answer = await send(ann, url, 0, bytes, { 'upload-checksum': digest('md5', bytes) })
    expect(answer.statusCode).toBe(204)
  })

  test.for(['crc32 AAAA', 'sha256', 'sha256 *', 'SHA256 AAAA'])(
    'that says "%s" is refused',
    async (said, { signIn }) => {
      const ann = await signIn()
      const url = await begin(ann, 100)
      const answer = await send(ann, url, 0, pdf(100), { 'upload-checksum': said })
      expect(answer.statusCode).toBe(400)
      expect(answer.json().code).toBe('upload_checksum_malformed')
    },
  )
})

describe('a beginning', () => {
  const post = (length: string, metadata: string) => ({
    ...tus,
    'upload-length': length,
    'upload-metadata': metadata,
  })
  const named = (filename: string | Buffer) => metadataOf({ filename })

  test.for([
    ['no size', '', named('a.pdf'), 422, 'invalid_request'],
    ['an empty file', '0', named('a.pdf'), 422, 'invalid_request'],
    ['a size below nothing', '-1', named('a.pdf'), 422, 'invalid_request'],
    ['half a byte', '1.5', named('a.pdf'), 422, 'invalid_request'],
    ['more than there may be', String(1024 * MiB + 1), named('a.pdf'), 413, 'file_too_large'],
    ['more than can be counted', '99999999999999999999', named('a.pdf'), 413, 'file_too_large'],
    ['no name', '10', metadataOf({ description: 'x' }), 422, 'invalid_request'],
    ['an empty name', '10', 'filename', 422, 'invalid_request'],
    ['a name of a folder', '10', named('a.pdf/'), 422, 'invalid_request'],
    ['a name of 300 characters', '10', named(`${'名'.repeat(296)}.pdf`), 422, 'invalid_request'],
    ['a NUL', '10', named('a\0.pdf'), 400, 'forbidden_character'],
    ['a line end', '10', named('a\r\nb.pdf'), 400, 'forbidden_character'],
    ['no UTF-8', '10', named(Buffer.from([0x8c, 0x5f, 0x96])), 400, 'forbidden_character'],
    ['no base64', '10', 'filename a.pdf', 400, 'upload_metadata_malformed'],
    ['a key twice', '10', `${named('a.pdf')},${named('b.pdf')}`, 400, 'upload_metadata_malformed'],
    ['a program', '10', named('a.exe'), 415, 'file_type_not_allowed'],
    ['a page', '10', named('a.pdf.html'), 415, 'file_type_not_allowed'],
    ['no extension', '10', named('pdf'), 415, 'file_type_not_allowed'],
    ['a name that climbs', '10', named('../../etc/報告.pdf'), 422, 'invalid_request'],
  ] as const)('with %s is refused', async ([, length, metadata, status, code], { signIn }) => {
    const ann = await signIn()
    const answer = await ann.post(resumablePath, undefined, post(length, metadata))
    expect(answer.json()).toMatchObject({ status, code })
  })

  test('for which there is no room is refused', async () => {
    const { app, close } = await startService({ env: { UPLOAD_QUOTA_MB: '1' } })
    const ann = await signInTo(app)
    const answer = await ann.post(resumablePath, undefined, post(String(2 * MiB), named('a.pdf')))
    expect(answer.json()).toMatchObject({ status: 413, code: 'quota_exceeded' })
    await close()
  })

  test.for([
    ['etc/報告.pdf', '報告.pdf'],
    ['C:\\temp\\ＡＢＣ.PDF', 'ＡＢＣ.PDF'],
    ['か\u3099.png', 'が.png'],
  ])('calls %s by its name', async ([said, name], { signIn }) => {
    const ann = await signIn()
    const url = await begin(ann, 10, said)
    expect((await ann.get(url)).json().filename).toBe(name)
  })

  test('gives back what it was told', async ({ app, signIn }) => {
    const ann = await signIn()
    const metadata = `${metadataOf({ name: '図.png', filetype: 'image/png' })},is_private`
    const created = await ann.post(resumablePath, undefined, post('10', metadata))
    const asked = await head(app, ann, String(created.headers.location))
    expect(asked.headers['upload-metadata']).toBe(metadata)
  })

  test('of another protocol is refused', async ({ signIn }) => {
    const ann = await signIn()
    const { 'tus-resumable': _, ...none } = post('10', named('a.pdf'))
    for (const version of [{}, { 'tus-resumable': '0.2.2' }]) {
      const answer = await ann.post(resumablePath, undefined, { ...none, ...version })
      expect(answer.json()).toMatchObject({ status: 412, code: 'tus_version_unsupported' })
    }
    for (const more of [{ 'upload-concat': 'partial' }, { 'upload-defer-length': '1' }]) {
      const answer = await ann.post(resumablePath, undefined, { ...none, ...tus, ...more })
      expect(answer.json()).toMatchObject({ status: 400, code: 'tus_extension_unsupported' })
    }
    const body = await ann.post(resumablePath, { a: 1 }, post('10', named('a.pdf')))
    expect(body.statusCode).toBe(415)
  })

  test('with a key is made once', async ({ signIn }) => {
    const ann = await signIn()
    const headers = { ...post('10', named('a.pdf')), 'idempotency-key': newId() }
    const [first, second] = [
      await ann.post(resumablePath, undefined, headers),
      await ann.post(resumablePath, undefined, headers),
    ]
    expect(second?.headers['idempotent-replayed']).toBe('true')
    expect(second?.headers.location).toBe(first?.headers.location)
  })

  test('is refused to somebody who never finishes', async ({ db, signIn }) => {
    const ann = await signIn()
    const url = await begin(ann, 10)
    const row = await db
      .selectFrom('resumable_uploads')
      .selectAll()
      .where('id', '=', idOf(url))
      .executeTakeFirstOrThrow()
    const others = Array.from({ length: 99 }, () => ({ ...row, id: crypto.randomUUID() }))
    await db.insertInto('resumable_uploads').values(others).execute()
    const answer = await ann.post(resumablePath, undefined, post('10', named('a.pdf')))
    expect(answer.json()).toMatchObject({ status: 409, code: 'too_many_resumable_uploads' })
    await ann.delete(url, undefined, tus)
    const next = await ann.post(resumablePath, undefined, post('10', named('a.pdf')))
    expect(next.statusCode).toBe(201)
  })
})

describe('a piece', () => {
  test('of another type is refused', async ({ signIn }) => {
    const ann = await signIn()
    const url = await begin(ann, 10)
    const answer = await send(ann, url, 0, Buffer.from('{"a":1}'), {
      'content-type': 'application/json',
    })
    expect(answer.json()).toMatchObject({ status: 415, code: 'unsupported_type' })
  })

  test('says where it begins', async ({ signIn }) => {
    const ann = await signIn()
    const url = await begin(ann, 10)
    for (const offset of ['', '-1', 'x', '1.5']) {
      const answer = await send(ann, url, 0, pdf(20), { 'upload-offset': offset })
      expect(answer.statusCode, offset).toBe(422)
      expect(answer.json().errors[0].field).toBe('upload-offset')
    }
  })
})

describe('an end before the end', () => {
  test('removes what has come', async ({ app, service, db, signIn }) => {
    const ann = await signIn()
    const bytes = pdf(5 * MiB)
    const url = await begin(ann, 6 * MiB)
    await send(ann, url, 0, bytes)
    const parts = await partsOf(db, url)
    expect(parts).toHaveLength(2)
    expect((await ann.delete(url, undefined, tus)).statusCode).toBe(204)
    expect((await head(app, ann, url)).statusCode).toBe(404)
    expect((await send(ann, url, 5 * MiB, pdf(MiB))).statusCode).toBe(404)
    expect((await ann.delete(url, undefined, tus)).statusCode).toBe(404)
    await service.queue.runDue()
    expect(await partsOf(db, url)).toEqual([])
    for (const { key } of parts) expect(await service.deps.storage.stat(key)).toBeUndefined()
  })

  test('of a finished one leaves its file', async ({ db, service, signIn }) => {
    const ann = await signIn()
    const url = await begin(ann, 1000)
    const { headers } = await send(ann, url, 0, pdf(1000))
    expect((await ann.delete(url, undefined, tus)).statusCode).toBe(204)
    await service.queue.runDue()
    const { key } = await db
      .selectFrom('uploads')
      .select('key')
      .where('stored_name', '=', String(headers['upload-stored-name']))
      .executeTakeFirstOrThrow()
    expect(await service.deps.storage.stat(key)).toEqual({ size: 1000 })
  })

  test('comes by itself after a day', async ({ app, service, db, signIn }) => {
    const ann = await signIn()
    const [old, young] = [await begin(ann, 2000), await begin(ann, 2000)]
    for (const url of [old, young]) await send(ann, url, 0, pdf(1000))
    const parts = await partsOf(db, old)
    await db
      .updateTable('resumable_uploads')
      .set({ expires_at: later(now(), -1) })
      .where('id', '=', idOf(old))
      .execute()
    const gone = await send(ann, old, 1000, pdf(1000))
    expect(gone.json()).toMatchObject({ status: 410, code: 'resumable_upload_expired' })
    expect((await head(app, ann, old)).statusCode).toBe(410)
    expect((await ann.get(old)).statusCode).toBe(410)

    await forgetResumableUploads(service.deps)
    expect(await partsOf(db, old)).toEqual([])
    for (const { key } of parts) expect(await service.deps.storage.stat(key)).toBeUndefined()
    expect(await partsOf(db, young)).toHaveLength(1)
    expect((await head(app, ann, old)).statusCode).toBe(410)
    await forgetResumableUploads(service.deps, later(now(), 8 * 24 * 3600))
    expect((await head(app, ann, old)).statusCode).toBe(404)
  })

  test('comes with the end of its owner', async ({ service, db, signIn }) => {
    const ann = await signIn()
    const url = await begin(ann, 2000)
    await send(ann, url, 0, pdf(1000))
    const [part] = await partsOf(db, url)
    await db.deleteFrom('resumable_uploads').where('owner_id', '=', ann.id).execute()
    await forgetResumableUploads(service.deps)
    expect(await partsOf(db, url)).toEqual([])
    expect(await service.deps.storage.stat(String(part?.key))).toBeUndefined()
  })

  test('comes when the whole is not what its name says', async ({ service, db, signIn }) => {
    const ann = await signIn()
    const url = await begin(ann, 5 * MiB)
    await send(ann, url, 0, Buffer.alloc(MiB, '<html>'))
    const answer = await send(ann, url, MiB, Buffer.alloc(4 * MiB, 'pdf'))
    expect(answer.json()).toMatchObject({ status: 415, code: 'file_content_mismatch' })
    expect((await ann.get(url)).statusCode).toBe(404)
    expect((await ann.get('/api/v1/upload/files')).json().total).toBe(0)
    await service.queue.runDue()
    expect(await partsOf(db, url)).toEqual([])
    expect(await db.selectFrom('incoming_files').selectAll().execute()).toEqual([])
  })

  test('does not come when the storage is out of order', async ({ app, service, signIn }) => {
    const { storage } = service.deps
    const twin = await service.twin({
      storage: {
        ...storage,
        async put(key, body, maxBytes) {
          if (key.startsWith('uploads/')) throw new Error('no space left on device')
          await storage.put(key, body, maxBytes)
        },
      },
    })
    const ann = await signIn()
    const url = await begin(ann, 1000)
    await send(ann, url, 0, pdf(600))
    const headers = {
      ...tus,
      authorization: ann.authorization,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': '600',
    }
    const payload = pdf(400)
    const answer = await twin.inject({ method: 'PATCH', url, headers, payload })
    expect(answer.statusCode).toBe(500)
    expect((await head(app, ann, url)).headers['upload-offset']).toBe('600')
    expect((await send(ann, url, 600, payload)).statusCode).toBe(204)
  })
})

test('a service that is starting does not make clients begin again', async ({
  service,
  signIn,
}) => {
  const ann = await signIn()
  const url = await begin(ann, 1000)
  const starting = await service.twin({ lifecycle: createLifecycle('starting') })
  const asked = await head(starting, ann, url)
  expect(asked.statusCode).toBe(423)
  expect(asked.headers['retry-after']).toBe('1')
  const { authorization } = ann
  const other = await starting.inject({ method: 'GET', url, headers: { authorization } })
  expect(other.statusCode).toBe(503)
})

describe('a browser', () => {
  const origin = 'http://localhost:5173'

  test('may send pieces from another origin, and read where they go', async ({ app, signIn }) => {
    const ann = await signIn()
    const url = await begin(ann, 10)
    for (const path of [resumablePath, url]) {
      const preflight = await app.inject({
        method: 'OPTIONS',
        url: path,
        headers: {
          origin,
          'access-control-request-method': 'PATCH',
          'access-control-request-headers': 'authorization,tus-resumable,upload-offset',
        },
      })
      expect(preflight.statusCode).toBe(204)
      expect(preflight.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': expect.stringMatching('PATCH'),
        'access-control-allow-headers': expect.stringMatching('upload-offset'),
      })
    }
    const asked = await app.inject({
      method: 'HEAD',
      url,
      headers: { ...tus, origin, authorization: ann.authorization },
    })
    expect(asked.headers['access-control-allow-origin']).toBe(origin)
    const exposed = String(asked.headers['access-control-expose-headers'])
    for (const name of ['Location', 'Tus-Resumable', 'Upload-Offset', 'Upload-Stored-Name']) {
      expect(exposed).toContain(name)
    }
    expect(asked.headers['x-content-type-options']).toBe('nosniff')
  })

  test('is told what is spoken', async ({ app }) => {
    const answer = await app.inject({ method: 'OPTIONS', url: resumablePath })
    expect(answer.statusCode).toBe(204)
    expect(answer.headers).toMatchObject({
      'tus-resumable': '1.0.0',
      'tus-version': '1.0.0',
      'tus-extension': 'creation,termination,expiration,checksum',
      'tus-max-size': String(1024 * MiB),
      'tus-checksum-algorithm': 'sha1,sha256,md5',
    })
  })
})

test('a hundred pieces are no reason to be throttled', async () => {
  const { app, close } = await startService({ env: { RATE_LIMIT_PER_MINUTE: '3' } })
  const ann = await signInTo(app)
  const url = await begin(ann, 1000)
  for (const n of Array(20).keys()) {
    const answer = await send(ann, url, n * 10, Buffer.alloc(10))
    expect(answer.statusCode).toBe(204)
    expect(answer.headers['x-ratelimit-limit']).toBe('30')
  }
  await close()
})
