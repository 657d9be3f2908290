import { CompiledQuery, type RootOperationNode, sql } from 'kysely'
import { engineOf } from '../../db/open.ts'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { IncidentQuery } from '../../schemas/itsm/incident-lists.ts'
import type { Incident } from '../../schemas/itsm/incidents.ts'
import { exportedColumns } from '../../src/itsm/incidents/export.ts'
import { listIncidents } from '../../src/itsm/incidents/listing.ts'
import { writeTexts } from '../../src/itsm/incidents/texts.ts'
import { newId, now } from '../../src/values.ts'
import { insertIncident, insertTeam } from '../support/itsm-lists.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const base = '/api/v1/incidents'

type Page = { incidents: Incident[]; total: number; next_cursor: string | null }
type Query = Record<string, string | number | boolean>

async function list(client: Client, query: Query | string = {}): Promise<Page> {
  const text =
    typeof query === 'string'
      ? query
      : new URLSearchParams(
          Object.entries(query).map(([name, each]): [string, string] => [name, `${each}`]),
        )
  const response = await client.get(`${base}?${text}`)
  expect(response.statusCode, response.body).toBe(200)
  expect(response.headers['x-total-count']).toBe(`${response.json().total}`)
  return response.json()
}

const titles = async (client: Client, query: Query | string) =>
  (await list(client, query)).incidents.map(({ title }) => title).sort()

async function addNote(db: Db, incident_id: string, content: string, is_public: 0 | 1) {
  const at = now()
  const note = { id: newId(), incident_id, note_type: 'work_note' as const, is_public, content }
  const rest = { author_id: null, version: 1, created_at: at, updated_at: at }
  await transact(db, async (trx) => {
    await trx
      .insertInto('incident_notes')
      .values({ ...note, ...rest })
      .execute()
    await writeTexts(trx, [incident_id])
  })
}

