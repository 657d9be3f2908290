import { signIn } from '../../src/accounts/sign-in.ts'
import { createCounters } from '../../src/counters.ts'
import type { App } from '../../src/fastify.ts'
import { newId } from '../../src/values.ts'
import { describe, expect, speaking, startService, test } from '../support/service.ts'

const auth = '/api/v1/auth'
const password = 'Sakura-2026-kaika'

let hosts = 0
/** Everybody calls from an address of their own, so that the throttles of tests do not meet. */
const newAddress = () => `203.0.${Math.floor(hosts / 250)}.${(hosts++ % 250) + 1}`

async function register(app: App, changes: object = {}) {
  const username = `u${newId()}`
  const body = { username, email: `${username}@Example.JP`, password, ...changes }
  const response = await app.inject({
    method: 'POST',
    url: `${auth}/register`,
    remoteAddress: newAddress(),
    payload: body,
  })
  return { ...body, response }
}

const login = (app: App, payload: object, remoteAddress = newAddress(), headers = {}) =>
  app.inject({ method: 'POST', url: `${auth}/login`, remoteAddress, payload, headers })

describe('POST /auth/register', () => {
  test('makes an active user of role User, and shows neither password nor hash', async ({
    app,
  }) => {
    const { response, username } = await register(app, { full_name: '山田 花子', is_active: false })
    expect(response.statusCode).toBe(201)
    expect(response.json()).toMatchObject({
      username,
      display_name: '山田 花子',
      roles: ['User'],
      is_active: true,
      is_superuser: false,
      version: 1,
    })
    expect(response.headers.location).toBe(`/api/v1/users/${response.json().id}`)
    expect(response.body).not.toMatch(/password|argon2|hash/i)
  })

  test.for([
    ['sakura-kaika', ['password_upper', 'password_digit']],
    ['SAKURA-2026', ['password_lower']],
    ['Sakurakaika', ['password_digit']],
    ['１２３４５６７８', ['password_upper', 'password_lower']],
  ] as const)('names each class of characters that %s lacks', async ([weak, lacks], { app }) => {
    const english = await app.inject({
      method: 'POST',
      url: `${auth}/register`,
      remoteAddress: newAddress(),
      headers: { 'accept-language': 'en' },
      payload: { username: 'abc', email: 'a@example.jp', password: weak },
    })
    expect(english.statusCode).toBe(422)
    const said = english.json().errors.map(({ message }: { message: string }) => message)
    const words = { password_upper: 'upper', password_lower: 'lower', password_digit: 'digit' }
    expect(said).toHaveLength(lacks.length)
    for (const [index, rule] of lacks.entries()) expect(said[index]).toContain(words[rule])
  })

  test.for(['Sh0rt', 'x'.repeat(101)])(
    'refuses a password of a wrong length: %s',
    async (bad, { app }) => {
      const { response } = await register(app, { password: bad })
      expect(response.json()).toMatchObject({ status: 422, errors: [{ field: 'password' }] })
    },
  )

  test.for(['Password1', 'Passw0rd', 'PASSW0Rd', 'Qwerty123', 'Abcd1234'])(
    'refuses %s, which everybody knows',
    async (common, { app }) => {
      const { response } = await register(app, { password: common })
      expect(response.json()).toMatchObject({ status: 422, errors: [{ field: 'password' }] })
    },
  )

  test('takes an email and a user name once, however they are written', async ({ app }) => {
    const { username, email } = await register(app)
    const again = await register(app, { email: email.toUpperCase() })
    expect(again.response.json()).toMatchObject({
      status: 409,
      code: 'account_taken',
      errors: [{ field: 'email' }],
    })
    const name = await register(app, { username: username.toUpperCase() })
    expect(name.response.json()).toMatchObject({ status: 409, errors: [{ field: 'username' }] })
  })

  test('takes an email once when many ask for it at the same time', async ({ app }) => {
    const email = `${newId()}@example.jp`
    const all = await Promise.all(Array.from({ length: 5 }, () => register(app, { email })))
    const statuses = all.map(({ response }) => response.statusCode).sort()
    expect(statuses).toEqual([201, 409, 409, 409, 409])
  })

  test.for([
    ['roles', { roles: ['SystemAdmin'] }],
    ['is_superuser', { is_superuser: true }],
    ['password_hash', { password_hash: 'x' }],
    ['id', { id: newId() }],
    ['created_at', { created_at: '2020-01-01T00:00:00.000Z' }],
  ] as const)('lets nobody choose their %s', async ([field, extra], { app }) => {
    const { response } = await register(app, extra)
    expect(response.json()).toMatchObject({ status: 422, errors: [{ field }] })
  })

  test.for([
    ['username', 'ab'],
    ['username', 'a b c'],
    ['username', 'a@b.c'],
    ['email', 'nobody'],
    ['email', 'a@b'],
  ] as const)('says what is wrong with %s %s', async ([field, value], { app }) => {
    const { response } = await register(app, { [field]: value })
    expect(response.json()).toMatchObject({ status: 422, errors: [{ field }] })
  })

  test('can be closed', async ({ service }) => {
    const config = { ...service.deps.config, openRegistration: false }
    const { response } = await register(await service.twin({ config }))
    expect(response.json()).toMatchObject({ status: 403, code: 'registration_closed' })
  })
})

