import type { SubmissionFile } from '../../schemas/submissions/files.ts'
import { listSessionFiles } from '../../src/submissions/files.ts'
import { describe, expect, type Service, speaking, test } from '../support/service.ts'
import { addSession, holdings, part, readSession, upload } from '../support/submission-files.ts'
import { pdfOf, samples } from '../support/uploads.ts'

const unknownId = '01990f6e-5c00-7000-8000-0123456789ab'

/** A session with one file, and somebody who has nothing but its link. */
async function submitted(service: Service, owner: { id: string }, body: Buffer = samples.pdf) {
  const { id } = await addSession(service, owner)
  const [file] = (await upload(service, id, [part('契約書.pdf', body)])).json().uploaded_files
  return { id, file: file as SubmissionFile, link: linkTo(service, id) }
}

function linkTo({ app }: Service, id: string) {
  const send =
    (method: 'GET' | 'HEAD' | 'DELETE') =>
    (url: string, headers = {}) =>
      app.inject({ method, url, headers: { 'x-session-id': id, ...headers } })
  return { get: send('GET'), head: send('HEAD'), delete: send('DELETE') }
}

describe('GET /sessions/{id}/files', () => {
  test('lists them bare, the oldest first', async ({ service, signIn }) => {
    const { id } = await addSession(service, await signIn())
    const url = `/api/v1/sessions/${id}/files`
    expect((await service.app.inject(url)).json()).toEqual([])
    await upload(service, id, [part('a.pdf'), part('b.pdf')])
    await upload(service, id, [part('a.pdf')])
    const files: SubmissionFile[] = (await service.app.inject(url)).json()
    expect(files.map(({ filename }) => filename)).toEqual(['a.pdf', 'b.pdf', 'a.pdf'])
    expect(new Set(files.map((file) => file.id)).size).toBe(3)
  })

  test('reads those of a page of sessions at once', async ({ service, signIn }) => {
    const ann = await signIn()
    const [one, other] = [await submitted(service, ann), await submitted(service, ann)]
    const files = await listSessionFiles(service.deps.db, [one.id, other.id, unknownId])
    expect([...files.keys()].sort()).toEqual([one.id, other.id].sort())
    expect(files.get(one.id)).toMatchObject([{ id: one.file.id, uploaded_by: null }])
    expect(await listSessionFiles(service.deps.db, [])).toEqual(new Map())
  })
})

describe('GET /files/{id}', () => {
  test('is for staff and for the link, and for nobody else', async ({ service, signIn }) => {
    const ann = await signIn()
    const [bob, auditor, admin] = [
      await signIn(),
      await signIn('Auditor'),
      await signIn('SystemAdmin'),
    ]
    const { id, file, link } = await submitted(service, ann)
    const foreign = await submitted(service, bob)
    const url = `/api/v1/files/${file.id}`
    const query = `${url}?session_id=${id}`
    const copy = { google_drive_file_id: 'copy', drive_error: 'quota' }
    const { db } = service.deps
    await db.updateTable('submission_files').set(copy).where('id', '=', file.id).execute()
    expect((await ann.get(url)).json()).toMatchObject(copy)
    expect((await link.get(url)).json()).toEqual(file)
    expect((await service.app.inject(query)).json()).toEqual(file)
    expect((await bob.get(query)).json()).toEqual(file)
    for (const staff of [ann, admin]) {
      expect((await staff.get(url)).json()).toMatchObject({ ...file, ...copy, uploaded_by: null })
    }
    const strangers = [
      await bob.get(url),
      await auditor.get(url),
      await foreign.link.get(url),
      await bob.get(`${url}?session_id=${foreign.id}`),
      await link.get(`/api/v1/files/${unknownId}`),
      await ann.get(`/api/v1/files/${unknownId}`),
    ]
    for (const response of strangers) {
      const { statusCode } = response
      expect([statusCode, response.json().code]).toEqual([404, 'submission_file_not_found'])
    }
    const nobody = await service.app.inject(url)
    expect([nobody.statusCode, nobody.json().code]).toEqual([401, 'token_required'])
    const broken = await speaking(service.app, 'Bearer x.y.z').get(url)
    expect([broken.statusCode, broken.json().code]).toEqual([401, 'token_invalid'])
    const both = await link.get(url, { authorization: 'Bearer x.y.z' })
    expect(both.statusCode).toBe(200)
  })

  test('ends with the link', async ({ service, signIn }) => {
    const ann = await signIn()
    const { id, file, link } = await submitted(service, ann)
    const url = `/api/v1/files/${file.id}`
    for (const shut of [
      { closed_at: '2026-01-02T03:04:05.678Z' },
      { closed_at: null, due_date: '2020-01-01' },
    ]) {
      const { db } = service.deps
      await db.updateTable('submission_sessions').set(shut).where('id', '=', id).execute()
      expect((await link.get(url)).statusCode).toBe(404)
      expect((await link.get(`${url}/download`)).statusCode).toBe(404)
      expect((await link.delete(url)).statusCode).toBe(404)
      expect((await ann.get(url)).statusCode).toBe(200)
    }
  })
})

