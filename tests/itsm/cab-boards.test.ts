import { later, newId, now } from '../../src/values.ts'
import { boards, createdBoard, insertChange, meetings } from '../support/itsm-cab.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const newBoard = (given: object = {}) => ({
  name: `委員会 ${newId()}`,
  rule: 'majority',
  quorum: 0.5,
  members: [],
  ...given,
})
const required = ({ id }: Client) => ({ user_id: id, role: 'required' })

describe('boards', () => {
  test('are created with members and delegates, read, changed and deleted', async ({ signIn }) => {
    const manager = await signIn('ChangeManager')
    const [ann, bob, cho] = [
      await signIn('CabMember'),
      await signIn('CabMember'),
      await signIn('CabMember'),
    ]
    const body = newBoard({
      members: [{ user_id: bob.id, role: 'optional' }, required(ann)],
      delegates: [
        {
          user_id: ann.id,
          delegate_id: cho.id,
          from: '2026-12-01T09:00:00+09:00',
          to: '2026-12-02T09:00:00+09:00',
        },
      ],
    })
    const response = await manager.post(boards, body)
    expect(response.statusCode, response.body).toBe(201)
    const board = response.json()
    const url = `${boards}/${board.id}`
    expect(response.headers).toMatchObject({ location: url, etag: '"1"' })
    expect(board).toMatchObject({
      is_default: false,
      rule: 'majority',
      quorum: 0.5,
      members: [
        { user_id: ann.id, role: 'required' },
        { user_id: bob.id, role: 'optional' },
      ],
      delegates: [
        {
          user_id: ann.id,
          delegate_id: cho.id,
          from: '2026-12-01T00:00:00.000Z',
          to: '2026-12-02T00:00:00.000Z',
        },
      ],
    })
    expect((await ann.get(url)).json()).toEqual(board)
    const wanted = { quorum: 1, members: [required(bob)] }
    expect((await manager.patch(url, wanted, { 'if-match': '"9"' })).statusCode).toBe(412)
    const changed = await manager.patch(url, wanted, { 'if-match': '"1"' })
    expect(changed.json()).toMatchObject({
      quorum: 1,
      members: [{ user_id: bob.id }],
      delegates: [],
      version: 2,
    })
    expect((await manager.delete(url)).statusCode).toBe(204)
    expect((await manager.get(url)).json().code).toBe('board_not_found')
    expect((await manager.patch(url, wanted)).statusCode).toBe(404)
  })

  test('have names of their own', async ({ signIn }) => {
    const manager = await signIn('ChangeManager')
    const body = newBoard({ name: `Board ${newId()}` })
    const answers = await Promise.all([
      manager.post(boards, body),
      manager.post(boards, { ...body, name: body.name.toUpperCase() }),
    ])
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409])
  })

  test('have one default, whoever asks for it at the same time', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    const ids: string[] = []
    for (let n = 0; n < 3; n += 1) ids.push((await createdBoard(manager, [])).id)
    const answers = await Promise.all(
      ids.map((id) => manager.patch(`${boards}/${id}`, { is_default: true })),
    )
    for (const { statusCode, body } of answers) expect(statusCode, body).toBe(200)
    const rows = () =>
      db.selectFrom('cab_boards').select('id').where('is_default', '=', 1).execute()
    expect(await rows()).toHaveLength(1)
    const next = await createdBoard(manager, [], { is_default: true })
    expect(await rows()).toEqual([{ id: next.id }])
    expect((await manager.delete(`${boards}/${next.id}`)).statusCode).toBe(204)
  })

  test('are not deleted while something refers to them', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    const board = await createdBoard(manager, [])
    const { id } = await insertChange(db, { requester_id: manager.id, board_id: board.id })
    const refused = await manager.delete(`${boards}/${board.id}`)
    expect(refused.statusCode).toBe(409)
    expect(refused.json().code).toBe('board_in_use')
    await db.updateTable('changes').set({ status: 'cancelled' }).where('id', '=', id).execute()
    expect((await manager.delete(`${boards}/${board.id}`)).statusCode).toBe(204)
  })

  test.for([
    ['a quorum past 1', { quorum: 1.1 }, 'quorum'],
    ['a rule that there is not', { rule: 'most' }, 'rule'],
    [
      'a member who is not there',
      { members: [{ user_id: newId(), role: 'required' }] },
      'members.0.user_id',
    ],
    ['no rule', { rule: undefined }, 'rule'],
    ['a field that there is not', { chair: 'x' }, 'chair'],
    ['two lines for a name', { name: 'a\nb' }, 'name'],
  ] as const)('are refused with %s', async ([, given, field], { signIn }) => {
    const response = await (await signIn('ChangeManager')).post(boards, newBoard(given))
    expect(response.statusCode, response.body).toBe(422)
    expect(response.json().errors).toMatchObject([{ field }])
  })

  test('are refused with members and delegates that do not go together', async ({ signIn }) => {
    const manager = await signIn('ChangeManager')
    const [ann, bob] = [await signIn('CabMember'), await signIn('CabMember')]
    const user = await signIn('User')
    const at = now()
    const day = { from: at, to: later(at, 3600) }
    const members = [required(ann)]
    const fieldOf = async (given: object) => {
      const response = await manager.post(boards, newBoard(given))
      expect(response.statusCode, response.body).toBe(422)
      return response.json().errors.map((each: { field: string }) => each.field)
    }
    expect(await fieldOf({ members: [required(ann), required(ann)] })).toEqual([
      'members.1.user_id',
    ])
    expect(await fieldOf({ members: [required(user)] })).toEqual(['members.0.user_id'])
    const delegated = (...delegates: object[]) => fieldOf({ members, delegates })
    const own = { user_id: ann.id, delegate_id: bob.id }
    expect(await delegated({ ...own, delegate_id: ann.id, ...day })).toEqual([
      'delegates.0.delegate_id',
    ])
    expect(await delegated({ ...own, delegate_id: user.id, ...day })).toEqual([
      'delegates.0.delegate_id',
    ])
    expect(await delegated({ user_id: bob.id, delegate_id: ann.id, ...day })).toEqual([
      'delegates.0.user_id',
    ])
    expect(await delegated({ ...own, from: at, to: at })).toEqual(['delegates.0.to'])
    const overlap = { ...own, from: later(at, 3599), to: later(at, 7200) }
    expect(await delegated(overlap, { ...own, ...day })).toEqual(['delegates.0.from'])
    const next = { ...own, from: day.to, to: later(at, 7200) }
    const apart = newBoard({ members, delegates: [{ ...own, ...day }, next] })
    expect((await manager.post(boards, apart)).statusCode).toBe(201)
  })

  test('are managed by those who manage changes, and read by those who read them', async ({
    signIn,
    app,
  }) => {
    const board = await createdBoard(await signIn('ChangeManager'), [])
    const url = `${boards}/${board.id}`
    for (const role of ['ServiceDeskAgent', 'CabMember', 'Auditor'] as const) {
      const client = await signIn(role)
      expect((await client.get(url)).statusCode).toBe(200)
      expect((await client.get(boards)).statusCode).toBe(200)
      expect((await client.post(boards, newBoard())).statusCode).toBe(403)
      expect((await client.patch(url, { quorum: 0 })).statusCode).toBe(403)
      expect((await client.delete(url)).statusCode).toBe(403)
    }
    expect((await (await signIn('User')).get(boards)).statusCode).toBe(403)
    expect((await app.inject(boards)).statusCode).toBe(401)
  })

  test('are listed in pages by name', async ({ signIn }) => {
    const manager = await signIn('ChangeManager')
    for (let n = 0; n < 3; n += 1) await createdBoard(manager, [manager])
    const { total, boards: all } = (await manager.get(boards)).json()
    const page = (await manager.get(`${boards}?skip=1&limit=2`)).json()
    expect(page).toMatchObject({ total, skip: 1, limit: 2 })
    expect(page.boards).toEqual(all.slice(1, 3))
    expect((await manager.get(`${boards}?limit=1001`)).statusCode).toBe(422)
  })
})

