import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { openConditions } from '../../src/itsm/cab/decisions.ts'
import { holdChange } from '../../src/itsm/changes/access.ts'
import { requestVotes } from '../../src/itsm/changes/ballots.ts'
import { reviseChange } from '../../src/itsm/changes/revise.ts'
import { later, newId, now } from '../../src/values.ts'
import { changes, createdBoard, insertChange } from '../support/itsm-cab.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const approve = { decision: 'approve' }
const reject = { decision: 'reject', comments: '切り戻しがない' }

const vote = (client: Client, id: string, body: object = approve) =>
  client.post(`${changes}/${id}/vote`, body)

const statusOf = async (db: Db, id: string) =>
  db.selectFrom('changes').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

type SignIn = (role: 'CabMember' | 'ChangeManager' | 'ServiceDeskAgent') => Promise<Client>

async function boardOf(signIn: SignIn, count: number, given: object = {}) {
  const manager = await signIn('ChangeManager')
  const requester = await signIn('ServiceDeskAgent')
  const members: Client[] = []
  for (let n = 0; n < count; n += 1) members.push(await signIn('CabMember'))
  const board = await createdBoard(manager, members, given)
  return { manager, requester, members: members as [Client, ...Client[]], board }
}

describe('a vote of a board', () => {
  test('moves a change to under_review, and by a majority to approved', async ({ signIn, db }) => {
    const { requester, members, board } = await boardOf(signIn, 3)
    const { id } = await insertChange(db, { requester_id: requester.id, board_id: board.id })
    const first = await vote(members[0], id)
    expect(first.statusCode, first.body).toBe(200)
    expect(first.json()).toMatchObject({
      change_id: id,
      status: 'under_review',
      mode: 'board',
      rounds: [
        {
          round: 1,
          is_current: true,
          decided_at: null,
          board_id: board.id,
          tally: {
            decided: null,
            quorum: { needed: 2, voted: 1, of: 3, reached: false },
            counts: { approve: 1, missing: 2 },
            reasons: [{ code: 'quorum_missing' }],
          },
          waiting_for: [{}, {}],
          votes: [{ user_id: members[0].id, by_delegate: false, decision: 'approve' }],
        },
      ],
    })
    const second = await vote(members[1] as Client, id)
    expect(second.json()).toMatchObject({
      status: 'approved',
      rounds: [{ decided_at: expect.any(String), tally: { decided: 'approved' } }],
    })
    const row = await statusOf(db, id)
    expect(row).toMatchObject({ status: 'approved', decided_at: expect.any(String) })
    const shown = await requester.get(`${changes}/${id}/votes`)
    expect(shown.json()).toEqual(second.json())
    const history = await db
      .selectFrom('itsm_history')
      .select(['field', 'new_value'])
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute()
    expect(history.map(({ field }) => field)).toEqual([
      'vote',
      'status',
      'vote',
      'status',
      'decided_at',
    ])
    const audit = await db
      .selectFrom('audit_log')
      .select('action')
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute()
    expect(audit.map(({ action }) => action)).toEqual([
      'change.voted',
      'change.voted',
      'change.approved',
    ])
  })

  test('can be changed until it is decided, and then no more (defect 3)', async ({
    signIn,
    db,
  }) => {
    const { requester, members, board } = await boardOf(signIn, 3, { quorum: 1 })
    const { id } = await insertChange(db, { requester_id: requester.id, board_id: board.id })
    const [ann, bob, cho] = members as [Client, Client, Client]
    await vote(ann, id)
    const changed = await vote(ann, id, reject)
    expect(changed.json().rounds[0].votes).toMatchObject([
      { decision: 'reject', comments: '切り戻しがない' },
    ])
    await vote(bob, id, { decision: 'abstain' })
    const last = await vote(cho, id, reject)
    expect(last.json()).toMatchObject({
      status: 'rejected',
      rounds: [{ tally: { reasons: [{ code: 'majority_lost' }] } }],
    })
    for (const client of members) {
      const late = await vote(client, id)
      expect(late.statusCode).toBe(409)
      expect(late.json().code).toBe('vote_decided')
    }
    expect((await statusOf(db, id)).status).toBe('rejected')
  })

  test('is not for requester, implementer, strangers, or those who look on', async ({
    signIn,
    db,
  }) => {
    const { manager, members, board } = await boardOf(signIn, 4)
    const [requester, implementer, ann, bob] = members as [Client, Client, Client, Client]
    const { id } = await insertChange(db, {
      requester_id: requester.id,
      implementer_id: implementer.id,
      board_id: board.id,
    })
    for (const client of [requester, implementer]) {
      const own = await vote(client, id)
      expect(own.statusCode).toBe(403)
      expect(own.json().code).toBe('own_change')
    }
    const stranger = await vote(manager, id)
    expect(stranger.statusCode).toBe(403)
    expect(stranger.json().code).toBe('seat_required')
    const auditor = await signIn('Auditor')
    expect((await vote(auditor, id)).json().code).toBe('permission_required')
    expect((await auditor.get(`${changes}/${id}/votes`)).json()).toMatchObject({
      rounds: [{ waiting_for: expect.toSatisfy((each) => each.length === 2), votes: [] }],
    })
    const user = await signIn('User')
    expect((await user.get(`${changes}/${id}/votes`)).statusCode).toBe(403)
    await vote(ann, id)
    expect((await statusOf(db, id)).status).toBe('approved')
    expect((await vote(bob, id)).statusCode).toBe(409)
  })

  test('is cast by a delegate of the day in the place of a member', async ({ signIn, db }) => {
    const { manager, requester, members, board } = await boardOf(signIn, 3, { rule: 'all' })
    const [ann, bob, cho] = members as [Client, Client, Client]
    const [dan, eve] = [await signIn('CabMember'), await signIn('CabMember')]
    const at = now()
    const day = { from: later(at, -3600), to: later(at, 3600) }
    const past = { from: later(at, -7200), to: later(at, -3600) }
    const response = await manager.patch(`/api/v1/cab/boards/${board.id}`, {
      delegates: [
        { user_id: ann.id, delegate_id: dan.id, ...day },
        { user_id: bob.id, delegate_id: dan.id, ...day },
        { user_id: cho.id, delegate_id: eve.id, ...past },
        { user_id: cho.id, delegate_id: ann.id, ...day },
      ],
    })
    expect(response.statusCode, response.body).toBe(200)
    const { id } = await insertChange(db, { requester_id: requester.id, board_id: board.id })
    expect((await vote(eve, id)).json().code).toBe('seat_required')
    const unclear = await vote(dan, id)
    expect(unclear.statusCode).toBe(422)
    expect(unclear.json().errors).toMatchObject([{ field: 'on_behalf_of' }])
    const wrong = await vote(dan, id, { ...approve, on_behalf_of: cho.id })
    expect(wrong.json().errors).toMatchObject([{ field: 'on_behalf_of' }])
    await vote(dan, id, { ...approve, on_behalf_of: ann.id })
    await vote(dan, id, { ...approve, on_behalf_of: bob.id })
    const shown = (await vote(ann, id, { ...approve, on_behalf_of: cho.id })).json()
    expect(shown).toMatchObject({ status: 'approved' })
    expect(shown.rounds[0].votes).toMatchObject([
      { user_id: ann.id, cast_by: dan.id, by_delegate: true },
      { user_id: bob.id, cast_by: dan.id, by_delegate: true },
      { user_id: cho.id, cast_by: ann.id, by_delegate: true },
    ])
  })

  test('is not cast by a delegate for the requester, nor by the requester as a delegate', async ({
    signIn,
    db,
  }) => {
    const { manager, members, board } = await boardOf(signIn, 2)
    const [requester, bob] = members as [Client, Client]
    const dan = await signIn('CabMember')
    const at = now()
    const day = { from: later(at, -3600), to: later(at, 3600) }
    await manager.patch(`/api/v1/cab/boards/${board.id}`, {
      delegates: [
        { user_id: requester.id, delegate_id: dan.id, ...day },
        { user_id: bob.id, delegate_id: requester.id, ...day },
      ],
    })
    const { id } = await insertChange(db, { requester_id: requester.id, board_id: board.id })
    expect((await vote(dan, id)).json().code).toBe('seat_required')
    const own = await vote(requester, id, { ...approve, on_behalf_of: bob.id })
    expect(own.json().code).toBe('own_change')
  })

  test('counts once each and decides once when all vote at the same time', async ({
    signIn,
    db,
  }) => {
    const { requester, members, board } = await boardOf(signIn, 4, { quorum: 1 })
    const { id } = await insertChange(db, { requester_id: requester.id, board_id: board.id })
    const answers = await Promise.all(members.flatMap((each) => [vote(each, id), vote(each, id)]))
    expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBeGreaterThan(3)
    for (const { statusCode, body } of answers) expect([200, 409], body).toContain(statusCode)
    const shown = (await requester.get(`${changes}/${id}/votes`)).json()
    expect(shown.rounds[0].tally).toMatchObject({ decided: 'approved', counts: { approve: 4 } })
    const decisions = await db
      .selectFrom('itsm_history')
      .select('id')
      .where('subject_id', '=', id)
      .where('field', '=', 'decided_at')
      .execute()
    expect(decisions).toHaveLength(1)
  })

  test('needs a board, unless the risk is low', async ({ signIn, db }) => {
    const requester = await signIn('ServiceDeskAgent')
    const ann = await signIn('ServiceDeskAgent')
    const manager = await signIn('ChangeManager')
    const row = await insertChange(db, { requester_id: requester.id, risk_level: 'high' })
    const none = await vote(ann, row.id)
    expect(none.statusCode).toBe(409)
    expect(none.json().code).toBe('board_required')
    expect((await ann.get(`${changes}/${row.id}/votes`)).json()).toMatchObject({ mode: 'none' })
    const board = await createdBoard(manager, [ann], { is_default: true })
    expect((await vote(ann, row.id)).json()).toMatchObject({
      status: 'approved',
      rounds: [{ board_id: board.id, board_name: board.name }],
    })
    await manager.delete(`/api/v1/cab/boards/${board.id}`)
  })

  test('is based on what the voter has seen, if they say so', async ({ signIn, db }) => {
    const { requester, members, board } = await boardOf(signIn, 2)
    const { id } = await insertChange(db, { requester_id: requester.id, board_id: board.id })
    const stale = await members[0].post(`${changes}/${id}/vote`, approve, { 'if-match': '"7"' })
    expect(stale.statusCode).toBe(412)
    const seen = await members[0].post(`${changes}/${id}/vote`, approve, { 'if-match': '"1"' })
    expect(seen.statusCode).toBe(200)
  })

  test.for([
    ['no decision', {}, 'decision'],
    ['a decision that there is not', { decision: 'yes' }, 'decision'],
    ['a condition with a plain approval', { ...approve, conditions: ['x'] }, 'conditions'],
    ['no condition with a conditional one', { decision: 'conditional' }, 'conditions'],
    ['an empty condition', { decision: 'conditional', conditions: [' '] }, 'conditions.0'],
    ['a field that there is not', { ...approve, user_id: newId() }, 'user_id'],
  ] as const)('is refused with %s', async ([, body, field], { signIn, db }) => {
    const requester = await signIn('ServiceDeskAgent')
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await insertChange(db, { requester_id: requester.id, risk_level: 'low' })
    const response = await vote(ann, id, body)
    expect(response.statusCode, response.body).toBe(422)
    expect(response.json().errors).toMatchObject([{ field }])
  })

  test('is for a change that there is, and that is open to votes', async ({ signIn, db }) => {
    const requester = await signIn('ServiceDeskAgent')
    const ann = await signIn('ServiceDeskAgent')
    expect((await vote(ann, newId())).statusCode).toBe(404)
    for (const given of [
      { status: 'draft' },
      { status: 'cancelled' },
      { status: 'in_progress' },
      { type: 'standard' },
    ] as const) {
      const row = { requester_id: requester.id, risk_level: 'low' as const, ...given }
      const { id } = await insertChange(db, row)
      expect((await vote(ann, id)).json().code).toBe('vote_closed')
    }
  })
})

