import { renewSession } from '../../src/accounts/sessions.ts'
import type { App } from '../../src/fastify.ts'
import { later, newId, now } from '../../src/values.ts'
import { type Client, describe, expect, speaking, test } from '../support/service.ts'

const auth = '/api/v1/auth'
const origin = { request_id: 'test', ip: '203.0.113.1', user_agent: null }

/** Somebody with a refresh token in hand. */
async function open(app: App, ann: Client) {
  const { openSession } = await import('../../src/accounts/sessions.ts')
  const { transact } = await import('../../db/transact.ts')
  return transact(app.db, (trx) => openSession(trx, app, ann.id, origin, now()))
}

let hosts = 0

/** Each from an address of its own, since an address has a limit. */
const refresh = (app: App, refresh_token: string) =>
  app.inject({
    method: 'POST',
    url: `${auth}/refresh`,
    remoteAddress: `203.0.113.${(hosts++ % 250) + 1}`,
    payload: { refresh_token },
  })

describe('POST /auth/refresh', () => {
  test('gives a new access token and a new refresh token', async ({ app, signIn }) => {
    const ann = await signIn()
    const { refresh_token } = await open(app, ann)
    const response = await refresh(app, refresh_token)
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({ token_type: 'bearer', user: { id: ann.id } })
    expect(response.json().refresh_token).not.toBe(refresh_token)
    const me = await speaking(app, `Bearer ${response.json().access_token}`).get(`${auth}/me`)
    expect(me.json().id).toBe(ann.id)
    expect((await refresh(app, response.json().refresh_token)).statusCode).toBe(200)
  })

  test('gives two tabs, or fifty, the same successor', async ({ app, signIn }) => {
    const { refresh_token } = await open(app, await signIn())
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(app, refresh_token)))
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
    const successors = new Set(answers.map((answer) => answer.json().refresh_token))
    expect(successors.size).toBe(1)
    expect((await refresh(app, [...successors][0] as string)).statusCode).toBe(200)
  })

  test('within ten seconds repeats itself, and afterwards ends the whole family', async ({
    app,
    signIn,
  }) => {
    const { refresh_token, session_id } = await open(app, await signIn())
    const at = now()
    const first = await renewSession(app, origin, refresh_token, at)
    const second = await renewSession(app, origin, refresh_token, later(at, 10))
    expect(second.refresh_token).toBe(first.refresh_token)

    const thief = renewSession(app, origin, refresh_token, later(at, 10.001))
    await expect(thief).rejects.toMatchObject({ failure: 'refresh_reused', statusCode: 401 })
    const owner = await refresh(app, first.refresh_token)
    expect(owner.json()).toMatchObject({ status: 401, code: 'session_ended' })
    const row = await app.db
      .selectFrom('audit_log')
      .select(['action', 'changes'])
      .where('subject_id', '=', session_id)
      .orderBy('id', 'desc')
      .executeTakeFirst()
    expect(row).toEqual({ action: 'session.revoked', changes: '{"reason":"refresh_reused"}' })
  })

  test('ends the access tokens of a stolen family at once', async ({ app, signIn }) => {
    const { refresh_token } = await open(app, await signIn())
    const { access_token } = (await refresh(app, refresh_token)).json()
    const client = speaking(app, `Bearer ${access_token}`)
    expect((await client.get(`${auth}/me`)).statusCode).toBe(200)
    await app.db
      .updateTable('refresh_tokens')
      .set({ used_at: later(now(), -60) })
      .where('used_at', 'is not', null)
      .execute()
    expect((await refresh(app, refresh_token)).json().code).toBe('refresh_reused')
    expect((await client.get(`${auth}/me`)).json()).toMatchObject({
      status: 401,
      code: 'session_ended',
    })
  })

  test('refuses a token after its time, and a session after thirty days', async ({
    app,
    signIn,
  }) => {
    const { refresh_token } = await open(app, await signIn())
    const week = 7 * 24 * 60 * 60
    const late = renewSession(app, origin, refresh_token, later(now(), week + 1))
    await expect(late).rejects.toMatchObject({ failure: 'refresh_expired' })

    let at = now()
    let token = refresh_token
    for (let day = 0; day < 29; day += 1) {
      at = later(at, 24 * 60 * 60)
      token = (await renewSession(app, origin, token, at)).refresh_token
    }
    const over = renewSession(app, origin, token, later(at, 2 * 24 * 60 * 60))
    await expect(over).rejects.toMatchObject({ failure: 'session_ended' })
  })

  test('keeps nothing that could be used', async ({ app, db, signIn }) => {
    const { refresh_token } = await open(app, await signIn())
    const { refresh_token: next } = (await refresh(app, refresh_token)).json()
    const rows = JSON.stringify(await db.selectFrom('refresh_tokens').selectAll().execute())
    expect(rows).not.toContain(refresh_token)
    expect(rows).not.toContain(next)
  })

  test.for(['nonsense', '', 'x'.repeat(201)])('refuses %s', async (token, { app }) => {
    expect([401, 422]).toContain((await refresh(app, token)).statusCode)
  })

  test('refuses an access token in its place, and a token in the query', async ({
    app,
    signIn,
  }) => {
    const ann = await signIn()
    const access = await refresh(app, ann.authorization.slice('Bearer '.length))
    expect(access.statusCode).toBe(422)
    const query = await app.inject({
      method: 'POST',
      url: `${auth}/refresh?refresh_token=abc`,
      payload: { refresh_token: 'abc' },
    })
    expect(query.json()).toMatchObject({ status: 422, errors: [{ field: 'refresh_token' }] })
  })

  test('refuses somebody who is not active any more', async ({ app, signIn }) => {
    const ann = await signIn()
    const { refresh_token } = await open(app, ann)
    const root = await signIn('SystemAdmin')
    await root.patch(`/api/v1/user_accounts/${ann.id}`, { is_active: false })
    expect((await refresh(app, refresh_token)).statusCode).toBe(401)
  })

  test('has a limit of its own for each address', async ({ app }) => {
    const ask = () =>
      app.inject({
        method: 'POST',
        url: `${auth}/refresh`,
        remoteAddress: '198.51.100.1',
        payload: { refresh_token: 'nonsense' },
      })
    const answers = await Promise.all(Array.from({ length: 61 }, ask))
    expect(answers[0]?.headers['x-ratelimit-limit']).toBe('60')
    expect(answers.map(({ statusCode }) => statusCode).filter((s) => s === 429)).toHaveLength(1)
  })
})

