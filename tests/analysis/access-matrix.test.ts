import { newId } from '../../src/values.ts'
import {
  gatherPeople,
  nameOf,
  operationsBelow,
  type People,
  type Place,
  type Row,
  tryHolders,
  tryOperation,
} from '../support/access-matrix.ts'
import { sessionsUrl } from '../support/analysis.ts'
import { type AnalysisPlace, fillSession, furnishAnalysis } from '../support/analysis-ground.ts'
import { insertIssue, rowsOf } from '../support/analysis-sessions.ts'
import { describe, expect, test as serviceTest } from '../support/service.ts'
import { builtin } from '../support/templates.ts'

const test = serviceTest.extend<{ people: People }>({
  people: [async ({ app }, use) => use(await gatherPeople(app)), { scope: 'file' }],
})

const reading: Row = { statuses: [200, 200, 200, 200, 200, 404], archived: 200 }
const working: Row = { statuses: [200, 200, 200, 403, 200, 404], archived: 409 }
const creating: Row = { statuses: [201, 201, 201, 403, 201, 404], archived: 409 }
/** A member deletes what they have opened, and the session the manager has opened. */
const deleting: Row = { statuses: [204, 204, 403, 403, 204, 404], archived: 409 }
const removing: Row = { ...deleting, statuses: [204, 204, 204, 403, 204, 404] }

const session = '/analysis/session/{session_id}'
const step = `${session}/step/{step_id}`

/** Of manager, moderator, member, viewer, SystemAdmin and outsider. */
const rows: Record<string, Row> = {
  'GET /analysis/session': { ...reading, query: ({ project_id }) => `project_id=${project_id}` },
  'POST /analysis/session': {
    ...creating,
    body: ({ project_id }) => ({ project_id, ...builtin }),
  },
  [`GET ${session}`]: reading,
  [`PATCH ${session}`]: { ...working, body: () => ({ name: newId() }) },
  [`DELETE ${session}`]: deleting,
  [`POST ${session}/duplicate`]: { ...creating, body: () => ({}) },
  [`GET ${session}/file`]: reading,
  // Whoever is let in is told that it is no table, which takes no process to find out.
  [`POST ${session}/file`]: {
    statuses: [415, 415, 415, 403, 415, 404],
    archived: 409,
    body: ({ project_file_id }) => ({ project_file_id }),
  },
  [`PATCH ${session}/file/{file_id}/config`]: {
    ...working,
    // Each time something else, so that it is written.
    body: () => ({ columns: [{ name: 'コスト', role: nextRole() }] }),
  },
  [`DELETE ${session}/file/{file_id}`]: removing,
  // It clears the steps.
  [`POST ${session}/input`]: { ...working, body: ({ file_id }) => ({ file_id }), isOnce: true },
  [`GET ${session}/input/rows`]: reading,
  [`GET ${session}/snapshot`]: reading,
  [`GET ${session}/snapshot/{snapshot_id}`]: reading,
  [`POST ${session}/snapshot/{snapshot_id}`]: { ...working, isOnce: true },
  [`GET ${session}/snapshot/{snapshot_id}/diff/{other_id}`]: reading,
  [`GET ${session}/step`]: reading,
  [`POST ${session}/step`]: {
    ...creating,
    body: () => ({ name: '絞り込み', type: 'filter', input: 'original' }),
  },
  [`POST ${session}/step/order`]: {
    ...working,
    body: ({ filter_id = '', step_id = '', aside_id = '' }) => ({
      step_ids: turn++ % 2 ? [filter_id, step_id, aside_id] : [aside_id, filter_id, step_id],
    }),
  },
  [`GET ${step}`]: reading,
  [`PATCH ${step}`]: { ...working, body: () => ({ name: newId() }) },
  [`DELETE ${step}`]: removing,
  [`GET ${step}/rows`]: reading,
  [`GET ${step}/chart`]: reading,
  [`GET ${step}/chart.svg`]: reading,
  [`GET ${step}/table`]: { ...reading, query: () => 'format=csv' },
  [`GET ${session}/result`]: reading,
  [`GET ${session}/chat`]: reading,
  [`POST ${session}/chat`]: { ...working, body: () => ({ message: '営業だけにしてください' }) },
}

let turn = 0
const nextRole = () => (['利用しない', '値'] as const)[turn++ % 2]

