import type { LightMyRequestResponse } from 'fastify'
import { parseCalendar, textOf } from '../support/icalendar.ts'
import { changes, createdWindow, dependOn, insertChange, insertCis } from '../support/itsm-cab.ts'
import { type Client, describe, expect, speaking, test } from '../support/service.ts'

const url = `${changes}/calendar`
const range = (start: string, end: string) => `${url}?start=${start}T00:00:00Z&end=${end}T00:00:00Z`
const idsIn = (response: LightMyRequestResponse) => {
  expect(response.statusCode, response.body).toBe(200)
  return response.json().changes.map(({ id }: { id: string }) => id)
}
const on = (start: string, end: string) => ({
  scheduled_start: `${start}:00.000Z`,
  scheduled_end: `${end}:00.000Z`,
})

describe('the calendar', () => {
  test('shows what overlaps the range, not what touches it (defects 2 and 9)', async ({
    signIn,
    db,
  }) => {
    const agent = await signIn('ServiceDeskAgent')
    const [ci = ''] = await insertCis(db, 'db')
    const given = { requester_id: agent.id, cis: [ci] }
    const times = [
      on('2032-01-31T22:00', '2032-02-01T00:00'),
      on('2032-01-31T22:00', '2032-02-01T00:01'),
      on('2032-02-10T00:00', '2032-02-10T01:00'),
      on('2032-01-01T00:00', '2032-03-20T00:00'),
      on('2032-02-29T23:59', '2032-03-01T05:00'),
      on('2032-03-01T00:00', '2032-03-01T05:00'),
    ]
    const ids: string[] = []
    for (const time of times) ids.push((await insertChange(db, { ...given, ...time })).id)
    const response = await agent.get(`${range('2032-02-01', '2032-03-01')}&ci=${ci}`)
    expect(idsIn(response)).toEqual([ids[3], ids[1], ids[2], ids[4]])
    expect(response.json().changes[0]).toMatchObject({
      change_number: expect.stringMatching(/^CHG\d{8}$/),
      affected_cis: [{ id: ci }],
    })
  })

  test('is narrowed by CI, related CI, risk, type, status and team', async ({ signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const [web = '', sql = '', other = ''] = await insertCis(db, 'web', 'sql', 'other')
    await dependOn(db, web, sql)
    const given = { requester_id: agent.id, ...on('2032-05-10T00:00', '2032-05-10T01:00') }
    const a = await insertChange(db, { ...given, cis: [web], risk_level: 'high' })
    const b = await insertChange(db, { ...given, cis: [sql], type: 'emergency' })
    const c = await insertChange(db, { ...given, cis: [other], status: 'cancelled' })
    const may = range('2032-05-01', '2032-06-01')
    const all = `&ci=${web}&ci=${sql}&ci=${other}`
    const ask = async (query: string) => idsIn(await agent.get(`${may}${query}`)).sort()
    expect(await ask(all)).toEqual([a.id, b.id, c.id].sort())
    expect(await ask(`&ci=${web}`)).toEqual([a.id])
    expect(await ask(`&ci=${web}&related=true`)).toEqual([a.id, b.id].sort())
    expect(await ask(`${all}&risk=high&risk=low`)).toEqual([a.id])
    expect(await ask(`${all}&type=emergency`)).toEqual([b.id])
    expect(await ask(`${all}&status=cancelled`)).toEqual([c.id])
    expect(await ask(`${all}&team=${a.id}`)).toEqual([])
  })

  test('shows freezes, and maintenance each time that it comes back', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    const [one = '', two = ''] = await insertCis(db, 'one', 'two')
    const freeze = await createdWindow(manager, {
      starts_at: '2032-07-31T00:00:00.000Z',
      ends_at: '2032-08-02T00:00:00.000Z',
      ci_ids: [one],
    })
    const recurring = await createdWindow(manager, {
      kind: 'maintenance',
      severity: null,
      starts_at: '2032-07-01T00:00:00.000Z',
      ends_at: null,
      recurrence: {
        time_zone: 'Asia/Tokyo',
        weekdays: [7],
        from: '01:00',
        to: '03:00',
        until: '2032-08-15',
      },
      ci_ids: [two],
    })
    const august = range('2032-08-01', '2032-09-01')
    const shown = (await manager.get(`${august}&ci=${one}&ci=${two}`)).json()
    expect(shown.freezes).toMatchObject([
      { window_id: freeze.id, severity: 'hard', starts_at: '2032-07-31T00:00:00.000Z' },
    ])
    expect(shown.maintenance).toMatchObject([
      {
        window_id: recurring.id,
        starts_at: '2032-08-07T16:00:00.000Z',
        ends_at: '2032-08-07T18:00:00.000Z',
      },
      { starts_at: '2032-08-14T16:00:00.000Z' },
    ])
    const narrowed = (await manager.get(`${august}&ci=${one}`)).json()
    expect(narrowed.maintenance).toEqual([])
    const edge = (await manager.get(`${range('2032-08-02', '2032-08-03')}&ci=${one}`)).json()
    expect(edge.freezes).toEqual([])
  })

  test.for([
    ['no range', url],
    ['no end', `${url}?start=2032-01-01T00:00:00Z`],
    ['an end at the start', range('2032-01-01', '2032-01-01')],
    ['more than 400 days', range('2032-01-01', '2033-02-05')],
    ['a risk that there is not', `${range('2032-01-01', '2032-02-01')}&risk=none`],
    ['a format that there is not', `${range('2032-01-01', '2032-02-01')}&format=pdf`],
  ] as const)('is refused with %s', async ([, address], { signIn }) => {
    const response = await (await signIn('Auditor')).get(address)
    expect(response.statusCode, response.body).toBe(422)
  })

  test('spans up to 400 days', async ({ signIn }) => {
    const response = await (await signIn('Auditor')).get(range('2032-01-01', '2033-02-04'))
    expect(response.statusCode, response.body).toBe(200)
  })

  test('is for those who read changes', async ({ signIn, app }) => {
    const address = range('2032-01-01', '2032-02-01')
    expect((await (await signIn('User')).get(address)).statusCode).toBe(403)
    expect((await app.inject(address)).statusCode).toBe(401)
  })
})