describe('POST /auth/logout', () => {
  test('ends the session at once, on every instance', async ({ app, service, signIn }) => {
    const twin = await service.twin()
    const ann = await signIn()
    const { refresh_token, session_id } = await open(app, ann)
    const { access_token } = (await refresh(app, refresh_token)).json()
    const next = (await refresh(app, refresh_token)).json().refresh_token
    const there = speaking(twin, `Bearer ${access_token}`)
    expect((await there.get(`${auth}/me`)).statusCode).toBe(200)

    const out = await speaking(app, `Bearer ${access_token}`).post(`${auth}/logout`)
    expect(out.statusCode).toBe(200)
    expect((await there.get(`${auth}/me`)).json()).toMatchObject({
      status: 401,
      code: 'session_ended',
    })
    expect((await refresh(twin, next)).statusCode).toBe(401)
    expect(session_id).not.toBe(ann.session_id)
    expect((await ann.get(`${auth}/me`)).statusCode).toBe(200)
  })

  test('needs somebody to sign out', async ({ app }) => {
    expect((await app.inject({ method: 'POST', url: `${auth}/logout` })).statusCode).toBe(401)
  })
})

describe('GET /auth/sessions', () => {
  test('lists one’s devices and none of others, and says which one this is', async ({
    app,
    signIn,
  }) => {
    const [ann, ben] = [await signIn(), await signIn()]
    const { session_id } = await open(app, ann)
    const { sessions, total } = (await ann.get(`${auth}/sessions`)).json()
    expect(total).toBe(2)
    expect(sessions).toMatchObject([
      { id: session_id, ip: '203.0.113.1', is_current: false },
      { id: ann.session_id, is_current: true },
    ])
    expect((await ben.get(`${auth}/sessions`)).json().total).toBe(1)
  })
})

describe('DELETE /auth/sessions/:id', () => {
  test('signs one device out and leaves the others', async ({ app, signIn }) => {
    const ann = await signIn()
    const { session_id, refresh_token } = await open(app, ann)
    expect((await ann.delete(`${auth}/sessions/${session_id}`)).statusCode).toBe(204)
    expect((await refresh(app, refresh_token)).json().code).toBe('session_ended')
    expect((await ann.get(`${auth}/me`)).statusCode).toBe(200)
    expect((await ann.delete(`${auth}/sessions/${session_id}`)).statusCode).toBe(404)
  })

  test('does not find the sessions of others', async ({ app, signIn }) => {
    const [ann, ben] = [await signIn(), await signIn()]
    const response = await ben.delete(`${auth}/sessions/${ann.session_id}`)
    expect(response.json()).toMatchObject({ status: 404, code: 'session_not_found' })
    expect((await ann.get(`${auth}/me`)).statusCode).toBe(200)
    expect((await ben.delete(`${auth}/sessions/${newId()}`)).statusCode).toBe(404)
    expect((await ben.delete(`${auth}/sessions/42`)).statusCode).toBe(422)
    expect(app).toBeDefined()
  })
})

