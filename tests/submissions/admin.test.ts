import { read, utils, type WorkSheet } from 'xlsx'
import type { Db } from '../../db/tables.ts'
import type {
  SubmissionSession,
  SubmissionStatistics,
  SubmissionStatusCounts,
} from '../../schemas/submissions/sessions.ts'
import { listSessions } from '../../src/submissions/listing.ts'
import { getSubmissionStatistics } from '../../src/submissions/statistics.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import {
  adminSessions,
  dayAfter,
  open,
  receive,
  sessions,
  setDueDate,
} from '../support/submissions.ts'

type Found = {
  sessions: SubmissionSession[]
  total: number
  skip: number
  limit: number
  status_counts: SubmissionStatusCounts
}

async function list(client: Client, query: Record<string, string> = {}): Promise<Found> {
  const response = await client.get(`${adminSessions}?${new URLSearchParams(query)}`)
  expect(response.statusCode, response.body).toBe(200)
  expect(response.headers['x-total-count']).toBe(`${response.json().total}`)
  return response.json()
}

const namesOf = (found: Found) => found.sessions.map(({ submitter_name }) => submitter_name)

/** Sessions of every kind, the last of them the newest. */
async function openMany(client: Client, db: Db) {
  const named = (submitter_name: string, input: object = {}) =>
    open(client, { submitter_name, ...input })
  const set = (id: string, status: string) => client.put(`${sessions}/${id}/status`, { status })
  await named('untouched', { due_date: dayAfter(7) })
  const waiting = await named('waiting', { due_date: dayAfter(8), submission_type: 'corporate' })
  await receive(db, waiting.id)
  const refused = await named('refused', { due_date: dayAfter(0) })
  await receive(db, refused.id)
  await set(refused.id, 'needs_reupload')
  const again = await named('again', { submission_type: 'corporate' })
  await receive(db, again.id)
  await set(again.id, 'needs_reupload')
  await receive(db, again.id, { review: 'accepted' })
  const approved = await named('approved')
  await receive(db, approved.id, { review: 'accepted' })
  await set(approved.id, 'approved')
  const overdue = await named('overdue', { due_date: dayAfter(1) })
  await setDueDate(db, overdue.id, dayAfter(-1))
  const closed = await named('closed')
  await client.patch(`${sessions}/${closed.id}`, { closed: true })
}

