import { newId } from '../../src/values.ts'
import { createdWindow, insertCis, windows } from '../support/itsm-cab.ts'
import { describe, expect, test } from '../support/service.ts'

const recurrence = {
  time_zone: 'Asia/Tokyo',
  weekdays: [6],
  from: '22:00',
  to: '05:00',
  until: '2027-03-31',
}
const freeze = {
  kind: 'freeze',
  severity: 'hard',
  name: '年末凍結',
  starts_at: '2026-12-28T09:00:00+09:00',
  ends_at: '2027-01-04T09:00:00+09:00',
}
const maintenance = {
  kind: 'maintenance',
  name: '土曜の夜',
  starts_at: '2026-12-01T00:00:00.000Z',
  recurrence,
}

describe('windows', () => {
  test('are created, read, changed and deleted', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    const [ci = ''] = await insertCis(db, 'db')
    const response = await manager.post(windows, { ...freeze, ci_ids: [ci] })
    expect(response.statusCode, response.body).toBe(201)
    const window = response.json()
    expect(response.headers).toMatchObject({ location: `${windows}/${window.id}`, etag: '"1"' })
    expect(window).toMatchObject({
      starts_at: '2026-12-28T00:00:00.000Z',
      ends_at: '2027-01-04T00:00:00.000Z',
      recurrence: null,
      reason: null,
      ci_ids: [ci],
      created_by: manager.id,
    })
    const url = `${windows}/${window.id}`
    expect((await manager.get(url)).json()).toEqual(window)
    const stale = await manager.patch(url, { name: 'x' }, { 'if-match': '"2"' })
    expect(stale.statusCode).toBe(412)
    const wanted = { severity: 'soft', ci_ids: [] }
    const changed = await manager.patch(url, wanted, { 'if-match': '"1"' })
    expect(changed.json()).toMatchObject({ ...wanted, name: '年末凍結', version: 2 })
    expect((await manager.delete(url, undefined, { 'if-match': '"1"' })).statusCode).toBe(412)
    expect((await manager.delete(url)).statusCode).toBe(204)
    expect((await manager.get(url)).json().code).toBe('window_not_found')
    const audit = await db
      .selectFrom('audit_log')
      .select('action')
      .where('subject_id', '=', window.id)
      .orderBy('id')
      .execute()
    expect(audit.map(({ action }) => action)).toEqual([
      'change_window.created',
      'change_window.updated',
      'change_window.deleted',
    ])
  })

  test('are changed by one of two who have seen the same', async ({ signIn }) => {
    const manager = await signIn('ChangeManager')
    const { id } = await createdWindow(manager)
    const answers = await Promise.all(
      ['a', 'b'].map((name) => manager.patch(`${windows}/${id}`, { name }, { 'if-match': '"1"' })),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412])
  })

  test('recur for maintenance', async ({ signIn }) => {
    const manager = await signIn('ChangeManager')
    const response = await manager.post(windows, maintenance)
    expect(response.json()).toMatchObject({ recurrence, ends_at: null, severity: null })
  })

  test.for([
    ['a freeze without a severity', { ...freeze, severity: null }, 'severity'],
    ['maintenance with a severity', { ...maintenance, severity: 'hard' }, 'severity'],
    ['an end before the start', { ...freeze, ends_at: freeze.starts_at }, 'ends_at'],
    ['no end', { ...freeze, ends_at: null }, 'ends_at'],
    ['an end and a recurrence', { ...maintenance, ends_at: freeze.ends_at }, 'ends_at'],
    ['a freeze that recurs', { ...freeze, ends_at: null, recurrence }, 'recurrence'],
    ['a second that there is not', { ...freeze, starts_at: '2016-12-31T23:59:60Z' }, 'starts_at'],
    ['a CI that there is not', { ...freeze, ci_ids: [newId()] }, 'ci_ids.0'],
    ['two lines for a name', { ...freeze, name: 'a\nb' }, 'name'],
    ['a field that there is not', { ...freeze, color: 'red' }, 'color'],
    [
      'a zone that there is not',
      { ...maintenance, recurrence: { ...recurrence, time_zone: 'Asia/Edo' } },
      'recurrence.time_zone',
    ],
    [
      'a day of the week that there is not',
      { ...maintenance, recurrence: { ...recurrence, weekdays: [8] } },
      'recurrence.weekdays.0',
    ],
  ] as const)('are refused with %s', async ([, body, field], { signIn }) => {
    const response = await (await signIn('ChangeManager')).post(windows, body)
    expect(response.statusCode, response.body).toBe(422)
    const fields = response.json().errors.map((each: { field: string }) => each.field)
    expect(fields).toContain(field)
  })

  test('are for those who manage changes, and read by those who read them', async ({
    signIn,
    app,
  }) => {
    const window = await createdWindow(await signIn('ChangeManager'))
    const url = `${windows}/${window.id}`
    for (const role of ['ServiceDeskAgent', 'CabMember', 'Auditor'] as const) {
      const client = await signIn(role)
      expect((await client.get(url)).statusCode).toBe(200)
      expect((await client.post(windows, freeze)).statusCode).toBe(403)
      expect((await client.patch(url, { name: 'x' })).statusCode).toBe(403)
      expect((await client.delete(url)).statusCode).toBe(403)
    }
    expect((await (await signIn('User')).get(url)).statusCode).toBe(403)
    expect((await app.inject(url)).statusCode).toBe(401)
  })

  test('are listed in pages, by kind and by when they are', async ({ signIn }) => {
    const manager = await signIn('ChangeManager')
    const on = (day: number) => ({
      starts_at: `2040-05-0${day}T00:00:00.000Z`,
      ends_at: `2040-05-0${day + 1}T00:00:00.000Z`,
    })
    const ids: string[] = []
    for (const day of [3, 1, 2]) ids.push((await createdWindow(manager, on(day))).id)
    const [third, first, second] = ids
    const range = 'kind=freeze&from=2040-05-01T00:00:00Z&to=2040-06-01T00:00:00Z'
    const page = (await manager.get(`${windows}?${range}&limit=2`)).json()
    expect(page).toMatchObject({ total: 3, windows: [{ id: first }, { id: second }] })
    const rest = (await manager.get(`${windows}?${range}&limit=2&skip=2`)).json()
    expect(rest.windows.map((each: { id: string }) => each.id)).toEqual([third])
    const edge = 'from=2040-05-02T00:00:00Z&to=2040-05-03T00:00:00Z&kind=freeze'
    const only = (await manager.get(`${windows}?${edge}`)).json()
    expect(only.windows.map((each: { id: string }) => each.id)).toEqual([second])
    expect((await manager.get(`${windows}?limit=0`)).statusCode).toBe(422)
  })
})
