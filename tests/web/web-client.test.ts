import { symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { App } from '../../src/fastify.ts'
import { createLifecycle } from '../../src/lifecycle.ts'
import { test as base, describe, expect, startService } from '../support/service.ts'
import { buildWebApp, page, script } from '../support/web-app.ts'

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const javascript = 'application/javascript; charset=utf-8'
const hashed = '/assets/index-BmQ2x9Za.js'

/** A service that serves a built client of its own. */
const test = base.extend<{ folder: string; web: App }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
  folder: [async ({}, use) => use(await buildWebApp()), { scope: 'file' }],
  web: [
    async ({ service, folder }, use) => {
      await use(await service.twin({ config: { ...service.deps.config, staticDir: folder } }))
    },
    { scope: 'file' },
  ],
})

describe('a browser', () => {
  test.for(['/', '/items', '/items/018f/edit?tab=2', '/items/', '/a%20b', '/資料', '/index.html'])(
    'gets the page of the client at %s',
    async (url, { web }) => {
      const response = await web.inject({ url: encodeURI(decodeURI(url)), headers: browser })
      expect(response.statusCode).toBe(200)
      expect(response.body).toBe(page)
      expect(response.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        etag: expect.stringMatching(/^W\/"/),
      })
    },
  )

  test.for([
    '/api',
    '/api/',
    '/api/v1/nowhere',
    '/API/v1/nowhere',
    '//api/v1/nowhere',
    '/%61pi/v1/nowhere',
    '/api%2fv1%2fnowhere',
    '/ws/nowhere/at/all',
    '/docs/nowhere',
    '/redoc/nowhere',
    '/openapi.json/nowhere',
    '/health/nowhere',
    '/metrics/nowhere',
    '/static/nowhere',
    '/static/',
    '/nowhere.js',
    '/assets/nowhere-AbCdEf12.js',
    '/assets/v1.2',
  ])('gets a 404 problem at %s', async (url, { web }) => {
    const response = await web.inject({ url, headers: browser })
    expect(response.headers['content-type']).toBe('application/problem+json')
    expect(response.json()).toMatchObject({ status: 404, code: 'route_not_found' })
  })

  test('is not answered as if it were a program, nor a program as if it were one', async ({
    web,
  }) => {
    const at = (url: string, accept?: string) =>
      web.inject({ url, headers: accept === undefined ? {} : { accept } })
    for (const accept of [
      undefined,
      '*/*',
      'application/json',
      'application/json, text/plain, */*',
      'application/json, text/html;q=0.5',
      'text/html;q=0, */*',
      'text/html;q=x',
      'text/htmlx',
    ]) {
      expect((await at('/', accept)).json(), accept).toMatchObject({ docs: '/docs' })
      expect((await at('/items', accept)).json(), accept).toMatchObject({ status: 404 })
    }
    for (const accept of ['TEXT/HTML', 'text/html;q=0.5, application/json;q=0.4']) {
      expect((await at('/', accept)).body, accept).toBe(page)
      expect((await at('/items', accept)).body, accept).toBe(page)
    }
    expect((await at('/', 'text/html')).headers.vary).toContain('Accept')
    expect((await at('/items', 'text/html')).headers.vary).toContain('Accept')
    expect((await at('/', 'application/json')).headers.vary).toContain('Accept')
  })

  test('gets our own page where there is no client', async ({ app }) => {
    for (const url of ['/', '/items/1']) {
      const response = await app.inject({ url, headers: browser })
      expect(response.body, url).toContain('Kaname')
      expect(response.body, url).not.toContain('{url}')
    }
    for (const url of ['/api/v1/nowhere', '/figures.js', '/style.css']) {
      expect((await app.inject({ url, headers: browser })).statusCode, url).toBe(404)
    }
  })

  test('still finds what our own pages are made of', async ({ web, app }) => {
    for (const each of [web, app]) {
      const { body } = await each.inject('/reset-password')
      const links = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link as string)
      expect(links.length).toBeGreaterThan(2)
      for (const link of links) expect((await each.inject(link)).statusCode, link).toBe(200)
    }
  })
})