describe('GET /files/{id}/download', () => {
  test('sends it whole, in part, not again, or its head', async ({ service, signIn }) => {
    const { file, link, id } = await submitted(service, await signIn(), pdfOf(1000))
    const url = `/api/v1/files/${file.id}/download`
    const whole = await link.get(url)
    expect(whole.rawPayload).toEqual(pdfOf(1000))
    expect(whole.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': '1000',
      'accept-ranges': 'bytes',
      etag: `"${file.sha256}"`,
      'x-content-type-options': 'nosniff',
    })
    const disposition = `attachment; filename="___.pdf"; filename*=UTF-8''${encodeURIComponent('契約書.pdf')}`
    expect(whole.headers['content-disposition']).toBe(disposition)
    const part = await link.get(url, { range: 'bytes=10-19' })
    expect([part.statusCode, part.rawPayload]).toEqual([206, pdfOf(1000).subarray(10, 20)])
    expect((await link.get(url, { range: 'bytes=1000-' })).statusCode).toBe(416)
    const seen = await link.get(url, { 'if-none-match': `"${file.sha256}"` })
    expect(seen.statusCode).toBe(304)
    const head = await link.head(url)
    expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([200, '', '1000'])
    const inline = await service.app.inject(`${url}?session_id=${id}&inline=true`)
    expect(inline.headers['content-disposition']).toMatch(/^inline/)
  })

  test('says so when the storage has lost it', async ({ service, signIn }) => {
    const { file, link } = await submitted(service, await signIn())
    const { db, storage } = service.deps
    const { key } = await db
      .selectFrom('submission_files')
      .select('key')
      .where('id', '=', file.id)
      .executeTakeFirstOrThrow()
    await storage.remove(key)
    const response = await link.get(`/api/v1/files/${file.id}/download`)
    expect(response.json().code).toBe('file_missing')
    await db.deleteFrom('submission_files').where('id', '=', file.id).execute()
  })
})

describe('DELETE /files/{id}', () => {
  test('removes it, and its bytes', async ({ service, signIn }) => {
    const ann = await signIn()
    const { id, file, link } = await submitted(service, ann)
    const url = `/api/v1/files/${file.id}`
    const heard: string[] = []
    const leave = service.deps.channels.join(`submission:${id}`, (message) => heard.push(message))
    expect((await link.delete(url)).statusCode).toBe(204)
    expect((await link.delete(url)).statusCode).toBe(404)
    leave()
    expect(heard.map((each) => JSON.parse(each))).toMatchObject([
      { event: 'file.deleted', data: { id: file.id } },
    ])
    await service.queue.runDue()
    const { files, rows } = await holdings(service)
    expect(files).toEqual(rows)
    const session = await readSession(service, id)
    expect(session).toMatchObject({ received_at: null, version: 3 })
  })

  test('is refused by the link of an approved session, and not to staff', async ({
    service,
    signIn,
  }) => {
    const ann = await signIn()
    const { id, file, link } = await submitted(service, ann)
    const url = `/api/v1/files/${file.id}`
    const { db } = service.deps
    const approved = { status: 'approved' as const }
    await db.updateTable('submission_sessions').set(approved).where('id', '=', id).execute()
    const response = await link.delete(url)
    expect([response.statusCode, response.json().code]).toEqual([409, 'submission_approved'])
    expect((await ann.delete(url)).statusCode).toBe(204)
  })

  test('is not for strangers, nor for staff who only read', async ({ service, signIn }) => {
    const [bob, auditor] = [await signIn(), await signIn('Auditor')]
    const { file } = await submitted(service, await signIn())
    const foreign = await submitted(service, bob)
    const url = `/api/v1/files/${file.id}`
    expect((await foreign.link.delete(url)).statusCode).toBe(404)
    expect((await bob.delete(url)).statusCode).toBe(404)
    expect((await service.app.inject({ method: 'DELETE', url })).statusCode).toBe(401)
    const read = await submitted(service, auditor)
    const own = await auditor.delete(`/api/v1/files/${read.file.id}`)
    expect([own.statusCode, own.json().code]).toEqual([403, 'permission_required'])
  })

  test('happens once, of many at once', async ({ service, signIn }) => {
    const { file, link } = await submitted(service, await signIn())
    const responses = await Promise.all(
      Array.from({ length: 5 }, () => link.delete(`/api/v1/files/${file.id}`)),
    )
    const statuses = responses.map(({ statusCode }) => statusCode).sort()
    expect(statuses).toEqual([204, 404, 404, 404, 404])
  })
})

