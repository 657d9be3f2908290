import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { sql } from 'kysely'
import { buildApp } from '../src/app.ts'
import type { App } from '../src/fastify.ts'
import { createLifecycle } from '../src/lifecycle.ts'
import { createMeters } from '../src/system/metrics.ts'
import { describe, expect, signInTo, startService, test } from './support/service.ts'

const me = '/api/v1/user_accounts/me'
const settings = `${me}/settings`
const json = { 'content-type': 'application/json' }

describe('every answer of 400 and above', () => {
  test('is a problem in Japanese that names the request', async ({ app }) => {
    const response = await app.inject({
      url: `${me}?secret=1`,
      headers: { 'x-request-id': 'from-the-client' },
    })
    expect(response.headers['x-request-id']).toBe('from-the-client')
    expect(response.headers['content-type']).toMatch('application/problem+json')
    expect(response.headers['content-language']).toBe('ja')
    expect(response.json()).toEqual({
      type: 'https://httpstatuses.com/401',
      title: 'Unauthorized',
      status: 401,
      detail: '有効なアクセストークンを Authorization ヘッダーに付けてください。',
      instance: me,
      request_id: 'from-the-client',
      code: 'token_required',
    })
  })

  test('is in English for those who prefer it', async ({ signIn }) => {
    const ann = await signIn()
    const english = { 'accept-language': 'de, en-GB;q=0.8, ja;q=0.5' }
    const response = await ann.patch(me, { display_name: '' }, english)
    expect(response.json()).toMatchObject({
      detail: 'Some of the input is wrong. See errors.',
      errors: [{ field: 'display_name', message: 'must have at least 1 characters' }],
    })
  })

  test.for([
    ['broken JSON', '{"display_name":', 'malformed_json'],
    ['JSON that goes on', '{"display_name":"a"} x', 'malformed_json'],
    ['a field twice', '{"display_name":"a","display_name":"b"}', 'duplicate_field'],
    [
      'a field twice far within',
      '{"settings":[{"a":1},{"b":{"c":1,"\\u0063":2}}]}',
      'duplicate_field',
    ],
    ['a poisoned prototype', '{"__proto__":{}}', 'forbidden_field'],
    ['a poisoned constructor', '{"constructor":{"prototype":{}}}', 'forbidden_field'],
    ['a NUL', '{"display_name":"a\\u0000b"}', 'forbidden_character'],
    ['lists in lists without end', `{"a":${'['.repeat(9000)}${']'.repeat(9000)}}`, 'json_too_deep'],
    ['half a surrogate pair', '{"display_name":"a\\ud83db"}', 'forbidden_character'],
  ] as const)('says 400 to %s', async ([, body, code], { signIn }) => {
    const response = await (await signIn()).patch(me, body, json)
    expect(response.json()).toMatchObject({ status: 400, code, instance: me })
  })

  test('names the field that is there twice, and what breaks JSON', async ({ signIn }) => {
    const ann = await signIn()
    const twice = await ann.patch(me, '{"bio":"\\"bio\\":1","full_name":"a","bio":"b"}', json)
    expect(twice.json().detail).toContain('bio')
    const broken = await ann.patch(me, '{"bio":}', json)
    expect(broken.json().reason).toContain('Unexpected token')
  })

  test('takes strings that look like fields for strings', async ({ signIn }) => {
    const bio = '"bio": "x", \\ "bio": {}'
    const response = await (await signIn()).patch(me, { bio, full_name: '𠮷野家 🍚' })
    expect(response.json()).toMatchObject({ bio, full_name: '𠮷野家 🍚' })
  })

  test.for([
    ['text', 'text/plain', 415],
    ['a form', 'application/x-www-form-urlencoded', 415],
    ['XML', 'application/xml', 415],
    ['JSON with a tab', 'application/json\t; charset=utf-8', 200],
    ['JSON by another name', 'application/vnd.api+json', 415],
  ] as const)('says what it thinks of %s', async ([, type, status], { signIn }) => {
    const response = await (await signIn()).patch(me, '{"bio":"a"}', { 'content-type': type })
    expect(response.statusCode).toBe(status)
  })

  test('refuses more than a megabyte', async ({ signIn }) => {
    const body = JSON.stringify({ bio: 'x'.repeat(1024 * 1024) })
    const response = await (await signIn()).patch(me, body, json)
    expect(response.json()).toMatchObject({ status: 413, code: 'body_too_large' })
  })

  test.for([
    ['a number for a text', { bio: 5 }, 'bio'],
    ['a text for an object', { settings: '{}' }, 'settings'],
    ['a list for a text', { bio: ['x'] }, 'bio'],
    ['a field that is not known', { is_superuser: true }, 'is_superuser'],
    ['nothing at all', {}, 'body'],
  ] as const)('says 422 to %s, naming it', async ([, body, field], { signIn }) => {
    const url = 'settings' in body ? settings : me
    const ann = await signIn()
    const response =
      url === me ? await ann.patch(url, { ...body }) : await ann.put(url, { ...body })
    expect(response.statusCode).toBe(422)
    expect(response.json().errors[0].field).toBe(field)
  })

  test('says 422 to a body that is missing', async ({ signIn }) => {
    const ann = await signIn()
    for (const payload of [undefined, '']) {
      const response = await ann.patch(me, payload, json)
      expect(response.json()).toMatchObject({ status: 422, errors: [{ field: 'body' }] })
    }
  })

  test('does not mind the type of a body that is not there', async ({ signIn }) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' }
    expect((await (await signIn()).post('/api/v1/auth/logout', '', form)).statusCode).toBe(200)
    expect((await (await signIn()).patch(me, '', form)).statusCode).toBe(422)
  })

  test('tells an unknown path from a wrong method', async ({ app }) => {
    const unknown = await app.inject({ method: 'POST', url: '/api/v1/nowhere' })
    expect(unknown.json()).toMatchObject({ status: 404, code: 'route_not_found' })

    const wrong = await app.inject({ method: 'PUT', url: '/api/v1/auth/me' })
    expect(wrong.json()).toMatchObject({ status: 405, code: 'method_not_allowed' })
    expect(wrong.headers.allow).toBe('GET, HEAD')
    const trace = await app.inject({ method: 'TRACE' as 'GET', url: '/api/v1/auth/me' })
    expect(trace.statusCode).toBe(405)
  })

  test('covers URLs that cannot be read', async ({ app }) => {
    const badUrl = await app.inject('/api/v1/users/%zz')
    expect(badUrl.json()).toMatchObject({ status: 400, code: 'malformed_request' })
    const nul = await app.inject('/api/v1/users?search=a%00b')
    expect(nul.json()).toMatchObject({ status: 400, code: 'forbidden_character' })
  })

  test('tells nothing of what went wrong inside', async () => {
    const service = await startService()
    const ann = await signInTo(service.app)
    await sql`alter table user_settings rename to misplaced`.execute(service.deps.db)
    const response = await ann.get(settings)
    expect(response.json()).toMatchObject({ status: 500, code: 'internal_error' })
    expect(response.body).not.toMatch(/user_settings|sql|relation|table|stack/i)
    await service.close()
  })
})

