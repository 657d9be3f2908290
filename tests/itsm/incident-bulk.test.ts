import { newId } from '../../src/values.ts'
import { historyOf, incidents, inState, report } from '../support/itsm-core.ts'
import { describe, expect, test } from '../support/service.ts'

const url = `${incidents}/bulk-update`
const settings = '/api/v1/itsm/settings'

describe('POST /incidents/bulk-update', () => {
  test('answers for each, in the order asked, and writes the history of each', async ({
    signIn,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const [one, closed, two] = [
      await report(desk, { tags: ['a', 'b'] }),
      await inState(desk, 'closed'),
      await report(desk),
    ]
    const unknown = newId()
    const response = await desk.post(url, {
      incident_ids: [two.id, closed.id, unknown, one.id],
      updates: {
        category: '回線',
        assignee_id: desk.id,
        status: 'pending',
        pending_reason: '業者待ち',
        add_tags: ['c'],
        remove_tags: ['a'],
      },
      comment: '回線障害',
    })
    expect(response.statusCode, response.body).toBe(200)
    expect(response.json()).toMatchObject({
      updated_count: 2,
      failed_count: 2,
      results: [
        { id: two.id, ok: true },
        { id: closed.id, ok: false, status: 409, code: 'incident_frozen' },
        { id: unknown, ok: false, status: 404, code: 'incident_not_found' },
        { id: one.id, ok: true },
      ],
    })
    const { results } = response.json()
    expect(results[1].detail).toMatch(/変更できません/)
    const row = (await desk.get(`${incidents}/${one.id}`)).json()
    expect(row).toMatchObject({ category: '回線', status: 'pending', tags: ['b', 'c'] })
    const fields = (await historyOf(desk, one)).map(({ field }) => field).sort()
    expect(fields).toEqual(['assignee_id', 'category', 'pending_reason', 'status', 'tags'])
    const { notes } = (await desk.get(`${incidents}/${one.id}/work-notes`)).json()
    expect(notes).toMatchObject([{ content: '回線障害', is_public: false }])
    const untouched = (await desk.get(`${incidents}/${closed.id}/work-notes`)).json()
    expect(untouched.total).toBe(0)
  })

  test.for([
    ['its id', { id: newId() }, 'updates.id'],
    ['its number', { incident_number: 'INC1' }, 'updates.incident_number'],
    ['who wrote it', { created_by: newId() }, 'updates.created_by'],
    ['its clock', { responded_at: null }, 'updates.responded_at'],
    ['nothing', {}, 'updates'],
  ] as const)(
    'refuses to set %s, before anything happens',
    async ([, updates, field], { signIn }) => {
      const desk = await signIn('ServiceDeskAgent')
      const { id } = await report(desk)
      const body = { incident_ids: [id], updates: { ...updates }, comment: 'x' }
      const response = await desk.post(url, body)
      expect(response.statusCode).toBe(422)
      expect(response.json().errors).toMatchObject([{ field }])
      expect((await desk.get(`${incidents}/${id}/work-notes`)).json().total).toBe(0)
    },
  )

  test('takes one to a hundred, each once', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { id } = await report(desk)
    const updates = { title: 'x' }
    const many = Array.from({ length: 101 }, () => newId())
    for (const incident_ids of [[], [id, id], many, ['x']]) {
      expect((await desk.post(url, { incident_ids, updates })).statusCode).toBe(422)
    }
    const all = await desk.post(url, { incident_ids: [id, ...many.slice(2)], updates })
    expect(all.json()).toMatchObject({ updated_count: 1, failed_count: 99 })
  })

  test('asks of each what it would ask alone', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { id } = await report(desk)
    const ask = async (updates: object, headers = {}) =>
      (await desk.post(url, { incident_ids: [id], updates }, headers)).json().results[0]
    expect(await ask({ priority: 'critical', priority_reason: 'x' })).toMatchObject({
      status: 403,
      code: 'incident_override_required',
    })
    expect(await ask({ status: 'closed' })).toMatchObject({ status: 409 })
    expect(await ask({ assignee_id: newId() }, { 'accept-language': 'en' })).toMatchObject({
      status: 422,
      errors: [{ field: 'assignee_id', message: expect.stringContaining('id of a user') }],
    })
    expect(await ask({ add_tags: Array.from({ length: 20 }, (_, n) => `t${n}`) })).toMatchObject({
      ok: true,
    })
    expect(await ask({ add_tags: ['one more'] })).toMatchObject({ status: 422 })
  })
})

describe('/itsm/settings', () => {
  test('are read by who oversees, and set by who runs the desk', async ({ signIn, app }) => {
    const [ann, desk, chief] = [
      await signIn(),
      await signIn('ServiceDeskAgent'),
      await signIn('ChangeManager'),
    ]
    const first = await desk.get(settings)
    expect(first.json()).toMatchObject({ reopen_window_days: 14, version: 1 })
    expect(first.headers.etag).toBe('"1"')
    expect((await ann.get(settings)).statusCode).toBe(403)
    expect((await app.inject(settings)).statusCode).toBe(401)
    expect((await desk.put(settings, { reopen_window_days: 1 })).statusCode).toBe(403)
    for (const body of [{}, { reopen_window_days: 366 }, { reopen_window_days: 1, x: 1 }]) {
      expect((await chief.put(settings, body)).statusCode).toBe(422)
    }
    const seen = { 'if-match': '"1"' }
    const answers = await Promise.all(
      [0, 7].map((days) => chief.put(settings, { reopen_window_days: days }, seen)),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412])
    await chief.put(settings, { reopen_window_days: 0 })

    const { id } = await inState(desk, 'closed')
    const refused = await desk.post(`${incidents}/${id}/reopen`, { reason: 'x' })
    expect(refused.json().code).toBe('reopen_window_over')
  })
})
