import { later, newId, now } from '../../src/values.ts'
import {
  createProblem,
  insertChange,
  insertCi,
  insertIncident,
  move,
  problems,
  resolved,
} from '../support/itsm-problems.ts'
import { describe, expect, test } from '../support/service.ts'

describe('incidents of a problem', () => {
  test('are linked, listed and unlinked, and both remember it', async ({ signIn, db }) => {
    const ann = await signIn('ServiceDeskAgent')
    const ids = [
      await insertIncident(db, { reporter_id: ann.id }),
      await insertIncident(db, { reporter_id: ann.id }),
    ]
    const { id } = await createProblem(ann, { incident_ids: ids.slice(0, 1) })
    const url = `${problems}/${id}/incidents`
    const linked = await ann.post(url, { incident_ids: ids })
    expect(linked.json()).toEqual({ linked_count: 1, incident_count: 2 })
    expect((await ann.post(url, { incident_ids: ids })).json().linked_count).toBe(0)
    const page = (await ann.get(`${url}?limit=1`)).json()
    expect(page).toMatchObject({ total: 2, incidents: [{ id: ids[1], is_recurrence: false }] })
    expect((await ann.post(url, { incident_ids: [ids[0], newId()] })).json().errors[0].field).toBe(
      'incident_ids.1',
    )
    expect((await ann.delete(`${url}/${ids[0]}`)).statusCode).toBe(204)
    expect((await ann.delete(`${url}/${ids[0]}`)).json().code).toBe('problem_link_not_found')
    const history = await db
      .selectFrom('itsm_history')
      .select(['field', 'old_value', 'new_value'])
      .where('subject_id', '=', ids[0] as string)
      .orderBy('id')
      .execute()
    expect(history).toEqual([
      { field: 'link:problem', old_value: null, new_value: JSON.stringify(id) },
      { field: 'link:problem', old_value: JSON.stringify(id), new_value: null },
    ])
    expect((await (await signIn('Auditor')).post(url, { incident_ids: ids })).statusCode).toBe(403)
  })

  test('that come after it was closed are recurrence', async ({ signIn, db }) => {
    const ann = await signIn('ServiceDeskAgent')
    const before = await insertIncident(db, { reporter_id: ann.id, opened_at: later(now(), -60) })
    const { id } = await createProblem(ann)
    await move(ann, id, resolved, { status: 'closed' })
    const after = await insertIncident(db, { reporter_id: ann.id, opened_at: later(now(), 60) })
    await ann.post(`${problems}/${id}/incidents`, { incident_ids: [before, after] })
    expect((await ann.get(`${problems}/${id}`)).json()).toMatchObject({
      incident_count: 2,
      recurrence_count: 1,
    })
    const { incidents } = (await ann.get(`${problems}/${id}/incidents`)).json()
    const again = incidents.filter((each: { is_recurrence: boolean }) => each.is_recurrence)
    expect(again.map((each: { id: string }) => each.id)).toEqual([after])
  })

  test('that are open are told each text once, also at the same time', async ({ signIn, db }) => {
    const ann = await signIn('ServiceDeskAgent')
    const open = await insertIncident(db, { reporter_id: ann.id })
    const done = await insertIncident(db, { reporter_id: ann.id, status: 'resolved' })
    const { id } = await createProblem(ann, { incident_ids: [open, done] })
    const tell = (body: object) => ann.post(`${problems}/${id}/communicate`, body)
    expect((await tell({ kind: 'workaround' })).json().code).toBe('problem_text_missing')
    const body = { kind: 'workaround', content: '再起動してください', is_public: true }
    const told = await Promise.all([tell(body), tell(body)])
    const counts = told.map((each) => each.json().told_count)
    expect(counts.sort()).toEqual([0, 1])
    expect(told[0]?.json().open_count).toBe(1)
    const late = await insertIncident(db, { reporter_id: ann.id })
    await ann.post(`${problems}/${id}/incidents`, { incident_ids: [late] })
    expect((await tell(body)).json()).toEqual({ told_count: 1, open_count: 2 })
    const notes = await db
      .selectFrom('incident_notes')
      .select(['incident_id', 'content', 'is_public', 'note_type'])
      .where('incident_id', 'in', [open, done, late])
      .orderBy('id')
      .execute()
    expect(notes).toEqual(
      [open, late].map((incident_id) => ({
        incident_id,
        content: '再起動してください',
        is_public: 1,
        note_type: 'work_note',
      })),
    )
    expect((await tell({ kind: 'rumour' })).statusCode).toBe(422)
  })
})

