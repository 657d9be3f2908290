import type { Db } from '../../db/tables.ts'
import { recurringJobsOf } from '../../src/handlers.ts'
import { remindSubmitters } from '../../src/submissions/reminders.ts'
import { later, now } from '../../src/values.ts'
import {
  test as base,
  type Client,
  describe,
  expect,
  type Service,
  signInTo,
  startService,
} from '../support/service.ts'
import { dayAfter, open, postBox, receive, sessions } from '../support/submissions.ts'

type Posted = Service & { box: ReturnType<typeof postBox>; ann: Client }

/** Reminders are about all sessions there are, so each test has a service of its own. */
const test = base.extend<{ posted: Posted }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
  posted: async ({}, use) => {
    const box = postBox()
    const service = await startService({ changes: { mail: box.mail } })
    await use({ ...service, box, ann: await signInTo(service.app) })
    await service.close()
  },
})

const reminders = async (db: Db) => {
  const jobs = await db
    .selectFrom('jobs')
    .select('payload')
    .where('kind', '=', 'send_session_mail')
    .orderBy('id')
    .execute()
  return jobs
    .map(({ payload }) => JSON.parse(payload))
    .filter(({ reason }) => reason === 'due')
    .map(({ session_id }) => session_id)
}

describe('reminders', () => {
  test('come three days and one day before the due date, each once', async ({ posted }) => {
    const { db } = posted.deps
    const { id } = await open(posted.ann, { due_date: dayAfter(4) })
    const counts = []
    for (const day of [0, 1, 1, 2, 3, 3, 4, 5]) {
      await remindSubmitters(db, later(now(), day * 86_400))
      counts.push((await reminders(db)).length)
    }
    expect(counts).toEqual([0, 1, 1, 1, 2, 2, 2, 2])
    expect(new Set(await reminders(db))).toEqual(new Set([id]))
  })

  test('come once when two instances run the job at once', async ({ posted }) => {
    const { db } = posted.deps
    await open(posted.ann, { due_date: dayAfter(1) })
    await Promise.all([remindSubmitters(db), remindSubmitters(db)])
    expect(await reminders(db)).toHaveLength(1)
  })

  test('go to those alone whose documents are missing or refused', async ({ posted }) => {
    const { ann, deps } = posted
    const { db } = deps
    const asked = { due_date: dayAfter(1), requirements: ['a', 'b'] }
    const lacking = await open(ann, asked)
    await receive(db, lacking.id, { document_type: 'a' })
    const rejected = await open(ann, asked)
    await receive(db, rejected.id, { document_type: 'a' })
    await receive(db, rejected.id, { document_type: 'b', review: 'rejected' })
    const whole = await open(ann, asked)
    for (const document_type of ['a', 'b']) await receive(db, whole.id, { document_type })
    const refused = await open(ann, { ...asked, requirements: [] })
    await receive(db, refused.id)
    await ann.put(`${sessions}/${refused.id}/status`, { status: 'needs_reupload' })
    const sentAgain = await open(ann, { ...asked, requirements: [] })
    await ann.put(`${sessions}/${sentAgain.id}/status`, { status: 'needs_reupload' })
    await receive(db, sentAgain.id)
    const approved = await open(ann, asked)
    await ann.put(`${sessions}/${approved.id}/status`, { status: 'approved' })
    const closed = await open(ann, asked)
    await ann.patch(`${sessions}/${closed.id}`, { closed: true })
    await open(ann, { requirements: ['a'] })
    await remindSubmitters(db)
    expect((await reminders(db)).sort()).toEqual([lacking.id, rejected.id, refused.id].sort())
  })

  test('come again when the due date moves', async ({ posted }) => {
    const { db } = posted.deps
    const { id } = await open(posted.ann, { due_date: dayAfter(1) })
    await remindSubmitters(db)
    await posted.ann.patch(`${sessions}/${id}`, { due_date: dayAfter(3) })
    await remindSubmitters(db)
    expect(await reminders(db)).toHaveLength(2)
  })

  test('say what is missing, until when and where', async ({ posted }) => {
    const { box, queue, deps, ann } = posted
    const due_date = dayAfter(3)
    const { id } = await open(ann, { due_date, requirements: ['委任状', '契約書'] })
    await receive(deps.db, id, { document_type: '契約書' })
    await remindSubmitters(deps.db)
    await queue.runDue()
    const mail = box.to('taro@example.jp').at(-1)
    expect(mail?.subject).toMatch('提出期限が近づいています / Your documents are due soon')
    for (const text of [due_date, '- 委任状', `/submission/${id}`]) {
      expect(mail?.text).toContain(text)
    }
    expect(mail?.text).not.toContain('契約書')
    expect(posted.faults).toEqual([])
  })

  test('are looked at every morning at nine in Japan', async ({ posted }) => {
    const job = recurringJobsOf(posted.deps.config).find(({ kind }) => kind === 'remind_submitters')
    expect(job).toMatchObject({ cron: '0 9 * * *', zone: 'Asia/Tokyo' })
  })
})
