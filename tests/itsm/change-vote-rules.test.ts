import { settleVotes } from '../../src/itsm/cab/counting.ts'
import { castVote } from '../../src/itsm/cab/votes.ts'
import { later, newId } from '../../src/values.ts'
import { boards, createdBoard } from '../support/itsm-cab.ts'
import { changes, draft, move } from '../support/itsm-changes.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const medium = { impact: 'high', likelihood: 'medium' }
const yes = { decision: 'approve' }
const no = { decision: 'reject', comments: '早すぎる' }
const none = { decision: 'abstain' }

type Roles = 'ChangeManager' | 'CabMember' | 'ServiceDeskAgent' | 'SystemAdmin'
type SignIn = (role: Roles) => Promise<Client>

async function onBallot(signIn: SignIn, count: number, given: object = {}) {
  const [ann, manager] = [await signIn('ServiceDeskAgent'), await signIn('ChangeManager')]
  const members: Client[] = []
  for (let n = 0; n < count; n += 1) members.push(await signIn('CabMember'))
  const board = await createdBoard(manager, members, { quorum: 1, ...given })
  const { id } = await draft(ann, { ...medium, board_id: board.id })
  await move(ann, id, 'submit')
  return { ann, manager, members: members as [Client, Client, Client], board, id }
}

const vote = (client: Client, id: string, body: object = yes) =>
  client.post(`${changes}/${id}/vote`, body)

const votesOn = async (client: Client, id: string) =>
  (await client.get(`${changes}/${id}/votes`)).json()

describe('at once', () => {
  test('two last votes decide once, and neither is lost', async ({ signIn, db }) => {
    const { ann, members, id } = await onBallot(signIn, 3)
    await vote(members[0], id, no)
    const answers = await Promise.all([vote(members[1], id), vote(members[2], id)])
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200])
    const { status, rounds } = await votesOn(ann, id)
    expect(status).toBe('approved')
    expect(rounds[0].tally).toMatchObject({ counts: { approve: 2, reject: 1, missing: 0 } })
    const decided = db
      .selectFrom('audit_log')
      .select('id')
      .where('subject_id', '=', id)
      .where('action', '=', 'change.approved')
    expect(await decided.execute()).toHaveLength(1)
  })

  test('a vote and a withdrawal: decided, or a draft that nobody decides', async ({ signIn }) => {
    const { ann, members, id } = await onBallot(signIn, 1)
    const [voted, withdrawn] = await Promise.all([
      vote(members[0], id),
      ann.post(`${changes}/${id}/withdraw`),
    ])
    const { status } = await votesOn(ann, id)
    expect([voted.statusCode, withdrawn.statusCode, status]).toEqual(
      voted.statusCode === 200 ? [200, 409, 'approved'] : [409, 200, 'draft'],
    )
  })

  test('a vote and an edit: what was edited is never approved by it', async ({ signIn }) => {
    const { ann, members, id } = await onBallot(signIn, 1)
    const [voted, edited] = await Promise.all([
      vote(members[0], id),
      ann.patch(`${changes}/${id}`, { test_plan: '別の方法' }),
    ])
    expect([voted.statusCode, edited.statusCode]).toEqual([200, 200])
    const { rounds } = await votesOn(ann, id)
    const [of] = rounds.filter(({ votes }: { votes: object[] }) => votes.length > 0)
    const change = (await ann.get(`${changes}/${id}`)).json()
    // Voted on before the edit it is another round; after it, the vote is for what was edited.
    expect([of.round, change.status]).toEqual(of.round === 1 ? [1, 'submitted'] : [2, 'approved'])
  })

  test('a vote on what was seen before an edit is refused', async ({ signIn }) => {
    const { ann, members, id } = await onBallot(signIn, 1)
    const { etag } = (await members[0].get(`${changes}/${id}`)).headers
    await ann.patch(`${changes}/${id}`, { test_plan: '別の方法' })
    const refused = await members[0].post(`${changes}/${id}/vote`, yes, {
      'if-match': String(etag),
    })
    expect(refused.statusCode).toBe(412)
  })
})

