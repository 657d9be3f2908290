import { newId } from '../../../src/values.ts'
import { create } from '../items.ts'
import { addSession, part, upload } from '../submission-files.ts'
import { begin, idOf, pdf, tus } from '../tus.ts'
import { samples, sendFile } from '../uploads.ts'
import type { Area } from './cases.ts'

/** A draft is its owner's and the administrators'; what is published is read by everybody. */
const private_ = { own: 200, SystemAdmin: 200, else: 404 } as const
const change = () => ({ title: '別の題' })

const items: Area = {
  furnish: async ({ people }) => ({ id: (await create(people.own)).id }),
  cases: {
    'GET /items': { answers: 200 },
    'POST /items': { answers: 201 },
    'GET /items/{id}': { answers: private_ },
    'PUT /items/{id}': { answers: private_, body: change },
    'PATCH /items/{id}': { answers: private_, body: change },
    'DELETE /items/{id}': { answers: { own: 204, SystemAdmin: 204, else: 404 } },
    'GET /items/{id}/history': { answers: private_ },
  },
}

const uploads: Area = {
  furnish: async ({ people }) => {
    const { stored_name } = (await sendFile(people.own, 'a.png', samples.png, 'image/png')).json()
    return { stored_name }
  },
  cases: {
    'POST /upload/files': {
      answers: 201,
      form: [{ name: 'file', filename: 'a.pdf', body: samples.pdf }],
    },
    'GET /upload/files': { answers: 200 },
    'POST /upload/files/multiple': {
      answers: 201,
      form: [{ name: 'files', filename: 'a.pdf', body: samples.pdf }],
    },
    'GET /upload/files/{stored_name}': { answers: private_ },
    'DELETE /upload/files/{stored_name}': {
      answers: { own: 204, SystemAdmin: 204, else: 404 },
    },
    'POST /upload/files/{stored_name}/link': {
      answers: { own: 201, SystemAdmin: 201, else: 404 },
      body: () => ({ expires_in: 60 }),
    },
    'GET /upload/links/{stored_name}': {
      answers: 403,
      query: () => ({ expires: '4102444800', signature: 'made-up' }),
      unknown: { stored_name: 403 },
    },
    'GET /upload/thumbnails/{stored_name}': { answers: private_ },
  },
}

const resumable: Area = {
  furnish: async ({ people }) => ({ id: idOf(await begin(people.own, 20)) }),
  cases: {
    'OPTIONS /upload/resumable': { answers: 204, headers: tus },
    'POST /upload/resumable': {
      answers: 201,
      headers: { ...tus, 'upload-length': '20', 'upload-metadata': 'filename YS5wZGY=' },
    },
    'HEAD /upload/resumable/{id}': { answers: { own: 200, else: 404 }, headers: tus },
    'GET /upload/resumable/{id}': { answers: { own: 200, else: 404 } },
    'PATCH /upload/resumable/{id}': {
      answers: { own: 204, else: 404 },
      body: () => pdf(20) as never,
      headers: { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
      isOnce: true,
    },
    'DELETE /upload/resumable/{id}': { answers: { own: 204, else: 404 }, headers: tus },
  },
}

const rooms: Area = {
  furnish: async ({ people }) => ({ room: `item:${(await create(people.own)).id}` }),
  cases: {
    'POST /ws/ticket': { answers: 200 },
    'GET /ws/rooms/{room}/users': { answers: private_, unknown: { room: 200 } },
    'GET /ws/rooms/{room}/messages': { answers: private_, unknown: { room: 200 } },
    'GET /ws/stats': { answers: 200 },
    // Who may enter is asked once the socket is open.
    'GET /ws/{room}': { answers: 426, unknown: { room: 426 } },
  },
}

/** A link is known to whoever has it; who looks after what is behind it has signed in. */
const staff = { own: 200, SystemAdmin: 200, else: 403 } as const

const submissions: Area = {
  furnish: async ({ service, people }) => ({ id: (await addSession(service, people.own)).id }),
  cases: {
    'POST /sessions': { answers: 201 },
    'GET /sessions/{id}': { answers: 200 },
    'PATCH /sessions/{id}': { answers: staff, body: () => ({ description: '別' }) },
    'PUT /sessions/{id}/status': {
      answers: staff,
      body: () => ({ status: 'not_uploaded' }),
    },
    'GET /sessions/{id}/files': { answers: 200 },
    'POST /sessions/{id}/upload': { answers: 201, form: [part('契約書.pdf')] },
    'GET /admin/sessions': { answers: 200 },
    'GET /admin/sessions/export': { answers: 200, query: () => ({ format: 'csv' }) },
    'GET /admin/sessions/statistics': { answers: 200 },
    'POST /admin/sessions/{id}/redeliver': {
      answers: { own: 409, SystemAdmin: 409, else: 403 },
    },
  },
}

const documents: Area = {
  furnish: async ({ service, people }) => {
    const session = await addSession(service, people.own)
    const sent = await upload(service, session.id, [part('契約書.pdf')])
    return { id: sent.json().uploaded_files[0].id }
  },
  cases: {
    'GET /files/{id}': { answers: { ...private_, nobody: 401 } },
    'GET /files/{id}/download': { answers: { ...private_, nobody: 401 } },
    'DELETE /files/{id}': { answers: { own: 204, SystemAdmin: 204, else: 404, nobody: 401 } },
    'PATCH /files/{id}/review': {
      answers: private_,
      body: () => ({ review: 'accepted' }),
    },
  },
}

const typeName = () => `t_${newId().replaceAll('-', '_')}`

const newType = (document_type: string) => ({
  ...{
    submission_type: 'individual',
    document_type,
    name_ja: '住民票',
    name_en: 'Card',
    position: 0,
    required: true,
  },
  ...{ max_files: 1, formats: ['.pdf'], max_mb: 10, validity_days: 90 },
})

const documentTypes: Area = {
  furnish: async ({ people }) => {
    const document_type = typeName()
    await people.SystemAdmin.post('/api/v1/document-types', newType(document_type))
    return { submission_type: 'individual', document_type }
  },
  cases: {
    'GET /document-types': { answers: 200, isShared: true },
    'POST /document-types': { answers: 201, body: () => newType(typeName()) },
    'PUT /document-types/{submission_type}/{document_type}': {
      answers: 200,
      unknown: { submission_type: 422 },
      hasNoParent: true,
    },
    'DELETE /document-types/{submission_type}/{document_type}': {
      answers: 204,
      unknown: { submission_type: 422 },
      hasNoParent: true,
    },
    'GET /admin/google-drive/settings': { answers: 200 },
    'PUT /admin/google-drive/settings': { answers: 200 },
    'GET /admin/google-drive/test-connection': { answers: 200 },
    'POST /admin/google-drive/test-connection': { answers: 200 },
    // Whoever is let in is told that it is no form.
    'POST /admin/google-drive/upload-credentials': { answers: 415 },
    'DELETE /admin/google-drive/credentials': { answers: 404 },
  },
}

export const content = [items, uploads, resumable, rooms, submissions, documents, documentTypes]