test('a change without a result keeps it open, but for who may overrule that', async ({
  signIn,
  db,
}) => {
  const [ann, meg] = [await signIn('ServiceDeskAgent'), await signIn('ChangeManager')]
  const open = await insertChange(db, ann.id, 'scheduled')
  const over = await insertChange(db, ann.id, 'completed')
  const { id } = await createProblem(ann)
  const url = `${problems}/${id}/changes`
  expect((await ann.post(url, { change_ids: [newId()] })).json().errors[0].field).toBe(
    'change_ids.0',
  )
  const { changes } = (await ann.post(url, { change_ids: [open.id, over.id] })).json()
  expect(changes.map((each: { has_result: boolean }) => each.has_result)).toEqual([false, true])
  await move(ann, id, resolved)
  const close = (client: typeof ann, force?: boolean) =>
    client.post(`${problems}/${id}/transition`, { status: 'closed', ...(force && { force }) })
  const refused = (await close(ann)).json()
  expect(refused).toMatchObject({ code: 'problem_changes_open', changes: [open.number] })
  expect(refused.detail).toContain(open.number)
  expect((await close(ann, true)).statusCode).toBe(403)
  expect((await close(meg, true)).json().status).toBe('closed')
  await ann.post(`${problems}/${id}/reopen`, { reason: 'また起きた' })
  await move(ann, id, resolved)
  expect((await ann.delete(`${url}/${open.id}`)).statusCode).toBe(204)
  expect((await ann.get(url)).json().changes).toHaveLength(1)
  expect((await close(ann)).json().status).toBe('closed')
})

test('incidents that are alike propose a problem, which takes them', async ({ signIn, db }) => {
  const ann = await signIn('ServiceDeskAgent')
  const ci = await insertCi(db)
  const titles = [
    '住民票の印刷が途中で止まる',
    '住民票の印刷が途中で止まります',
    '住民票の印刷が止まる',
  ]
  const alike: string[] = []
  for (const title of titles) {
    const more = { category: 'software', ci_ids: [ci], priority: 'high' as const }
    alike.push(await insertIncident(db, { reporter_id: ann.id, title, ...more }))
  }
  const title = '全庁のネットワークが停止'
  const major = await insertIncident(db, { reporter_id: ann.id, title, major: 1 })
  const old = { opened_at: later(now(), -40 * 86_400), title: titles[0] as string }
  await insertIncident(db, { reporter_id: ann.id, ...old })

  type Candidate = { incident_ids: string[]; reasons: { kind: string }[] }
  const propose = async (query = ''): Promise<Candidate[]> =>
    (await ann.get(`${problems}/candidates${query}`)).json().candidates
  const found = await propose()
  expect(found[0]).toMatchObject({ title, incident_ids: [major], is_major: true, size: 1 })
  const cluster = found.find(({ incident_ids }) => incident_ids.includes(alike[0] as string))
  expect(cluster?.incident_ids.toSorted()).toEqual(alike.toSorted())
  expect(cluster).toMatchObject({ priority: 'high', open_count: 3, size: 3 })
  expect(cluster?.reasons).toEqual(
    expect.arrayContaining([
      { kind: 'ci', values: [ci] },
      { kind: 'category', values: ['software'] },
    ]),
  )
  const body = { title: 'a', incident_ids: cluster?.incident_ids }
  expect((await ann.post(problems, body)).json().incident_count).toBe(3)
  const rest = (await propose()).flatMap(({ incident_ids }) => incident_ids)
  expect(rest.filter((id) => alike.includes(id))).toEqual([])
  expect((await ann.get(`${problems}/candidates?min_size=1`)).statusCode).toBe(422)
  expect((await (await signIn('User')).get(`${problems}/candidates`)).statusCode).toBe(403)
})
