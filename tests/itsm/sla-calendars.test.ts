import { newId } from '../../src/values.ts'
import { describe, expect, test } from '../support/service.ts'

const url = '/api/v1/sla/calendars'
const ranges = [{ from: '09:00', to: '18:00' }]
const named = (more: object = {}) => ({
  name: `暦 ${newId()}`,
  zone: 'Europe/Berlin',
  weekly: { mon: ranges },
  ...more,
})

describe('calendars', () => {
  test('are made, read, changed in versions and deleted', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    const created = await manager.post(url, named())
    expect(created.statusCode).toBe(201)
    expect(created.json()).toMatchObject({ version: 1, round_the_clock: false, holidays: [] })
    const at = String(created.headers.location)
    expect((await manager.get(at)).headers.etag).toBe('"1"')

    const holiday_sets = ['japan']
    const changed = await manager.patch(at, { holiday_sets }, { 'if-match': '"1"' })
    expect(changed.json()).toMatchObject({ version: 2, holiday_sets, weekly: { mon: ranges } })
    expect((await manager.patch(at, { zone: 'UTC' }, { 'if-match': '"1"' })).statusCode).toBe(412)
    const versions = await db
      .selectFrom('sla_calendar_versions')
      .select('version')
      .where('calendar_id', '=', created.json().id)
      .execute()
    expect(versions).toHaveLength(2)

    expect((await manager.delete(at)).statusCode).toBe(204)
    expect((await manager.get(at)).json()).toMatchObject({ code: 'sla_calendar_not_found' })
  })

  test('have names of their own, and a default', async ({ signIn }) => {
    const manager = await signIn('ChangeManager')
    const calendar = named()
    await manager.post(url, calendar)
    const again = await manager.post(url, { ...calendar, name: calendar.name.toUpperCase() })
    expect(again.json()).toMatchObject({ status: 409, code: 'duplicate' })
    const page = (await manager.get(`${url}?limit=100`)).json()
    expect(page.total).toBe(page.calendars.length)
    expect(page.calendars).toContainEqual(
      expect.objectContaining({ zone: 'Asia/Tokyo', holiday_sets: ['japan'], version: 1 }),
    )
    expect((await manager.get(`${url}?limit=1&skip=1`)).json().calendars).toHaveLength(1)
  })

  test('that a policy uses stay', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    const { calendar_id } = await db
      .selectFrom('sla_policies')
      .select('calendar_id')
      .where('is_default', '=', 1)
      .executeTakeFirstOrThrow()
    const refused = await manager.delete(`${url}/${calendar_id}`)
    expect(refused.json()).toMatchObject({ status: 409, code: 'sla_calendar_in_use' })
  })

  test.for([
    [{ zone: 'Mars/Olympus' }, 'zone'],
    [{ weekly: {} }, 'weekly'],
    [{ weekly: { mon: [{ from: '09:00', to: '09:30' }] } }, 'weekly'],
    [{ weekly: { mon: [{ from: '18:00', to: '09:00' }] } }, 'weekly.mon.0'],
    [{ weekly: { mon: [...ranges, { from: '17:59', to: '20:00' }] } }, 'weekly.mon.1'],
    [{ weekly: { mon: [{ from: '09:00', to: '24:01' }] } }, 'weekly.mon.0.to'],
    [{ round_the_clock: true }, 'weekly'],
    [{ holidays: [{ from: '01-01', to: '12-31', name: 'いつも' }] }, 'weekly'],
    [{ holidays: [{ from: '02-30', name: '?' }] }, 'holidays.0'],
    [{ holidays: [{ from: '12-29', to: '2026-01-03', name: '?' }] }, 'holidays.0'],
    [{ holidays: [{ from: '2026-01-03', to: '2025-12-29', name: '?' }] }, 'holidays.0'],
    [{ holiday_sets: ['mars'] }, 'holiday_sets.0'],
    [{ extra_days: [1, 2].map(() => ({ date: '2026-01-10', ranges })) }, 'extra_days.1.date'],
    [{ colour: 'red' }, 'colour'],
  ] as const)('without sense are refused: %j', async ([fault, field], { signIn }) => {
    const manager = await signIn('ChangeManager')
    const refused = await manager.post(url, named(fault))
    expect(refused.json()).toMatchObject({ status: 422, errors: [{ field }] })
  })

  test('may have ranges that touch, and none at all round the clock', async ({ signIn }) => {
    const manager = await signIn('ChangeManager')
    const weekly = { mon: [...ranges, { from: '18:00', to: '24:00' }] }
    expect((await manager.post(url, named({ weekly }))).statusCode).toBe(201)
    const always = named({ round_the_clock: true, weekly: {} })
    expect((await manager.post(url, always)).statusCode).toBe(201)
  })

  test('show what they mean, day by day', async ({ signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const { calendar_id } = await db
      .selectFrom('sla_policies')
      .select('calendar_id')
      .where('is_default', '=', 1)
      .executeTakeFirstOrThrow()
    const days = `${url}/${calendar_id}/days`
    const shown = (await agent.get(`${days}?from=2025-12-26&to=2026-01-05`)).json()
    expect(shown).toMatchObject({ zone: 'Asia/Tokyo', working_s: 2 * 9 * 3600 })
    expect(shown.days).toHaveLength(11)
    expect(shown.days[0].intervals).toEqual([
      { from: '2025-12-26T00:00:00.000Z', to: '2025-12-26T09:00:00.000Z' },
    ])
    expect(shown.days[3]).toMatchObject({ date: '2025-12-29', holiday: '年末年始', working_s: 0 })
    for (const wrong of ['from=2026-01-05&to=2025-12-26', 'from=2025-01-01&to=2026-02-06']) {
      const refused = await agent.get(`${days}?${wrong}`)
      expect(refused.json()).toMatchObject({ status: 422, errors: [{ field: 'to' }] })
    }
  })

  test('are for the service desk to read, and for those who run it to change', async ({
    signIn,
  }) => {
    const [user, agent] = [await signIn('User'), await signIn('ServiceDeskAgent')]
    expect((await user.get(url)).statusCode).toBe(403)
    expect((await agent.get(url)).statusCode).toBe(200)
    expect((await agent.post(url, named())).statusCode).toBe(403)
  })
})

test('the holidays of a year are listed', async ({ signIn, app }) => {
  const agent = await signIn('ServiceDeskAgent')
  const { holidays } = (await agent.get('/api/v1/sla/holidays?year=2026')).json()
  expect(holidays).toHaveLength(18)
  expect(holidays).toContainEqual({
    date: '2026-09-22',
    name_ja: '国民の休日',
    name_en: 'Citizens’ Holiday',
  })
  expect((await agent.get('/api/v1/sla/holidays?year=1900')).statusCode).toBe(422)
  expect((await app.inject('/api/v1/sla/holidays?year=2026')).statusCode).toBe(401)
})
