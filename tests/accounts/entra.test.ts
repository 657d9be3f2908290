import { createHmac, createPublicKey } from 'node:crypto'
import { transact } from '../../db/transact.ts'
import { createEntraKeys } from '../../src/accounts/entra.ts'
import { createUser } from '../../src/accounts/registration.ts'
import type { App } from '../../src/fastify.ts'
import { newId } from '../../src/values.ts'
import { type EntraServer, startEntra } from '../support/entra-server.ts'
import {
  test as base,
  describe,
  expect,
  type Service,
  signInTo,
  speaking,
  startService,
} from '../support/service.ts'

const tenantId = '11111111-2222-4333-8444-555555555555'
const clientId = '66666666-7777-4888-8999-000000000000'
const me = '/api/v1/auth/me'

const test = base.extend<{ tenant: { entra: EntraServer; service: Service; app: App } }>({
  tenant: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const entra = await startEntra(tenantId, clientId)
      const env = {
        AUTH_MODE: 'production',
        AZURE_TENANT_ID: tenantId,
        AZURE_CLIENT_ID: clientId,
        AZURE_AUTHORITY: entra.authority,
      }
      const service = await startService({ env })
      await use({ entra, service, app: service.app })
      await service.close()
      await entra.close()
    },
    { scope: 'file' },
  ],
})

const ask = (app: App, token: string) => speaking(app, `Bearer ${token}`).get(me)
const codeOf = async (app: App, token: string) => (await ask(app, token)).json().code
const someone = () => ({ oid: crypto.randomUUID(), email: `${newId()}@city.example.jp` })

describe('a token of the tenant', () => {
  test('makes a user of role User at its first use, and finds the same one later', async ({
    tenant,
  }) => {
    const { entra, app } = tenant
    const person = { ...someone(), name: '佐藤 健' }
    const first = await ask(app, await entra.tokenFor(person))
    expect(first.json()).toMatchObject({
      email: person.email,
      azure_oid: person.oid,
      display_name: '佐藤 健',
      roles: ['User'],
      last_login: expect.any(String),
    })
    const later = await ask(app, await entra.tokenFor({ ...person, email: 'renamed@example.jp' }))
    expect(later.json().id).toBe(first.json().id)
    const api = await ask(app, await entra.tokenFor({ ...person, aud: `api://${clientId}` }))
    expect(api.json().id).toBe(first.json().id)
  })

  test('signs in once, however many requests a page sends with it at first', async ({ tenant }) => {
    const { entra, app } = tenant
    const person = someone()
    const token = await entra.tokenFor(person)
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(app, token)))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(12).fill(200))
    const ids = new Set(answers.map((answer) => answer.json().id))
    expect(ids.size).toBe(1)
    const signIns = await app.db
      .selectFrom('audit_log')
      .select('id')
      .where('action', '=', 'session.opened')
      .where('subject_id', '=', [...ids][0] as string)
      .execute()
    expect(signIns).toHaveLength(1)
  })

  test('adds the app roles that are ours for as long as it lives', async ({ tenant }) => {
    const { entra, app } = tenant
    const person = someone()
    const roles = ['ChangeManager', 'Boss', '__proto__']
    const withRoles = await entra.tokenFor({ ...person, roles })
    expect((await ask(app, withRoles)).json().roles).toEqual(['User', 'ChangeManager'])
    expect((await ask(app, await entra.tokenFor(person))).json().roles).toEqual(['User'])
    const admin = await entra.tokenFor({ ...person, roles: ['SystemAdmin'] })
    expect((await ask(app, admin)).json()).toMatchObject({ is_superuser: true })
    expect((await speaking(app, `Bearer ${admin}`).get('/api/v1/users')).statusCode).toBe(200)
  })

  test('ends at once when it signs out, and others of the same person do not', async ({
    tenant,
  }) => {
    const { entra, app, service } = tenant
    const twin = await service.twin()
    const person = someone()
    const [one, two] = [await entra.tokenFor(person), await entra.tokenFor(person)]
    expect((await ask(app, one)).statusCode).toBe(200)
    expect((await ask(app, two)).statusCode).toBe(200)
    const out = await speaking(app, `Bearer ${one}`).post('/api/v1/auth/logout')
    expect(out.statusCode).toBe(200)
    expect(await codeOf(twin, one)).toBe('session_ended')
    expect((await ask(twin, two)).statusCode).toBe(200)
  })

  test('is worth nothing once its user is not active', async ({ tenant }) => {
    const { entra, app } = tenant
    const token = await entra.tokenFor(someone())
    const { id } = (await ask(app, token)).json()
    const root = await signInTo(app, 'SystemAdmin')
    await root.patch(`/api/v1/users/${id}`, { is_active: false })
    expect(['account_inactive', 'session_ended']).toContain(await codeOf(app, token))
  })
})