describe('an access token', () => {
  const sign = (app: App, claims: object, options = {}) =>
    `Bearer ${app.jwt.sign(claims as never, options)}`
  const codeFor = async (app: App, authorization: string) =>
    (await speaking(app, authorization).get(`${auth}/me`)).json().code

  test('of another kind, issuer, audience or user is refused', async ({ app, signIn }) => {
    const [ann, ben] = [await signIn(), await signIn()]
    const claims = { sub: ann.id, sid: ann.session_id, jti: newId(), type: 'access' }
    expect(await codeFor(app, sign(app, claims))).toBeUndefined()
    expect(await codeFor(app, sign(app, { ...claims, type: 'refresh' }))).toBe('token_invalid')
    expect(await codeFor(app, sign(app, { ...claims, sub: ben.id }))).toBe('token_invalid')
    expect(await codeFor(app, sign(app, { ...claims, sid: newId() }))).toBe('session_ended')
    expect(await codeFor(app, sign(app, claims, { iss: 'somebody' }))).toBe('token_invalid')
    expect(await codeFor(app, sign(app, claims, { aud: 'somebody' }))).toBe('token_invalid')
  })

  test('that has expired says so, and where to renew it', async ({ app, signIn }) => {
    const ann = await signIn()
    const claims = { sub: ann.id, sid: ann.session_id, jti: newId(), type: 'access', iat: 1 }
    const old = { ...claims, iat: Math.floor(Date.now() / 1000) - 1000 }
    const response = await speaking(app, sign(app, old)).get(`${auth}/me`)
    expect(response.json()).toMatchObject({ status: 401, code: 'token_expired' })
    expect(response.json().detail).toContain('/api/v1/auth/refresh')
    expect(response.headers['www-authenticate']).toBe('Bearer')
  })

  test('without a signature, by another algorithm or with another key is refused', async ({
    app,
    signIn,
  }) => {
    const { createHmac, createSign, generateKeyPairSync } = await import('node:crypto')
    const ann = await signIn()
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const exp = Math.floor(Date.now() / 1000) + 600
    const claims = part({
      sub: ann.id,
      sid: ann.session_id,
      jti: newId(),
      type: 'access',
      iss: 'kaname',
      aud: 'kaname',
      exp,
    })
    const hmac = (head: string, key: string, hash = 'sha256') =>
      createHmac(hash, key).update(`${head}.${claims}`).digest('base64url')
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const secret = app.config.jwtSecret
    const rs256 = part({ alg: 'RS256', typ: 'JWT' })
    const tokens = [
      ...['none', 'None', 'NONE', 'nOnE'].map((alg) => `${part({ alg, typ: 'JWT' })}.${claims}.`),
      `${part({ alg: 'HS256' })}.${claims}.${hmac(part({ alg: 'HS256' }), 'your-secret-key-here')}`,
      `${part({ alg: 'HS256' })}.${claims}.${hmac(part({ alg: 'HS256' }), '')}`,
      `${part({ alg: 'HS512' })}.${claims}.${hmac(part({ alg: 'HS512' }), secret, 'sha512')}`,
      `${rs256}.${claims}.${createSign('RSA-SHA256').update(`${rs256}.${claims}`).sign(privateKey).toString('base64url')}`,
      `${part({ alg: 'HS256', crit: ['x'], x: 1 })}.${claims}.${hmac(part({ alg: 'HS256', crit: ['x'], x: 1 }), secret)}`,
      'x'.repeat(12_000),
      '..',
      'null',
    ]
    for (const token of tokens) {
      expect(await codeFor(app, `Bearer ${token}`), token.slice(0, 60)).toBe('token_invalid')
    }
    const honest = `${part({ alg: 'HS256', typ: 'JWT' })}.${claims}.${hmac(part({ alg: 'HS256', typ: 'JWT' }), secret)}`
    expect(await codeFor(app, `Bearer ${honest}`)).toBeUndefined()
  })

  test('is not needed, and does no harm when it is bad, where everybody may come', async ({
    app,
  }) => {
    const response = await app.inject({ url: '/health', headers: { authorization: 'Bearer bad' } })
    expect(response.statusCode).toBe(200)
  })

  test('loses its rights the moment its user loses a role', async ({ signIn }) => {
    const [root, second] = [await signIn('SystemAdmin'), await signIn('SystemAdmin')]
    expect((await second.get('/api/v1/user_accounts')).statusCode).toBe(200)
    await root.patch(`/api/v1/user_accounts/${second.id}`, { roles: ['User'] })
    expect((await second.get('/api/v1/user_accounts')).statusCode).toBe(403)
  })
})

test('what nobody can use any more is forgotten', async ({ app, db, signIn }) => {
  const { forgetSessions } = await import('../../src/accounts/sessions.ts')
  const ann = await signIn()
  const { session_id } = await open(app, ann)
  await db
    .updateTable('sessions')
    .set({ expires_at: later(now(), -1) })
    .where('id', '=', session_id)
    .execute()
  await forgetSessions(db)
  const left = await db.selectFrom('sessions').select('id').where('user_id', '=', ann.id).execute()
  expect(left).toEqual([{ id: ann.session_id }])
})
