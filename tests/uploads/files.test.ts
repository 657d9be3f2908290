import { createHash } from 'node:crypto'
import { describe, expect, type Service, test } from '../support/service.ts'
import {
  formOf,
  holdings,
  type Part,
  pdfOf,
  samples,
  sendForm as send,
  sendFile,
} from '../support/uploads.ts'

const url = '/api/v1/upload/files'
const fileType = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
}

/** Does something that must fail and leave nothing. */
async function leavingNothing(service: Service, act: () => Promise<unknown>) {
  const before = await holdings(service)
  await act()
  expect(await holdings(service)).toEqual(before)
}

describe('POST /upload/files', () => {
  test.for([
    ['a.jpg', samples.jpg, 'image/jpeg'],
    ['a.JPEG', samples.jpg, 'image/jpeg'],
    ['a.png', samples.png, 'image/png'],
    ['a.gif', samples.gif, 'image/gif'],
    ['a.pdf', samples.pdf, 'application/pdf'],
    ['a.doc', samples.doc, 'application/msword'],
    ['a.docx', samples.docx, fileType.docx],
  ] as const)('takes %s by what is in it', async ([name, body, type], { signIn }) => {
    const ann = await signIn()
    const response = await sendFile(ann, name, body)
    expect(response.statusCode, response.body).toBe(201)
    const file = response.json()
    expect(file).toMatchObject({
      filename: name,
      size: body.length,
      content_type: type,
      sha256: createHash('sha256').update(body).digest('hex'),
      description: null,
    })
    expect(file.stored_name).toMatch(/^[\da-f-]{36}\.(jpe?g|png|gif|pdf|docx?)$/)
    expect(response.headers.location).toBe(file.url)
    const got = await ann.get(file.url)
    expect(got.rawPayload.equals(body)).toBe(true)
    expect(got.headers).toMatchObject({ 'content-type': type, 'x-content-type-options': 'nosniff' })
  })

  test('takes the description before the file and behind it', async ({ signIn }) => {
    const ann = await signIn()
    const file = { name: 'file', filename: 'a.pdf', body: pdfOf(300_000) }
    const description = { name: 'description', body: '賃貸契約書 ✓' }
    for (const parts of [
      [description, file],
      [file, description],
    ]) {
      const response = await send(ann, parts)
      expect(response.statusCode).toBe(201)
      expect(response.json().description).toBe('賃貸契約書 ✓')
    }
    expect(
      (await send(ann, [file, { name: 'description', body: '' }])).json().description,
    ).toBeNull()
  })

  test('takes the form of a browser', async ({ signIn }) => {
    const ann = await signIn()
    const form = new FormData()
    form.set(
      'file',
      new Blob([new Uint8Array(samples.pdf)], { type: 'text/plain' }),
      '見積書（最終）.pdf',
    )
    form.set('description', 'x')
    const response = await ann.post(url, form)
    expect(response.json()).toMatchObject({
      filename: '見積書（最終）.pdf',
      content_type: 'application/pdf',
    })
  })

  test.for([
    ['text as .pdf', 'a.pdf', samples.html, 'file_content_mismatch'],
    ['a program as .png', 'a.png', samples.exe, 'file_content_mismatch'],
    ['a PDF as .docx', 'a.docx', samples.pdf, 'file_content_mismatch'],
    ['a JPEG as .png', 'a.png', samples.jpg, 'file_content_mismatch'],
    ['a page', 'a.html', samples.html, 'file_type_not_allowed'],
    ['a vector picture', 'a.svg', '<svg/>', 'file_type_not_allowed'],
    ['two extensions', 'a.pdf.exe', samples.pdf, 'file_type_not_allowed'],
    ['no extension', 'pdf', samples.pdf, 'file_type_not_allowed'],
    ['the name of a property', 'a.constructor', samples.pdf, 'file_type_not_allowed'],
  ] as const)('refuses %s', async ([, name, body, code], { service, signIn }) => {
    const ann = await signIn()
    await leavingNothing(service, async () => {
      const response = await sendFile(ann, name, Buffer.from(body), 'application/pdf')
      expect(response.statusCode).toBe(415)
      expect(response.json().code).toBe(code)
    })
  })

  test('refuses an empty file', async ({ service, signIn }) => {
    const ann = await signIn()
    await leavingNothing(service, async () => {
      const response = await sendFile(ann, 'a.pdf', '')
      expect([response.statusCode, response.json().code]).toEqual([422, 'file_empty'])
    })
  })

  test('takes 10 MB and not a byte more', async ({ service, signIn }) => {
    const ann = await signIn()
    const limit = 10 * 1024 * 1024
    expect((await sendFile(ann, 'a.pdf', pdfOf(limit))).statusCode).toBe(201)
    await leavingNothing(service, async () => {
      const response = await sendFile(ann, 'a.pdf', pdfOf(limit + 1))
      expect(response.statusCode).toBe(413)
      expect(response.json().code).toBe('file_too_large')
      const larger = await sendFile(ann, 'a.pdf', pdfOf(limit + 2 * 1024 * 1024))
      expect(larger.json().code).toBe('file_too_large')
    })
  })

  test('refuses a form that is not as it should be', async ({ service, signIn }) => {
    const ann = await signIn()
    const file = { name: 'file', filename: 'a.pdf', body: samples.pdf }
    const fieldOf = async (parts: Part[]) => {
      const response = await send(ann, parts)
      expect(response.statusCode, response.body).toBe(422)
      return response.json().errors[0].field
    }
    await leavingNothing(service, async () => {
      expect(await fieldOf([])).toBe('file')
      expect(await fieldOf([{ name: 'description', body: 'x' }])).toBe('file')
      expect(await fieldOf([file, file])).toBe('file')
      expect(await fieldOf([file, { name: 'owner_id', body: 'x' }])).toBe('owner_id')
      expect(await fieldOf([{ name: 'owner_id', body: 'x' }, file])).toBe('owner_id')
      expect(await fieldOf([{ ...file, name: 'files' }])).toBe('files')
      expect(await fieldOf([file, { name: 'description', body: 'x'.repeat(1001) }])).toBe(
        'description',
      )
      expect(await fieldOf([file, { name: 'description', body: 'x'.repeat(100_000) }])).toBe(
        'description',
      )
      expect(
        await fieldOf([
          file,
          { name: 'description', body: 'a' },
          { name: 'description', body: 'b' },
        ]),
      ).toBe('description')
      expect(
        await fieldOf([{ name: 'description', type: 'application/json', body: '{}' }, file]),
      ).toBe('description')
      const nul = await send(ann, [file, { name: 'description', body: 'a\0b' }])
      expect(nul.json().code).toBe('forbidden_character')
      const proto = await send(ann, [{ name: '__proto__', body: 'x' }, file])
      expect(proto.statusCode).toBe(400)
      const json = await send(ann, [
        { name: 'description', type: 'application/json', body: '{' },
        file,
      ])
      expect(json.json().code).toBe('malformed_form')
    })
  })

  test('refuses a form that breaks off, and other bodies', async ({ service, signIn }) => {
    const ann = await signIn()
    const { payload, headers } = formOf([{ name: 'file', filename: 'a.pdf', body: pdfOf(200_000) }])
    await leavingNothing(service, async () => {
      for (const length of [0, 10, 60, 200, 150_000, payload.length - 6]) {
        const response = await ann.post(url, payload.subarray(0, length), headers)
        expect([400, 422], `${length} ${response.body}`).toContain(response.statusCode)
      }
      for (const type of ['multipart/form-data', 'multipart/form-data; boundary=other']) {
        const response = await ann.post(url, payload, { 'content-type': type })
        expect([400, 422], `${type} ${response.body}`).toContain(response.statusCode)
      }
      expect((await ann.post(url, { file: 'x' })).statusCode).toBe(415)
      expect(
        (await ann.post(url, samples.pdf, { 'content-type': 'application/pdf' })).statusCode,
      ).toBe(415)
    })
  })

  test('keeps the whole of twenty files that come at once', async ({ service, signIn }) => {
    const ann = await signIn()
    const bodies = Array.from({ length: 20 }, (_, i) => pdfOf(50_000 + i * 10_000))
    const answers = await Promise.all(bodies.map((body, i) => sendFile(ann, `${i}.pdf`, body)))
    for (const [i, answer] of answers.entries()) {
      expect(answer.statusCode, answer.body).toBe(201)
      const got = await ann.get(answer.json().url)
      expect(got.rawPayload.equals(bodies[i] as Buffer)).toBe(true)
    }
    const { files, rows, incoming } = await holdings(service)
    expect(files).toEqual(rows)
    expect(incoming).toEqual([])
  })

  test('is safe to send again with an Idempotency-Key', async ({ service, signIn }) => {
    const ann = await signIn()
    const { payload, headers } = formOf([{ name: 'file', filename: 'a.pdf', body: samples.pdf }])
    const key = { 'idempotency-key': 'upload-1', 'content-length': String(payload.length) }
    const first = await ann.post(url, payload, { ...headers, ...key })
    const before = await holdings(service)
    const again = await ann.post(url, payload, { ...headers, ...key })
    expect(again.json()).toEqual(first.json())
    expect(again.headers['idempotent-replayed']).toBe('true')
    const other = formOf([{ name: 'file', filename: 'a.pdf', body: pdfOf(500) }])
    const reused = await ann.post(url, other.payload, {
      ...headers,
      ...key,
      'content-length': String(other.payload.length),
    })
    expect(reused.json().code).toBe('idempotency_key_reused')
    expect(await holdings(service)).toEqual(before)
  })
})