describe('a method', () => {
  test('HEAD gets what GET would, without a body', async ({ web }) => {
    for (const url of ['/', '/items', hashed, `/static${hashed}`]) {
      const got = await web.inject({ url, headers: browser })
      const head = await web.inject({ method: 'HEAD', url, headers: browser })
      expect(head.statusCode, url).toBe(200)
      expect(head.body, url).toBe('')
      for (const name of ['content-type', 'content-length', 'etag', 'cache-control']) {
        expect(head.headers[name], `${url} ${name}`).toBe(got.headers[name])
      }
    }
    const program = await web.inject({ method: 'HEAD', url: '/items' })
    expect(program.statusCode).toBe(404)
  })

  test('OPTIONS hears which methods there are, on every route', async ({ web }) => {
    for (const [url, allow] of [
      ['/', 'GET, HEAD, OPTIONS'],
      [`/static${hashed}`, 'GET, HEAD, OPTIONS'],
      ['/api/v1/auth/login', 'POST, OPTIONS'],
    ] as const) {
      const response = await web.inject({ method: 'OPTIONS', url })
      expect(response.statusCode, url).toBe(204)
      expect(response.headers.allow, url).toBe(allow)
    }
    const nowhere = await web.inject({ method: 'OPTIONS', url: '/api/v1/nowhere' })
    expect(nowhere.json()).toMatchObject({ status: 404 })
    const stranger = await web.inject({
      method: 'OPTIONS',
      url: '/',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' },
    })
    expect(stranger.headers['access-control-allow-origin']).toBeUndefined()
  })

  test.for([
    ['/', 405],
    [hashed, 405],
    [`/static${hashed}`, 405],
    ['/items', 404],
    ['/api/v1/nowhere', 404],
  ] as const)('POST has nothing to do at %s', async ([url, status], { web }) => {
    const response = await web.inject({ method: 'POST', url, headers: browser, payload: {} })
    expect(response.json()).toMatchObject({ status })
    expect(response.headers.allow).toBe(status === 405 ? 'GET, HEAD' : undefined)
  })
})