describe('as iCalendar', () => {
  const october = `${range('2032-10-01', '2032-11-01')}&format=ics`
  const feedOf = async (client: Client, ci: string) => {
    const response = await client.get(`${october}&ci=${ci}`)
    expect(response.statusCode, response.body).toBe(200)
    return { response, ...parseCalendar(response.rawPayload) }
  }

  test('it says the same as JSON', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    const [ci = ''] = await insertCis(db, 'データベース, 本番; 一号')
    const given = { requester_id: manager.id, cis: [ci] }
    const title = `証明書の更新; 本番, ${'長い'.repeat(60)}`
    const time = on('2032-10-05T11:00', '2032-10-05T13:00')
    const row = await insertChange(db, { ...given, title, status: 'scheduled', ...time })
    await insertChange(db, { ...given, status: 'submitted', ...time })
    await insertChange(db, { ...given, status: 'cancelled', ...time })
    const window = await createdWindow(manager, {
      starts_at: '2032-10-20T00:00:00.000Z',
      ends_at: '2032-10-21T00:00:00.000Z',
      ci_ids: [ci],
    })
    const { response, events } = await feedOf(manager, ci)
    expect(response.headers['content-type']).toBe('text/calendar; charset=utf-8')
    expect(events.map(({ STATUS }) => STATUS).sort()).toEqual([
      'CANCELLED',
      'CONFIRMED',
      'CONFIRMED',
      'TENTATIVE',
    ])
    const change = events.find(({ UID }) => UID === `${row.id}@kaname`)
    expect(textOf(change?.SUMMARY)).toBe(`CHG${String(row.number).padStart(8, '0')} ${title}`)
    expect(textOf(change?.DESCRIPTION)).toContain('データベース, 本番; 一号')
    expect(change).toMatchObject({
      DTSTART: '20321005T110000Z',
      DTEND: '20321005T130000Z',
      TRANSP: 'OPAQUE',
      CATEGORIES: 'change,normal,medium',
    })
    const freeze = events.find(({ UID }) => UID === `${window.id}@kaname`)
    expect(freeze).toMatchObject({ TRANSP: 'TRANSPARENT', CATEGORIES: 'freeze,hard' })
  })

  test('it is not sent twice, and keeps its ids', async ({ signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const [ci = ''] = await insertCis(db, 'db')
    const time = on('2032-10-05T11:00', '2032-10-05T13:00')
    const { id } = await insertChange(db, { requester_id: agent.id, cis: [ci], ...time })
    const first = await feedOf(agent, ci)
    const etag = String(first.response.headers.etag)
    const again = await agent.get(`${october}&ci=${ci}`, { 'if-none-match': etag })
    expect(again.statusCode).toBe(304)
    expect(again.body).toBe('')
    await db.updateTable('changes').set({ title: 'x' }).where('id', '=', id).execute()
    const changed = await agent.get(`${october}&ci=${ci}`, { 'if-none-match': etag })
    expect(changed.statusCode).toBe(200)
    expect(parseCalendar(changed.rawPayload).events[0]?.UID).toBe(first.events[0]?.UID)
  })

  test('it is subscribed to with an API token in a header', async ({ signIn, app }) => {
    const agent = await signIn('ServiceDeskAgent')
    const tokenWith = async (...scopes: string[]) => {
      const made = await agent.post('/api/v1/auth/tokens', { name: `feed ${scopes}`, scopes })
      expect(made.statusCode, made.body).toBe(201)
      return speaking(app, `Bearer ${made.json().token}`)
    }
    expect((await (await tokenWith('change.read')).get(october)).statusCode).toBe(200)
    expect((await (await tokenWith('item.read')).get(october)).json().code).toBe('scope_required')
  })
})