describe('an agenda', () => {
  test('is proposed from what waits for votes of the board', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    const ann = await signIn('CabMember')
    const board = await createdBoard(manager, [ann], { is_default: true })
    const given = { requester_id: manager.id, board_id: board.id }
    const at = (day: number) => ({
      scheduled_start: `2033-05-0${day}T00:00:00.000Z`,
      scheduled_end: `2033-05-0${day}T02:00:00.000Z`,
    })
    const late = await insertChange(db, { ...given, ...at(3) })
    const soon = await insertChange(db, { ...given, ...at(1), status: 'under_review' })
    const timeless = await insertChange(db, given)
    const unnamed = await insertChange(db, { ...given, ...at(2), board_id: null })
    const started = { type: 'emergency', status: 'in_progress', ...at(4) } as const
    const emergency = await insertChange(db, { ...given, ...started })
    await insertChange(db, { ...given, board_id: null, risk_level: 'low' })
    await insertChange(db, { ...given, status: 'draft' })
    await insertChange(db, { ...given, status: 'approved' })
    await insertChange(db, { ...given, type: 'standard' })
    const url = `${boards}/${board.id}/agenda`
    const { agenda, total } = (await ann.get(url)).json()
    const ids = [soon, unnamed, late, emergency, timeless].map(({ id }) => id)
    expect(agenda.map((each: { change_id: string }) => each.change_id)).toEqual(ids)
    expect(total).toBe(5)
    const page = (await ann.get(`${url}?skip=1&limit=1`)).json()
    expect(page.agenda).toMatchObject([{ change_id: unnamed.id, votes: 0 }])
    await ann.post(`/api/v1/changes/${emergency.id}/vote`, { decision: 'approve' })
    expect((await ann.get(url)).json().total).toBe(4)
    expect((await ann.get(`${boards}/${newId()}/agenda`)).json().code).toBe('board_not_found')
    await manager.patch(`${boards}/${board.id}`, { is_default: false })
  })
})

