import { listAudit } from '../../src/audit.ts'
import { remindReviews } from '../../src/itsm/changes/reminders.ts'
import type { Mail } from '../../src/mail.ts'
import { later, newId, now } from '../../src/values.ts'
import { createdBoard, createdWindow, insertCis } from '../support/itsm-cab.ts'
import { changes, draft, move, newTemplate, night, templates } from '../support/itsm-changes.ts'
import {
  test as base,
  type Client,
  describe,
  expect,
  type Service,
  signInTo,
  startService,
} from '../support/service.ts'

const mails: Mail[] = []

const test = base.extend<{ desk: Service }>({
  desk: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const desk = await startService({ changes: { mail: async (mail) => void mails.push(mail) } })
      await use(desk)
      await desk.close()
    },
    { scope: 'file' },
  ],
})

const medium = { impact: 'high', likelihood: 'medium' }
const approve = { decision: 'approve' }
const reject = { decision: 'reject', comments: '切り戻しを試していない' }

async function people({ app }: Service) {
  const manager = await signInTo(app, 'ChangeManager')
  const ann = await signInTo(app, 'ServiceDeskAgent')
  const bob = await signInTo(app, 'ServiceDeskAgent')
  const members: Client[] = []
  for (let n = 0; n < 3; n += 1) members.push(await signInTo(app, 'CabMember'))
  const board = await createdBoard(manager, members, { quorum: 0.6 })
  return { manager, ann, bob, members: members as [Client, Client, Client], board }
}

async function vote(client: Client, id: string, body: object = approve) {
  const response = await client.post(`${changes}/${id}/vote`, body)
  expect(response.statusCode, response.body).toBe(200)
  return response.json()
}

/** To whom mails have gone about a change since the last time. */
async function told({ queue }: Service, change_number: string): Promise<string[]> {
  await queue.runDue()
  const to = mails.filter(({ subject }) => subject.includes(change_number)).map((each) => each.to)
  mails.length = 0
  return to.sort()
}

const addresses = (...clients: Client[]) => clients.map(({ email }) => email).sort()

async function statusesOf(client: Client, id: string): Promise<string[]> {
  const { history } = (await client.get(`${changes}/${id}/history?limit=1000`)).json()
  return history
    .filter(({ field }: { field: string }) => field === 'status')
    .map(({ new_value }: { new_value: string }) => new_value)
    .reverse()
}

async function actionsOf({ deps: { db } }: Service, id: string): Promise<string[]> {
  const { events } = await listAudit(db, id, { limit: 100 })
  return events.map(({ action }) => action).reverse()
}

/** As if the night that it is planned for had come. */
async function startNow({ deps: { db } }: Service, client: Client, id: string): Promise<void> {
  await db.updateTable('changes').set({ scheduled_start: now() }).where('id', '=', id).execute()
  await move(client, id, 'start')
}

