import type { App } from '../../src/fastify.ts'
import { newId } from '../../src/values.ts'
import {
  type Client,
  describe,
  expect,
  signInTo,
  speaking,
  startService,
  test,
} from '../support/service.ts'

const accounts = '/api/v1/user_accounts'
const users = '/api/v1/users'

describe('the two views of users', () => {
  test('list the same users, each in its shape', async ({ signIn }) => {
    const [root, ann] = [await signIn('SystemAdmin'), await signIn()]
    const search = `?search=${ann.username}`
    const page = await root.get(`${accounts}${search}`)
    expect(page.json()).toMatchObject({ total: 1, skip: 0, limit: 100, users: [{ id: ann.id }] })
    const envelope = await root.get(`${users}${search}`)
    expect(envelope.json()).toMatchObject({
      success: true,
      message: null,
      timestamp: expect.any(String),
      data: page.json().users,
      meta: { total: 1, page: 1, limit: 100, pages: 1, has_next: false, has_prev: false },
    })
    for (const { headers } of [page, envelope]) expect(headers['x-total-count']).toBe('1')
  })

  test('page through the newest first', async ({ signIn }) => {
    const root = await signIn('SystemAdmin')
    const [first, second] = [await signIn('CabMember'), await signIn('CabMember')]
    const page = (query: string) => root.get(`${users}?role=CabMember&${query}`)
    expect((await page('limit=1')).json()).toMatchObject({
      data: [{ id: second.id }],
      meta: { total: 2, page: 1, pages: 2, has_next: true, has_prev: false },
    })
    expect((await page('limit=1&skip=1')).json()).toMatchObject({
      data: [{ id: first.id }],
      meta: { page: 2, has_next: false, has_prev: true },
    })
  })

  test('are for administrators and auditors, in every detail', async ({ signIn }) => {
    const [ann, auditor] = [await signIn(), await signIn('Auditor')]
    for (const url of [accounts, users, `${accounts}/${ann.id}`, `${users}/${ann.id}`]) {
      expect((await auditor.get(url)).statusCode).toBe(200)
      expect((await ann.get(url)).json()).toMatchObject({
        status: 403,
        code: 'permission_required',
      })
    }
    for (const url of [`${accounts}/${ann.id}`, `${users}/${ann.id}`]) {
      expect((await auditor.patch(url, { roles: ['SystemAdmin'] })).statusCode).toBe(403)
      expect((await auditor.delete(url)).statusCode).toBe(403)
    }
  })

  test('show no hash and no token', async ({ app, db, signIn }) => {
    const root = await signIn('SystemAdmin')
    const made = await root.post(users, {
      email: `${newId()}@example.jp`,
      password: 'Sakura-2026-kaika',
    })
    const { password_hash } = await db
      .selectFrom('users')
      .select('password_hash')
      .where('id', '=', made.json().id)
      .executeTakeFirstOrThrow()
    expect(password_hash).toMatch(/^\$argon2id/)
    for (const url of [`${accounts}/${made.json().id}`, `${users}/${made.json().id}`, users]) {
      expect((await root.get(url)).body).not.toMatch(/argon2|password|hash|token/)
    }
    expect(app).toBeDefined()
  })

  test.for([
    'limit=0',
    'limit=1001',
    'limit=many',
    'skip=-1',
    'skip=1e300',
    'role=Boss',
    'is_active=1',
  ])('answer 422 to %s', async (query, { signIn }) => {
    const response = await (await signIn('SystemAdmin')).get(`${accounts}?${query}`)
    expect(response.json()).toMatchObject({ status: 422, errors: [{ field: query.split('=')[0] }] })
  })

  test('search in every script, take % and _ for themselves, and filter', async ({ signIn }) => {
    const root = await signIn('SystemAdmin')
    const mark = newId().slice(0, 13)
    for (const display_name of ['東京 花子', 'Ärger_ＡＢＣ', '100% 太郎']) {
      const email = `${newId()}@example.jp`
      await root.post(users, { email, display_name: `${mark} ${display_name}`, roles: ['Auditor'] })
    }
    const names = async (text: string, more = '') => {
      const search = encodeURIComponent(`${mark} ${text}`)
      const { data } = (await root.get(`${users}?search=${search}${more}`)).json()
      return data.map(({ display_name }: { display_name: string }) => display_name.slice(14))
    }
    expect(await names('東京')).toEqual(['東京 花子'])
    expect(await names('äRGER_')).toEqual(['Ärger_ＡＢＣ'])
    expect(await names('100%')).toEqual(['100% 太郎'])
    expect(await names('_')).toEqual([])
    expect(await names('', '&role=Auditor&is_active=true')).toHaveLength(3)
    expect(await names('', '&role=User')).toEqual([])
    expect(await names('', '&is_active=false')).toEqual([])
  })
})