describe('every operation on analysis sessions', () => {
  test('answers each person as the table says', async ({ app, db, service, people }) => {
    const operations = operationsBelow(app, '/analysis').filter(
      // Those have rows in the test of their own rights.
      ({ path }) => !path.startsWith('/api/v1/analysis/template'),
    )
    expect(operations.map(nameOf).toSorted()).toEqual(Object.keys(rows).toSorted())
    for (const operation of operations) {
      const isOfRows = operation.path.endsWith('/rows') && operation.path.includes('{step_id}')
      const furnish = async (): Promise<Place> => {
        const place = await furnishAnalysis(service.deps, people)
        return isOfRows ? { ...place, step_id: place.filter_id } : place
      }
      const matrix = { app, db, people, furnish }
      const row = rows[nameOf(operation)] as Row
      await tryOperation(matrix, operation, row)
      await tryHolders(matrix, operation, row)
    }
  })

  test('finds nothing of another session, for somebody who works in both', async ({
    app,
    db,
    service,
    people,
  }) => {
    const { manager } = people
    const own = await furnishAnalysis(service.deps, people)
    const sibling = await fillSession(service.deps, manager, own)
    const elsewhere = await furnishAnalysis(service.deps, people)
    const all = [own, sibling, elsewhere]
    const stored = () => Promise.all(all.map(({ session_id }) => rowsOf(db, session_id)))
    const before = await stored()
    let asked = 0
    for (const other of [sibling, elsewhere]) {
      for (const operation of operationsBelow(app, '/analysis/session')) {
        const row = rows[nameOf(operation)] as Row
        for (const place of strayed(operation.path, own, other)) {
          const query = row.query ? `?${row.query(place)}` : ''
          const response = await app.inject({
            method: operation.method,
            url: filled(operation.path, place) + query,
            headers: { authorization: manager.authorization },
            ...(row.body && { payload: row.body(place) }),
          })
          const where = `${nameOf(operation)} ${JSON.stringify(place)}: ${response.body}`
          expect(response.statusCode, where).toBe(404)
          asked += 1
        }
      }
      for (const [method, url, body, status] of foreign(own, other)) {
        const response = await manager[method](`/api/v1/analysis${url}`, body as never)
        const where = `${method} ${url} ${JSON.stringify(body)}: ${response.body}`
        expect(response.statusCode, where).toBe(status)
      }
    }
    expect(asked).toBeGreaterThan(40)
    expect(await stored()).toEqual(before)
  })

  test('takes no file and no question of another project', async ({ db, service, people }) => {
    const { manager } = people
    const own = await furnishAnalysis(service.deps, people)
    const { project_id, project_file_id } = await furnishAnalysis(service.deps, people)
    const file = await manager.post(`${sessionsUrl}/${own.session_id}/file`, { project_file_id })
    expect(file.json()).toMatchObject({ status: 404, code: 'analysis_source_not_found' })
    const issue = await insertIssue(db, project_id)
    const opened = await manager.post(sessionsUrl, { project_id: own.project_id, ...issue })
    expect(opened.json()).toMatchObject({ status: 422, errors: [{ field: 'issue_id' }] })
    expect((await manager.post(sessionsUrl, { project_id, ...issue })).statusCode).toBe(201)
  })
})

describe('a session that is put away', () => {
  test('is read, duplicated, brought back and deleted, and nothing else', async ({
    app,
    db,
    service,
    people,
  }) => {
    const { manager } = people
    const place = await furnishAnalysis(service.deps, people)
    const { session_id } = place
    const url = `${sessionsUrl}/${session_id}`
    expect((await manager.patch(url, { is_active: false })).statusCode).toBe(200)
    const before = await rowsOf(db, session_id)
    const operations = operationsBelow(app, '/analysis/session').filter(
      ({ path, method }) =>
        path.includes('{session_id}') && !(method === 'DELETE' && path.endsWith('{session_id}')),
    )
    for (const operation of operations) {
      const row = rows[nameOf(operation)] as Row
      const at = operation.path.endsWith('{step_id}/rows') ? 'filter_id' : 'step_id'
      const response = await app.inject({
        method: operation.method,
        url: `${filled(operation.path, { ...place, step_id: place[at] })}?${row.query?.(place) ?? ''}`,
        headers: { authorization: manager.authorization },
        ...(row.body && { payload: row.body(place) }),
      })
      const isFree = operation.method === 'GET' || operation.path.endsWith('/duplicate')
      const where = `${nameOf(operation)}: ${response.body}`
      if (isFree) expect(response.statusCode, where).toBeLessThan(300)
      else expect(response.json(), where).toMatchObject({ code: 'analysis_session_inactive' })
    }
    expect(await rowsOf(db, session_id)).toEqual(before)
    const renamed = await manager.patch(url, { is_active: true, name: '再開' })
    expect(renamed.json()).toMatchObject({ is_active: true, name: '再開' })
    await manager.patch(url, { is_active: false })
    expect((await manager.delete(url)).statusCode).toBe(204)
  })
})

const filled = (path: string, place: Place) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => place[name] ?? `no ${name}`)

/** The places that a path with several ids can name, where one of them is of another session. */
function strayed(path: string, own: Place, other: Place): Place[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string)
  if (names.length < 2) return []
  return names.map((name) => ({ ...own, [name]: other[name] as string }))
}

type Asked = ['get' | 'post' | 'patch', string, object | undefined, number]

/** Ids of another session in the queries and bodies of one's own. */
function foreign(own: AnalysisPlace, other: AnalysisPlace): Asked[] {
  const within = `/session/${own.session_id}`
  const stepUrl = `${within}/step/${own.step_id}`
  const at = `snapshot_id=${other.snapshot_id}`
  const table_filter = { table_df: other.filter_id, key_columns: ['部門'] }
  const linked = { name: '絞り込み', type: 'filter', input: other.filter_id }
  const matched = { ...linked, input: 'original', config: { table_filter } }
  return [
    ...['/step', '/result', '/chat'].map(
      (path): Asked => ['get', `${within}${path}?${at}`, undefined, 404],
    ),
    ...['', '/rows', '/chart', '/chart.svg', '/table'].map(
      (path): Asked => [
        'get',
        `${stepUrl}${path}?${at}&format=csv`.replace(/(\/chart)(.*)&format=csv/, '$1$2'),
        undefined,
        404,
      ],
    ),
    ['post', `${within}/input`, { file_id: other.file_id }, 404],
    ['post', `${within}/step`, linked, 422],
    ['post', `${within}/step?dry_run=true`, linked, 422],
    ['post', `${within}/step`, matched, 422],
    ['patch', stepUrl, { input: other.filter_id }, 422],
    ['patch', `${within}/step/${own.aside_id}`, { config: { table_filter } }, 422],
    ['post', `${within}/step/order`, { step_ids: [own.filter_id, other.step_id] }, 422],
    [
      'post',
      `${within}/step/order`,
      { step_ids: [other.filter_id, other.step_id, other.aside_id] },
      422,
    ],
  ]
}
