import { listAudit } from '../../src/audit.ts'
import { sendSessionMail } from '../../src/submissions/mails.ts'
import {
  test as base,
  type Client,
  describe,
  expect,
  type Service,
  signInTo,
  startService,
} from '../support/service.ts'
import { dayAfter, open, postBox, receive, sessions, unknownLink } from '../support/submissions.ts'

type Posted = Service & { box: ReturnType<typeof postBox> }

const test = base.extend<{ posted: Posted; ann: Client }>({
  posted: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const box = postBox()
      const env = { PUBLIC_URL: 'https://kaname.example.jp' }
      const service = await startService({ env, changes: { mail: box.mail } })
      await use({ ...service, box })
      await service.close()
    },
    { scope: 'file' },
  ],
  ann: async ({ posted }, use) => use(await signInTo(posted.app)),
})

const answer = (
  client: Client,
  id: string,
  status: string,
  comment?: string,
  headers?: Record<string, string>,
) => client.put(`${sessions}/${id}/status`, { status, comment }, headers)

/** A submitter of its own for each test, and what they have been told. */
let submitters = 0
async function openFor({ box, queue }: Posted, ann: Client, input: object = {}) {
  submitters += 1
  const submitter_email = `submitter-${submitters}@example.jp`
  const session = await open(ann, { submitter_email, ...input })
  return {
    ...session,
    async mails() {
      await queue.runDue()
      return box.to(submitter_email)
    },
  }
}

