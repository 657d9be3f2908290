import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../../src/fastify.ts'
import { describe, expect, type Service, test } from '../support/service.ts'
import { addSession, holdings, part, readSession, upload } from '../support/submission-files.ts'
import { formOf, pdfOf, samples } from '../support/uploads.ts'

const megabyte = 1024 * 1024

describe('POST /sessions/{id}/upload', () => {
  test('takes files by the link, and answers for each by name', async ({ service, signIn }) => {
    const ann = await signIn()
    const { id } = await addSession(service, ann)
    const response = await upload(service, id, [
      part('住民票.pdf'),
      part('写真.png', samples.exe),
      part('免許.JPG', samples.jpg),
      part('../x.pdf'),
      part('契約.docx', samples.docx),
      part('空.pdf', Buffer.alloc(0)),
      part('住民票.pdf', samples.pdf),
      part('動く.gif', samples.gif),
      { name: 'comment', body: 'よろしくお願いします' },
    ])
    expect(response.statusCode, response.body).toBe(201)
    const { message, uploaded_files, failed_files } = response.json()
    expect(message).toContain('failed_files')
    expect(uploaded_files).toMatchObject([
      { filename: '住民票.pdf', size: samples.pdf.length, file_size: samples.pdf.length },
      { filename: '免許.JPG', mime_type: 'image/jpeg' },
      { filename: '住民票.pdf' },
      { filename: '動く.gif' },
    ])
    expect(uploaded_files[0]).toMatchObject({
      session_id: id,
      comment: 'よろしくお願いします',
      document_type: null,
      review: 'pending',
      drive_status: 'off',
      google_drive_file_id: null,
    })
    expect(uploaded_files[0]).not.toHaveProperty('uploaded_by')
    expect(failed_files).toMatchObject([
      { filename: '写真.png', problem: { code: 'file_content_mismatch' } },
      { filename: '../x.pdf', problem: { code: 'invalid_request' } },
      { filename: '契約.docx', problem: { code: 'file_type_not_allowed' } },
      { filename: '空.pdf', problem: { code: 'file_empty' } },
    ])
    const session = await readSession(service, id)
    expect(session).toMatchObject({ status: 'not_uploaded', version: 2 })
    expect(session.received_at).not.toBeNull()
    const { files, rows, incoming } = await holdings(service)
    expect([files, incoming]).toEqual([rows, []])
  })

  test('says of staff that it was them, and who', async ({ service, signIn }) => {
    const ann = await signIn()
    const { id } = await addSession(service, ann)
    const { authorization } = ann
    const { uploaded_files } = (
      await upload(service, id, [part('a.pdf')], { authorization })
    ).json()
    expect(uploaded_files).toMatchObject([{ uploaded_by: ann.id, reviewed_by: null }])
    const bob = await signIn()
    const other = await upload(service, id, [part('b.pdf')], { authorization: bob.authorization })
    expect(other.json().uploaded_files[0]).not.toHaveProperty('uploaded_by')
    const shown = (await ann.get(`/api/v1/sessions/${id}/files`)).json()
    expect(shown.map((file: { uploaded_by: string }) => file.uploaded_by)).toEqual([ann.id, null])
  })

  test('tells the room of the session', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const heard: string[] = []
    const leave = service.deps.channels.join(`submission:${id}`, (message) => heard.push(message))
    await upload(service, id, [part('a.pdf'), part('b.exe'), part('c.pdf')])
    leave()
    expect(heard.map((each) => JSON.parse(each))).toMatchObject([
      { type: 'event', event: 'file.uploaded', data: { filename: 'a.pdf', session_id: id } },
      { event: 'file.uploaded', data: { filename: 'c.pdf' } },
    ])
  })

  test('takes names of every kind, and none that climb', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const response = await upload(service, id, [
      part('ＡＢＣ　全角．pdf'),
      part('全角 ＡＢＣ.pdf'),
      part('C:\\書類\\契約書.pdf'),
      part('a\0.pdf'),
      part(`${'あ'.repeat(300)}.pdf`),
      part('..\\..\\b.pdf'),
      part('.pdf'),
    ])
    const { uploaded_files, failed_files } = response.json()
    const namesOf = (files: { filename: string }[]) => files.map(({ filename }) => filename)
    expect(namesOf(uploaded_files)).toEqual(['全角 ＡＢＣ.pdf', '契約書.pdf'])
    expect(failed_files).toHaveLength(5)
  })

  test('answers what is wrong with a single file', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const before = await holdings(service)
    const ask = async (name: string, body?: Buffer) => {
      const response = await upload(service, id, [part(name, body)])
      const { code, failed_files } = response.json()
      expect(failed_files).toMatchObject([{ filename: name, problem: { code } }])
      return [response.statusCode, code]
    }
    expect(await ask('a.exe', samples.exe)).toEqual([415, 'file_type_not_allowed'])
    expect(await ask('a.pdf', samples.exe)).toEqual([415, 'file_content_mismatch'])
    expect(await ask('a.pdf', Buffer.alloc(0))).toEqual([422, 'file_empty'])
    expect(await ask('../a.pdf')).toEqual([422, 'invalid_request'])
    const several = await upload(service, id, [part('a.exe'), part('b.exe')])
    expect(several.json()).toMatchObject({ status: 422, code: 'no_document_stored' })
    expect(several.json().failed_files).toHaveLength(2)
    expect(await holdings(service)).toEqual(before)
    expect(await readSession(service, id)).toMatchObject({ received_at: null, version: 1 })
  })

  test('stores nothing of a form that is wrong', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const before = await holdings(service)
    const [first, other] = [part('a.pdf'), part('b.pdf')]
    const forms = [
      [],
      [{ name: 'comment', body: 'x' }],
      [first, { name: 'surprise', body: 'x' }],
      [first, { ...other, name: 'file' }],
      [first, { name: 'comment', body: 'x'.repeat(2001) }],
      [first, { name: 'document_type', body: 'passport' }],
    ]
    for (const form of forms) {
      const response = await upload(service, id, form)
      expect(response.statusCode, response.body).toBe(422)
      expect(response.json().code).toBe('invalid_request')
    }
    const json = await service.app.inject({
      method: 'POST',
      url: `/api/v1/sessions/${id}/upload`,
      payload: {},
    })
    expect(json.statusCode).toBe(415)
    expect(await holdings(service)).toEqual(before)
  })

  test('answers alike for links that are unknown, closed and past their day', async ({
    service,
    signIn,
  }) => {
    const ann = await signIn()
    const closed = await addSession(service, ann, { closed_at: '2026-01-02T03:04:05.678Z' })
    const expired = await addSession(service, ann, { due_date: '2020-01-01' })
    const before = await holdings(service)
    for (const id of [crypto.randomUUID(), closed.id, expired.id, 'x']) {
      const response = await upload(service, id, [part('a.pdf')])
      expect([response.statusCode, response.json().code]).toEqual([404, 'session_link_not_found'])
      const files = await service.app.inject(`/api/v1/sessions/${id}/files`)
      expect([files.statusCode, files.json().code]).toEqual([404, 'session_link_not_found'])
    }
    expect(await holdings(service)).toEqual(before)
    const { authorization } = ann
    const late = await upload(service, expired.id, [part('a.pdf')], { authorization })
    expect(late.statusCode).toBe(201)
  })

  test('takes nothing more once approved, whoever sends it', async ({ service, signIn }) => {
    const ann = await signIn()
    const { id } = await addSession(service, ann, { status: 'approved' })
    const { authorization } = ann
    for (const headers of [{}, { authorization }]) {
      const response = await upload(service, id, [part('a.pdf')], headers)
      expect([response.statusCode, response.json().code]).toEqual([409, 'submission_approved'])
    }
  })

  test('stops an upload that is under way when the session is approved', async ({
    service,
    signIn,
  }) => {
    const { id } = await addSession(service, await signIn())
    const before = await holdings(service)
    const socket = await dial(service.app)
    const request = requestOf(id, [part('a.pdf', pdfOf(2_000_000))])
    socket.write(request.subarray(0, 1_000_000))
    await isComing(service)
    const approved = { status: 'approved' as const }
    await service.deps.db
      .updateTable('submission_sessions')
      .set(approved)
      .where('id', '=', id)
      .execute()
    socket.write(request.subarray(1_000_000))
    expect(await answerOn(socket)).toMatch(/^HTTP\/1\.1 409 /)
    socket.destroy()
    await settled(service, before)
  })

  test('holds 50 files, and answers for the 51st by name', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const many = Array.from({ length: 53 }, (_, i) => part(`${i}.pdf`))
    const { uploaded_files, failed_files } = (await upload(service, id, many)).json()
    expect(uploaded_files).toHaveLength(50)
    expect(failed_files).toMatchObject(
      ['50.pdf', '51.pdf', '52.pdf'].map((filename) => ({
        filename,
        problem: { code: 'submission_full', status: 409 },
      })),
    )
    const full = await upload(service, id, [part('more.pdf')])
    expect([full.statusCode, full.json().code]).toEqual([409, 'submission_full'])
    const { files, rows } = await holdings(service)
    expect(files).toEqual(rows)
  })

  test('holds 50 files also when they come at once', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const twenty = Array.from({ length: 20 }, (_, i) => part(`${i}.pdf`))
    const responses = await Promise.all(
      Array.from({ length: 5 }, () => upload(service, id, twenty)),
    )
    const counts = responses.map((response) => response.json().uploaded_files?.length ?? 0)
    expect(counts.reduce((sum, count) => sum + count)).toBe(50)
    const shown = await service.app.inject(`/api/v1/sessions/${id}/files`)
    expect(shown.json()).toHaveLength(50)
    const { files, rows, incoming } = await holdings(service)
    expect([files, incoming]).toEqual([rows, []])
  })

  test('honours what a document asks for', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const send = async (document_type: string, ...files: ReturnType<typeof part>[]) =>
      (await upload(service, id, [...files, { name: 'document_type', body: document_type }])).json()
    expect(await send('resident_card', part('a.gif', samples.gif))).toMatchObject({
      status: 415,
      code: 'document_format',
    })
    expect(await send('resident_card', part('a.pdf', pdfOf(10 * megabyte + 1)))).toMatchObject({
      status: 413,
      code: 'document_too_large',
    })
    const sent = await send('drivers_license', part('表.pdf'), part('裏.pdf'), part('控え.pdf'))
    expect(sent).toMatchObject({
      uploaded_files: [{ document_type: 'drivers_license' }, { filename: '裏.pdf' }],
      failed_files: [{ filename: '控え.pdf', problem: { code: 'document_full' } }],
    })
    expect(await send('passport', part('a.pdf'))).toMatchObject({
      code: 'invalid_request',
      errors: [{ field: 'document_type' }],
    })
  })

  test('counts a file only once that is sent again with its key', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const key = { 'idempotency-key': crypto.randomUUID() }
    const first = await upload(service, id, [part('a.pdf')], key)
    const again = await upload(service, id, [part('a.pdf')], key)
    expect(again.json()).toEqual(first.json())
    expect(again.headers['idempotent-replayed']).toBe('true')
    expect((await service.app.inject(`/api/v1/sessions/${id}/files`)).json()).toHaveLength(1)
  })

  test('takes 30 forms a minute', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const { id: other } = await addSession(service, await signIn())
    const responses = await Promise.all(
      Array.from({ length: 31 }, () => upload(service, id, [part('a.exe')])),
    )
    const refused = responses.filter(({ statusCode }) => statusCode === 429)
    expect(refused).toHaveLength(1)
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0)
    expect((await upload(service, other, [part('a.pdf')])).statusCode).toBe(201)
  })

  test('has files copied to Drive when it is on, and their copies removed', async ({
    service,
    signIn,
  }) => {
    const { id } = await addSession(service, await signIn())
    const { db } = service.deps
    const settings = {
      id: 1,
      enabled: 1 as const,
      parent_folder_id: 'folder',
      folder_name_format: '[{session_id}]_{submitter_name}',
      auto_create_folders: 1 as const,
      share_with_submitter: 0 as const,
      version: 1,
      updated_at: '2026-01-02T03:04:05.678Z',
    }
    await db.insertInto('drive_settings').values(settings).execute()
    const { uploaded_files } = (await upload(service, id, [part('a.pdf')])).json()
    expect(uploaded_files).toMatchObject([{ drive_status: 'pending', drive_error: null }])
    const [file] = uploaded_files
    const url = `/api/v1/files/${file.id}`
    const headers = { 'x-session-id': id }
    const deleted = await service.app.inject({ method: 'DELETE', url, headers })
    expect(deleted.statusCode).toBe(204)
    await db.deleteFrom('drive_settings').execute()
    const jobs = await db.selectFrom('jobs').select(['kind', 'payload']).orderBy('id').execute()
    const drive = jobs
      .map(({ kind, payload }) => ({ kind, ...JSON.parse(payload) }))
      .filter(({ file_id }) => file_id === file.id)
    expect(drive).toEqual([
      { kind: 'deliver_file', file_id: file.id },
      { kind: 'remove_drive_file', file_id: file.id, drive_file_id: null },
    ])
  })

  test('answers at its older address', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const { payload, headers } = formOf([part('a.pdf')])
    const url = `/api/v1/submission/sessions/${id}/upload`
    const response = await service.app.inject({ method: 'POST', url, payload, headers })
    expect(response.statusCode).toBe(201)
    const files = await service.app.inject(`/api/v1/submission/sessions/${id}/files`)
    expect(files.json()).toMatchObject([{ filename: 'a.pdf' }])
  })
})