describe('GET /admin/sessions', () => {
  test('lists one’s own, newest first, with their files; all for an administrator', async ({
    db,
    signIn,
  }) => {
    const [ann, bob, admin] = [await signIn(), await signIn(), await signIn('SystemAdmin')]
    const [first, second] = [await open(ann), await open(ann, { description: 'b' })]
    const foreign = await open(bob)
    await receive(db, first.id)
    const found = await list(ann)
    expect(found).toMatchObject({ total: 2, skip: 0, limit: 100 })
    expect(found.sessions.map(({ id }) => id).sort()).toEqual([first.id, second.id].sort())
    const shown = found.sessions.find(({ id }) => id === first.id)
    expect(shown).toMatchObject({
      submitter_email: 'taro@example.jp',
      review_status: 'waiting',
      uploaded_files: [{ filename: '住民票.pdf', uploaded_by: null }],
    })
    const all = (await list(admin, { limit: '1000' })).sessions.map(({ id }) => id)
    for (const { id } of [first, second, foreign]) expect(all).toContain(id)
    expect((await list(await signIn('Auditor'))).total).toBe(0)
  })

  test('pages without overlap, the newest first, also of one moment', async ({ db, signIn }) => {
    const ann = await signIn()
    for (let n = 0; n < 5; n += 1) await open(ann, { submitter_name: `n${n}` })
    await db
      .updateTable('submission_sessions')
      .set({ created_at: '2026-01-02T03:04:05.678Z' })
      .where('owner_id', '=', ann.id)
      .execute()
    await open(ann, { submitter_name: 'newest' })
    const names = []
    for (const skip of ['0', '2', '4']) {
      const page = await list(ann, { skip, limit: '2' })
      expect(page).toMatchObject({ total: 6, skip: Number(skip), limit: 2 })
      names.push(...namesOf(page))
    }
    expect(names[0]).toBe('newest')
    expect(new Set(names).size).toBe(6)
    expect(namesOf(await list(ann, { skip: '100' }))).toEqual([])
  })

  test('filters by status, type, review and due date, and counts what is left by status', async ({
    db,
    signIn,
  }) => {
    const ann = await signIn()
    await openMany(ann, db)
    const by = async (query: Record<string, string>) => namesOf(await list(ann, query)).sort()
    expect(await by({ status: 'needs_reupload' })).toEqual(['again', 'refused'])
    expect(await by({ type: 'corporate' })).toEqual(['again', 'waiting'])
    expect(await by({ review_status: 'none' })).toEqual(['closed', 'overdue', 'untouched'])
    expect(await by({ review_status: 'waiting' })).toEqual(['again', 'waiting'])
    expect(await by({ review_status: 'reviewed' })).toEqual(['approved', 'refused'])
    expect(await by({ due: 'overdue' })).toEqual(['overdue'])
    expect(await by({ due: 'soon' })).toEqual(['refused', 'untouched'])
    expect(await by({ due: 'none' })).toEqual(['again', 'approved', 'closed'])
    expect(await by({ type: 'corporate', status: 'not_uploaded' })).toEqual(['waiting'])
    expect((await list(ann)).status_counts).toEqual({
      not_uploaded: 4,
      needs_reupload: 2,
      approved: 1,
    })
    expect(await list(ann, { type: 'corporate', status: 'approved' })).toMatchObject({
      total: 0,
      status_counts: { not_uploaded: 1, needs_reupload: 1, approved: 0 },
    })
  })

  test('searches names, emails and descriptions, and takes % and _ for what they are', async ({
    signIn,
  }) => {
    const ann = await signIn()
    await open(ann, { submitter_name: '山田 100%' })
    await open(ann, { submitter_name: 'b', submitter_email: 'Hanako_K@example.jp' })
    await open(ann, { submitter_name: 'c', description: '業務委託の契約書' })
    const by = async (search: string) => namesOf(await list(ann, { search }))
    expect(await by('山田')).toEqual(['山田 100%'])
    expect(await by('0%')).toEqual(['山田 100%'])
    expect(await by('HANAKO_')).toEqual(['b'])
    expect(await by('委託')).toEqual(['c'])
    expect(await by('%')).toEqual(['山田 100%'])
    expect(await by('\\')).toEqual([])
  })

  test.for([
    'status=waiting',
    'type=custom',
    'due=today',
    'review_status=x',
    'search=',
    'limit=1001',
    'skip=-1',
  ])('refuses %s', async (query, { signIn }) => {
    expect((await (await signIn()).get(`${adminSessions}?${query}`)).statusCode).toBe(422)
  })

  test('asks the database as often for many as for one', async ({ db, signIn }) => {
    const ann = await signIn()
    for (let n = 0; n < 3; n += 1) await receive(db, (await open(ann)).id)
    const countOf = async (limit: string) => {
      let count = 0
      const counted = db.withPlugin({
        transformQuery: ({ node }) => {
          count += 1
          return node
        },
        transformResult: async ({ result }) => result,
      })
      const caller = { ...ann, scopes: null, request_id: 'r', ip: null, user_agent: null }
      await listSessions(counted, caller, { skip: 0, limit: Number(limit) })
      return count
    }
    const count = await countOf('1')
    expect(count).toBeGreaterThan(3)
    expect(await countOf('3')).toBe(count)
  })
})

