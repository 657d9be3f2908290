import { countProblems, problemKpis, problemTrends } from '../../src/itsm/problems/figures.ts'
import { later, now } from '../../src/values.ts'
import {
  createProblem,
  insertIncident,
  move,
  problems,
  resolved,
} from '../support/itsm-problems.ts'
import { expect, test } from '../support/service.ts'

test.for(['statistics', 'trends', 'kpis', 'export', 'candidates'] as const)(
  'GET /problems/%s is no id, and for those who may read problems',
  async (path, { app, signIn }) => {
    expect((await (await signIn('Auditor')).get(`${problems}/${path}`)).statusCode).toBe(200)
    expect((await (await signIn('User')).get(`${problems}/${path}`)).statusCode).toBe(403)
    expect((await app.inject(`${problems}/${path}`)).statusCode).toBe(401)
  },
)

test('figures are computed from the problems, and null where there are none', async ({
  signIn,
  db,
}) => {
  const ann = await signIn('ServiceDeskAgent')
  expect(await problemKpis(db, 30)).toMatchObject({
    mean_hours_to_resolution: null,
    median_hours_to_root_cause: null,
    recurrence_rate: null,
    root_cause_found_share: null,
  })
  const at = now()
  const made = []
  for (const hours of [2, 4, 12]) {
    const { id } = await createProblem(ann, { category: 'network', priority: 'high' })
    await move(ann, id, hours === 12 ? unknown : resolved, { status: 'closed' })
    const found = hours === 12 ? null : later(at, -(10 - hours / 2) * 3600)
    await db
      .updateTable('problems')
      .set({
        created_at: later(at, -10 * 3600),
        root_cause_at: found,
        resolved_at: later(at, (hours - 10) * 3600),
        first_closed_at: later(at, (hours - 10) * 3600),
      })
      .where('id', '=', id)
      .execute()
    made.push(id)
  }
  const open = await createProblem(ann, { workaround: 'a', known_error: true })
  const again = await insertIncident(db, { reporter_id: ann.id, opened_at: later(at, -60) })
  await ann.post(`${problems}/${made[0]}/incidents`, { incident_ids: [again] })

  expect(await problemKpis(db, 30, later(at, 86_400))).toEqual({
    days: 30,
    opened: 4,
    resolved: 3,
    root_causes_found: 2,
    mean_hours_to_root_cause: 1.5,
    median_hours_to_root_cause: 1.5,
    mean_hours_to_resolution: 6,
    median_hours_to_resolution: 4,
    root_cause_found_share: 0.6667,
    closed: 3,
    recurred: 1,
    recurrence_rate: 0.3333,
  })
  expect(await countProblems(db)).toMatchObject({
    total: 4,
    open: 1,
    known_errors: 1,
    by_status: { draft: 1, closed: 3, cancelled: 0 },
    by_category: { network: 3, other: 1 },
    by_priority: { high: 3, medium: 1 },
  })
  expect(open.known_error).toBe(true)
})

const unknown = { status: 'resolved', root_cause_status: 'not_found', reason: '再現しない' }

test('trends count by month in Japan', async ({ signIn, db }) => {
  const ann = await signIn('ServiceDeskAgent')
  const { id } = await createProblem(ann)
  const times = { created_at: '2020-01-31T16:00:00.000Z', resolved_at: '2020-02-29T14:59:59.999Z' }
  await db.updateTable('problems').set(times).where('id', '=', id).execute()
  const { months } = await problemTrends(db, 3, '2020-02-29T15:00:00.000Z')
  expect(months).toEqual([
    { month: '2020-01', opened: 0, resolved: 0, closed: 0 },
    { month: '2020-02', opened: 1, resolved: 1, closed: 0 },
    { month: '2020-03', opened: 0, resolved: 0, closed: 0 },
  ])
})

test('the export has what the list has, as CSV and as a workbook', async ({ signIn }) => {
  const ann = await signIn('ServiceDeskAgent')
  const { problem_number } = await createProblem(ann, { title: '=1+1', category: 'security' })
  const csv = await ann.get(`${problems}/export?category=security`)
  expect(csv.headers['content-type']).toMatch('text/csv')
  const lines = csv.body.trim().split(/\r?\n/)
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain(`${problem_number},'=1+1,draft`)
  const book = await ann.get(`${problems}/export?format=xlsx`)
  expect(book.rawPayload.subarray(0, 2).toString()).toBe('PK')
  expect((await ann.get(`${problems}/export?format=pdf`)).statusCode).toBe(422)
})