describe('POST /auth/login', () => {
  test('takes JSON, a user name or an email, in any case', async ({ app }) => {
    const { username, email } = await register(app)
    for (const name of [username, username.toUpperCase(), email, email.toLowerCase()]) {
      const response = await login(app, { username: name, password })
      expect(response.statusCode).toBe(200)
      expect(response.json()).toMatchObject({ token_type: 'bearer', expires_in: 900 })
      expect(response.headers['cache-control']).toBe('no-store')
    }
  })

  test('takes OAuth2’s password form, as Swagger UI sends it', async ({ app }) => {
    const { username } = await register(app)
    const form = new URLSearchParams({
      grant_type: 'password',
      username,
      password,
      scope: '',
      client_id: '',
      client_secret: '',
    })
    const response = await app.inject({
      method: 'POST',
      url: `${auth}/login`,
      remoteAddress: newAddress(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: form.toString(),
    })
    expect(response.statusCode).toBe(200)
    const me = await speaking(app, `Bearer ${response.json().access_token}`).get(`${auth}/me`)
    expect(me.json()).toMatchObject({ username, last_login: expect.any(String) })
  })

  test('gives an access token that lives for the time it says', async ({ app }) => {
    const { username } = await register(app)
    const { access_token, expires_in } = (await login(app, { username, password })).json()
    const claims = app.jwt.decode<Record<string, number | string>>(access_token)
    expect(claims).toMatchObject({
      iss: 'kaname',
      aud: 'kaname',
      type: 'access',
      sub: expect.any(String),
      jti: expect.any(String),
    })
    expect(Number(claims?.exp) - Number(claims?.iat)).toBe(expires_in)
  })

  test('knows a password in whatever way a keyboard composes it', async ({ app }) => {
    const { username } = await register(app, { password: 'Ａbc-が123' })
    const composed = await login(app, { username, password: 'Abc-が123' })
    expect(composed.statusCode).toBe(200)
    const decomposed = await login(app, { username, password: 'Ａbc-か\u3099123' })
    expect(decomposed.statusCode).toBe(200)
  })

  test('looks at all of a long password', async ({ app }) => {
    const start = `Aa1-${'x'.repeat(72)}`
    const { username } = await register(app, { password: `${start}-one` })
    expect((await login(app, { username, password: `${start}-two` })).statusCode).toBe(401)
    expect((await login(app, { username, password: `${start}-one` })).statusCode).toBe(200)
  })

  test('answers a stranger, a wrong password and a user without one in the same words', async ({
    app,
    signIn,
  }) => {
    const { username } = await register(app)
    const withoutOne = await signIn()
    const answers = await Promise.all([
      login(app, { username, password: 'Wrong-1234' }),
      login(app, { username: 'nobody-at-all', password }),
      login(app, { username: withoutOne.email, password }),
    ])
    const bodies = answers.map((answer) => {
      const { request_id: _, ...problem } = answer.json()
      return problem
    })
    expect(bodies[0]).toMatchObject({ status: 401, code: 'credentials_wrong' })
    expect(bodies[1]).toEqual(bodies[0])
    expect(bodies[2]).toEqual(bodies[0])
  })

  test('does the same work for a stranger as for a wrong password', async ({ service }) => {
    const checked: (string | null | undefined)[] = []
    const { passwords } = service.deps
    const app = await service.twin({
      passwords: {
        ...passwords,
        verify: async (stored, given) => {
          checked.push(stored)
          return passwords.verify(stored, given)
        },
      },
    })
    await login(app, { username: 'nobody-at-all', password })
    expect(checked).toEqual([undefined])
  })

  test('tells only somebody with the right password that the account is not active', async ({
    app,
    signIn,
  }) => {
    const { username, response } = await register(app)
    const root = await signIn('SystemAdmin')
    await root.patch(`/api/v1/user_accounts/${response.json().id}`, { is_active: false })
    expect((await login(app, { username, password: 'Wrong-1234' })).json().code).toBe(
      'credentials_wrong',
    )
    const right = await login(app, { username, password })
    expect(right.json()).toMatchObject({ status: 403, code: 'account_inactive' })
  })

  test('can be closed in favour of Azure AD', async ({ service }) => {
    const config = { ...service.deps.config, localLogin: false }
    const app = await service.twin({ config })
    const { username, response } = await register(app)
    expect(response.json().code).toBe('local_login_closed')
    expect((await login(app, { username, password })).json().code).toBe('local_login_closed')
  })

  test('leaves a row of every sign-in, good or bad, with the address it came from', async ({
    app,
    db,
  }) => {
    const { username, response } = await register(app)
    const { id } = response.json()
    const address = newAddress()
    await login(app, { username, password: 'Wrong-1234' }, address, { 'user-agent': 'curl/8' })
    await login(app, { username, password }, address, { 'user-agent': 'curl/8' })
    const rows = await db
      .selectFrom('audit_log')
      .select(['action', 'actor_id', 'ip', 'user_agent', 'changes'])
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute()
    expect(rows).toMatchObject([
      { action: 'user.created' },
      {
        action: 'session.refused',
        actor_id: null,
        ip: address,
        user_agent: 'curl/8',
        changes: '{"reason":"credentials_wrong"}',
      },
      { action: 'session.opened', actor_id: id, ip: address },
    ])
  })

  test('rehashes a password that was hashed at another cost', async ({ app, db }) => {
    const { default: argon2 } = await import('argon2')
    const { username, response } = await register(app)
    const { id } = response.json()
    const old = await argon2.hash(password, { memoryCost: 8192, timeCost: 2 })
    await db.updateTable('users').set({ password_hash: old }).where('id', '=', id).execute()
    expect((await login(app, { username, password })).statusCode).toBe(200)
    const { password_hash } = await db
      .selectFrom('users')
      .select('password_hash')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/)
    expect((await login(app, { username, password })).statusCode).toBe(200)
  })
})

