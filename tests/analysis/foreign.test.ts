import { sessionsUrl } from '../support/analysis.ts'
import { type AnalysisPlace, fillSession, furnishAnalysis } from '../support/analysis-ground.ts'
import { insertIssue, rowsOf } from '../support/analysis-sessions.ts'
import type { Place } from '../support/matrix/cases.ts'
import { cases } from '../support/matrix/index.ts'
import { nameOf } from '../support/matrix/try.ts'
import { type Operation, operationsOf } from '../support/operations.ts'
import { type Client, describe, expect, type Service, test } from '../support/service.ts'

const sessionOperations = (app: Service['app']) =>
  operationsOf(app).filter(({ path }) => path.startsWith('/api/v1/analysis/session'))

/** Sends what the matrix of all operations sends, about what stands at this place. */
function ask(app: Service['app'], { authorization }: Client, operation: Operation, place: Place) {
  const { query, body } = Object(cases.get(nameOf(operation))?.of)
  const address = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `${place[name]}`)
  return app.inject({
    method: operation.method,
    url: query ? `${address}?${new URLSearchParams(query(place))}` : address,
    headers: { authorization },
    ...(body && { payload: body(place) }),
  })
}

describe('an analysis session', () => {
  test('finds nothing of another, for somebody who works in both', async ({
    app,
    db,
    service,
    signIn,
  }) => {
    const manager = await signIn()
    const own = await furnishAnalysis(service.deps, { manager })
    const sibling = await fillSession(service.deps, manager, own)
    const elsewhere = await furnishAnalysis(service.deps, { manager })
    const all = [own, sibling, elsewhere]
    const stored = () => Promise.all(all.map(({ session_id }) => rowsOf(db, session_id)))
    const before = await stored()
    let asked = 0
    for (const other of [sibling, elsewhere]) {
      for (const operation of sessionOperations(app)) {
        for (const place of strayed(operation.path, own, other)) {
          const response = await ask(app, manager, operation, place)
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

  test('takes no file and no question of another project', async ({ db, service, signIn }) => {
    const manager = await signIn()
    const own = await furnishAnalysis(service.deps, { manager })
    const { project_id, project_file_id } = await furnishAnalysis(service.deps, { manager })
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
    signIn,
  }) => {
    const manager = await signIn()
    const place = await furnishAnalysis(service.deps, { manager })
    const { session_id } = place
    const url = `${sessionsUrl}/${session_id}`
    expect((await manager.patch(url, { is_active: false })).statusCode).toBe(200)
    const before = await rowsOf(db, session_id)
    const operations = sessionOperations(app).filter(
      ({ path, method }) =>
        path.includes('{session_id}') && !(method === 'DELETE' && path.endsWith('{session_id}')),
    )
    for (const operation of operations) {
      const at = operation.path.endsWith('{step_id}/rows') ? 'filter_id' : 'step_id'
      const response = await ask(app, manager, operation, { ...place, step_id: place[at] })
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