describe('a file', () => {
  test.for([
    [hashed, javascript, 'public, max-age=31536000, immutable'],
    ['/assets/index-C3kP0q_a.css', 'text/css; charset=utf-8', /immutable/],
    ['/js/main.3f2a1b9c.js', javascript, /immutable/],
    ['/assets/my-settings.js', javascript, 'no-cache'],
    ['/report-20240101.csv', 'text/csv; charset=utf-8', 'no-cache'],
    ['/icon.svg', 'image/svg+xml', 'no-cache'],
    ['/within.svg', 'image/svg+xml', 'no-cache'],
    ['/資料 1.txt', 'text/plain; charset=utf-8', 'no-cache'],
  ] as const)('%s is there at / and at /static', async ([path, type, caching], { web }) => {
    for (const url of [encodeURI(path), `/static${encodeURI(path)}`]) {
      for (const headers of [{}, browser]) {
        const response = await web.inject({ url, headers })
        expect(response.statusCode, url).toBe(200)
        expect(response.headers['content-type'], url).toBe(type)
        expect(response.headers['cache-control'], url).toMatch(caching)
        expect(response.headers['x-content-type-options'], url).toBe('nosniff')
        expect(response.headers['x-ratelimit-limit'], url).toBeUndefined()
      }
    }
  })

  test('is not sent twice, in part where that is asked for, and never beyond its end', async ({
    web,
  }) => {
    for (const url of [hashed, `/static${hashed}`]) {
      const ask = (headers: Record<string, string>) => web.inject({ url, headers })
      const { etag, 'last-modified': modified } = (await ask({})).headers
      const again = await ask({ 'if-none-match': String(etag) })
      expect(again.statusCode).toBe(304)
      expect(again.body).toBe('')
      expect(again.headers['cache-control']).toMatch('immutable')
      expect((await ask({ 'if-modified-since': String(modified) })).statusCode).toBe(304)

      const part = await ask({ range: 'bytes=6-9' })
      expect(part.statusCode).toBe(206)
      expect(part.body).toBe(script.slice(6, 10))
      expect(part.headers['content-range']).toBe(`bytes 6-9/${script.length}`)
      expect((await ask({ range: 'bytes=-5' })).body).toBe(script.slice(-5))
      const whole = await ask({ range: 'bytes=0-3', 'if-range': 'W/"other"' })
      expect(whole.body).toBe(script)

      const beyond = await ask({ range: `bytes=${script.length}-` })
      expect(beyond.json()).toMatchObject({ status: 416, code: 'range_beyond_end' })
      expect(beyond.headers['cache-control']).toBe('no-store')
      const stale = await ask({ 'if-match': '"other"' })
      expect(stale.json()).toMatchObject({ status: 412, code: 'stale_version' })
    }
  })

  test('comes compressed where that lies beside it, each with its own tag', async ({ web }) => {
    const ask = (encoding: string) =>
      web.inject({ url: hashed, headers: { 'accept-encoding': encoding } })
    const brotli = await ask('gzip, deflate, br')
    expect(brotli.headers['content-encoding']).toBe('br')
    expect(brotli.headers['content-type']).toBe(javascript)
    expect(brotli.headers['cache-control']).toMatch('immutable')
    expect(String(brotli.headers.vary).toLowerCase()).toContain('accept-encoding')
    expect(brotliDecompressSync(brotli.rawPayload).toString()).toBe(script)
    const gzip = await ask('gzip')
    expect(gunzipSync(gzip.rawPayload).toString()).toBe(script)
    const plain = await ask('identity')
    expect(plain.body).toBe(script)
    expect(plain.headers['content-encoding']).toBeUndefined()
    const tags = [brotli, gzip, plain].map(({ headers }) => headers.etag)
    expect(new Set(tags).size).toBe(3)
    const none = await web.inject({
      url: '/items',
      headers: { ...browser, 'accept-encoding': 'br' },
    })
    expect(none.body).toBe(page)
    expect(none.headers.vary).toMatch(/Accept(,|$)/)
  })

  test('that changes is seen at once', async ({ web, folder }) => {
    const url = '/news.json'
    expect((await web.inject({ url, headers: browser })).statusCode).toBe(404)
    await writeFile(join(folder, url), '[1]')
    const first = await web.inject(url)
    expect(first.json()).toEqual([1])
    await writeFile(join(folder, url), '[2]')
    await utimes(join(folder, url), new Date(0), new Date(0))
    const headers = { 'if-none-match': String(first.headers.etag) }
    expect((await web.inject({ url, headers })).json()).toEqual([2])
  })

  test.for([
    '/.env',
    '/.git/config',
    '/%2eenv',
    '/beside.txt',
    '/out.txt',
    '/up/beside.txt',
    '/../beside.txt',
    '/..%2fbeside.txt',
    '/%2e%2e/beside.txt',
    '/%2e%2e%2fbeside.txt',
    '/..%5cbeside.txt',
    '/assets/..%2f..%2fbeside.txt',
    '/assets/%5c..%5c..%5cbeside.txt',
    '/assets/../.env',
    '//beside.txt',
    '/./.env',
    '/assets',
    '/assets/',
    `/${'a'.repeat(300)}.js`,
    '/%252e%252e/beside.txt',
  ])('outside, hidden or no file at all is not at %s', async (path, { web }) => {
    for (const url of [path, `/static${path}`]) {
      const response = await web.inject({ url })
      expect(response.statusCode, url).toBe(404)
      expect(response.headers['content-type'], url).toBe('application/problem+json')
      const page = await web.inject({ url, headers: browser })
      expect(page.body, url).not.toMatch(/nobody outside|index-C3kP0q_a.css"?$/)
    }
  })

  test('with a name that cannot be read is a bad request', async ({ web }) => {
    for (const url of ['/%zz', '/%c0%ae/x', '/static/%zz', '/a%00.js']) {
      const response = await web.inject({ url, headers: browser })
      expect(response.json(), url).toMatchObject({ status: 400 })
    }
  })

  test('never stands before a route of the service', async ({ web, folder }) => {
    for (const name of ['openapi.json', 'reset-password', 'health']) {
      await writeFile(join(folder, name), 'built elsewhere')
      const { statusCode, body } = await web.inject(`/${name}`)
      expect([200, body.includes('built elsewhere')], name).toEqual([statusCode, false])
    }
  })
})

describe('the folder', () => {
  test('may be a link that is set to the next release', async ({ service, folder }) => {
    const link = join(folder, '../current')
    await symlink('dist', link)
    const app = await service.twin({ config: { ...service.deps.config, staticDir: link } })
    expect((await app.inject(hashed)).body).toBe(script)
  })

  test('is served before the service is ready, and when its database is gone', async ({
    service,
    folder,
  }) => {
    const config = { ...service.deps.config, staticDir: folder }
    const db = new Proxy(service.deps.db, {
      get: (_, name) => {
        if (String(name).match(/^(select|insert|update|delete|execute|transaction|getExecutor)/)) {
          throw new Error('the database is gone')
        }
      },
    })
    const app = await service.twin({ config, db, lifecycle: createLifecycle('starting') })
    for (const url of ['/', '/items', hashed, `/static${hashed}`]) {
      expect((await app.inject({ url, headers: browser })).statusCode, url).toBe(200)
    }
  })

  test('is one pattern for those who measure', async () => {
    const { app, close } = await startService({ env: { STATIC_DIR: await buildWebApp() } })
    for (const url of [hashed, '/icon.svg', '/items/1', '/items/2']) {
      await app.inject({ url, headers: browser })
    }
    for (const path of [hashed, '/icon.svg']) await app.inject(`/static${path}`)
    const { body } = await app.inject('/metrics')
    const counted = (endpoint: string, count: number) =>
      `http_requests_total{method="GET",endpoint="${endpoint}",status_code="200"} ${count}`
    expect(body).toContain(counted('/*', 4))
    expect(body).toContain(counted('/static/*', 2))
    expect(body).not.toMatch(/index-BmQ2x9Za|icon\.svg|items/)
    await close()
  })

  test('asks nobody to wait, however many files a page has', async () => {
    const env = { STATIC_DIR: await buildWebApp(), RATE_LIMIT_PER_MINUTE: '2' }
    const { app, close } = await startService({ env })
    for (let request = 0; request < 5; request += 1) {
      for (const url of [hashed, `/static${hashed}`, '/items']) {
        expect((await app.inject({ url, headers: browser })).statusCode, url).toBe(200)
      }
    }
    for (const status of [404, 404, 429]) {
      const { statusCode } = await app.inject({ url: '/api/v1/nowhere', headers: browser })
      expect(statusCode).toBe(status)
    }
    await close()
  })
})