describe('a technical review', () => {
  test('is decided by the first who approves or rejects', async ({ signIn, db }) => {
    const requester = await signIn('ServiceDeskAgent')
    const [ann, bob] = [await signIn('ServiceDeskAgent'), await signIn('CabMember')]
    const { id } = await insertChange(db, { requester_id: requester.id, risk_level: 'low' })
    expect((await vote(requester, id)).json().code).toBe('own_change')
    expect((await vote(ann, id, { decision: 'abstain' })).json()).toMatchObject({
      status: 'under_review',
      mode: 'review',
    })
    expect((await vote(bob, id, reject)).json()).toMatchObject({
      status: 'rejected',
      rounds: [{ board_id: null, tally: { reasons: [{ code: 'review_rejected' }] } }],
    })
    expect((await vote(ann, id)).json().code).toBe('vote_decided')
  })

  test('is decided once by two at the same time', async ({ signIn, db }) => {
    const requester = await signIn('ServiceDeskAgent')
    const [ann, bob] = [await signIn('ServiceDeskAgent'), await signIn('CabMember')]
    const { id } = await insertChange(db, { requester_id: requester.id, risk_level: 'low' })
    const both = await Promise.all([vote(ann, id), vote(bob, id, reject)])
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409])
    const won = both.find(({ statusCode }) => statusCode === 200)?.json()
    expect((await statusOf(db, id)).status).toBe(won.status)
    expect(won.rounds[0].votes).toHaveLength(1)
  })
})