describe('an email that somebody here has already', () => {
  const password_hash = '$argon2id$v=19$m=19456,p=1,t=2$AAAAAAAAAAAAAAAAAAAAAA$AAAA'

  /** Somebody who registered here with this email, whoever they are. */
  async function registered(app: App, email: string) {
    return transact(app.db, (trx) => createUser(trx, { email, password_hash }))
  }

  test.for([
    ['email_verified', { email_verified: true }],
    ['xms_edov', { xms_edov: '1' }],
  ] as const)(
    'is linked when Azure AD says, by %s, that it is verified',
    async ([, claim], { tenant }) => {
      const { entra, app } = tenant
      const person = someone()
      const user = await registered(app, person.email.toUpperCase())
      const response = await ask(app, await entra.tokenFor({ ...person, ...claim }))
      expect(response.json()).toMatchObject({ id: user.id, azure_oid: person.oid })
      // Who registered here may not have been the owner of the address.
      const row = await app.db
        .selectFrom('users')
        .select('password_hash')
        .where('id', '=', user.id)
        .executeTakeFirst()
      expect(row).toEqual({ password_hash: null })
    },
  )

  test('is not linked on the word of whoever set the claim', async ({ tenant }) => {
    const { entra, app } = tenant
    const person = someone()
    const user = await registered(app, person.email)
    for (const claims of [
      person,
      { ...person, email_verified: false },
      { oid: person.oid, preferred_username: person.email, email_verified: true },
    ]) {
      const response = await ask(app, await entra.tokenFor(claims))
      expect(response.json()).toMatchObject({ status: 403, code: 'account_link_refused' })
    }
    const row = await app.db
      .selectFrom('users')
      .select(['azure_oid', 'password_hash'])
      .where('id', '=', user.id)
      .executeTakeFirst()
    expect(row).toEqual({ azure_oid: null, password_hash })
  })

  test('is not taken from somebody who is linked to another person', async ({ tenant }) => {
    const { entra, app } = tenant
    const person = someone()
    await ask(app, await entra.tokenFor(person))
    const other = { oid: crypto.randomUUID(), email: person.email, email_verified: true }
    expect(await codeOf(app, await entra.tokenFor(other))).toBe('account_link_refused')
  })
})

describe('a token that is not good', () => {
  const past = () => Math.floor(Date.now() / 1000) - 3600

  test.for([
    ['of another tenant', { tid: crypto.randomUUID() }],
    ['of another issuer', { iss: `https://sts.windows.net/${tenantId}/` }],
    ['for another API', { aud: crypto.randomUUID() }],
    ['that is not valid yet', { nbf: Math.floor(Date.now() / 1000) + 3600 }],
    ['without an end', { exp: null }],
    ['without a tenant', { tid: null }],
    ['without a person', { oid: null }],
    ['that is an ID token: without a scope', { scp: null, nonce: 'abc' }],
  ] as const)('is refused: one %s', async ([, claims], { tenant }) => {
    const { entra, app } = tenant
    const token = await entra.tokenFor({ ...someone(), ...(claims as object) })
    const response = await ask(app, token)
    expect(response.json()).toMatchObject({ status: 401, code: 'token_invalid' })
    expect(response.headers['www-authenticate']).toBe('Bearer')
  })

  test('is refused when it has expired, and says so', async ({ tenant }) => {
    const { entra, app } = tenant
    const token = await entra.tokenFor({ ...someone(), exp: past() })
    expect(await codeOf(app, token)).toBe('token_expired')
  })

  test('is refused when it was signed with another key under a known name', async ({ tenant }) => {
    const { entra, app } = tenant
    const honest = await entra.tokenFor(someone())
    const kid = JSON.parse(Buffer.from(honest.split('.')[0] as string, 'base64url').toString()).kid
    const forged = await entra.tokenFor(someone(), { ...(await entra.makeKey()), kid })
    expect(await codeOf(app, forged)).toBe('token_invalid')
  })

  test('is refused without a signature, or with a public key for a secret', async ({ tenant }) => {
    const { entra, app } = tenant
    const [head, claims] = (await entra.tokenFor(someone())).split('.') as [string, string]
    const header = JSON.parse(Buffer.from(head, 'base64url').toString())
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const pem = createPublicKey({ key: entra.publicKey() as never, format: 'jwk' })
      .export({ type: 'spki', format: 'pem' })
      .toString()
    const none = part({ ...header, alg: 'none' })
    const hs256 = part({ ...header, alg: 'HS256' })
    const withPem = (key: string) =>
      createHmac('sha256', key).update(`${hs256}.${claims}`).digest('base64url')
    for (const token of [
      `${none}.${claims}.`,
      `${hs256}.${claims}.${withPem(pem)}`,
      `${hs256}.${claims}.${withPem(`\n ${pem}`)}`,
      `${head}.${claims}.AAAA`,
      `${part({ ...header, jku: 'http://127.0.0.1:1/keys' })}.${claims}.AAAA`,
    ]) {
      expect(await codeOf(app, token)).toBe('token_invalid')
    }
  })

  test('of ours is none of the tenant’s, and the other way round', async ({ tenant }) => {
    const { app } = tenant
    const ann = await signInTo(app)
    const stolen = app.jwt.sign(
      { sub: ann.id, sid: ann.session_id, jti: newId(), type: 'access' },
      { iss: `${app.config.azure?.authority}/${tenantId}/v2.0` },
    )
    expect(await codeOf(app, stolen)).toBe('token_invalid')
    expect((await ann.get(me)).statusCode).toBe(200)
  })

  test('of a mock user is refused in production', async ({ tenant }) => {
    expect(await codeOf(tenant.app, 'mock-access-token-dev-12345')).toBe('token_invalid')
  })
})