describe('GET /incidents', () => {
  test('shows all to the desk, and to others what they reported', async ({ db, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const agent = await signIn('ServiceDeskAgent')
    await insertIncident(db, ann, { title: 'a' })
    await insertIncident(db, bob, { title: 'b' })
    expect(await titles(ann, {})).toEqual(['a'])
    expect(await titles(ann, { reporter_id: bob.id })).toEqual([])
    expect(await titles(agent, { reporter_id: bob.id })).toEqual(['b'])
    expect((await list(agent)).total).toBeGreaterThan(1)
    const nobody = await ann.get(base, { authorization: '' })
    expect(nobody.statusCode).toBe(401)
  })

  test('filters by each of its fields', async ({ db, signIn }) => {
    const [ann, agent] = [await signIn(), await signIn('ServiceDeskAgent')]
    const team = await insertTeam(db, `T ${ann.id}`, agent)
    const parent = await insertIncident(db, ann, { title: 'parent' })
    const a = await insertIncident(db, ann, {
      title: 'a',
      status: 'assigned',
      priority: 'critical',
      impact: 'extensive',
      urgency: 'critical',
      category: 'メール',
      assignee_id: agent.id,
      team_id: team.id,
      major: 1,
      parent_id: parent.id,
      external_number: `X-${ann.id}`,
      tags: ['急'],
      opened_at: '2026-02-01T00:00:00.000Z',
      resolved_at: '2026-02-02T00:00:00.000Z',
      next_due_at: '2026-02-03T00:00:00.000Z',
      updated_at: '2026-02-04T00:00:00.000Z',
    })
    await insertIncident(db, ann, { title: 'b', status: 'in_progress' })
    const by = (query: Query | string) =>
      titles(
        agent,
        typeof query === 'string'
          ? `reporter_id=${ann.id}&${query}`
          : { reporter_id: ann.id, ...query },
      )
    const found: [Query | string, string[]][] = [
      ['status=assigned', ['a']],
      ['status=assigned&status=in_progress', ['a', 'b']],
      ['status=assigned,in_progress', ['a', 'b']],
      [{ priority: 'critical' }, ['a']],
      [{ impact: 'extensive' }, ['a']],
      [{ urgency: 'critical,high' }, ['a']],
      [{ category: 'メール' }, ['a']],
      [{ assignee: 'me' }, ['a']],
      [{ assignee: 'none' }, ['b', 'parent']],
      [{ assignee_id: agent.id }, ['a']],
      [{ team: 'mine' }, ['a']],
      [{ team: 'none' }, ['b', 'parent']],
      [{ team_id: team.id }, ['a']],
      [{ tag: '急' }, ['a']],
      [{ major: true }, ['a']],
      [{ major: false }, ['b', 'parent']],
      [{ parent_id: parent.id }, ['a']],
      [{ number: `INC${String(a.number).padStart(8, '0')}` }, ['a']],
      [{ external_number: `X-${ann.id}` }, ['a']],
      [{ opened_from: '2026-02-01T09:00:00+09:00', opened_to: '2026-02-01T00:00:01Z' }, ['a']],
      [{ opened_to: '2026-02-01T00:00:00Z' }, ['b', 'parent']],
      [{ resolved_from: '2026-02-02T00:00:00Z' }, ['a']],
      [{ due_from: '2026-02-03T00:00:00Z', due_to: '2026-02-03T00:00:01Z' }, ['a']],
      [{ updated_from: '2026-02-04T00:00:00Z' }, ['a']],
      [{ has_attachments: true }, []],
      [{ status: 'closed' }, []],
    ]
    for (const [query, expected] of found) {
      expect(await by(query), JSON.stringify(query)).toEqual(expected)
    }
    expect(await titles(ann, { reporter_id: 'me', status: 'assigned' })).toEqual(['a'])
    for (const query of [
      'status=open',
      'status=new,',
      'assignee_id=you',
      'sort=title',
      'limit=0',
    ]) {
      expect((await agent.get(`${base}?${query}`)).statusCode, query).toBe(422)
    }
    expect((await agent.get(`${base}?opened_from=yesterday`)).statusCode).toBe(422)
  })

  test('tells how they stand to their targets', async ({ db, signIn }) => {
    const [ann, agent] = [await signIn(), await signIn('ServiceDeskAgent')]
    const [past, future] = ['2026-01-01T00:00:00.000Z', '2199-01-01T00:00:00.000Z']
    const running = (next_due_at: string | null, next_risk_at: string | null) => ({
      sla_phase: 'running' as const,
      next_due_at,
      next_risk_at,
    })
    const all: [string, object][] = [
      ['compliant', running(future, future)],
      ['at_risk', running(future, past)],
      ['violated', running(past, past)],
      ['violated', { sla_phase: 'breached' }],
      ['paused', { sla_phase: 'paused' }],
      ['met', { sla_phase: 'met' }],
      ['none', {}],
      ['none', { sla_phase: 'cancelled' }],
    ]
    for (const [title, changes] of all) await insertIncident(db, ann, { title, ...changes })
    for (const sla_status of ['compliant', 'at_risk', 'violated', 'paused', 'met', 'none']) {
      const { incidents } = await list(agent, { reporter_id: ann.id, sla_status })
      const expected = all.filter(([title]) => title === sla_status)
      expect(
        incidents.map((each) => each.sla_status),
        sla_status,
      ).toEqual(expected.map(() => sla_status))
    }
    const some = await list(agent, `reporter_id=${ann.id}&sla_status=met,paused`)
    expect(some.total).toBe(2)
  })

  test('searches titles, descriptions and notes, and shows nothing internal by it', async ({
    db,
    signIn,
  }) => {
    const [ann, agent] = [await signIn(), await signIn('ServiceDeskAgent')]
    const a = await insertIncident(db, ann, {
      title: 'VPN が 100%_切れる',
      description: 'Router X',
    })
    const b = await insertIncident(db, ann, { title: 'other' })
    await addNote(db, a.id, '業者に確認した Secret', 0)
    await addNote(db, b.id, '再起動してください', 1)
    const by = (client: Client, search: string) => titles(client, { reporter_id: ann.id, search })
    expect(await by(ann, 'vpn')).toEqual([a.title])
    expect(await by(ann, '0%_切')).toEqual([a.title])
    expect(await by(ann, '%')).toEqual([a.title])
    expect(await by(ann, '_o_')).toEqual([])
    expect(await by(ann, 'ROUTER')).toEqual([a.title])
    expect(await by(ann, '再起動')).toEqual(['other'])
    expect(await by(agent, 'secret')).toEqual([a.title])
    expect(await by(ann, 'secret')).toEqual([])
    expect(await by(agent, '確認')).toEqual([a.title])
    const file = { id: newId(), incident_id: a.id, key: 'k', original_name: 'a.pdf' }
    const rest = { content_type: 'application/pdf', size: 1, sha256: '', uploaded_by: null }
    const created_at = now()
    await db
      .insertInto('incident_files')
      .values({ ...file, ...rest, is_public: 0, created_at })
      .execute()
    const child = await insertIncident(db, ann, { title: 'child', parent_id: b.id })
    for (const query of [{ has_attachments: true }, { parent_id: b.id }, { ci_id: newId() }]) {
      expect(await titles(ann, query)).toEqual([])
    }
    expect(await titles(agent, { parent_id: b.id })).toEqual([child.title])
    expect(await titles(agent, { reporter_id: ann.id, has_attachments: true })).toEqual([a.title])
  })

  test.for([
    '-opened_at',
    'opened_at',
    '-updated_at',
    'updated_at',
    '-priority',
    'priority',
    '-next_due_at',
    'next_due_at',
    '-number',
    'number',
  ])('pages by %s without a gap, by skip and by cursor', async (sort, { db, signIn }) => {
    const ann = await signIn()
    const priorities = ['low', 'high', 'critical'] as const
    for (let n = 0; n < 7; n += 1) {
      const at = `2026-03-0${1 + (n % 3)}T00:00:00.000Z`
      const next_due_at = n % 2 ? at : null
      const priority = priorities[n % 3] ?? 'low'
      await insertIncident(db, ann, { title: `${n}`, priority, opened_at: at, next_due_at })
    }
    const whole = (await list(ann, { sort })).incidents.map(({ id }) => id)
    expect(new Set(whole).size).toBe(7)
    const bySkip: string[] = []
    for (const skip of [0, 3, 6]) {
      bySkip.push(...(await list(ann, { sort, skip, limit: 3 })).incidents.map(({ id }) => id))
    }
    expect(bySkip).toEqual(whole)
    let page = await list(ann, { sort, limit: 3 })
    const byCursor = page.incidents.map(({ id }) => id)
    while (page.next_cursor !== null) {
      page = await list(ann, { sort, limit: 3, cursor: page.next_cursor })
      expect(page.total).toBe(7)
      byCursor.push(...page.incidents.map(({ id }) => id))
    }
    expect(byCursor).toEqual(whole)
    const reverse = sort.startsWith('-') ? sort.slice(1) : `-${sort}`
    const reversed = (await list(ann, { sort: reverse })).incidents.map(({ id }) => id)
    expect(reversed.reverse()).toEqual(whole)
    const { next_cursor } = await list(ann, { sort, limit: 1 })
    for (const query of [`sort=${reverse}`, 'skip=1', `sort=${sort}&skip=1`]) {
      const wrong = await ann.get(`${base}?cursor=${next_cursor}&${query}`)
      expect(wrong.statusCode, query).toBe(422)
    }
  })
})

describe('what a list costs', () => {
  test('as many queries for many incidents as for one', async ({ db, signIn }) => {
    const ann = await signIn()
    await insertIncident(db, ann, { assignee_id: ann.id })
    const forOne = await queriesFor(db, ann, {})
    for (let n = 0; n < 5; n += 1) await insertIncident(db, ann, { assignee_id: ann.id })
    expect(await queriesFor(db, ann, {})).toHaveLength(forOne.length)
  })

  test.for([
    ['no filter', {}, 'opened_at_id'],
    ['a state', { status: ['new'] }, 'status_opened_at_id'],
    ['one’s own work', { assignee_id: 'me' }, 'assignee_id_opened_at_id'],
    [
      'one’s own open work',
      { assignee_id: 'me', status: ['new'] },
      'assignee_id_status_opened_at_id',
    ],
    ['a team', { team_id: newId() }, 'team_id_opened_at_id'],
    ['a reporter', { reporter_id: 'me' }, 'reporter_id_opened_at_id'],
    ['a category', { category: 'a' }, 'category_opened_at_id'],
    ['the last change', { sort: '-updated_at' }, 'updated_at_id'],
    ['the priority', { sort: '-priority' }, 'priority_rank_id'],
    ['what is due', { sort: 'next_due_at' }, 'due'],
    ['a number', { external_number: 'a' }, ''],
  ] as const)('is a walk along an index for %s', async ([, query, index], { db, signIn }) => {
    const agent = await signIn('ServiceDeskAgent')
    const [page] = await queriesFor(db, agent, query as unknown as Partial<IncidentQuery>)
    const plan = await planOf(db, page as CompiledQuery)
    if (engineOf(db) === 'postgres') return expect(plan).not.toMatch(/Seq Scan/)
    expect(plan).toMatch(index === '' ? /USING INDEX/ : new RegExp(`incidents_${index}_idx`))
    expect(plan).not.toMatch(/TEMP B-TREE|SCAN incidents"/)
  })
})

describe('GET /incidents/export', () => {
  test('has what the figures need, and can be imported again', async ({ db, signIn }) => {
    const [ann, agent] = [await signIn(), await signIn('ServiceDeskAgent')]
    const team = await insertTeam(db, `T ${ann.id}`)
    await insertIncident(db, ann, {
      title: '=1+1',
      status: 'closed',
      team_id: team.id,
      assignee_id: agent.id,
      tags: ['a', 'b'],
      resolved_at: '2026-01-03T00:00:00.000Z',
      closed_at: '2026-01-04T00:00:00.000Z',
      response_s: 60,
      resolution_s: 3600,
      response_met: 1,
      resolution_met: 0,
    })
    await insertIncident(db, ann, { title: 'second' })
    const url = `${base}/export?reporter_id=${ann.id}&sort=opened_at`
    const csv = await agent.get(url)
    expect(csv.headers['content-type']).toMatch('text/csv')
    const [head, first, second, end] = csv.body.replace('\ufeff', '').split('\r\n')
    expect(head).toBe(exportedColumns.join(','))
    for (const part of [`'=1+1`, team.name, agent.email, ann.email, '60,3600,true,false']) {
      expect(first).toContain(part)
    }
    expect(second).toContain('second')
    expect(end).toBe('')
    expect((await agent.get(`${url}&status=closed`)).body).not.toContain('second')
    const book = await agent.get(`${url}&format=xlsx`)
    expect(book.rawPayload.subarray(0, 2).toString()).toBe('PK')
    expect((await ann.get(url)).statusCode).toBe(403)
    expect((await agent.get(`${url}&format=pdf`)).statusCode).toBe(422)
    expect((await agent.get(`${url}&saved_search=${newId()}`)).statusCode).toBe(404)
  })
})

/** What is really sent to the database for a page. */
async function queriesFor(
  db: Db,
  client: Client,
  query: Partial<IncidentQuery>,
): Promise<CompiledQuery[]> {
  const sent: CompiledQuery[] = []
  const nodes = new WeakMap<object, RootOperationNode>()
  const listening = db.withPlugin({
    transformQuery({ node, queryId }) {
      nodes.set(queryId, node)
      return node
    },
    async transformResult({ result, queryId }) {
      const node = nodes.get(queryId)
      if (node) sent.push(db.getExecutor().compileQuery(node, queryId))
      return result
    },
  })
  const origin = { request_id: 'test', ip: null, user_agent: null, scopes: null }
  await listIncidents(listening, { ...client, ...origin }, { skip: 0, limit: 50, ...query })
  return sent
}

async function planOf(db: Db, query: CompiledQuery): Promise<string> {
  return db.transaction().execute(async (trx) => {
    const isSqlite = engineOf(db) === 'sqlite'
    // The tables of a test are so small that reading them whole would be right.
    const ways = isSqlite ? [] : ['seqscan', 'bitmapscan', 'sort', 'hashjoin', 'mergejoin']
    for (const way of ways) await sql`set local ${sql.raw(`enable_${way}`)} = off`.execute(trx)
    const explain = isSqlite ? 'explain query plan' : 'explain'
    const asked = CompiledQuery.raw(`${explain} ${query.sql}`, [...query.parameters])
    return JSON.stringify((await trx.executeQuery(asked)).rows)
  })
}
