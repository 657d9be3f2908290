import { letTimePass } from '../support/jobs.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import { holdings, pdfOf, samples, sendFile } from '../support/uploads.ts'

const list = '/api/v1/upload/files'

async function uploaded(client: Client, name = 'a.pdf', body = pdfOf(1000)) {
  const response = await sendFile(client, name, body)
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

describe('GET /upload/files/{stored_name}', () => {
  test('answers the whole file, and how to keep it', async ({ signIn }) => {
    const ann = await signIn()
    const { url, sha256 } = await uploaded(ann, '請求書 六月 100%.pdf')
    const { statusCode, headers } = await ann.get(url)
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': '1000',
      'accept-ranges': 'bytes',
      etag: `"${sha256}"`,
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition':
        'attachment; filename="___ __ 100_.pdf"; filename*=UTF-8\'\'%E8%AB%8B%E6%B1%82%E6%9B%B8%20%E5%85%AD%E6%9C%88%20100%25.pdf',
    })
    expect(Date.parse(String(headers['last-modified']))).toBeLessThanOrEqual(Date.now())
  })

  test('shows pictures and PDFs when asked to, and Word files never', async ({ signIn }) => {
    const ann = await signIn()
    const kindOf = async (name: string, body: Buffer) => {
      const { url } = await uploaded(ann, name, body)
      const { headers } = await ann.get(`${url}?inline=true`)
      return String(headers['content-disposition']).split(';')[0]
    }
    expect(await kindOf('a.png', samples.png)).toBe('inline')
    expect(await kindOf('a.pdf', samples.pdf)).toBe('inline')
    expect(await kindOf('a.docx', samples.docx)).toBe('attachment')
  })

  test.for([
    ['bytes=0-9', 0, 9],
    ['bytes=990-', 990, 999],
    ['bytes=-10', 990, 999],
    ['bytes=-5000', 0, 999],
    ['bytes=995-4000', 995, 999],
    ['bytes=999-999', 999, 999],
  ] as const)('answers %s', async ([range, start, end], { signIn }) => {
    const ann = await signIn()
    const body = pdfOf(1000)
    const { url } = await uploaded(ann, 'a.pdf', body)
    const part = await ann.get(url, { range })
    expect(part.statusCode).toBe(206)
    expect(part.headers['content-range']).toBe(`bytes ${start}-${end}/1000`)
    expect(part.headers['content-length']).toBe(String(end - start + 1))
    expect(part.rawPayload.equals(body.subarray(start, end + 1))).toBe(true)
  })

  test.for(['bytes=0-9,20-29', 'bytes=9-0', 'items=0-9', 'bytes=x-', 'bytes=-', 'bytes'])(
    'answers the whole file to %s',
    async (range, { signIn }) => {
      const ann = await signIn()
      const { url } = await uploaded(ann)
      const response = await ann.get(url, { range })
      expect([response.statusCode, response.rawPayload.length]).toEqual([200, 1000])
    },
  )

  test('answers 416 to a range that is not in the file', async ({ signIn }) => {
    const ann = await signIn()
    const { url } = await uploaded(ann)
    for (const range of ['bytes=1000-', 'bytes=5000-6000', 'bytes=-0']) {
      const response = await ann.get(url, { range })
      expect(response.statusCode, range).toBe(416)
      expect(response.headers['content-range']).toBe('bytes */1000')
      expect(response.json().code).toBe('range_not_satisfiable')
    }
  })

  test('goes on with a part only while the file is the same', async ({ signIn }) => {
    const ann = await signIn()
    const { url } = await uploaded(ann)
    const { etag, 'last-modified': modified } = (await ann.get(url)).headers
    const statusOf = async (ifRange: unknown) =>
      (await ann.get(url, { range: 'bytes=0-9', 'if-range': String(ifRange) })).statusCode
    expect(await statusOf(etag)).toBe(206)
    expect(await statusOf(modified)).toBe(206)
    expect(await statusOf('"another"')).toBe(200)
    expect(await statusOf(`W/${etag}`)).toBe(200)
    expect(await statusOf('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(200)
  })

  test('answers 304 to a client that has it', async ({ signIn }) => {
    const ann = await signIn()
    const { url } = await uploaded(ann)
    const { etag, 'last-modified': modified } = (await ann.get(url)).headers
    const statusOf = async (headers: Record<string, string>) => {
      const response = await ann.get(url, headers)
      if (response.statusCode === 304) expect(response.body).toBe('')
      return response.statusCode
    }
    expect(await statusOf({ 'if-none-match': String(etag) })).toBe(304)
    expect(await statusOf({ 'if-none-match': `"x", W/${etag}` })).toBe(304)
    expect(await statusOf({ 'if-none-match': '*', range: 'bytes=0-9' })).toBe(304)
    expect(await statusOf({ 'if-none-match': '"x"', 'if-modified-since': String(modified) })).toBe(
      200,
    )
    expect(await statusOf({ 'if-modified-since': String(modified) })).toBe(304)
    expect(await statusOf({ 'if-modified-since': 'Wed, 21 Oct 2015 07:28:00 GMT' })).toBe(200)
    expect(await statusOf({ 'if-modified-since': 'yesterday' })).toBe(200)
  })

  test('tells in a HEAD what a GET would', async ({ app, signIn }) => {
    const ann = await signIn()
    const { url } = await uploaded(ann)
    const { authorization } = ann
    const head = await app.inject({
      method: 'HEAD',
      url,
      headers: { authorization, range: 'bytes=0-9' },
    })
    expect(head.statusCode).toBe(200)
    expect(head.headers).toMatchObject({
      'content-length': '1000',
      'content-type': 'application/pdf',
    })
    expect(head.body).toBe('')
  })

  test('is for its owner and administrators', async ({ app, signIn }) => {
    const ann = await signIn()
    const { url } = await uploaded(ann)
    expect((await app.inject(url)).statusCode).toBe(401)
    const stranger = await (await signIn()).get(url)
    expect([stranger.statusCode, stranger.json().code]).toEqual([404, 'upload_not_found'])
    expect((await (await signIn('SystemAdmin')).get(url)).statusCode).toBe(200)
  })

  test.for(['..%2f..%2fkaname.db', '%2e%2e%2fa', '..%5ca', 'nothing.pdf', '%E3%81%82.pdf', '....'])(
    'answers 404 to %s',
    async (name, { signIn }) => {
      const ann = await signIn()
      expect((await ann.get(`${list}/${name}`)).statusCode).toBe(404)
    },
  )

  test('says so when the storage has lost it', async ({ service, db, signIn }) => {
    const ann = await signIn()
    const { id, url } = await uploaded(ann)
    const { key } = await db
      .selectFrom('uploads')
      .select('key')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    await service.deps.storage.remove(key)
    const response = await ann.get(url)
    expect([response.statusCode, response.json().code]).toEqual([404, 'file_missing'])
  })
})

describe('GET /upload/files', () => {
  test('lists own files by pages, newest first', async ({ signIn }) => {
    const ann = await signIn()
    for (const name of ['1.pdf', '2.pdf', '3.pdf']) await uploaded(ann, name)
    await uploaded(await signIn())
    const response = await ann.get(`${list}?limit=2`)
    expect(response.json()).toMatchObject({
      total: 3,
      skip: 0,
      limit: 2,
      files: [{ filename: '3.pdf' }, { filename: '2.pdf' }],
    })
    expect(response.headers['x-total-count']).toBe('3')
    const rest = (await ann.get(`${list}?limit=2&skip=2`)).json()
    expect(rest.files).toMatchObject([{ filename: '1.pdf' }])
    expect((await ann.get(`${list}?limit=1001`)).statusCode).toBe(422)
    expect((await ann.get(`${list}?owner_id=x`)).statusCode).toBe(422)
  })

  test('lists those of others for administrators only', async ({ signIn }) => {
    const ann = await signIn()
    await uploaded(ann, 'anns.pdf')
    const of = `${list}?owner_id=${ann.id}`
    const admin = await signIn('SystemAdmin')
    expect((await admin.get(of)).json().files).toMatchObject([{ filename: 'anns.pdf' }])
    expect((await admin.get(list)).json().total).toBe(0)
    expect((await (await signIn()).get(of)).json().total).toBe(0)
    expect((await ann.get(of)).json().total).toBe(1)
  })
})

describe('DELETE /upload/files/{stored_name}', () => {
  test('removes the file with its row', async ({ service, db, signIn }) => {
    const ann = await signIn()
    const { id, url } = await uploaded(ann)
    const { key } = await db
      .selectFrom('uploads')
      .select('key')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect((await ann.delete(url)).statusCode).toBe(204)
    expect((await ann.get(url)).statusCode).toBe(404)
    expect((await ann.delete(url)).statusCode).toBe(404)
    await letTimePass(db)
    await service.queue.runDue()
    expect(await service.deps.storage.stat(key)).toBeUndefined()
    const { files, rows } = await holdings(service)
    expect(files).not.toContain(key.replace('uploads/', ''))
    expect(rows).not.toContain(key.replace('uploads/', ''))
  })

  test('is not for others, and not for those who only read', async ({ signIn }) => {
    const ann = await signIn()
    const { url } = await uploaded(ann)
    expect((await (await signIn()).delete(url)).statusCode).toBe(404)
    expect((await (await signIn('Auditor')).delete(url)).statusCode).toBe(403)
    expect((await (await signIn('SystemAdmin')).delete(url)).statusCode).toBe(204)
  })
})

test('the files of somebody who is deleted go with them', async ({ service, db, signIn }) => {
  const ann = await signIn()
  const { url } = await uploaded(ann)
  await uploaded(ann)
  const rows = await db.selectFrom('uploads').select('key').where('owner_id', '=', ann.id).execute()
  const admin = await signIn('SystemAdmin')
  expect((await admin.delete(`/api/v1/users/${ann.id}`)).statusCode).toBe(204)
  await letTimePass(db)
  await service.queue.runDue()
  expect((await admin.get(url)).statusCode).toBe(404)
  for (const { key } of rows) expect(await service.deps.storage.stat(key)).toBeUndefined()
  expect(rows).toHaveLength(2)
  expect(service.faults).toEqual([])
})