describe('the keys of the tenant', () => {
  const azure = (authority: string) => ({ tenantId, clientId, authority })
  const quick = { patienceMs: 300 }

  test('are asked for once, again for a key that is new, and not for every nonsense', async () => {
    const entra = await startEntra(tenantId, clientId)
    const keys = createEntraKeys(azure(entra.authority))
    for (let n = 0; n < 5; n += 1) await keys.verify(await entra.tokenFor(someone()))
    expect(entra.requests).toHaveLength(1)

    const foreign = await entra.makeKey()
    for (let n = 0; n < 20; n += 1) {
      const kid = crypto.randomUUID()
      const unknown = await entra.tokenFor(someone(), { ...foreign, kid })
      await expect(keys.verify(unknown)).rejects.toMatchObject({ failure: 'token_invalid' })
    }
    expect(entra.requests).toHaveLength(1)
    await entra.close()
  })

  test('are fetched again when a token names one that was published since', async () => {
    const { vi } = await import('vitest')
    vi.useFakeTimers({ toFake: ['Date'] })
    const entra = await startEntra(tenantId, clientId)
    const keys = createEntraKeys(azure(entra.authority))
    await keys.verify(await entra.tokenFor(someone()))
    await entra.rotate({ keepOld: false })
    vi.setSystemTime(Date.now() + 31_000)
    const claims = await keys.verify(await entra.tokenFor(someone()))
    expect(claims.oid).toMatch(/^[\da-f-]{36}$/)
    expect(entra.requests).toHaveLength(2)
    vi.useRealTimers()
    await entra.close()
  })

  test.for([
    ['an error', (response: import('node:http').ServerResponse) => response.writeHead(500).end()],
    ['no JSON', (response: import('node:http').ServerResponse) => response.end('<html>')],
    ['no keys', (response: import('node:http').ServerResponse) => response.end('{}')],
    ['a cut line', (response: import('node:http').ServerResponse) => response.destroy()],
    ['silence', () => {}],
  ] as const)(
    'that cannot be had, with %s, make a 503 and never a way in',
    async ([, fault], { tenant }) => {
      const entra = await startEntra(tenantId, clientId)
      const app = await tenant.service.twin({
        entra: createEntraKeys(azure(entra.authority), quick),
      })
      const person = someone()
      const token = await entra.tokenFor(person)
      entra.fail(fault as (response: import('node:http').ServerResponse) => void)
      const response = await ask(app, token)
      expect(response.json()).toMatchObject({ status: 503, code: 'identity_provider_unavailable' })
      expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
      const users = await app.db
        .selectFrom('users')
        .select('id')
        .where('azure_oid', '=', person.oid)
        .execute()
      expect(users).toEqual([])
      entra.fail()
      expect((await ask(app, token)).statusCode).toBe(200)
      await entra.close()
    },
  )

  test('that were had before still serve while the tenant is down', async ({ tenant }) => {
    const entra = await startEntra(tenantId, clientId)
    const app = await tenant.service.twin({ entra: createEntraKeys(azure(entra.authority)) })
    expect((await ask(app, await entra.tokenFor(someone()))).statusCode).toBe(200)
    const next = await entra.tokenFor(someone())
    await entra.close()
    expect((await ask(app, next)).statusCode).toBe(200)
  })
})
