import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '../../../src/values.ts'
import { operationsOf } from '../../support/operations.ts'
import { describe, expect, test } from '../../support/service.ts'
import { portOf } from '../../support/socket.ts'
import { samples, sendForm } from '../../support/uploads.ts'
import { exchange } from '../../support/wire.ts'

const canary = `a canary ${newId()}`

/** A way up, written in every way that some server takes for one. */
const ups = [
  '../',
  '..%2f',
  '..%2F',
  '%2e%2e/',
  '%2e%2e%2f',
  '%2E%2E%2F',
  '.%2e/',
  '..\\',
  '..%5c',
  '%2e%2e%5c',
  '%252e%252e%252f',
  '..%252f',
  '..%c0%af',
  '%c0%ae%c0%ae/',
  '..%u2215',
  '%uff0e%uff0e/',
  '．．/',
  '....//',
  '..;/',
  './/../',
]
const payloads = [
  ...ups.flatMap((up) => [`${up.repeat(2)}canary.txt`, `${up.repeat(8)}etc/passwd`]),
  ...ups.slice(0, 10).map((up) => `x/${up.repeat(3)}canary.txt`),
  '/etc/passwd',
  '//etc/passwd',
  '%2fetc%2fpasswd',
  'file:///etc/passwd',
  'canary.txt%00.png',
  '..%2fcanary.txt%00',
  'C:%5cwindows%5cwin.ini',
  `${'a/../'.repeat(2000)}canary.txt`,
  `${'%2e%2e%2f'.repeat(1000)}etc/passwd`,
  'con',
  '.',
  '..',
  '~root/.profile',
  '$' + '{HOME}/.profile',
]

describe('a path that climbs', () => {
  test('leads nowhere, wherever it stands', { timeout: 180_000 }, async ({
    app,
    service,
    signIn,
  }) => {
    const { dataDir } = service.deps.config
    await mkdir(join(dataDir, 'files'), { recursive: true })
    for (const place of ['canary.txt', 'files/canary.txt'])
      await writeFile(join(dataDir, place), canary)
    const [port, admin] = [await portOf(app), await signIn('SystemAdmin')]
    const id = newId()
    const places = [
      '/api/v1/upload/files/',
      '/api/v1/upload/thumbnails/',
      `/api/v1/projects/${id}/files/`,
      '/static/',
      '/',
    ]
    expect(payloads.length).toBeGreaterThan(60)
    for (const place of places) {
      const answers = await Promise.all(
        payloads.map((payload) =>
          exchange(
            port,
            Buffer.from(
              `GET ${place}${payload} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: ${admin.authorization}\r\n\r\n`,
            ),
          ),
        ),
      )
      answers.forEach((said, at) => {
        const asked = `${place}${payloads[at]}`.slice(0, 100)
        expect(said, asked).not.toContain(canary)
        expect(said, asked).not.toContain('root:')
        if (place !== '/') expect(said, asked).toMatch(/^HTTP\/1\.1 (400|404|414|422|431) /)
        else expect(said, asked).not.toMatch(/^HTTP\/1\.1 5/)
      })
    }
  })
})