describe('a socket', () => {
  test('that does not speak HTTP gets a problem', async ({ app }) => {
    const socket = await dial(app)
    socket.write('GET / HTTP/9.9\r\n\r\n')
    const [head, body] = await answerOn(socket)
    expect(head).toMatch(/^HTTP\/1.1 400 Bad Request\r\nContent-Type: application\/problem\+json/)
    expect(body).toMatchObject({ status: 400, code: 'malformed_request' })
  })

  test('with endless headers gets a problem', async ({ app }) => {
    const socket = await dial(app)
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`)
    const [, body] = await answerOn(socket)
    expect(body).toMatchObject({ status: 431, code: 'headers_too_large' })
  })

  test('whose body does not come gets 408, in its language and by its id', async () => {
    const service = await startService({ env: { REQUEST_TIMEOUT: '1s' } })
    const socket = await dial(service.app)
    socket.write(
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n' +
        'Content-Length: 50\r\nX-Request-Id: slow-one\r\nAccept-Language: en\r\n\r\n{"username":',
    )
    const [head, body] = await answerOn(socket)
    expect(head).toMatch(/^HTTP\/1.1 408 Request Timeout/)
    expect(body).toMatchObject({
      status: 408,
      code: 'request_timeout',
      request_id: 'slow-one',
      instance: '/api/v1/auth/login',
      detail: 'The request took too long to arrive. Send it again.',
    })
    expect((await service.app.inject('/health/live')).statusCode).toBe(200)
    await service.close()
  })

  test('that breaks off in the middle of a body harms nobody', async ({ app }) => {
    const socket = await dial(app)
    socket.write('POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{"us')
    socket.destroy()
    expect((await app.inject('/health/live')).statusCode).toBe(200)
  })
})

describe('the server', () => {
  test('makes an id for requests that bring none, or a strange one', async ({ app }) => {
    for (const id of ['a b\u0007', 'x'.repeat(65), '<script>']) {
      const response = await app.inject({ url: '/health/live', headers: { 'x-request-id': id } })
      expect(response.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/)
    }
  })

  test('counts requests by address, forwarded only by its own proxies', async ({ app }) => {
    const remaining = async (remoteAddress: string, forwarded: Record<string, string> = {}) => {
      const { headers } = await app.inject({ url: '/nowhere', remoteAddress, headers: forwarded })
      return Number(headers['x-ratelimit-remaining'])
    }
    const forwarded = { 'x-forwarded-for': '203.0.113.9' }
    const direct = await remaining('203.0.113.9')
    expect(await remaining('10.1.2.3', forwarded)).toBe(direct - 1)
    expect(await remaining('192.0.2.1', forwarded)).toBe(direct)
    const many = { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' }
    expect(await remaining('10.1.2.3', many)).toBe(direct - 2)
  })

  test('takes a path with or without a slash at its end', async ({ signIn }) => {
    expect((await (await signIn()).get(`${me}/`)).statusCode).toBe(200)
  })

  test('waits longer for a request than for its headers', ({ app }) => {
    expect(app.server.requestTimeout).toBeGreaterThan(app.server.headersTimeout)
  })

  test('sends the headers that keep browsers safe', async ({ app }) => {
    const { headers } = await app.inject('/health/live')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toContain('unsafe-eval')
    expect(policy).not.toContain('upgrade-insecure-requests')
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/)
  })

  test('refuses to start with a route that says nothing of who may call it', async ({
    service,
  }) => {
    const app = await buildApp({ ...service.deps, meters: createMeters() })
    expect(() => app.get('/forgotten', async () => 'x')).toThrow('must declare a permission')
    await app.close()
  })
})

describe('CORS', () => {
  const origins = ['https://app.example.jp', 'https://*.city.example.jp']
  let app: App | undefined

  test.for([
    ['https://app.example.jp', true],
    ['https://www.city.example.jp', true],
    ['https://a.b.city.example.jp', true],
    ['https://city.example.jp', false],
    ['https://evilcity.example.jp', false],
    ['https://app.example.jp.evil.example', false],
    ['https://www.city.example.jp.evil.example', false],
    ['http://app.example.jp', false],
    ['https://app.example.jp:8443', false],
    ['https://evil.example/.city.example.jp', false],
    ['null', false],
  ] as const)('lets %s in: %s', async ([origin, allowed], { service }) => {
    const config = { ...service.deps.config, corsOrigins: origins }
    app ??= await service.twin({ config })
    const { headers } = await app.inject({ url: '/health/live', headers: { origin } })
    expect(headers['access-control-allow-origin']).toBe(allowed ? origin : undefined)
    if (!allowed) return
    expect(headers['access-control-allow-credentials']).toBe('true')
    const exposed = String(headers['access-control-expose-headers']).toLowerCase()
    for (const name of [
      'x-total-count',
      'x-request-id',
      'x-ratelimit-limit',
      'x-ratelimit-remaining',
      'x-ratelimit-reset',
      'etag',
      'location',
      'content-disposition',
    ]) {
      expect(exposed).toContain(name)
    }
  })

  test('answers a preflight for the methods that there are', async ({ app }) => {
    const response = await app.inject({
      method: 'OPTIONS',
      url: me,
      headers: { origin: 'http://localhost:5173', 'access-control-request-method': 'PATCH' },
    })
    expect(response.statusCode).toBe(204)
    expect(response.headers['access-control-allow-methods']).toContain('PATCH')
  })
})

describe('the limit of requests', () => {
  test('is said on every answer, in both ways', async ({ signIn }) => {
    const { headers } = await (await signIn()).get(me)
    expect(headers['x-ratelimit-limit']).toBe('100000')
    expect(headers['x-ratelimit-remaining']).toBe('99999')
    expect(Number(headers['x-ratelimit-reset'])).toBeGreaterThan(0)
    expect(headers['ratelimit-policy']).toBe('"default";q=100000;w=60')
    expect(headers.ratelimit).toMatch(/^"default";r=99999;t=\d+$/)
  })

  test('ends in 429 for a user, and for an address without one, each for themselves', async () => {
    const { app, close } = await startService({ env: { RATE_LIMIT_PER_MINUTE: '3' } })
    const [ann, ben] = [await signInTo(app), await signInTo(app)]
    for (let request = 0; request < 3; request += 1) {
      expect((await ann.get(me)).statusCode).toBe(200)
    }
    const refused = await ann.get(me, { 'accept-language': 'en' })
    expect(refused.json()).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused.headers.ratelimit).toMatch(/r=0/)
    expect((await ben.get(me)).statusCode).toBe(200)

    for (let request = 0; request < 3; request += 1) await app.inject('/nowhere')
    expect((await app.inject('/nowhere')).statusCode).toBe(429)
    for (const url of ['/health', '/health/live', '/health/ready', '/metrics']) {
      const { statusCode, headers } = await app.inject(url)
      expect(statusCode, url).toBe(200)
      expect(headers['x-ratelimit-limit']).toBeUndefined()
    }
    await close()
  })
})

describe('while the service starts', () => {
  test('it says so, but for those who watch it', async ({ service }) => {
    const lifecycle = createLifecycle('migrating')
    const app = await service.twin({ lifecycle })
    const early = await app.inject(me)
    expect(early.json()).toMatchObject({ status: 503, code: 'starting' })
    expect(early.headers['retry-after']).toBe('1')
    expect((await app.inject('/health/live')).statusCode).toBe(200)
    lifecycle.enter('ready')
    expect((await app.inject(me)).statusCode).toBe(401)
    lifecycle.enter('draining')
    expect((await app.inject(me)).headers.connection).toBe('close')
  })
})

async function dial(app: App) {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

async function answerOn(socket: Socket) {
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  return [head, JSON.parse(body)] as const
}
