import { type Client, describe, expect, signInTo, startService, test } from '../support/service.ts'

const auth = '/api/v1/auth'
const password = 'Sakura-2026-kaika'

describe('whoever keeps a connection open hears', () => {
  const causes: Record<string, (own: Client, admin: Client) => Promise<{ statusCode: number }>> = {
    'of a sign-out': (own) => own.post(`${auth}/logout`),
    'of a session that its user ends': (own) => own.delete(`${auth}/sessions/${own.session_id}`),
    'of other roles': (own, admin) =>
      admin.patch(`/api/v1/users/${own.id}`, { roles: ['Auditor'] }),
    'of a deactivation': (own, admin) =>
      admin.patch(`/api/v1/users/${own.id}`, { is_active: false }),
    'of a user that is deleted': (own, admin) => admin.delete(`/api/v1/users/${own.id}`),
    'of an API token that is deleted': async (own) => {
      const created = await own.post(`${auth}/tokens`, { name: 'sensor', scopes: ['account.read'] })
      return own.delete(`${auth}/tokens/${created.json().id}`)
    },
  }

  for (const [name, cause] of Object.entries(causes)) {
    test(name, async ({ service, signIn }) => {
      const { deps, queue } = service
      const [own, other, admin] = [await signIn(), await signIn(), await signIn('SystemAdmin')]
      const heard: string[] = []
      for (const { id } of [own, other, admin]) {
        deps.channels.join(`access:${id}`, (message) => heard.push(`${id} ${message}`))
      }
      expect((await cause(own, admin)).statusCode).toBeLessThan(300)
      await queue.runDue()
      expect(heard).toEqual([`${own.id} {"type":"access_changed"}`])
    })
  }

  test('nothing where only a name changes', async ({ service, signIn }) => {
    const own = await signIn()
    const heard: string[] = []
    service.deps.channels.join(`access:${own.id}`, (message) => heard.push(message))
    expect((await own.patch('/api/v1/users/me', { full_name: '山田 花子' })).statusCode).toBe(200)
    await service.queue.runDue()
    expect(heard).toEqual([])
  })

  test('of a new password and of a refresh token used twice', async ({ service, app }) => {
    const username = `u${crypto.randomUUID().slice(0, 8)}`
    const register = { username, email: `${username}@example.jp`, password }
    const url = (path: string) => ({ method: 'POST' as const, url: `${auth}/${path}` })
    const { id } = (await app.inject({ ...url('register'), payload: register })).json()
    const signedIn = await app.inject({ ...url('login'), payload: { username, password } })
    const { access_token, refresh_token } = signedIn.json()
    const heard: string[] = []
    service.deps.channels.join(`access:${id}`, (message) => heard.push(message))

    const changed = await app.inject({
      method: 'POST',
      url: `${auth}/password`,
      headers: { authorization: `Bearer ${access_token}` },
      payload: { current_password: password, new_password: 'Momiji-2026-irozuku' },
    })
    expect(changed.statusCode).toBeLessThan(300)
    await service.queue.runDue()
    expect(heard).toHaveLength(1)

    const refresh = () => app.inject({ ...url('refresh'), payload: { refresh_token } })
    expect((await refresh()).statusCode).toBe(200)
    await service.deps.db
      .updateTable('refresh_tokens')
      .set({ used_at: '2026-01-01T00:00:00.000Z' })
      .where('used_at', 'is not', null)
      .execute()
    expect((await refresh()).json().code).toBe('refresh_reused')
    await service.queue.runDue()
    expect(heard).toHaveLength(2)
  })
})

test('a change that is undone announces nothing', async ({ service, signIn }) => {
  const admin = await signIn('SystemAdmin')
  const own = await signIn()
  const heard: string[] = []
  service.deps.channels.join(`access:${own.id}`, (message) => heard.push(message))
  const stale = { 'if-match': '"99"' }
  const change = { roles: ['Auditor'] }
  expect((await admin.patch(`/api/v1/users/${own.id}`, change, stale)).statusCode).toBe(412)
  await service.queue.runDue()
  expect(heard).toEqual([])
})

test('what other instances could not be told is told again', async () => {
  let isGone = true
  const told: string[] = []
  const { deps: real, close: end } = await startService()
  const channels = {
    ...real.channels,
    announce: async (channel: string) => {
      if (isGone) throw new Error('Redis is gone.')
      told.push(channel)
    },
  }
  const { app, deps, queue, close } = await startService({ changes: { channels } })
  const own = await signInTo(app)
  await own.post(`${auth}/logout`)
  await queue.runDue()
  const { run_at, finished_at } = await deps.db
    .selectFrom('jobs')
    .select(['run_at', 'finished_at'])
    .where('kind', '=', 'announce_access')
    .executeTakeFirstOrThrow()
  expect(finished_at).toBeNull()
  expect(run_at > new Date(0).toISOString()).toBe(true)
  isGone = false
  const { letTimePass } = await import('../support/jobs.ts')
  await letTimePass(deps.db)
  await queue.runDue()
  expect(told).toEqual([`access:${own.id}`])
  await close()
  await end()
})
