import { newId, now } from '../../src/values.ts'
import { boards, createdBoard, createdWindow, insertChange } from '../support/itsm-cab.ts'
import { approve, changes, draft, move, newChange } from '../support/itsm-changes.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const agent = 'ServiceDeskAgent'
const medium = { impact: 'high', likelihood: 'medium' }
const yes = { decision: 'approve' }

const vote = (client: Client, id: string, body: object = yes) =>
  client.post(`${changes}/${id}/vote`, body)

describe('the board of a change', () => {
  test('is one that there is, when drafted and when edited', async ({ signIn }) => {
    const ann = await signIn(agent)
    const board_id = newId()
    const errors = [{ field: 'board_id' }]
    const posted = await ann.post(changes, { ...newChange, board_id })
    expect(posted.json()).toMatchObject({ status: 422, errors })
    const { id } = await draft(ann)
    const patched = await ann.patch(`${changes}/${id}`, { board_id })
    expect(patched.json()).toMatchObject({ status: 422, errors })
    expect((await ann.get(`${changes}/${id}`)).json()).toMatchObject({ board_id: null, version: 1 })
  })

  test('and its deletion at once leave no change without it', async ({ signIn }) => {
    const [ann, manager] = [await signIn(agent), await signIn('ChangeManager')]
    for (let n = 0; n < 5; n += 1) {
      const board = await createdBoard(manager, [])
      const [posted, deleted] = await Promise.all([
        ann.post(changes, { ...newChange, board_id: board.id }),
        manager.delete(`${boards}/${board.id}`),
      ])
      expect([`${posted.statusCode} ${deleted.statusCode}`]).toEqual([
        expect.stringMatching(/^(201 409|422 204)$/),
      ])
    }
  })

  test('is needed to submit what is not low, and to edit it to that', async ({ signIn }) => {
    const [ann, manager] = [await signIn(agent), await signIn('ChangeManager')]
    const { id } = await draft(ann, medium)
    const refused = await ann.post(`${changes}/${id}/submit`)
    expect(refused.json()).toMatchObject({ status: 409, code: 'board_required' })
    const low = await draft(ann)
    await move(ann, low.id, 'submit')
    const raised = await ann.patch(`${changes}/${low.id}`, medium)
    expect(raised.json()).toMatchObject({ status: 409, code: 'board_required' })
    expect((await ann.get(`${changes}/${low.id}`)).json()).toMatchObject({ impact: 'low' })
    const board = await createdBoard(manager, [], { is_default: true })
    expect(await move(ann, id, 'submit')).toMatchObject({ status: 'submitted', board_id: null })
    const kept = await manager.delete(`${boards}/${board.id}`)
    expect(kept.json()).toMatchObject({ status: 409, code: 'board_in_use' })
    await move(ann, id, 'withdraw')
    expect((await manager.delete(`${boards}/${board.id}`)).statusCode).toBe(204)
  })
})

test('conditions of an approval are met before the start, by those they concern', async ({
  signIn,
  db,
}) => {
  const [ann, stranger] = [await signIn(agent), await signIn(agent)]
  const [manager, member] = [await signIn('ChangeManager'), await signIn('CabMember')]
  const board = await createdBoard(manager, [member])
  const { id } = await insertChange(db, {
    requester_id: ann.id,
    board_id: board.id,
    scheduled_start: now(),
    scheduled_end: '2099-01-01T00:00:00.000Z',
  })
  await vote(member, id, { decision: 'conditional', conditions: ['切り戻しを試す'] })
  await db.updateTable('changes').set({ status: 'scheduled' }).where('id', '=', id).execute()
  const refused = await ann.post(`${changes}/${id}/start`)
  expect(refused.json()).toMatchObject({ status: 409, code: 'change_conditions_open' })
  expect(refused.json().detail).toContain(`${changes}/${id}/votes`)
  const done = `${changes}/${id}/conditions/1/done`
  expect((await stranger.post(done)).json().code).toBe('change_editor_required')
  expect((await ann.post(done)).statusCode).toBe(200)
  expect(await move(ann, id, 'start')).toMatchObject({ status: 'in_progress' })
})