describe('meetings', () => {
  const hour = { starts_at: '2033-06-01T13:00:00+09:00', ends_at: '2033-06-01T14:00:00+09:00' }

  test('are kept with agenda, minutes and attendees until they are closed', async ({
    signIn,
    db,
  }) => {
    const manager = await signIn('ChangeManager')
    const ann = await signIn('CabMember')
    const board = await createdBoard(manager, [ann])
    const [one, two] = [
      await insertChange(db, { requester_id: manager.id }),
      await insertChange(db, { requester_id: manager.id }),
    ]
    const response = await manager.post(meetings, {
      board_id: board.id,
      title: '6 月第 1 週',
      ...hour,
      agenda: [{ change_id: two.id, minutes: 15 }, { change_id: one.id }],
      attendee_ids: [ann.id],
    })
    expect(response.statusCode, response.body).toBe(201)
    const meeting = response.json()
    const url = `${meetings}/${meeting.id}`
    expect(response.headers).toMatchObject({ location: url, etag: '"1"' })
    expect(meeting).toMatchObject({
      board: { id: board.id, name: board.name },
      starts_at: '2033-06-01T04:00:00.000Z',
      agenda: [
        { change_id: two.id, minutes: 15, status: 'submitted' },
        { change_id: one.id, minutes: null },
      ],
      attendees: [{ id: ann.id }],
      attendee_ids: [ann.id],
      minutes: null,
      closed_at: null,
    })
    expect((await ann.get(url)).json()).toEqual(meeting)
    const wanted = { minutes: '承認した。', agenda: [{ change_id: one.id }] }
    expect((await manager.patch(url, wanted, { 'if-match': '"5"' })).statusCode).toBe(412)
    const changed = (await manager.patch(url, wanted)).json()
    expect(changed).toMatchObject({ minutes: '承認した。', version: 2, attendee_ids: [ann.id] })
    expect(changed.agenda).toHaveLength(1)
    const closed = (await manager.post(`${url}/close`)).json()
    expect(closed).toMatchObject({ closed_at: expect.any(String), version: 3 })
    expect((await manager.post(`${url}/close`)).json()).toEqual(closed)
    for (const refused of [await manager.patch(url, wanted), await manager.delete(url)]) {
      expect(refused.statusCode).toBe(409)
      expect(refused.json().code).toBe('meeting_closed')
    }
    expect((await manager.get(url)).json()).toEqual(closed)
    const inUse = await manager.delete(`${boards}/${board.id}`)
    expect(inUse.json().code).toBe('board_in_use')
  })

  test('keep what was written before they close, or nothing of it', async ({ signIn }) => {
    const manager = await signIn('ChangeManager')
    const board = await createdBoard(manager, [])
    const made = await manager.post(meetings, { board_id: board.id, title: 'x', ...hour })
    const url = `${meetings}/${made.json().id}`
    const [closed, written] = await Promise.all([
      manager.post(`${url}/close`),
      manager.patch(url, { minutes: '最後' }),
    ])
    expect(closed.statusCode).toBe(200)
    const { minutes } = (await manager.get(url)).json()
    expect(minutes).toBe(written.statusCode === 200 ? '最後' : null)
  })

  test('are refused where something is wrong, and deleted while open', async ({ signIn, db }) => {
    const manager = await signIn('ChangeManager')
    const board = await createdBoard(manager, [])
    const { id: change_id } = await insertChange(db, { requester_id: manager.id })
    const body = { board_id: board.id, title: 'x', ...hour }
    for (const [given, field] of [
      [{ board_id: newId() }, 'board_id'],
      [{ ends_at: hour.starts_at }, 'ends_at'],
      [{ agenda: [{ change_id: newId() }] }, 'agenda.0.change_id'],
      [{ agenda: [{ change_id }, { change_id }] }, 'agenda.1.change_id'],
      [{ agenda: [{ change_id, minutes: 0 }] }, 'agenda.0.minutes'],
      [{ attendee_ids: [newId()] }, 'attendee_ids.0'],
      [{ closed_at: now() }, 'closed_at'],
    ] as const) {
      const response = await manager.post(meetings, { ...body, ...given })
      expect(response.statusCode, response.body).toBe(422)
      expect(response.json().errors).toMatchObject([{ field }])
    }
    const url = `${meetings}/${(await manager.post(meetings, body)).json().id}`
    const earlier = await manager.patch(url, { ends_at: '2033-05-01T00:00:00Z' })
    expect(earlier.json().errors).toMatchObject([{ field: 'ends_at' }])
    expect((await manager.delete(url)).statusCode).toBe(204)
    expect((await manager.get(url)).json().code).toBe('meeting_not_found')
  })

  test('are listed in pages, for those who read changes', async ({ signIn, app }) => {
    const manager = await signIn('ChangeManager')
    const board = await createdBoard(manager, [])
    const ids: string[] = []
    for (const day of [1, 3, 2]) {
      const made = await manager.post(meetings, {
        board_id: board.id,
        title: 'x',
        starts_at: `2034-01-0${day}T00:00:00Z`,
        ends_at: `2034-01-0${day}T01:00:00Z`,
      })
      ids.push(made.json().id)
    }
    const auditor = await signIn('Auditor')
    const url = `${meetings}?board_id=${board.id}`
    const idsAt = async (query: string) =>
      (await auditor.get(`${url}${query}`)).json().meetings.map(({ id }: { id: string }) => id)
    expect(await idsAt('&limit=2')).toEqual([ids[1], ids[2]])
    expect(await idsAt('&limit=2&skip=2')).toEqual([ids[0]])
    expect(await idsAt('&from=2034-01-02T00:00:00Z&to=2034-01-03T00:00:00Z')).toEqual([ids[2]])
    const body = { board_id: board.id, title: 'x', ...hour }
    expect((await auditor.post(meetings, body)).statusCode).toBe(403)
    expect((await auditor.post(`${meetings}/${ids[0]}/close`)).statusCode).toBe(403)
    expect((await (await signIn('User')).get(url)).statusCode).toBe(403)
    expect((await app.inject(url)).statusCode).toBe(401)
  })
})