describe('seats that come and go', () => {
  test('a member who is deactivated is not waited for', async ({ signIn, db }) => {
    const { ann, members, id } = await onBallot(signIn, 3)
    const root = await signIn('SystemAdmin')
    await vote(members[0], id)
    await vote(members[1], id)
    await settleVotes(db)
    expect((await votesOn(ann, id)).status).toBe('under_review')
    const off = await root.patch(`/api/v1/user_accounts/${members[2].id}`, { is_active: false })
    expect(off.statusCode, off.body).toBe(200)
    await Promise.all([settleVotes(db), settleVotes(db)])
    const { status, rounds } = await votesOn(ann, id)
    expect(status).toBe('approved')
    expect(rounds[0].tally.quorum).toEqual({ needed: 2, voted: 2, of: 2, reached: true })
    const { history } = (await ann.get(`${changes}/${id}/history`)).json()
    expect(history[0]).toMatchObject({ changed_by: null })
  })

  test('a vote of a member who is gone is not counted', async ({ signIn, db }) => {
    const { ann, members, id } = await onBallot(signIn, 3)
    const root = await signIn('SystemAdmin')
    await vote(members[0], id)
    await root.patch(`/api/v1/user_accounts/${members[0].id}`, { is_active: false })
    await vote(members[1], id, no)
    expect((await vote(members[2], id, no)).json()).toMatchObject({ status: 'rejected' })
    await settleVotes(db)
    expect((await votesOn(ann, id)).rounds[0].tally.counts).toMatchObject({ approve: 0, reject: 2 })
  })

  test('a board that is edited counts what is open by its new seats', async ({ signIn, db }) => {
    const { ann, manager, members, board, id } = await onBallot(signIn, 3)
    await vote(members[0], id)
    const seats = [{ user_id: members[0].id, role: 'required' }]
    const edited = await manager.patch(`${boards}/${board.id}`, { members: seats })
    expect(edited.statusCode, edited.body).toBe(200)
    expect((await vote(members[1], id)).json().code).toBe('seat_required')
    await settleVotes(db)
    expect((await votesOn(ann, id)).status).toBe('approved')
    await manager.patch(`${boards}/${board.id}`, { rule: 'all', members: [] })
    await settleVotes(db)
    expect((await votesOn(ann, id)).rounds[0].tally.counts).toMatchObject({ approve: 1 })
  })

  test('a board without anybody left says so, and decides nothing', async ({ signIn, db }) => {
    const { ann, manager, members, board, id } = await onBallot(signIn, 2)
    await vote(members[0], id)
    await manager.patch(`${boards}/${board.id}`, { members: [] })
    await settleVotes(db)
    const { status, rounds } = await votesOn(ann, id)
    expect(status).toBe('under_review')
    expect(rounds[0].tally.reasons).toMatchObject([{ code: 'no_seats' }])
  })

  test('a delegate votes from the first moment on, and not at the last', async ({ signIn, db }) => {
    const { manager, members, board, id } = await onBallot(signIn, 1)
    const dan = await signIn('CabMember')
    const [from, to] = ['2034-03-01T00:00:00.000Z', '2034-03-08T00:00:00.000Z']
    const delegates = [{ user_id: members[0].id, delegate_id: dan.id, from, to }]
    const set = await manager.patch(`${boards}/${board.id}`, { delegates })
    expect(set.statusCode, set.body).toBe(200)
    const caller = {
      id: dan.id,
      roles: ['CabMember' as const],
      scopes: null,
      session_id: null,
      request_id: newId(),
      ip: null,
      user_agent: null,
    }
    const at = (time: string) => castVote(db, caller, id, { decision: 'abstain' }, undefined, time)
    for (const time of [later(from, -1), to]) {
      await expect(at(time)).rejects.toMatchObject({ failure: 'seat_required' })
    }
    expect((await at(from)).rounds[0]?.votes).toMatchObject([
      { user_id: members[0].id, cast_by: dan.id, by_delegate: true },
    ])
  })

  test('a delegate who becomes the implementer loses the vote that was cast', async ({
    signIn,
    db,
  }) => {
    const { ann, manager, members, board, id } = await onBallot(signIn, 2)
    const dan = await signIn('CabMember')
    const at = new Date().toISOString()
    const delegates = [
      { user_id: members[0].id, delegate_id: dan.id, from: later(at, -60), to: later(at, 3600) },
    ]
    await manager.patch(`${boards}/${board.id}`, { delegates })
    expect((await vote(dan, id)).statusCode).toBe(200)
    await ann.patch(`${changes}/${id}`, { implementer_id: dan.id })
    await vote(members[1], id)
    await settleVotes(db)
    const open = await votesOn(ann, id)
    expect(open.status).toBe('under_review')
    expect(open.rounds[0].waiting_for).toMatchObject([{ user_id: members[0].id }])
    expect((await vote(members[0], id)).json()).toMatchObject({ status: 'approved' })
  })
})

describe('what votes come to', () => {
  test.for([
    ['majority', [none, none], 'under_review', 'rejected', 'abstentions alone, then a rejection'],
    ['majority', [yes, no], 'under_review', 'rejected', 'a tie, broken by a rejection'],
    ['all', [yes, yes], 'under_review', 'rejected', 'all but one'],
    ['any', [none, none], 'under_review', 'rejected', 'a rejection by a required member'],
  ] as const)(
    '%s %o: %s, and %s with a rejection (%s)',
    async ([rule, bodies, open, after], { signIn }) => {
      const { ann, members, id } = await onBallot(signIn, 3, { rule, quorum: 1 })
      for (const [n, body] of bodies.entries()) await vote(members[n] as Client, id, body)
      expect((await votesOn(ann, id)).status).toBe(open)
      expect((await vote(members[2], id, no)).json().status).toBe(after)
    },
  )

  test.for([
    ['majority', 'rejected'],
    ['any', 'rejected'],
    ['all', 'rejected'],
  ] as const)('%s, when all abstain: %s', async ([rule, status], { signIn }) => {
    const { members, id } = await onBallot(signIn, 2, { rule, quorum: 1 })
    await vote(members[0], id, none)
    expect((await vote(members[1], id, none)).json().status).toBe(status)
  })

  test('majority, a tie of two: rejected', async ({ signIn }) => {
    const { members, id } = await onBallot(signIn, 2)
    await vote(members[0], id, yes)
    expect((await vote(members[1], id, no)).json().status).toBe('rejected')
  })
})