describe('an upload over a socket', () => {
  test('that is cut leaves nothing, also of the files before', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const before = await holdings(service)
    const request = requestOf(id, [part('a.pdf'), part('b.pdf', pdfOf(3_000_000))])
    const socket = await dial(service.app)
    socket.write(request.subarray(0, 1_500_000))
    await isComing(service)
    socket.destroy()
    await settled(service, before)
    expect(await readSession(service, id)).toMatchObject({ received_at: null })
  })

  test('is refused before it is read when it says how large it is', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const socket = await dial(service.app)
    socket.write(headOf(id, 600 * megabyte))
    expect(await answerOn(socket)).toMatch(/^HTTP\/1\.1 413 [\s\S]*form_too_large/)
    socket.destroy()
  })

  test('is refused as soon as its first file is too large', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const before = await holdings(service)
    const socket = await dial(service.app)
    const { payload } = formOf([part('a.pdf')])
    socket.write(headOf(id, 400 * megabyte))
    socket.write(payload.subarray(0, payload.indexOf('%PDF') + samples.pdf.length))
    const answer = answerOn(socket)
    const chunk = Buffer.alloc(megabyte, 'x')
    for (let sent = 0; sent < 101; sent += 1) {
      if (!socket.write(chunk)) await once(socket, 'drain')
    }
    expect(await answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*file_too_large/)
    socket.destroy()
    await settled(service, before)
  })
})