describe('POST /users', () => {
  test('makes a user of any role, who gets a mail to choose a password', async ({ signIn, db }) => {
    const root = await signIn('SystemAdmin')
    const email = `${newId()}@example.jp`
    const made = await root.post(users, {
      email,
      roles: ['ServiceDeskAgent'],
      full_name: '佐藤 健',
    })
    expect(made.statusCode).toBe(201)
    expect(made.headers).toMatchObject({ location: `${users}/${made.json().id}`, etag: '"1"' })
    expect(made.json()).toMatchObject({ roles: ['ServiceDeskAgent'], display_name: '佐藤 健' })
    const jobs = await db
      .selectFrom('jobs')
      .select('payload')
      .where('kind', '=', 'send_password_mail')
      .execute()
    expect(jobs.map(({ payload }) => JSON.parse(payload))).toContainEqual({
      email,
      reason: 'invited',
    })
  })

  test('is not for everybody', async ({ signIn }) => {
    const response = await (await signIn()).post(users, { email: 'a@example.jp' })
    expect(response.statusCode).toBe(403)
  })
})

describe('the user who is asking', () => {
  for (const base of [accounts, users]) {
    test(`is at ${base}/me and may change the profile and nothing else`, async ({ signIn }) => {
      const ann = await signIn()
      const me = await ann.get(`${base}/me`)
      expect(me.json()).toMatchObject({ id: ann.id, email: ann.email })
      const change = { display_name: '山田 花子', full_name: '山田 花子', bio: null }
      const changed = await ann.patch(`${base}/me`, change)
      expect(changed.json()).toMatchObject({ ...change, version: 2 })
      expect(changed.headers.etag).toBe('"2"')
      for (const field of [
        'roles',
        'is_active',
        'email',
        'azure_oid',
        'password_hash',
        'version',
      ]) {
        const response = await ann.patch(`${base}/me`, { [field]: 'x' })
        expect(response.json()).toMatchObject({ status: 422, errors: [{ field }] })
      }
    })
  }

  test('may use PUT as the Vue guide does', async ({ signIn }) => {
    const ann = await signIn()
    const response = await ann.put(`${users}/me`, { bio: '統計課', profile_image: '/static/a.png' })
    expect(response.json()).toMatchObject({ bio: '統計課', profile_image: '/static/a.png' })
    const script = await ann.put(`${users}/me`, { profile_image: 'javascript:alert(1)' })
    expect(script.json()).toMatchObject({ status: 422, errors: [{ field: 'profile_image' }] })
  })

  test('gets 304 for a version already seen', async ({ signIn }) => {
    const ann = await signIn()
    const { etag = '' } = (await ann.get(`${users}/me`)).headers
    const again = await ann.get(`${users}/me`, { 'if-none-match': String(etag) })
    expect(again.statusCode).toBe(304)
    expect(again.body).toBe('')
    expect((await ann.get(`${users}/me`, { 'if-none-match': 'W/"1", "7"' })).statusCode).toBe(304)
    expect((await ann.get(`${users}/me`, { 'if-none-match': '"7"' })).statusCode).toBe(200)
  })

  test('changes only the version that was seen', async ({ signIn }) => {
    const ann = await signIn()
    const change = (n: number) => ann.patch(`${users}/me`, { bio: `${n}` }, { 'if-match': '"1"' })
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => change(n)))
    const statuses = answers.map(({ statusCode }) => statusCode).sort()
    expect(statuses).toEqual([200, ...Array(9).fill(412)])
  })
})

describe('PATCH /user_accounts/:id', () => {
  test('gives and takes roles and activity, and leaves a diff in the audit log', async ({
    signIn,
    db,
  }) => {
    const [root, ann] = [await signIn('SystemAdmin'), await signIn()]
    const made = await root.patch(`${accounts}/${ann.id}`, { roles: ['User', 'ChangeManager'] })
    expect(made.json()).toMatchObject({ roles: ['User', 'ChangeManager'], version: 2 })
    const off = await root.patch(`${accounts}/${ann.id}`, { is_active: false })
    expect(off.json()).toMatchObject({ is_active: false })
    expect((await ann.get(`${accounts}/me`)).json().code).toBe('session_ended')
    const rows = await db
      .selectFrom('audit_log')
      .select(['action', 'actor_id', 'changes'])
      .where('subject_id', '=', ann.id)
      .orderBy('id')
      .execute()
    expect(rows.map((row) => ({ ...row, changes: JSON.parse(row.changes) }))).toEqual([
      {
        action: 'user.updated',
        actor_id: root.id,
        changes: { roles: { from: ['User'], to: ['User', 'ChangeManager'] } },
      },
      {
        action: 'user.updated',
        actor_id: root.id,
        changes: { is_active: { from: true, to: false } },
      },
    ])
  })

  test.for([
    ['an unknown role', { roles: ['Boss'] }, 'roles.0'],
    ['a role twice', { roles: ['User', 'User'] }, 'roles'],
    ['no role', { roles: [] }, 'roles'],
  ] as const)('refuses %s', async ([, change, field], { signIn }) => {
    const [root, ann] = [await signIn('SystemAdmin'), await signIn()]
    const response = await root.patch(`${accounts}/${ann.id}`, change)
    expect(response.json()).toMatchObject({ status: 422, errors: [{ field }] })
  })

  test('knows nobody of another id', async ({ signIn }) => {
    const root = await signIn('SystemAdmin')
    for (const id of [newId(), crypto.randomUUID()]) {
      const response = await root.patch(`${accounts}/${id}`, { is_active: false })
      expect(response.json()).toMatchObject({ status: 404, code: 'user_not_found' })
    }
    expect((await root.patch(`${accounts}/42`, { is_active: false })).statusCode).toBe(422)
  })
})