describe('guessing', () => {
  test('10,000 passwords of one account from as many addresses gets almost none tried', async ({
    service,
  }) => {
    let tried = 0
    const { passwords } = service.deps
    const clock = { now: Date.now() }
    const app = await service.twin({
      counters: createCounters(() => clock.now),
      passwords: {
        ...passwords,
        verify: (stored, given) => {
          tried += 1
          return passwords.verify(stored, given)
        },
      },
    })
    const { username, email } = await register(app)
    const outcomes = new Map<string, number>()
    for (let batch = 0; batch < 100; batch += 1) {
      const guesses = Array.from({ length: 100 }, (_, n) => {
        const ip = `198.18.${batch}.${n}`
        const guess = { username: n % 2 ? username : email, password: `Guess-${batch}-${n}` }
        return signIn(app, { request_id: 'guess', ip, user_agent: null }, guess)
      })
      for (const outcome of await Promise.allSettled(guesses)) {
        const code = outcome.status === 'rejected' ? outcome.reason.failure : 'let in'
        outcomes.set(code, (outcomes.get(code) ?? 0) + 1)
      }
      clock.now += 1000
    }
    // Five at once; then one each after 1, 2, 4, 8, 16 and 32 of the 100 seconds it takes.
    expect(tried).toBe(5 + 6)
    expect(Object.fromEntries(outcomes)).toEqual({
      credentials_wrong: tried,
      sign_in_throttled: 10_000 - tried,
    })
  })

  test('says how long to wait, and lets the owner in afterwards', async ({ service }) => {
    const clock = { now: Date.now() }
    const app = await service.twin({ counters: createCounters(() => clock.now) })
    const { username } = await register(app)
    for (let guess = 0; guess < 5; guess += 1) {
      await login(app, { username, password: `Guess-${guess}-x` })
    }
    const held = await login(app, { username, password }, newAddress(), { 'accept-language': 'en' })
    expect(held.json()).toMatchObject({ status: 429, code: 'sign_in_throttled' })
    expect(held.json().detail).toBe('Too many sign-ins have failed. Wait 1 seconds.')
    expect(held.headers['retry-after']).toBe('1')
    clock.now += 1000
    expect((await login(app, { username, password })).statusCode).toBe(200)
  })

  test('from elsewhere does not keep somebody out where they have signed in before', async ({
    app,
  }) => {
    const { username } = await register(app)
    const home = newAddress()
    await login(app, { username, password }, home)
    for (let guess = 0; guess < 8; guess += 1) {
      await login(app, { username, password: `Guess-${guess}-x` })
    }
    expect((await login(app, { username, password })).statusCode).toBe(429)
    expect((await login(app, { username, password }, home)).statusCode).toBe(200)
  })

  test('many accounts from one address gets held off as well', async ({ app }) => {
    const address = newAddress()
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        login(app, { username: `somebody-${n}`, password: 'Guess-1234' }, address),
      ),
    )
    const statuses = answers.map(({ statusCode }) => statusCode)
    expect(statuses.filter((status) => status === 401)).toHaveLength(20)
    expect(statuses.filter((status) => status === 429)).toHaveLength(20)
  })

  test('does not hold off an office whose people all know their passwords', async ({ app }) => {
    const { username } = await register(app)
    const address = newAddress()
    for (let person = 0; person < 25; person += 1) {
      expect((await login(app, { username, password }, address)).statusCode).toBe(200)
    }
  })
})

test('a crowd that signs in at once is served a few at a time, and not without end', async () => {
  const { createPasswords } = await import('../../src/accounts/passwords.ts')
  const { app, close } = await startService({ changes: { passwords: createPasswords() } })
  const { username } = await register(app)
  const answers = await Promise.all(
    Array.from({ length: 230 }, () => login(app, { username, password })),
  )
  const statuses = new Set(answers.map(({ statusCode }) => statusCode))
  expect(statuses).toContain(200)
  for (const { statusCode, headers } of answers) {
    expect([200, 429, 503]).toContain(statusCode)
    if (statusCode !== 200) expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  }
  await close()
})