describe('a connection', () => {
  test.for([
    ['two lengths of a body', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
    ['a length twice', 'Content-Length: 0\r\nContent-Length: 30'],
    ['a length with a sign', 'Content-Length: +5'],
    ['an encoding nobody knows', 'Transfer-Encoding: xchunked'],
    ['an encoding in two lines', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity'],
    ['a folded header', 'Transfer-Encoding:\r\n chunked\r\nContent-Length: 5'],
    ['a space before the colon', 'Transfer-Encoding : chunked\r\nContent-Length: 5'],
    ['a bare line feed', 'X: a\nTransfer-Encoding: chunked\r\nContent-Length: 5'],
    ['a NUL in a header', 'X: a\0b'],
    ['a carriage return in a header', 'X: a\rTransfer-Encoding: chunked'],
  ] as const)(
    'with %s ends there, and what is behind is not answered',
    async ([, headers], { app }) => {
      const hidden = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n'
      const said = await exchange(
        await portOf(app),
        `POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\n${headers}\r\n\r\n0\r\n\r\n${hidden}`,
      )
      expect(said).toMatch(/^HTTP\/1\.1 400 /)
      expect(said.match(/^HTTP\/1\.1 /gm)).toHaveLength(1)
      expect(said).toMatch(/^Connection: close\r$/m)
    },
  )
})

describe('a method that nobody declared', () => {
  test('is refused on every path, and says which there are', async ({ app, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const operations = operationsOf(app)
    const paths = new Map<string, Set<string>>()
    for (const { method, path } of operations) {
      paths.set(path, (paths.get(path) ?? new Set()).add(method))
    }
    const headers = { authorization: admin.authorization }
    for (const [path, methods] of paths) {
      const url = path.replaceAll(/\{\w+\}/g, newId())
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
        if (methods.has(method)) continue
        const { statusCode, headers: answered } = await app.inject({ method, url, headers })
        // An id may stand where another path has a word, which then is what is asked for.
        expect([404, 405, 415, 422], `${method} ${path}`).toContain(statusCode)
        if (statusCode === 405) expect(answered.allow, `${method} ${path}`).not.toContain(method)
      }
    }
  })

  test.for(['TRACE', 'TRACK', 'CONNECT', 'PROPFIND', 'DEBUG', 'PURGE', 'get'])(
    '%s is none at all',
    async (method, { app }) => {
      const port = await portOf(app)
      for (const path of ['/', '/api/v1/items', '/static/']) {
        const said = await exchange(
          port,
          `${method} ${path} HTTP/1.1\r\nHost: a\r\nX-Echo: open-sesame\r\nConnection: close\r\n\r\n`,
        )
        expect(said, `${method} ${path}`).toMatch(/^(HTTP\/1\.1 4\d\d |$)/)
        expect(said).not.toContain('open-sesame')
      }
    },
  )
})

/** What OWASP asks of every answer, and what none should say. */
const wanted: Record<string, RegExp> = {
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^(SAMEORIGIN|DENY)$/,
  'referrer-policy': /^no-referrer$/,
  'content-security-policy': /^default-src '(self|none)'/,
  'strict-transport-security': /^max-age=\d{8}/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'x-permitted-cross-domain-policies': /^none$/,
  'x-dns-prefetch-control': /^off$/,
  'cache-control': /no-store|no-cache|private|immutable/,
}
const unwanted = ['server', 'x-powered-by', 'x-aspnet-version', 'via']

test('every kind of answer has the headers that keep browsers safe', async ({ app, signIn }) => {
  const admin = await signIn('SystemAdmin')
  const sent = await sendForm(admin, [{ name: 'file', filename: 'a.png', body: samples.png }])
  expect(sent.statusCode, sent.body).toBe(201)
  const { url: file, thumbnail_url } = sent.json()
  const kinds: [string, string, number, object?][] = [
    ['a page', '/', 200, { accept: 'text/html' }],
    ['JSON', '/api/v1/items', 200],
    ['who somebody is', '/api/v1/auth/me', 200],
    ['a download', file, 200],
    ['a thumbnail', thumbnail_url, 200],
    ['a table', '/api/v1/admin/audit/export?format=csv', 200],
    ['the documents', '/docs', 200],
    ['the document', '/openapi.json', 200],
    ['a script', '/static/kaname/redoc.standalone.js', 404],
    ['figures', '/metrics', 200],
    ['a path that there is not', '/api/v1/nothing', 404],
    ['a wrong query', '/api/v1/items?limit=x', 422],
  ]
  for (const [kind, url, status, more] of kinds) {
    const { statusCode, headers } = await admin.get(url, more as Record<string, string>)
    expect(statusCode, kind).toBe(status)
    for (const [name, value] of Object.entries(wanted)) {
      expect(String(headers[name]), `${name} of ${kind}`).toMatch(value)
    }
    for (const name of unwanted) expect(headers[name], `${name} of ${kind}`).toBeUndefined()
    const type = String(headers['content-type'])
    expect(type, kind).toMatch(/charset=utf-8|^application\/(problem\+)?json|^image\/|^text\/html$/)
  }
  const port = await portOf(app)
  for (const [first, status] of [
    ['GET /api/v1/%zz HTTP/1.1', 400],
    ['NONSENSE', 400],
  ]) {
    const said = await exchange(port, `${first}\r\nHost: a\r\nConnection: close\r\n\r\n`)
    expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    for (const line of [
      'cache-control: no-store',
      "content-security-policy: default-src 'none'",
      'referrer-policy: no-referrer',
      'x-content-type-options: nosniff',
      'x-frame-options: DENY',
    ]) {
      expect(said.toLowerCase(), `${first}: ${line}`).toContain(`\r\n${line.toLowerCase()}\r\n`)
    }
  }
})
