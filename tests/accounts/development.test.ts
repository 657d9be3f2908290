import { readFileSync, statSync } from 'node:fs'
import { ensureMockUsers, firstPasswordFile, mockUsers } from '../../src/accounts/development.ts'
import { describe, expect, speaking, startService, test } from '../support/service.ts'

const me = '/api/v1/auth/me'

describe('in development', () => {
  test('there is a mock user for each role, by a token anybody can type', async ({
    service,
    app,
  }) => {
    await ensureMockUsers(service.deps)
    for (const [name, { roles }] of Object.entries(mockUsers)) {
      const response = await speaking(app, `Bearer mock-access-token-dev-${name}`).get(me)
      expect(response.json()).toMatchObject({ roles })
    }
    const nobody = await speaking(app, 'Bearer mock-access-token-dev-nobody').get(me)
    expect(nobody.json()).toMatchObject({ status: 401, code: 'token_invalid' })
  })

  test('the first administrator may sign in with a password that is kept in a file', async ({
    service,
    app,
  }) => {
    await ensureMockUsers(service.deps)
    const file = firstPasswordFile(service.deps.config.dataDir)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const response = await app.inject({
      method: 'POST',
      url: '/api/v1/auth/login',
      payload: { username: 'admin', password: readFileSync(file, 'utf8').trim() },
    })
    expect(response.json()).toMatchObject({ user: { roles: ['SystemAdmin'], username: 'admin' } })
  })

  test('starting again, or twice at once, makes nobody twice', async ({ service, db }) => {
    await Promise.all([ensureMockUsers(service.deps), ensureMockUsers(service.deps)])
    await ensureMockUsers(service.deps)
    const rows = await db
      .selectFrom('users')
      .select('id')
      .where('email', 'like', 'dev-%@kaname.example')
      .execute()
    expect(rows).toHaveLength(Object.keys(mockUsers).length)
  })

  test('signing a mock user out does no harm', async ({ service, app }) => {
    await ensureMockUsers(service.deps)
    const user = speaking(app, 'Bearer mock-access-token-dev-user')
    expect((await user.post('/api/v1/auth/logout')).statusCode).toBe(200)
    expect((await user.get(me)).statusCode).toBe(200)
  })
})

test('in production nobody is let in by a mock token, even where the users are there', async () => {
  const { deps, app, close } = await startService({ env: { AUTH_MODE: 'production' } })
  await ensureMockUsers(deps)
  for (const name of Object.keys(mockUsers)) {
    const response = await speaking(app, `Bearer mock-access-token-dev-${name}`).get(me)
    expect(response.json()).toMatchObject({ status: 401, code: 'token_invalid' })
  }
  await close()
})