describe('the life of a change', () => {
  test('normal, of medium risk: votes, calendar, work, review, rates', async ({ desk }) => {
    const { ann, bob, members, board } = await people(desk)
    const made = await draft(ann, { ...medium, board_id: board.id, implementer_id: bob.id })
    const { id, change_number } = made
    expect(made).toMatchObject({ risk_level: 'medium', status: 'draft' })
    await move(ann, id, 'submit')
    expect(await told(desk, change_number)).toEqual(addresses(bob, ...members))
    expect(await vote(members[0], id)).toMatchObject({ status: 'under_review' })
    expect(await told(desk, change_number)).toEqual([])
    expect(await vote(members[1], id)).toMatchObject({ status: 'approved' })
    expect(await told(desk, change_number)).toEqual(addresses(ann, bob))
    await move(ann, id, 'schedule')
    expect(await told(desk, change_number)).toEqual(addresses(bob))
    await startNow(desk, bob, id)
    expect(await told(desk, change_number)).toEqual(addresses(ann))
    await move(bob, id, 'complete', { outcome: 'successful' })
    expect(await told(desk, change_number)).toEqual(addresses(ann))
    const lessons = '監視を先に止める。'
    const reviewed = await move(ann, id, 'review', { outcome: 'with_issues', lessons })
    expect(reviewed).toMatchObject({ status: 'reviewed', outcome: 'with_issues', lessons })
    expect(await statusesOf(ann, id)).toEqual([
      'draft',
      'submitted',
      'under_review',
      'approved',
      'scheduled',
      'in_progress',
      'completed',
      'reviewed',
    ])
    expect(await actionsOf(desk, id)).toEqual([
      'change.created',
      'change.submitted',
      'change.voted',
      'change.voted',
      'change.approved',
      'change.scheduled',
      'change.started',
      'change.completed',
      'change.reviewed',
    ])
    const rates = (await ann.get(`${changes}/rates?by=type`)).json()
    expect(rates.totals).toMatchObject({ implemented: 1, with_issues: 1, unauthorised: 0 })
  })

  test('rejected, revised, and approved in another round', async ({ desk }) => {
    const { ann, members, board } = await people(desk)
    const { id, change_number } = await draft(ann, { ...medium, board_id: board.id })
    await move(ann, id, 'submit')
    await told(desk, change_number)
    await vote(members[0], id, reject)
    expect(await vote(members[1], id, reject)).toMatchObject({ status: 'rejected' })
    expect(await told(desk, change_number)).toEqual(addresses(ann))
    const frozen = await ann.patch(`${changes}/${id}`, { test_plan: 'x' })
    expect(frozen.json().code).toBe('change_frozen')
    await move(ann, id, 'withdraw')
    await ann.patch(`${changes}/${id}`, { rollback_plan: '戻す手順を試した。' })
    expect(await move(ann, id, 'submit')).toMatchObject({ vote_round: 2 })
    await vote(members[0], id)
    const { status, rounds } = await vote(members[1], id)
    expect(status).toBe('approved')
    expect(rounds).toMatchObject([
      { round: 2, is_current: true, tally: { decided: 'approved' } },
      { round: 1, is_current: false, tally: { decided: 'rejected' } },
    ])
    const late = await members[2].post(`${changes}/${id}/vote`, reject)
    expect(late.json()).toMatchObject({ status: 409, code: 'vote_decided' })
  })

  test('standard: approved by its template, with nobody asked', async ({ desk }) => {
    const { manager, ann, bob } = await people(desk)
    const input = { ...newTemplate, name: `証明書 ${newId()}` }
    const template = (await manager.post(templates, input)).json()
    const response = await ann.post(changes, {
      title: '証明書を更新する',
      type: 'standard',
      template_id: template.id,
      implementer_id: bob.id,
      ...night,
    })
    expect(response.statusCode, response.body).toBe(201)
    const { id, change_number } = response.json()
    expect(await move(ann, id, 'submit')).toMatchObject({ status: 'approved' })
    expect(await told(desk, change_number)).toEqual(addresses(bob))
    expect((await ann.get(`${changes}/${id}/votes`)).json().mode).toBe('none')
    await move(ann, id, 'schedule')
    await startNow(desk, bob, id)
    expect(await move(bob, id, 'complete', { outcome: 'backed_out' })).toMatchObject({
      status: 'backed_out',
    })
  })

  test('emergency: started in a freeze with its reason, voted on and reviewed afterwards', async ({
    desk,
  }) => {
    const { manager, ann, members, board } = await people(desk)
    const [ci = ''] = await insertCis(desk.deps.db, 'mail')
    const at = now()
    await createdWindow(manager, {
      starts_at: later(at, -3600),
      ends_at: later(at, 3600),
      ci_ids: [ci],
    })
    const { id, change_number } = await draft(ann, {
      ...medium,
      type: 'emergency',
      board_id: board.id,
      scheduled_start: null,
      scheduled_end: null,
      affected_ci_ids: [ci],
    })
    await move(ann, id, 'submit')
    const refused = await ann.post(`${changes}/${id}/start`)
    expect(refused.json()).toMatchObject({
      status: 409,
      code: 'change_conflicts',
      conflicts: [{ kind: 'freeze', severity: 'blocks', affected_cis: [{ id: ci }] }],
    })
    const freeze_reason = 'メールが全て止まっている。'
    await ann.patch(`${changes}/${id}`, { freeze_reason })
    const begun = await move(ann, id, 'start')
    expect(begun).toMatchObject({ status: 'in_progress', freeze_reason })
    expect(begun.review_due_at).toBe(later(String(begun.actual_start), 3 * 86_400))
    await vote(members[0], id)
    expect(await vote(members[1], id)).toMatchObject({ status: 'in_progress' })
    await move(ann, id, 'complete', { outcome: 'successful' })
    await told(desk, change_number)
    const due = String(begun.review_due_at)
    await remindReviews(desk.deps.db, later(due, -1))
    expect(await told(desk, change_number)).toEqual([])
    await remindReviews(desk.deps.db, later(due, 1))
    expect(await told(desk, change_number)).toEqual(addresses(ann))
    await move(ann, id, 'review', { outcome: 'successful', lessons: '冗長にする。' })
    await remindReviews(desk.deps.db, later(due, 2 * 86_400))
    expect(await told(desk, change_number)).toEqual([])
    const { history } = (await ann.get(`${changes}/${id}/history?limit=1000`)).json()
    expect(history).toContainEqual(
      expect.objectContaining({ field: 'freeze_reason', new_value: freeze_reason }),
    )
  })

  test('an emergency does not wait for a board that there is not', async ({ desk }) => {
    const { ann } = await people(desk)
    const { id } = await draft(ann, { ...medium, type: 'emergency' })
    await move(ann, id, 'submit')
    expect(await move(ann, id, 'start')).toMatchObject({ status: 'in_progress' })
  })

  test('cancelled, with those told who have to know', async ({ desk }) => {
    const { manager, ann, bob, board } = await people(desk)
    const { id, change_number } = await draft(ann, {
      ...medium,
      board_id: board.id,
      implementer_id: bob.id,
    })
    await move(ann, id, 'submit')
    await told(desk, change_number)
    await move(manager, id, 'cancel', { reason: 'ベンダーの都合' })
    expect(await told(desk, change_number)).toEqual(addresses(ann, bob))
    expect((await actionsOf(desk, id)).at(-1)).toBe('change.cancelled')
    const again = await ann.post(`${changes}/${id}/submit`)
    expect(again.json()).toMatchObject({ code: 'illegal_transition', legal: [] })
  })
})
