import { later, newId, now } from '../../src/values.ts'
import { type Client, describe, expect, speaking, test } from '../support/service.ts'

const tokens = '/api/v1/auth/tokens'
const create = async (ann: Client, changes: object = {}) =>
  ann.post(tokens, { name: 'Nightly export', scopes: ['account.read'], ...changes })

describe('POST /auth/tokens', () => {
  test('shows the secret this once and keeps its hash', async ({ signIn, db }) => {
    const ann = await signIn()
    const response = await create(ann)
    expect(response.statusCode).toBe(201)
    const { token, id, hint } = response.json()
    expect(token).toMatch(/^kaname_[\w-]{43}$/)
    expect(token.endsWith(hint)).toBe(true)
    expect(response.headers.location).toBe(`${tokens}/${id}`)
    const got = await ann.get(`${tokens}/${id}`)
    expect(got.json()).toMatchObject({ id, name: 'Nightly export', last_used_at: null })
    expect(got.body).not.toContain(token)
    expect((await ann.get(tokens)).body).not.toContain(token)
    const kept = await db.selectFrom('api_tokens').selectAll().where('id', '=', id).execute()
    expect(JSON.stringify(kept)).not.toContain(token)
    const audit = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('subject_id', '=', id)
      .execute()
    expect(audit).toMatchObject([{ action: 'api_token.created' }])
    expect(JSON.stringify(audit)).not.toContain(token)
  })

  test('gives a token that speaks for its owner, within its scopes', async ({ app, signIn }) => {
    const ann = await signIn('SystemAdmin')
    const { token } = (await create(ann, { scopes: ['account.read', 'user.read'] })).json()
    const script = speaking(app, `Bearer ${token}`)
    expect((await script.get('/api/v1/auth/me')).json().id).toBe(ann.id)
    expect((await script.get('/api/v1/users')).statusCode).toBe(200)
    const change = await script.patch('/api/v1/users/me', { bio: 'x' })
    expect(change.json()).toMatchObject({ status: 403, code: 'scope_required' })
    expect(change.json().detail).toContain('account.write')
    const audit = await script.get('/api/v1/admin/audit')
    expect(audit.json().code).toBe('scope_required')
  })

  test('never lets a token make tokens, change the password or end sessions', async ({
    app,
    signIn,
  }) => {
    const ann = await signIn('SystemAdmin')
    const refused = await create(ann, { scopes: ['account.secure'] })
    expect(refused.json()).toMatchObject({ status: 422, errors: [{ field: 'scopes.0' }] })
    const { token } = (await create(ann)).json()
    const script = speaking(app, `Bearer ${token}`)
    for (const answer of [
      await script.post(tokens, { name: 'x', scopes: ['account.read'] }),
      await script.get('/api/v1/auth/sessions'),
      await script.post('/api/v1/auth/logout'),
    ]) {
      expect(answer.json()).toMatchObject({ status: 403, code: 'scope_required' })
    }
  })

  test('grants nothing that its owner has not, and nothing there is not', async ({ signIn }) => {
    const response = await create(await signIn('User'), {
      scopes: ['account.read', 'user.manage', 'x'],
    })
    expect(response.json()).toMatchObject({
      status: 422,
      errors: [{ field: 'scopes.1' }, { field: 'scopes.2' }],
    })
  })

  test('loses what its owner loses', async ({ app, signIn }) => {
    const [root, ann] = [await signIn('SystemAdmin'), await signIn('SystemAdmin')]
    const { token } = (await create(ann, { scopes: ['user.read'] })).json()
    const script = speaking(app, `Bearer ${token}`)
    expect((await script.get('/api/v1/users')).statusCode).toBe(200)
    await root.patch(`/api/v1/users/${ann.id}`, { roles: ['User'] })
    expect((await script.get('/api/v1/users')).json().code).toBe('permission_required')
    await root.patch(`/api/v1/users/${ann.id}`, { is_active: false })
    expect((await script.get('/api/v1/users')).json().code).toBe('account_inactive')
  })

  test.for([
    ['in the past', -60, 'expires_at'],
    ['too far away', 367 * 24 * 60 * 60, 'expires_at'],
  ] as const)('refuses an end %s', async ([, seconds, field], { signIn }) => {
    const response = await create(await signIn(), { expires_at: later(now(), seconds) })
    expect(response.json()).toMatchObject({ status: 422, errors: [{ field }] })
  })

  test('ends after 90 days unless told otherwise, and then says so', async ({
    app,
    db,
    signIn,
  }) => {
    const ann = await signIn()
    const { token, id, created_at, expires_at } = (await create(ann)).json()
    expect(expires_at).toBe(later(created_at, 90 * 24 * 60 * 60))
    const chosen = later(now(), 3600)
    expect((await create(ann, { expires_at: chosen })).json().expires_at).toBe(chosen)
    await db.updateTable('api_tokens').set({ expires_at: now() }).where('id', '=', id).execute()
    const late = await speaking(app, `Bearer ${token}`).get('/api/v1/auth/me')
    expect(late.json()).toMatchObject({ status: 401, code: 'api_token_expired' })
  })

  test('writes down when a token was used last, once a minute', async ({ app, db, signIn }) => {
    const ann = await signIn()
    const { token, id } = (await create(ann)).json()
    const script = speaking(app, `Bearer ${token}`)
    await script.get('/api/v1/auth/me')
    const first = (await ann.get(`${tokens}/${id}`)).json().last_used_at
    expect(Date.parse(first)).toBeGreaterThan(Date.now() - 10_000)
    await script.get('/api/v1/auth/me')
    expect((await ann.get(`${tokens}/${id}`)).json().last_used_at).toBe(first)
    const before = later(now(), -61)
    await db.updateTable('api_tokens').set({ last_used_at: before }).where('id', '=', id).execute()
    await script.get('/api/v1/auth/me')
    expect((await ann.get(`${tokens}/${id}`)).json().last_used_at > before).toBe(true)
  })

  test('stops at fifty', async ({ db, signIn }) => {
    const ann = await signIn()
    const row = (n: number) => ({
      id: newId(),
      user_id: ann.id,
      name: String(n),
      hash: newId(),
      hint: 'abcd',
      scopes: '[]',
      expires_at: now(),
      last_used_at: null,
      created_at: now(),
    })
    await db
      .insertInto('api_tokens')
      .values(Array.from({ length: 49 }, (_, n) => row(n)))
      .execute()
    const answers = await Promise.all([create(ann), create(ann), create(ann)])
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409])
  })
})

describe('DELETE /auth/tokens/:id', () => {
  test('ends a token at once', async ({ app, signIn }) => {
    const ann = await signIn()
    const { token, id } = (await create(ann)).json()
    expect((await ann.delete(`${tokens}/${id}`)).statusCode).toBe(204)
    const late = await speaking(app, `Bearer ${token}`).get('/api/v1/auth/me')
    expect(late.json()).toMatchObject({ status: 401, code: 'token_invalid' })
    expect((await ann.delete(`${tokens}/${id}`)).statusCode).toBe(404)
  })

  test('does not find the tokens of others', async ({ signIn }) => {
    const [ann, ben] = [await signIn(), await signIn()]
    const { id } = (await create(ann)).json()
    expect((await ben.get(`${tokens}/${id}`)).json().code).toBe('api_token_not_found')
    expect((await ben.delete(`${tokens}/${id}`)).statusCode).toBe(404)
    expect((await ben.get(tokens)).json().total).toBe(0)
    expect((await ann.get(tokens)).json()).toMatchObject({ total: 1, tokens: [{ id }] })
  })
})