describe('PATCH /files/{id}/review', () => {
  test('is the last of a session when what still waited is deleted', async ({
    service,
    signIn,
  }) => {
    const ann = await signIn()
    const { id, file } = await submitted(service, ann)
    const [second] = (await upload(service, id, [part('b.pdf')])).json().uploaded_files
    const verdict = await ann.patch(`/api/v1/files/${file.id}/review`, { review: 'accepted' })
    expect((await readSession(service, id)).reviewed_at).toBeNull()
    await ann.delete(`/api/v1/files/${second.id}`)
    expect(await readSession(service, id)).toMatchObject({
      received_at: file.uploaded_at,
      reviewed_at: verdict.json().reviewed_at,
    })
  })

  test('is what the submitter sees, without who gave it', async ({ service, signIn }) => {
    const ann = await signIn()
    const { id, file, link } = await submitted(service, ann)
    const [second] = (await upload(service, id, [part('b.pdf')])).json().uploaded_files
    const url = (fileId: string) => `/api/v1/files/${fileId}/review`
    const verdict = { review: 'rejected', comment: '2 ページ目が切れています。' }
    const response = await ann.patch(url(file.id), verdict)
    expect(response.json()).toMatchObject({
      review: 'rejected',
      review_comment: '2 ページ目が切れています。',
      reviewed_by: ann.id,
    })
    expect((await readSession(service, id)).reviewed_at).toBeNull()
    const shown = (await link.get(`/api/v1/files/${file.id}`)).json()
    expect(shown).toMatchObject({ review: 'rejected', review_comment: verdict.comment })
    expect(shown).not.toHaveProperty('reviewed_by')
    await ann.patch(url(second.id), { review: 'accepted' })
    const session = await readSession(service, id)
    expect(session).toMatchObject({ status: 'not_uploaded', reviewed_at: expect.any(String) })
    const again = await ann.patch(url(file.id), { review: 'accepted', comment: '' })
    expect(again.json()).toMatchObject({ review: 'accepted', review_comment: null })
  })

  test('is for staff of the session only', async ({ service, signIn }) => {
    const [ann, bob, admin] = [await signIn(), await signIn(), await signIn('SystemAdmin')]
    const { id, file } = await submitted(service, ann)
    const url = `/api/v1/files/${file.id}/review`
    const stranger = await bob.patch(url, { review: 'accepted' }, { 'x-session-id': id })
    expect([stranger.statusCode, stranger.json().code]).toEqual([404, 'submission_file_not_found'])
    expect((await admin.patch(url, { review: 'accepted' })).statusCode).toBe(200)
    const unknown = await ann.patch(`/api/v1/files/${unknownId}/review`, { review: 'accepted' })
    expect(unknown.statusCode).toBe(404)
    for (const wrong of [{ review: 'pending' }, {}, { review: 'accepted', x: 1 }]) {
      expect((await ann.patch(url, wrong)).statusCode).toBe(422)
    }
  })

  test('makes room for another of the document when it rejects', async ({ service, signIn }) => {
    const ann = await signIn()
    const { id } = await addSession(service, ann)
    const send = () =>
      upload(service, id, [part('a.pdf'), { name: 'document_type', body: 'resident_card' }])
    const [file] = (await send()).json().uploaded_files
    expect((await send()).json().code).toBe('document_full')
    await ann.patch(`/api/v1/files/${file.id}/review`, { review: 'rejected' })
    expect((await send()).statusCode).toBe(201)
  })
})