describe('GET /admin/sessions/export', () => {
  test('writes what the list shows as CSV, and no formula', async ({ db, signIn }) => {
    const ann = await signIn()
    const { id } = await open(ann, {
      submitter_name: '=HYPERLINK("http://x","y")',
      description: 'a "b"\nc, d',
      requirements: ['委任状', 'x'],
    })
    await receive(db, id, { document_type: 'x' })
    await open(ann, { submitter_name: 'other', submission_type: 'corporate' })
    await open(await signIn(), { submitter_name: 'foreign' })
    const response = await ann.get(`${adminSessions}/export?type=individual`)
    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(response.headers['content-disposition']).toMatch('filename="sessions.csv"')
    const [header, line] = response.body.split('\r\n')
    expect(header).toMatch(/^\ufeffid,submitter_name,submitter_email,submission_type,status,/)
    expect(line).toContain(`${id},"'=HYPERLINK(""http://x"",""y"")",taro@example.jp,individual,`)
    expect(line).toContain(',2,1,50,委任状,1,')
    expect(response.body).toContain('"a ""b""\nc, d"')
    expect(response.body).not.toMatch(/other|foreign/)
    expect((await ann.get(`${adminSessions}/export?format=pdf`)).statusCode).toBe(422)
  })

  test('writes a workbook with the same cells, each of them what it says', async ({ signIn }) => {
    const ann = await signIn()
    const { id } = await open(ann, { submitter_name: '=1+1', requirements: ['委任状'] })
    const response = await ann.get(`${adminSessions}/export?format=xlsx`)
    expect(response.statusCode, response.body).toBe(200)
    expect(response.headers['content-disposition']).toMatch('filename="sessions.xlsx"')
    const { Sheets } = read(response.rawPayload)
    const sheet = Object.values(Sheets)[0] as WorkSheet
    expect(utils.sheet_to_json(sheet)).toMatchObject([
      { id, submitter_name: '=1+1', required: 1, percentage: 0, missing: '委任状' },
    ])
    expect(Object.values(sheet).some((cell) => Object(cell).f !== undefined)).toBe(false)
  })

  test('goes on past one batch, each session once, also of one moment', async ({ db, signIn }) => {
    const ann = await signIn()
    const { id } = await open(ann)
    const row = await db
      .selectFrom('submission_sessions')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    const copies = Array.from({ length: 1200 }, (_, n) => ({
      ...row,
      id: `00000000-0000-4000-8000-${`${n}`.padStart(12, '0')}`,
    }))
    for (let n = 0; n < copies.length; n += 400) {
      await db
        .insertInto('submission_sessions')
        .values(copies.slice(n, n + 400))
        .execute()
    }
    const lines = (await ann.get(`${adminSessions}/export`)).body.trim().split('\r\n').slice(1)
    expect(lines).toHaveLength(1201)
    expect(new Set(lines.map((line) => line.split(',')[0])).size).toBe(1201)
  })
})

describe('GET /admin/sessions/statistics', () => {
  test('counts one’s own sessions and files', async ({ db, signIn }) => {
    const ann = await signIn()
    await openMany(ann, db)
    const response = await ann.get(`${adminSessions}/statistics`)
    expect(response.statusCode, response.body).toBe(200)
    const { months, ...figures } = response.json<SubmissionStatistics>()
    expect(figures).toEqual({
      total_sessions: 7,
      status_counts: { not_uploaded: 4, needs_reupload: 2, approved: 1 },
      type_counts: { individual: 5, corporate: 2 },
      review_counts: { none: 3, waiting: 2, reviewed: 2 },
      open_sessions: 5,
      closed_sessions: 1,
      expired_sessions: 1,
      overdue_sessions: 1,
      total_files: 5,
      total_bytes: 5000,
      file_counts: { pending: 3, accepted: 2, rejected: 0 },
    })
    expect(months).toHaveLength(12)
    expect(months.reduce((sum, { created }) => sum + created, 0)).toBe(7)
    expect(months.at(-1)).toEqual({ month: dayAfter(0).slice(0, 7), created: 7 })
  })

  test('are all nought for somebody who has none', async ({ signIn }) => {
    const response = await (await signIn()).get(`${adminSessions}/statistics`)
    expect(response.json()).toMatchObject({ total_sessions: 0, total_files: 0, total_bytes: 0 })
  })

  test('begin a month at midnight in Japan', async ({ db, signIn }) => {
    const ann = await signIn()
    for (const created_at of ['2026-02-28T14:59:59.999Z', '2026-02-28T15:00:00.000Z']) {
      const { id } = await open(ann)
      await db.updateTable('submission_sessions').set({ created_at }).where('id', '=', id).execute()
    }
    const caller = { ...ann, scopes: null, request_id: 'r', ip: null, user_agent: null }
    const { months } = await getSubmissionStatistics(db, caller, '2026-03-15T00:00:00.000Z')
    expect(months.slice(-2)).toEqual([
      { month: '2026-02', created: 1 },
      { month: '2026-03', created: 1 },
    ])
    expect(months[0]?.month).toBe('2025-04')
  })
})
