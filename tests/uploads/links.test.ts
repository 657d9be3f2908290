import { getLinkedFile } from '../../src/uploads/links.ts'
import { later, now } from '../../src/values.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import { pdfOf, sendFile } from '../support/uploads.ts'

async function uploaded(client: Client) {
  return (await sendFile(client, '契約.pdf', pdfOf(1000))).json()
}

async function linkTo(client: Client, url: string, body: object = {}) {
  const response = await client.post(`${url}/link`, body)
  expect(response.statusCode, response.body).toBe(201)
  const link = new URL(response.json().url)
  return { ...response.json(), link, path: `${link.pathname}${link.search}` }
}

describe('a link to a file', () => {
  test('opens it without sign-in, whole and in part', async ({ app, signIn }) => {
    const ann = await signIn()
    const { url } = await uploaded(ann)
    const { link, path, expires_at } = await linkTo(ann, url)
    expect(link.origin).toBe(app.config.publicUrl)
    const seconds = (Date.parse(expires_at) - Date.now()) / 1000
    expect(Math.abs(seconds - 3600)).toBeLessThan(600)

    const whole = await app.inject(path)
    expect([whole.statusCode, whole.rawPayload.length]).toEqual([200, 1000])
    expect(whole.headers).toMatchObject({
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    })
    const part = await app.inject({ url: path, headers: { range: 'bytes=-1' } })
    expect([part.statusCode, part.body]).toEqual([206, 'x'])
    const head = await app.inject({ method: 'HEAD', url: path })
    expect([head.statusCode, head.headers['content-length']]).toEqual([200, '1000'])
    const shown = await app.inject(`${path}&inline=true`)
    expect(shown.headers['content-disposition']).toMatch(/^inline/)
  })

  test('opens no other file, and for no longer than it says', async ({ app, signIn }) => {
    const ann = await signIn()
    const [one, two] = [await uploaded(ann), await uploaded(ann)]
    const { link } = await linkTo(ann, one.url)
    const codeOf = async (change: (url: URL) => void) => {
      const url = new URL(link)
      change(url)
      const response = await app.inject(`${url.pathname}${url.search}`)
      return [response.statusCode, response.json().code]
    }
    const invalid = [403, 'link_invalid']
    expect(
      await codeOf((url) => {
        url.pathname = url.pathname.replace(one.stored_name, two.stored_name)
      }),
    ).toEqual(invalid)
    expect(await codeOf((url) => url.searchParams.set('expires', '4102444800'))).toEqual(invalid)
    expect(await codeOf((url) => url.searchParams.set('signature', 'x'))).toEqual(invalid)
    expect(await codeOf((url) => url.searchParams.set('signature', 'あ'.repeat(43)))).toEqual(
      invalid,
    )
    expect(await codeOf((url) => url.searchParams.delete('signature'))).toEqual([
      422,
      'invalid_request',
    ])
    expect(await codeOf((url) => url.searchParams.set('expires', 'soon'))).toEqual([
      422,
      'invalid_request',
    ])
  })

  test('expires', async ({ app, signIn }) => {
    const ann = await signIn()
    const { url, stored_name } = await uploaded(ann)
    const { link, expires_at } = await linkTo(ann, url, { expires_in: 60 })
    const query = {
      expires: Number(link.searchParams.get('expires')),
      signature: String(link.searchParams.get('signature')),
    }
    const open = (at: string) => getLinkedFile(app, stored_name, query, at)
    expect(await open(later(expires_at, -1))).toMatchObject({ stored_name })
    await expect(open(expires_at)).rejects.toMatchObject({
      failure: 'link_expired',
      statusCode: 403,
    })

    const past = Math.floor(Date.parse(later(now(), -10)) / 1000)
    const signature = app.secrets.sign(`${stored_name}\n${past}`, 'file link')
    const response = await app.inject(
      `/api/v1/upload/links/${stored_name}?expires=${past}&signature=${signature}`,
    )
    expect([response.statusCode, response.json().code]).toEqual([403, 'link_expired'])
  })

  test('ends with its file', async ({ app, signIn }) => {
    const ann = await signIn()
    const { url } = await uploaded(ann)
    const { path } = await linkTo(ann, url)
    await ann.delete(url)
    const response = await app.inject(path)
    expect([response.statusCode, response.json().code]).toEqual([404, 'upload_not_found'])
  })

  test('is made by those who may, for 60 seconds to 7 days', async ({ signIn }) => {
    const ann = await signIn()
    const { url } = await uploaded(ann)
    await linkTo(ann, url, { expires_in: 7 * 24 * 3600 })
    for (const expires_in of [59, 7 * 24 * 3600 + 1, 1.5, '3600', null]) {
      expect((await ann.post(`${url}/link`, { expires_in })).statusCode, String(expires_in)).toBe(
        422,
      )
    }
    expect((await ann.post(`${url}/link`)).statusCode).toBe(201)
    expect((await ann.post(`${url}/link`, { inline: true })).statusCode).toBe(422)
    expect((await (await signIn()).post(`${url}/link`, {})).statusCode).toBe(404)
    expect((await (await signIn('Auditor')).post(`${url}/link`, {})).statusCode).toBe(403)
  })
})
