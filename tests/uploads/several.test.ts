import type { AddressInfo } from 'node:net'
import axios from 'axios'
import { describe, expect, test } from '../support/service.ts'
import { formOf, holdings, type Part, pdfOf, samples, sendForm } from '../support/uploads.ts'

const url = '/api/v1/upload/files/multiple'
const part = (filename: string, body: Buffer = samples.pdf, name = 'files'): Part => ({
  name,
  filename,
  body,
})

describe('POST /upload/files/multiple', () => {
  test('answers one result a file, in order, and stores what it can', async ({
    service,
    signIn,
  }) => {
    const ann = await signIn()
    const response = await sendForm(
      ann,
      [
        part('一.pdf'),
        part('二.png', samples.exe),
        part('三.png', samples.png, 'file'),
        part('../四.pdf'),
        part('五.pdf', pdfOf(10 * 1024 * 1024 + 1)),
        part('六.pdf', Buffer.alloc(0)),
        part('七.docx', samples.docx),
        { name: 'description', body: '一括' },
      ],
      url,
    )
    expect(response.statusCode, response.body).toBe(201)
    const results = response.json()
    expect(results).toMatchObject([
      { success: true, filename: '一.pdf', description: '一括', content_type: 'application/pdf' },
      {
        success: false,
        filename: '二.png',
        problem: { code: 'file_content_mismatch', status: 415, instance: url },
      },
      { success: true, filename: '三.png' },
      { success: false, problem: { code: 'invalid_request', errors: [{ field: 'file' }] } },
      { success: false, filename: '五.pdf', problem: { code: 'file_too_large', status: 413 } },
      { success: false, filename: '六.pdf', problem: { code: 'file_empty' } },
      { success: true, filename: '七.docx' },
    ])
    expect(results[0].problem).toBeUndefined()
    expect(results[1].url).toBeUndefined()
    for (const { success, url } of results) {
      if (success) expect((await ann.get(url)).statusCode).toBe(200)
    }
    expect((await ann.get('/api/v1/upload/files')).json().total).toBe(3)
    const { files, rows, incoming } = await holdings(service)
    expect(files).toEqual(rows)
    expect(incoming).toEqual([])
  })

  test('takes ten, and of eleven none', async ({ service, signIn }) => {
    const ann = await signIn()
    const ten = Array.from({ length: 10 }, (_, i) => part(`${i}.pdf`))
    expect((await sendForm(ann, ten, url)).json()).toHaveLength(10)
    const before = await holdings(service)
    const response = await sendForm(ann, [...ten, part('10.pdf')], url)
    expect(response.statusCode).toBe(422)
    expect(response.json().errors).toMatchObject([{ field: 'files' }])
    expect(await holdings(service)).toEqual(before)
  })

  test('stores none when the form is wrong or breaks off', async ({ service, signIn }) => {
    const ann = await signIn()
    const before = await holdings(service)
    expect((await sendForm(ann, [], url)).statusCode).toBe(422)
    expect((await sendForm(ann, [part('a.pdf'), { name: 'x', body: 'y' }], url)).statusCode).toBe(
      422,
    )
    const { payload, headers } = formOf([
      part('a.pdf', pdfOf(90_000)),
      part('b.pdf', pdfOf(90_000)),
    ])
    for (const length of [80_000, 90_100, 90_250, 150_000, payload.length - 8]) {
      const response = await ann.post(url, payload.subarray(0, length), headers)
      expect([response.statusCode, response.json().code], String(length)).toEqual([
        400,
        'malformed_form',
      ])
    }
    expect(await holdings(service)).toEqual(before)
  })

  test('answers 422 with all results when none could be stored', async ({ service, signIn }) => {
    const ann = await signIn()
    const before = await holdings(service)
    const response = await sendForm(
      ann,
      [part('a.exe', samples.exe), part('b.png', samples.html)],
      url,
    )
    expect(response.statusCode).toBe(422)
    expect(response.json()).toMatchObject({
      code: 'no_file_stored',
      results: [
        { success: false, filename: 'a.exe', problem: { code: 'file_type_not_allowed' } },
        { success: false, filename: 'b.png', problem: { code: 'file_content_mismatch' } },
      ],
    })
    expect(await holdings(service)).toEqual(before)
  })

  test('answers a client of the Vue guide a list of files', async ({ app, signIn }) => {
    const ann = await signIn()
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const form = new FormData()
    for (const name of ['a.pdf', 'b.pdf'])
      form.append('files', new Blob([new Uint8Array(samples.pdf)]), name)
    const { data } = await axios.post(`http://127.0.0.1:${port}${url}`, form, {
      headers: { authorization: ann.authorization },
    })
    expect(data.map(({ filename }: { filename: string }) => filename)).toEqual(['a.pdf', 'b.pdf'])
  })
})