describe('a member who becomes the implementer', () => {
  const withBoard = async (
    signIn: (role: 'ChangeManager' | 'CabMember' | typeof agent) => Promise<Client>,
  ) => {
    const [ann, manager] = [await signIn(agent), await signIn('ChangeManager')]
    const [bea, cid, dan] = [
      await signIn('CabMember'),
      await signIn('CabMember'),
      await signIn('CabMember'),
    ]
    const board = await createdBoard(manager, [bea, cid, dan], { quorum: 1 })
    const { id } = await draft(ann, { ...medium, board_id: board.id })
    await move(ann, id, 'submit')
    return { ann, bea, cid, dan, id }
  }

  test('loses the vote while it is open', async ({ signIn }) => {
    const { ann, bea, cid, dan, id } = await withBoard(signIn)
    await vote(bea, id)
    await ann.patch(`${changes}/${id}`, { implementer_id: bea.id })
    const { rounds } = (await ann.get(`${changes}/${id}/votes`)).json()
    expect(rounds[0].tally).toMatchObject({ counts: { approve: 0, missing: 2 } })
    expect(rounds[0].waiting_for.map((each: { user_id: string }) => each.user_id).sort()).toEqual(
      [cid.id, dan.id].sort(),
    )
    expect((await vote(bea, id)).json().code).toBe('own_change')
    const no = { decision: 'reject', comments: 'x' }
    await vote(cid, id, no)
    expect((await vote(dan, id)).json()).toMatchObject({ status: 'rejected' })
  })

  test('opens the vote again that was decided with it, and nobody else does', async ({
    signIn,
  }) => {
    const { ann, bea, cid, dan, id } = await withBoard(signIn)
    for (const each of [bea, cid, dan]) await vote(each, id)
    const other = await ann.patch(`${changes}/${id}`, { implementer_id: ann.id })
    expect(other.json()).toMatchObject({ status: 'approved', vote_reopened: false })
    const opened = await ann.patch(`${changes}/${id}`, { implementer_id: bea.id })
    expect(opened.json()).toMatchObject({ status: 'submitted', vote_round: 2, vote_reopened: true })
  })
})

test('the reason for passing a freeze stays while the freeze does', async ({ signIn }) => {
  const [ann, manager] = [await signIn(agent), await signIn('ChangeManager')]
  await createdWindow(manager, {
    starts_at: '2033-12-28T00:00:00.000Z',
    ends_at: '2034-01-04T00:00:00.000Z',
  })
  const { id } = await draft(ann, {
    type: 'emergency',
    scheduled_start: '2033-12-30T00:00:00.000Z',
    scheduled_end: '2033-12-30T01:00:00.000Z',
  })
  expect((await ann.post(`${changes}/${id}/submit`)).json().code).toBe('change_conflicts')
  await ann.patch(`${changes}/${id}`, { freeze_reason: '止まっている' })
  expect(await move(ann, id, 'submit')).toMatchObject({ conflicts: [{ severity: 'warns' }] })
  const dropped = await ann.patch(`${changes}/${id}`, { freeze_reason: null })
  expect(dropped.json()).toMatchObject({ status: 409, code: 'change_conflicts' })
  const reworded = await ann.patch(`${changes}/${id}`, { freeze_reason: '全庁で止まっている' })
  expect(reworded.json()).toMatchObject({ freeze_reason: '全庁で止まっている', vote_round: 1 })
})

test('editing a title finds no risk anew, another category does', async ({ signIn, db }) => {
  const ann = await signIn(agent)
  const manager = await signIn('ChangeManager')
  const board = await createdBoard(manager, [])
  const category = `c ${newId()}`
  const { id } = await draft(ann, { category, board_id: board.id })
  const failed = await draft(ann, { category })
  await move(ann, id, 'submit')
  await approve(db, id)
  await db
    .updateTable('changes')
    .set({ status: 'failed', outcome: 'failed', actual_end: now() })
    .where('id', '=', failed.id)
    .execute()
  const titled = await ann.patch(`${changes}/${id}`, { title: '別の題' })
  expect(titled.json()).toMatchObject({ status: 'approved', risk_level: 'low' })
  await ann.patch(`${changes}/${id}`, { category: null })
  const back = await ann.patch(`${changes}/${id}`, { category })
  expect(back.json()).toMatchObject({
    status: 'submitted',
    risk_level: 'medium',
    vote_reopened: true,
  })
})

test('a draft that is deleted leaves the problems that link it', async ({ signIn, db }) => {
  const [ann, root] = [await signIn(agent), await signIn('SystemAdmin')]
  const made = await root.post('/api/v1/problems', { title: '証明書が切れる' })
  expect(made.statusCode, made.body).toBe(201)
  const problem = `/api/v1/problems/${made.json().id}`
  const { id } = await draft(ann)
  const linked = await root.post(`${problem}/changes`, { change_ids: [id] })
  expect(linked.statusCode, linked.body).toBeLessThan(300)
  expect((await ann.delete(`${changes}/${id}`)).statusCode).toBe(204)
  expect((await root.get(`${problem}/changes`)).json().changes).toEqual([])
  const rows = db.selectFrom('problem_changes').selectAll().where('change_id', '=', id)
  expect(await rows.execute()).toEqual([])
  const { history } = (await root.get(`${problem}/history`)).json()
  expect(history).toContainEqual(
    expect.objectContaining({ field: 'linked_changes', old_value: [id], new_value: null }),
  )
})

test('a + that arrives as a space is told to be written %2B', async ({ signIn }) => {
  const ann = await signIn(agent)
  const url = `${changes}/calendar?end=2033-02-01T00:00:00%2B09:00&start=`
  const refused = await ann.get(`${url}2033-01-01T00:00:00+09:00`, { 'accept-language': 'en' })
  expect(refused.json().errors).toEqual([
    { field: 'start', message: expect.stringContaining('write the + of +09:00 as %2B') },
  ])
  const asked = await ann.get(`${url}2033-01-01T00:00:00%2B09:00`)
  expect(asked.json()).toMatchObject({
    start: '2032-12-31T15:00:00.000Z',
    end: '2033-01-31T15:00:00.000Z',
  })
})