describe('DELETE /user_accounts/:id', () => {
  test('signs out, makes unrecognisable, and keeps what the user did', async ({
    app,
    db,
    signIn,
  }) => {
    const [root, ann] = [await signIn('SystemAdmin'), await signIn()]
    const { token } = (
      await ann.post('/api/v1/auth/tokens', { name: 'x', scopes: ['account.read'] })
    ).json()
    await ann.put(`${accounts}/me/settings`, { settings: { theme: 'dark' } })
    expect((await root.delete(`${accounts}/${ann.id}`)).statusCode).toBe(204)

    expect((await ann.get(`${accounts}/me`)).statusCode).toBe(401)
    expect((await speaking(app, `Bearer ${token}`).get(`${accounts}/me`)).statusCode).toBe(401)
    expect((await root.get(`${accounts}/${ann.id}`)).statusCode).toBe(404)
    expect((await root.get(`${accounts}?search=${ann.username}`)).json().total).toBe(0)
    expect((await root.delete(`${accounts}/${ann.id}`)).statusCode).toBe(404)
    const row = await db.selectFrom('users').selectAll().where('id', '=', ann.id).executeTakeFirst()
    expect(row).toMatchObject({
      username: null,
      password_hash: null,
      display_name: '削除されたユーザー',
    })
    expect(JSON.stringify(row)).not.toContain(ann.email)
    const done = (await root.get(`/api/v1/admin/audit?actor_id=${ann.id}`)).json().events
    expect(done.map(({ action }: { action: string }) => action)).toContain('api_token.created')
  })

  test('frees the email and the user name', async ({ signIn }) => {
    const [root, ann] = [await signIn('SystemAdmin'), await signIn()]
    await root.delete(`${users}/${ann.id}`)
    const again = await root.post(users, { email: ann.email, username: ann.username ?? '' })
    expect(again.statusCode).toBe(201)
  })
})

describe('the last active SystemAdmin', () => {
  /** A service where these are all the administrators there are. */
  async function start(count: number) {
    const service = await startService()
    const admins: Client[] = []
    for (let n = 0; n < count; n += 1) admins.push(await signInTo(service.app, 'SystemAdmin'))
    return { ...service, admins: admins as [Client, ...Client[]] }
  }
  const activeAdmins = async (app: App) => {
    const rows = await app.db
      .selectFrom('users')
      .select('id')
      .where('roles', 'like', '%SystemAdmin%')
      .where('deactivated_at', 'is', null)
      .execute()
    return rows.length
  }

  test('can be neither deleted, deactivated nor demoted', async () => {
    const { app, admins, close } = await start(1)
    const [root] = admins
    const url = `${accounts}/${root.id}`
    for (const response of [
      await root.delete(url),
      await root.patch(url, { is_active: false }),
      await root.patch(url, { roles: ['User'] }),
    ]) {
      expect(response.json()).toMatchObject({ status: 409, code: 'last_admin' })
    }
    expect((await root.get(url)).json()).toMatchObject({ is_active: true, version: 1 })
    expect((await root.patch(url, { roles: ['SystemAdmin', 'Auditor'] })).statusCode).toBe(200)
    expect(await activeAdmins(app)).toBe(1)
    await close()
  })

  test('remains when administrators remove each other all at once', async () => {
    const { app, admins, close } = await start(6)
    const moves = admins.map((admin, n) => {
      const victim = `${accounts}/${(admins[(n + 1) % admins.length] as Client).id}`
      if (n % 3 === 0) return admin.delete(victim)
      return admin.patch(victim, n % 3 === 1 ? { roles: ['User'] } : { is_active: false })
    })
    const statuses = (await Promise.all(moves)).map(({ statusCode }) => statusCode)
    expect(await activeAdmins(app)).toBeGreaterThanOrEqual(1)
    for (const status of statuses) expect([200, 204, 401, 403, 409]).toContain(status)
    await close()
  })
})