async function dial(app: App): Promise<Socket> {
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

function headOf(sessionId: string, length: number): string {
  return [
    `POST /api/v1/sessions/${sessionId}/upload HTTP/1.1`,
    'Host: a',
    'Content-Type: multipart/form-data; boundary=x-boundary',
    `Content-Length: ${length}`,
    '',
    '',
  ].join('\r\n')
}

function requestOf(sessionId: string, parts: ReturnType<typeof part>[]): Buffer {
  const { payload } = formOf(parts)
  return Buffer.concat([Buffer.from(headOf(sessionId, payload.length)), payload])
}

/** What comes until the body of an answer has begun. */
async function answerOn(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk
    if (/\r\n\r\n.*\}/s.test(text)) return text
  }
  throw new Error(`The connection ended after ${text}`)
}

/** Waits until a file is on its way. */
async function isComing(service: Service) {
  const end = Date.now() + 30_000
  while ((await holdings(service)).incoming.length === 0) {
    if (Date.now() > end) throw new Error('No file came.')
    await sleep(10)
  }
}

/** Waits until a service has cleaned up, however slow the machine is. */
async function settled(service: Service, before: object) {
  const end = Date.now() + 30_000
  while (Date.now() < end) {
    if (JSON.stringify(await holdings(service)) === JSON.stringify(before)) return
    await sleep(20)
  }
  expect(await holdings(service)).toEqual(before)
}
