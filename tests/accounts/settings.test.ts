import { describe, expect, test } from '../support/service.ts'

const settings = '/api/v1/user_accounts/me/settings'

describe('one’s settings', () => {
  test('are empty at first, and then what was saved last', async ({ signIn }) => {
    const ann = await signIn()
    expect((await ann.get(settings)).json()).toEqual({ settings: {}, version: 0, updated_at: null })
    const saved = { theme: 'dark', areas: ['13000'], nested: { a: [1, null, true], b: 0 }, n: null }
    const put = await ann.put(settings, { settings: saved })
    expect(put.json()).toMatchObject({ settings: saved, version: 1 })
    expect(put.headers.etag).toBe('"1"')
    expect((await ann.get(settings)).json()).toMatchObject({ settings: saved, version: 1 })
  })

  test('are nobody else’s', async ({ signIn }) => {
    const [ann, ben] = [await signIn(), await signIn()]
    await ann.put(settings, { settings: { secret: 'mine' } })
    expect((await ben.get(settings)).json().settings).toEqual({})
    expect((await ben.get(`${settings}/history`)).json().total).toBe(0)
    expect((await ben.post(`${settings}/restore/1`)).statusCode).toBe(404)
  })

  test('have a history from which each version comes back as a new one', async ({ signIn }) => {
    const ann = await signIn()
    for (const theme of ['a', 'b', 'c']) await ann.put(settings, { settings: { theme } })
    const restored = await ann.post(`${settings}/restore/1`)
    expect(restored.json()).toMatchObject({ settings: { theme: 'a' }, version: 4 })
    const { versions, total } = (await ann.get(`${settings}/history?limit=3`)).json()
    expect(total).toBe(4)
    expect(versions).toMatchObject([
      { version: 4, settings: { theme: 'a' } },
      { version: 3, settings: { theme: 'c' } },
      { version: 2, settings: { theme: 'b' } },
    ])
    const unknown = await ann.post(`${settings}/restore/9`)
    expect(unknown.json()).toMatchObject({ status: 404, code: 'settings_version_not_found' })
  })

  test('may have 64 KB and no more', async ({ signIn }) => {
    const ann = await signIn()
    const of = (bytes: number) => ({ settings: { text: 'あ'.repeat((bytes - 11) / 3) } })
    expect((await ann.put(settings, of(64 * 1024 - 2))).statusCode).toBe(200)
    const response = await ann.put(settings, of(64 * 1024 + 1))
    expect(response.json()).toMatchObject({ status: 422, errors: [{ field: 'settings' }] })
    expect((await ann.get(settings)).json().version).toBe(1)
  })

  test('are not saved over a version that was not seen', async ({ signIn }) => {
    const ann = await signIn()
    const put = (n: number) => ann.put(settings, { settings: { n } }, { 'if-match': '"0"' })
    const statuses = (await Promise.all([0, 1, 2, 3].map(put))).map((answer) => answer.statusCode)
    expect(statuses.sort()).toEqual([200, 412, 412, 412])
    expect((await ann.get(settings)).json().version).toBe(1)
  })

  test('saved by many at once are all kept as versions', async ({ signIn }) => {
    const ann = await signIn()
    await Promise.all(Array.from({ length: 8 }, (_, n) => ann.put(settings, { settings: { n } })))
    const { versions } = (await ann.get(`${settings}/history`)).json()
    expect(versions.map(({ version }: { version: number }) => version)).toEqual([
      8, 7, 6, 5, 4, 3, 2, 1,
    ])
  })

  test('keep their latest hundred versions', async ({ db, signIn }) => {
    const ann = await signIn()
    const row = (version: number) => ({
      user_id: ann.id,
      version,
      settings: '{}',
      created_at: new Date().toISOString(),
    })
    await db
      .insertInto('user_settings')
      .values(Array.from({ length: 100 }, (_, n) => row(n + 1)))
      .execute()
    await ann.put(settings, { settings: {} })
    const { total, versions } = (await ann.get(`${settings}/history?skip=99&limit=1`)).json()
    expect(total).toBe(100)
    expect(versions[0].version).toBe(2)
  })

  test.for([
    ['a list', []],
    ['a text', 'x'],
    ['nothing', null],
  ] as const)('are not %s', async ([, value], { signIn }) => {
    const response = await (await signIn()).put(settings, { settings: value })
    expect(response.json()).toMatchObject({ status: 422, errors: [{ field: 'settings' }] })
  })
})
