import type { Change } from '../../schemas/itsm/changes.ts'
import { later, newId, now } from '../../src/values.ts'
import { changes, draft, insertCi, insertTeam } from '../support/itsm-changes.ts'
import { test as base, type Client, describe, expect } from '../support/service.ts'

type Page = { changes: Change[]; total: number; skip: number; limit: number }
type Query = Record<string, string | number | string[]>

/** Six changes of one team that nobody else has. */
const test = base.extend<{ shelf: { ann: Client; bob: Client; team: string; ci: string } }>({
  shelf: [
    async ({ db, signIn }, use) => {
      const [ann, bob] = [await signIn('ServiceDeskAgent'), await signIn('ServiceDeskAgent')]
      const [team, ci] = [await insertTeam(db), await insertCi(db)]
      const inputs = [
        { title: 'one', implementer_id: bob.id, scheduled_start: null, scheduled_end: null },
        { title: 'two', ...day(1), affected_ci_ids: [ci] },
        { title: 'three 100%', ...day(2), type: 'emergency' },
        { title: 'four', ...day(3), impact: 'extensive', likelihood: 'critical' },
        { title: 'five', description: '証明書を FIVE 枚', ...day(2), impact: 'high' },
      ]
      for (const input of inputs) await draft(ann, { ...input, team_id: team })
      const { id } = await draft(bob, { title: 'six', team_id: team, ...day(5) })
      await db.updateTable('changes').set({ status: 'approved' }).where('id', '=', id).execute()
      await use({ ann, bob, team, ci })
    },
    { scope: 'file' },
  ],
})

function day(n: number) {
  return {
    scheduled_start: `2026-12-0${n}T10:00:00.000Z`,
    scheduled_end: `2026-12-0${n}T12:00:00.000Z`,
  }
}

async function list(client: Client, query: Query): Promise<Page> {
  const text = new URLSearchParams(
    Object.entries(query).flatMap(([name, each]) =>
      [each].flat().map((value): [string, string] => [name, `${value}`]),
    ),
  )
  const response = await client.get(`${changes}?${text}`)
  expect(response.statusCode, response.body).toBe(200)
  expect(response.headers['x-total-count']).toBe(`${response.json().total}`)
  return response.json()
}

const titles = (page: Page) => page.changes.map(({ title }) => title.split(' ')[0])
const all = ['six', 'five', 'four', 'three', 'two', 'one']

describe('GET /changes', () => {
  test('lists the newest first, in pages that do not overlap', async ({ shelf }) => {
    const { ann, team } = shelf
    const whole = await list(ann, { team })
    expect(titles(whole)).toEqual(all)
    expect(whole).toMatchObject({ total: 6, skip: 0, limit: 100 })
    const second = await list(ann, { team, skip: 2, limit: 2 })
    expect(titles(second)).toEqual(['four', 'three'])
    expect(second).toMatchObject({ total: 6, skip: 2, limit: 2 })
    expect(titles(await list(ann, { team, skip: 6 }))).toEqual([])
    const [six] = whole.changes
    expect((await ann.get(`${changes}/${six?.id}`)).json()).toEqual(six)
  })

  test.for([
    [{ status: 'approved' }, ['six']],
    [{ status: ['approved', 'draft'] }, all],
    [{ status: 'cancelled' }, []],
    [{ type: 'emergency' }, ['three']],
    [{ type: ['emergency', 'standard'] }, ['three']],
    [{ risk: 'very_high' }, ['four']],
    [{ risk: ['medium', 'very_high'] }, ['five', 'four']],
    [{ requester: 'me' }, ['five', 'four', 'three', 'two', 'one']],
    [{ implementer: 'me' }, []],
    [{ from: '2026-12-02T12:00:00Z' }, ['six', 'four']],
    [{ from: '2026-12-02T11:59:59.999Z' }, ['six', 'five', 'four', 'three']],
    [{ to: '2026-12-02T10:00:00Z' }, ['two']],
    [{ to: '2026-12-02T19:00:01+09:00' }, ['five', 'three', 'two']],
    [{ from: '2026-12-02T00:00:00Z', to: '2026-12-03T00:00:00Z' }, ['five', 'three']],
    [{ search: 'five' }, ['five']],
    [{ search: 'five 枚' }, ['five']],
    [{ search: '100%' }, ['three']],
    [{ search: '_' }, []],
    [{ review_overdue: 'true' }, []],
    [{ review_overdue: 'false', type: 'emergency' }, ['three']],
    [{ sort: 'created_at' }, [...all].reverse()],
    [{ sort: 'scheduled_start' }, ['two', 'three', 'five', 'four', 'six', 'one']],
    [{ sort: '-scheduled_start' }, ['six', 'four', 'five', 'three', 'two', 'one']],
    [{ sort: '-risk_score', limit: 2 }, ['four', 'five']],
  ] as const)('with %o are %o', async ([query, expected], { shelf }) => {
    const { ann, team } = shelf
    const page = await list(ann, { team, ...(query as unknown as Query) })
    expect(titles(page)).toEqual(expected)
  })

  test('finds those of a person, a CI and a number', async ({ shelf }) => {
    const { ann, bob, team, ci } = shelf
    expect(titles(await list(ann, { requester: bob.id }))).toEqual(['six'])
    expect(titles(await list(bob, { implementer: 'me' }))).toEqual(['one'])
    expect(titles(await list(ann, { implementer: bob.id.toUpperCase() }))).toEqual(['one'])
    expect(titles(await list(ann, { ci_id: ci }))).toEqual(['two'])
    expect(titles(await list(ann, { ci_id: newId() }))).toEqual([])
    const [six] = (await list(ann, { team, limit: 1 })).changes
    expect(titles(await list(ann, { team, search: String(six?.change_number) }))).toEqual(['six'])
    expect(
      titles(await list(ann, { team, search: String(six?.change_number).toLowerCase() })),
    ).toEqual(['six'])
  })

  test('tells which reviews of emergencies are overdue', async ({ db, signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const past = { review_due_at: later(now(), -60) }
    const cases = [
      ['overdue', past],
      ['done', { ...past, reviewed_at: now() }],
      ['ahead', { review_due_at: later(now(), 3600) }],
      ['none', {}],
    ] as const
    for (const [title, columns] of cases) {
      const { id } = await draft(ann, { title, type: 'emergency' })
      await db
        .updateTable('changes')
        .set({ status: 'completed', ...columns })
        .where('id', '=', id)
        .execute()
    }
    const mine = { requester: 'me' }
    expect(titles(await list(ann, { ...mine, review_overdue: 'true' }))).toEqual(['overdue'])
    expect(titles(await list(ann, { ...mine, review_overdue: 'false' }))).toEqual([
      'none',
      'ahead',
      'done',
    ])
  })

  test.for([
    'status=lost',
    'risk=extreme',
    'requester=you',
    'team=x',
    'from=yesterday',
    'to=2026-06-30T23:59:60Z',
    'sort=title',
    'limit=0',
    'limit=1001',
    'skip=-1',
    'review_overdue=maybe',
  ])('refuses %s', async (query, { signIn }) => {
    const response = await (await signIn('Auditor')).get(`${changes}?${query}`)
    expect(response.statusCode).toBe(422)
  })

  test('is for those who may read changes', async ({ app, signIn }) => {
    expect((await (await signIn('User')).get(changes)).statusCode).toBe(403)
    expect((await app.inject(changes)).statusCode).toBe(401)
  })
})