describe('conditions of an approval', () => {
  test('stay with the change until they are met', async ({ signIn, db }) => {
    const requester = await signIn('ServiceDeskAgent')
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await insertChange(db, { requester_id: requester.id, risk_level: 'low' })
    const conditions = ['切り戻しを試す', '利用者に知らせる']
    const voted = await vote(ann, id, { decision: 'conditional', conditions })
    expect(voted.json()).toMatchObject({
      status: 'approved',
      conditions: conditions.map((text, n) => ({ n: n + 1, text, done_at: null })),
    })
    expect(await openConditions(db, id)).toBe(2)
    const url = `${changes}/${id}/conditions`
    const done = await requester.post(`${url}/1/done`)
    expect(done.json().conditions).toMatchObject([{ done_by: requester.id }, { done_by: null }])
    expect((await ann.post(`${url}/1/done`)).json()).toEqual(done.json())
    expect(await openConditions(db, id)).toBe(1)
    expect((await ann.post(`${url}/3/done`)).json().code).toBe('condition_not_found')
    expect((await ann.post(`${url}/0/done`)).statusCode).toBe(422)
    const member = await signIn('CabMember')
    expect((await member.post(`${url}/2/done`)).statusCode).toBe(403)
  })
})

describe('rounds', () => {
  test('keep earlier votes without counting them', async ({ signIn, db }) => {
    const { requester, members, board } = await boardOf(signIn, 2, { quorum: 1 })
    const [ann, bob] = members as [Client, Client]
    const { id } = await insertChange(db, { requester_id: requester.id, board_id: board.id })
    const conditional = { decision: 'conditional', conditions: ['試す'] }
    await vote(ann, id, conditional)
    await vote(bob, id)
    const at = now()
    await transact(db, async (trx) => {
      const wanted = { status: 'submitted', vote_round: 2, decided_at: null } as const
      const row = await reviseChange(trx, requester.id, await holdChange(trx, id), wanted, at)
      await requestVotes(trx, requester.id, row)
    })
    const shown = (await vote(ann, id)).json()
    expect(shown).toMatchObject({
      status: 'under_review',
      rounds: [
        { round: 2, is_current: true, tally: { decided: null, counts: { approve: 1 } } },
        {
          round: 1,
          is_current: false,
          tally: { decided: 'approved', counts: { approve: 1, conditional: 1 } },
          votes: [{}, {}],
        },
      ],
      conditions: [{ n: 1, is_current: false }],
    })
    expect(await openConditions(db, id)).toBe(0)
    const late = await requester.post(`${changes}/${id}/conditions/1/done`)
    expect(late.json().code).toBe('condition_superseded')
    const again = (await vote(bob, id, conditional)).json()
    expect(again.conditions).toMatchObject([{ n: 1 }, { n: 2, is_current: true, round: 2 }])
  })
})

describe('an emergency that has started', () => {
  test('is voted on, and keeps its status', async ({ signIn, db }) => {
    const requester = await signIn('ServiceDeskAgent')
    const ann = await signIn('ServiceDeskAgent')
    const given = { requester_id: requester.id, type: 'emergency', risk_level: 'low' } as const
    for (const status of ['in_progress', 'completed'] as const) {
      const { id } = await insertChange(db, { ...given, status })
      const voted = await vote(ann, id, reject)
      expect(voted.json()).toMatchObject({ status, rounds: [{ tally: { decided: 'rejected' } }] })
      const row = await statusOf(db, id)
      expect(row).toMatchObject({ status, decided_at: expect.any(String) })
      expect((await vote(ann, id)).json().code).toBe('vote_decided')
    }
  })
})
