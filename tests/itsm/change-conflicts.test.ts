import { newId } from '../../src/values.ts'
import { changes, createdWindow, dependOn, insertChange, insertCis } from '../support/itsm-cab.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const hour = (n: number, day = '2031-03-03') => `${day}T${String(n).padStart(2, '0')}:00:00.000Z`
const from = (start: number, end: number, day?: string) => ({
  scheduled_start: hour(start, day),
  scheduled_end: hour(end, day),
})

const conflictsOf = async (client: Client, id: string) => {
  const response = await client.get(`${changes}/${id}/conflicts`)
  expect(response.statusCode, response.body).toBe(200)
  return response.json()
}

type Found = { kind: string; severity: string; ci_ids: string[]; change_id: string | null }

describe('conflicts with other changes', () => {
  test('name every CI that they share, 80 of 80', async ({ signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const requester_id = agent.id
    const names = Array.from({ length: 80 }, (_, n) => `ci-${n}`)
    const cis = await insertCis(db, ...names)
    const other = await insertChange(db, {
      requester_id,
      cis,
      status: 'scheduled',
      ...from(11, 13),
    })
    const { id } = await insertChange(db, { requester_id, cis, ...from(10, 12) })
    const { is_blocked, conflicts } = await conflictsOf(agent, id)
    expect(is_blocked).toBe(true)
    expect(conflicts).toHaveLength(1)
    expect(conflicts[0]).toMatchObject({
      kind: 'same_ci',
      severity: 'blocks',
      change_id: other.id,
      window_id: null,
    })
    expect([...conflicts[0].ci_ids].sort()).toEqual([...cis].sort())
    for (const name of names) {
      expect(conflicts[0].ja).toContain(`${name} `)
      expect(conflicts[0].en).toContain(`${name} `)
    }
    const number = `CHG${String(other.number).padStart(8, '0')}`
    expect(conflicts[0].ja).toContain(number)
    expect(conflicts[0].en).toMatch(/ 80 /)
  })

  test.for([
    ['submitted', 'warns'],
    ['under_review', 'warns'],
    ['approved', 'warns'],
    ['scheduled', 'blocks'],
    ['in_progress', 'blocks'],
    ['draft', undefined],
    ['rejected', undefined],
    ['cancelled', undefined],
    ['completed', undefined],
    ['failed', undefined],
    ['backed_out', undefined],
    ['reviewed', undefined],
  ] as const)('with one that is %s: %s', async ([status, severity], { signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const cis = await insertCis(db, 'db')
    const given = { requester_id: agent.id, cis }
    await insertChange(db, { ...given, status, ...from(10, 12) })
    const { id } = await insertChange(db, { ...given, ...from(11, 13) })
    const { conflicts } = await conflictsOf(agent, id)
    expect(conflicts.map((each: Found) => each.severity)).toEqual(severity ? [severity] : [])
  })

  test('are none back to back, and none without a time', async ({ signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const cis = await insertCis(db, 'db')
    const given = { requester_id: agent.id, implementer_id: agent.id, cis }
    const scheduled = { ...given, status: 'scheduled' } as const
    await insertChange(db, { ...scheduled, ...from(8, 10) })
    await insertChange(db, { ...scheduled, ...from(12, 14) })
    const between = await insertChange(db, { ...given, ...from(10, 12) })
    expect(await conflictsOf(agent, between.id)).toEqual({ is_blocked: false, conflicts: [] })
    const timeless = await insertChange(db, given)
    expect((await conflictsOf(agent, timeless.id)).conflicts).toEqual([])
  })

  test('warn of CIs within three steps, and of no sibling', async ({ signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const requester_id = agent.id
    const [web = '', app = '', sql = '', disk = '', room = '', mail = ''] = await insertCis(
      db,
      'web',
      'app',
      'sql',
      'disk',
      'room',
      'mail',
    )
    await dependOn(db, web, app)
    await dependOn(db, app, sql)
    await dependOn(db, sql, disk)
    await dependOn(db, disk, room)
    await dependOn(db, mail, app)
    await dependOn(db, room, web)
    const time = from(10, 12, '2031-04-01')
    const on = (ci: string) => insertChange(db, { requester_id, cis: [ci], ...time })
    const ids = {
      web: (await on(web)).id,
      disk: (await on(disk)).id,
      room: (await on(room)).id,
      mail: (await on(mail)).id,
    }
    const found = async (id: string) =>
      (await conflictsOf(agent, id)).conflicts.map((each: Found) => [each.kind, each.change_id])
    const related = (...others: string[]) => others.map((each) => ['related_ci', each])
    // web → app → sql → disk → room → web: web is no more than three steps from each of them.
    expect((await found(ids.web)).sort()).toEqual(related(ids.disk, ids.room).sort())
    expect(await found(ids.mail)).toEqual(related(ids.disk))
    const both = await insertChange(db, { requester_id, cis: [web, mail], ...time })
    const { conflicts } = await conflictsOf(agent, both.id)
    const disks = conflicts.find((each: Found) => each.change_id === ids.disk)
    expect(disks).toMatchObject({ kind: 'related_ci', severity: 'warns' })
    expect([...disks.ci_ids].sort()).toEqual([web, mail].sort())
  })

  test('warn of an implementer who is busy', async ({ signIn, db }) => {
    const agent = await signIn('ServiceDeskAgent')
    const given = { requester_id: agent.id, implementer_id: agent.id }
    const other = await insertChange(db, { ...given, status: 'scheduled', ...from(10, 12) })
    const { id } = await insertChange(db, { ...given, ...from(11, 12) })
    expect((await conflictsOf(agent, id)).conflicts).toMatchObject([
      { kind: 'same_implementer', severity: 'warns', ci_ids: [], change_id: other.id },
    ])
  })
})

describe('conflicts with windows', () => {
  const day = '2031-06-02'
  const freeze = { starts_at: hour(10, day), ends_at: hour(12, day) }

  test('are freezes that overlap: hard ones block, soft ones warn', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    // Drafts are in nobody's way: here only windows are.
    const draft = { requester_id: manager.id, status: 'draft' } as const
    const [one = '', two = '', free = ''] = await insertCis(db, 'one', 'two', 'free')
    const hard = await createdWindow(manager, { ...freeze, ci_ids: [one, two] })
    const soft = await createdWindow(manager, { ...freeze, severity: 'soft', ci_ids: [two] })
    const time = from(11, 13, day)
    const both = await insertChange(db, { ...draft, cis: [one, two, free], ...time })
    const { is_blocked, conflicts } = await conflictsOf(manager, both.id)
    expect(is_blocked).toBe(true)
    expect(conflicts).toMatchObject([
      { kind: 'freeze', severity: 'blocks', window_id: hard.id },
      { kind: 'freeze', severity: 'warns', window_id: soft.id, ci_ids: [two] },
    ])
    expect([...conflicts[0].ci_ids].sort()).toEqual([one, two].sort())
    const other = await insertChange(db, { ...draft, cis: [free], ...time })
    expect((await conflictsOf(manager, other.id)).conflicts).toEqual([])
    for (const [start, end] of [
      [8, 10],
      [12, 14],
    ] as const) {
      const edge = await insertChange(db, { ...draft, cis: [one], ...from(start, end, day) })
      expect((await conflictsOf(manager, edge.id)).conflicts).toEqual([])
    }
  })

  test('let an emergency pass with its reason, and no other change', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    const cis = await insertCis(db, 'one')
    await createdWindow(manager, { ...freeze, ci_ids: cis })
    const own = { requester_id: manager.id, status: 'draft' } as const
    const given = { ...own, cis, ...from(10, 11, day) }
    const freeze_reason = '脆弱性が悪用されている'
    const blocked = async (more: object) => {
      const { id } = await insertChange(db, { ...given, ...more })
      return conflictsOf(manager, id)
    }
    expect((await blocked({ type: 'emergency' })).is_blocked).toBe(true)
    expect((await blocked({ type: 'emergency', freeze_reason: ' ' })).is_blocked).toBe(true)
    expect((await blocked({ type: 'normal', freeze_reason })).is_blocked).toBe(true)
    const passed = await blocked({ type: 'emergency', freeze_reason })
    expect(passed).toMatchObject({ is_blocked: false, conflicts: [{ severity: 'warns' }] })
    expect(passed.conflicts[0].ja).toContain(freeze_reason)
  })

  test('of all CIs concern also a change without any', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    const far = '2031-07-07'
    const all = await createdWindow(manager, { starts_at: hour(10, far), ends_at: hour(12, far) })
    const { id } = await insertChange(db, { requester_id: manager.id, ...from(11, 13, far) })
    expect((await conflictsOf(manager, id)).conflicts).toMatchObject([
      { kind: 'freeze', severity: 'blocks', ci_ids: [], window_id: all.id },
    ])
  })

  test('warn of a time outside the maintenance windows of CIs that have some', async ({
    signIn,
    db,
  }) => {
    const manager = await signIn('ChangeManager')
    const requester_id = manager.id
    const [kept = '', free = ''] = await insertCis(db, 'kept', 'free')
    const window = await createdWindow(manager, {
      kind: 'maintenance',
      severity: null,
      starts_at: '2031-01-01T00:00:00.000Z',
      ends_at: null,
      recurrence: {
        time_zone: 'Europe/Berlin',
        weekdays: [7],
        from: '01:00',
        to: '04:00',
        until: null,
      },
      ci_ids: [kept],
    })
    // On 2031-03-30 clocks in Berlin go on at 01:00 UTC: 01:00 to 04:00 is two hours there.
    const outside = async (start: string, end: string) => {
      const time = { scheduled_start: `${start}:00.000Z`, scheduled_end: `${end}:00.000Z` }
      const { id } = await insertChange(db, { requester_id, cis: [kept, free], ...time })
      return (await conflictsOf(manager, id)).conflicts.filter(
        ({ kind }: Found) => kind === 'outside_maintenance_window',
      )
    }
    expect(await outside('2031-03-30T00:00', '2031-03-30T02:00')).toEqual([])
    expect(await outside('2031-03-30T00:00', '2031-03-30T02:01')).toMatchObject([
      { severity: 'warns', ci_ids: [kept], window_id: window.id },
    ])
    expect(await outside('2031-03-23T00:00', '2031-03-23T03:00')).toEqual([])
    expect(await outside('2031-04-06T00:00', '2031-04-06T01:00')).toEqual([])
    expect(await outside('2031-04-05T22:59', '2031-04-06T01:00')).toHaveLength(1)
  })
})

test('conflicts are for those who read changes, of changes that there are', async ({
  signIn,
  app,
}) => {
  const url = `${changes}/${newId()}/conflicts`
  expect((await (await signIn('Auditor')).get(url)).statusCode).toBe(404)
  expect((await (await signIn('User')).get(url)).statusCode).toBe(403)
  expect((await app.inject(url)).statusCode).toBe(401)
})