describe('PUT /sessions/{id}/status', () => {
  test('answers a submitter, with a comment that they see', async ({ posted, ann }) => {
    const { id } = await openFor(posted, ann)
    const response = await answer(ann, id, 'needs_reupload', '印影が読めません。')
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({
      message: 'ステータスが更新されました',
      session: { id, status: 'needs_reupload', comment: '印影が読めません。', version: 2 },
    })
    const seen = (await posted.app.inject(`${sessions}/${id}`)).json()
    expect(seen).toMatchObject({ status: 'needs_reupload', comment: '印影が読めません。' })
    const approved = (await answer(ann, id, 'approved')).json().session
    expect(approved).toMatchObject({ status: 'approved', comment: null })
    const { events } = await listAudit(posted.deps.db, id, { limit: 1 })
    expect(events[0]).toMatchObject({
      action: 'submission.reviewed',
      actor_id: ann.id,
      changes: { status: { from: 'needs_reupload', to: 'approved' } },
    })
  })

  test('goes from each status where it may, and names the way where it may not', async ({
    posted,
    ann,
  }) => {
    const { id } = await openFor(posted, ann)
    const codes = []
    for (const status of [
      'not_uploaded',
      'needs_reupload',
      'not_uploaded',
      'approved',
      'not_uploaded',
      'needs_reupload',
      'approved',
    ]) {
      codes.push((await answer(ann, id, status)).statusCode)
    }
    expect(codes).toEqual([200, 200, 200, 200, 409, 200, 200])
    const refused = await answer(ann, id, 'not_uploaded')
    expect(refused.json()).toMatchObject({ code: 'illegal_transition', legal: ['needs_reupload'] })
    expect(refused.json().detail).toContain('needs_reupload')
  })

  test('never says again that nothing was uploaded once something was', async ({ posted, ann }) => {
    const { id } = await openFor(posted, ann)
    await receive(posted.deps.db, id)
    await answer(ann, id, 'needs_reupload')
    const refused = await answer(ann, id, 'not_uploaded')
    expect(refused.statusCode).toBe(409)
    expect(refused.json().legal).toEqual(['approved'])
  })

  test('leaves the status to staff when files come, and says that they wait', async ({
    posted,
    ann,
  }) => {
    const { id } = await openFor(posted, ann)
    const stateOf = async () => {
      const { status, review_status } = (await ann.get(`${sessions}/${id}`)).json()
      return [status, review_status]
    }
    expect(await stateOf()).toEqual(['not_uploaded', 'none'])
    await receive(posted.deps.db, id)
    expect(await stateOf()).toEqual(['not_uploaded', 'waiting'])
    await answer(ann, id, 'needs_reupload')
    expect(await stateOf()).toEqual(['needs_reupload', 'reviewed'])
    await receive(posted.deps.db, id)
    expect(await stateOf()).toEqual(['needs_reupload', 'waiting'])
    await answer(ann, id, 'needs_reupload')
    expect(await stateOf()).toEqual(['needs_reupload', 'reviewed'])
    await answer(ann, id, 'approved')
    expect(await stateOf()).toEqual(['approved', 'reviewed'])
  })

  test('tells the submitter by mail, and the same thing once', async ({ posted, ann }) => {
    const { id, mails } = await openFor(posted, ann)
    await answer(ann, id, 'needs_reupload', 'a')
    await mails()
    const again = await answer(ann, id, 'needs_reupload', 'a')
    expect(again.json().session.version).toBe(2)
    await answer(ann, id, 'needs_reupload')
    expect(await mails()).toHaveLength(2)
    await receive(posted.deps.db, id)
    await answer(ann, id, 'needs_reupload', 'b')
    await mails()
    await answer(ann, id, 'approved', '完了です。')
    const [created, first, second, approved, ...more] = await mails()
    expect(more).toEqual([])
    expect(created?.subject).toMatch('書類の提出のお願い / Please send your documents')
    expect(created?.text).toContain(`https://kaname.example.jp/submission/${id}`)
    expect(first?.subject).toMatch('再提出')
    expect(first?.text).toContain('コメント / Comment: a')
    expect(second?.text).toContain('コメント / Comment: b')
    expect(approved?.subject).toMatch('確認が完了')
    expect(approved?.text).toContain('完了です。')
    expect(approved?.text).not.toContain(id)
  })

  test('tells a submitter what is asked for and until when', async ({ posted, ann }) => {
    const due_date = dayAfter(9)
    const input = { due_date, requirements: ['委任状'], description: '2026 年度の契約' }
    const [mail] = await (await openFor(posted, ann, input)).mails()
    for (const text of [due_date, '- 委任状', '2026 年度の契約', '山田 太郎 様', 'no account']) {
      expect(mail?.text).toContain(text)
    }
  })

  test('does not write what is no longer true by the time it is written', async ({
    posted,
    ann,
  }) => {
    const shut = await openFor(posted, ann)
    await ann.patch(`${sessions}/${shut.id}`, { closed: true })
    expect(await shut.mails()).toEqual([])
    const moved = await openFor(posted, ann)
    await moved.mails()
    await answer(ann, moved.id, 'needs_reupload')
    await answer(ann, moved.id, 'approved')
    expect((await moved.mails()).map(({ subject }) => subject)).toEqual([
      expect.stringContaining('Please send your documents'),
      expect.stringContaining('accepted'),
    ])
    await sendSessionMail(posted.deps, { session_id: 'gone', reason: 'approved' })
  })

  test('is for staff who may write', async ({ posted, ann }) => {
    const { id } = await openFor(posted, ann)
    const [bob, admin] = [await signInTo(posted.app), await signInTo(posted.app, 'SystemAdmin')]
    const auditor = await signInTo(posted.app, 'Auditor')
    expect((await answer(bob, id, 'approved')).json().code).toBe('session_staff_required')
    expect((await answer(auditor, id, 'approved')).statusCode).toBe(403)
    expect((await answer(admin, id, 'approved')).statusCode).toBe(200)
    const url = `${sessions}/${id}/status`
    const nobody = await posted.app.inject({
      method: 'PUT',
      url,
      payload: { status: 'needs_reupload' },
    })
    expect(nobody.statusCode).toBe(401)
    expect((await ann.put(`${unknownLink()}/status`, { status: 'approved' })).statusCode).toBe(404)
  })

  test.for([
    [{}, 'status'],
    [{ status: 'waiting' }, 'status'],
    [{ status: 'approved', comment: 'a'.repeat(2001) }, 'comment'],
    [{ status: 'approved', review_status: 'none' }, 'review_status'],
  ] as const)('refuses %j', async ([input, field], { posted, ann }) => {
    const { id } = await openFor(posted, ann)
    const response = await ann.put(`${sessions}/${id}/status`, input)
    expect(response.statusCode).toBe(422)
    expect(response.json().errors).toMatchObject([{ field }])
  })

  test('moves once of two at once that have seen the same, and not past a file that came', async ({
    posted,
    ann,
  }) => {
    const { id } = await openFor(posted, ann)
    const seen = async () => ({
      'if-match': String((await ann.get(`${sessions}/${id}`)).headers.etag),
    })
    const before = await seen()
    const answers = await Promise.all(
      ['approved', 'needs_reupload'].map((status) => answer(ann, id, status, 'x', before)),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412])

    const other = await openFor(posted, ann)
    const etag = String((await ann.get(`${sessions}/${other.id}`)).headers.etag)
    await receive(posted.deps.db, other.id)
    const stale = await answer(ann, other.id, 'approved', undefined, { 'if-match': etag })
    expect(stale.statusCode).toBe(412)
  })

  test('leaves one of two answers at once, each by the rules', async ({ posted, ann }) => {
    const { id } = await openFor(posted, ann)
    await receive(posted.deps.db, id)
    const answers = await Promise.all([
      answer(ann, id, 'approved'),
      answer(ann, id, 'needs_reupload'),
    ])
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200])
    const { events } = await listAudit(posted.deps.db, id, { limit: 2 })
    const [last, first] = events.map(({ changes }) => changes.status)
    expect(last.from).toBe(first.to)
    expect((await ann.get(`${sessions}/${id}`)).json()).toMatchObject({
      status: last.to,
      version: 4,
    })
  })
})
