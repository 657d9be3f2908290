import { newId } from '../../src/values.ts'
import { createProblem, move, problems, resolved } from '../support/itsm-problems.ts'
import { describe, expect, test } from '../support/service.ts'

describe('POST /problems', () => {
  test('opens a draft with a number', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const response = await ann.post(problems, { title: '庁内メールが送れない', priority: 'high' })
    expect(response.statusCode).toBe(201)
    const problem = response.json()
    expect(response.headers).toMatchObject({ location: `${problems}/${problem.id}`, etag: '"1"' })
    expect(problem).toMatchObject({
      problem_number: expect.stringMatching(/^PRB\d{8}$/),
      status: 'draft',
      priority: 'high',
      category: 'other',
      root_cause_status: 'unknown',
      rca_phase: 'not_started',
      rca_progress: 0,
      known_error: false,
      affected_services: [],
      created_by: ann.id,
      version: 1,
    })
    expect((await ann.get(`${problems}/${problem.id}`)).json()).toEqual(problem)
  })

  test('leaves no number out and gives none twice, also many at once', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const made = await Promise.all(Array.from({ length: 8 }, () => createProblem(ann)))
    const numbers = made.map((each) => Number(each.problem_number.slice(3))).sort((a, b) => a - b)
    const [first = 0] = numbers
    expect(numbers).toEqual(Array.from({ length: 8 }, (_, n) => first + n))
  })

  test.for([
    ['no title', { title: undefined }, 'title'],
    ['a priority that there is not', { priority: 'urgent' }, 'priority'],
    ['a status', { status: 'resolved' }, 'status'],
    ['somebody unknown', { assignee_id: newId() }, 'assignee_id'],
    ['an unknown team', { team_id: newId() }, 'team_id'],
    ['an unknown CI', { affected_ci_ids: [newId()] }, 'affected_ci_ids.0'],
    ['an unknown incident', { incident_ids: [newId()] }, 'incident_ids.0'],
    ['a known error without a workaround', { known_error: true }, 'workaround'],
    ['a found cause that is none', { root_cause_status: 'found' }, 'root_cause'],
    ['no cause and no reason', { root_cause_status: 'not_found' }, 'root_cause_reason'],
    ['who created it', { created_by: newId() }, 'created_by'],
  ] as const)('refuses %s', async ([, body, field], { signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const response = await ann.post(problems, { title: 'a', ...body })
    expect(response.statusCode).toBe(422)
    expect(response.json().errors[0].field).toBe(field)
  })

  test('asks who it is, and takes nobody else for the creator', async ({ app, signIn }) => {
    const nobody = await app.inject({ method: 'POST', url: problems, payload: { title: 'a' } })
    expect(nobody.statusCode).toBe(401)
    for (const role of ['User', 'Auditor', 'CabMember'] as const) {
      expect((await (await signIn(role)).post(problems, { title: 'a' })).statusCode).toBe(403)
    }
    expect((await (await signIn('User')).get(problems)).statusCode).toBe(403)
    expect((await (await signIn('Auditor')).get(problems)).statusCode).toBe(200)
  })
})

describe('PATCH /problems/{id}', () => {
  test('changes fields, and keeps each with who and when', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    const change = { root_cause: 'キューの上限', workaround: '再起動', known_error: true }
    const response = await ann.patch(`${problems}/${id}`, change, { 'if-match': '"1"' })
    expect(response.json()).toMatchObject({ ...change, root_cause_status: 'found', version: 2 })
    expect(response.json().root_cause_at).not.toBeNull()
    const { history } = (await ann.get(`${problems}/${id}/history`)).json()
    const byField = new Map(history.map((each: { field: string }) => [each.field, each]))
    expect([...byField.keys()].sort()).toEqual(
      ['known_error', 'root_cause', 'root_cause_at', 'root_cause_status', 'workaround'].sort(),
    )
    expect(byField.get('known_error')).toMatchObject({
      old_value: false,
      new_value: true,
      changed_by: ann.id,
    })
    expect((await ann.patch(`${problems}/${id}`, change, { 'if-match': '"1"' })).statusCode).toBe(
      412,
    )
  })

  test('of two that saw the same version one goes through', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    const answers = await Promise.all(
      ['a', 'b'].map((title) => ann.patch(`${problems}/${id}`, { title }, { 'if-match': '"1"' })),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412])
  })

  test('does not set the status, and says how', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    const response = await ann.patch(`${problems}/${id}`, { status: 'closed' })
    expect(response.statusCode).toBe(409)
    expect(response.json()).toMatchObject({ code: 'problem_status_by_transition' })
    expect(response.json().legal).toContain('under_investigation')
    expect(response.json().legal).not.toContain('closed')
    const same = await ann.patch(`${problems}/${id}`, { status: 'draft', title: 'b' })
    expect(same.json()).toMatchObject({ title: 'b', status: 'draft' })
  })

  test('answers 404, 422 and 403', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    expect((await ann.patch(`${problems}/${newId()}`, { title: 'b' })).statusCode).toBe(404)
    expect((await ann.patch(`${problems}/${id}`, { number: 1 })).json().errors[0].field).toBe(
      'number',
    )
    expect((await (await signIn('Auditor')).patch(`${problems}/${id}`, {})).statusCode).toBe(403)
  })
})

describe('the way of a problem', () => {
  test('goes forward, back to the search, and to its end', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    const closed = await move(
      ann,
      id,
      { status: 'under_investigation' },
      { status: 'solution_testing' },
      { status: 'root_cause_analysis' },
      resolved,
      { status: 'closed' },
    )
    expect(closed).toMatchObject({ status: 'closed', root_cause_status: 'found' })
    expect(closed.resolved_at).not.toBeNull()
    expect(closed.closed_at).not.toBeNull()
    const stuck = await ann.post(`${problems}/${id}/transition`, { status: 'under_investigation' })
    expect(stuck.json()).toMatchObject({ status: 409, code: 'problem_reopening_required' })
    expect((await ann.patch(`${problems}/${id}`, { title: 'b' })).statusCode).toBe(409)

    expect((await ann.post(`${problems}/${id}/reopen`, {})).statusCode).toBe(422)
    const reopened = await ann.post(`${problems}/${id}/reopen`, { reason: 'また起きた' })
    expect(reopened.json()).toMatchObject({
      status: 'under_investigation',
      status_reason: 'また起きた',
      reopen_count: 1,
      resolved_at: null,
      closed_at: null,
    })
    expect((await ann.post(`${problems}/${id}/reopen`, { reason: 'a' })).statusCode).toBe(409)
  })

  test.for([
    ['draft', [], 'closed'],
    ['under_investigation', [{ status: 'under_investigation' }], 'draft'],
    ['resolved', [resolved], 'cancelled'],
  ] as const)(
    'from %s not to another: 409 names the legal ones',
    async ([from, moves, to], { signIn }) => {
      const ann = await signIn('ServiceDeskAgent')
      const { id } = await createProblem(ann)
      await move(ann, id, ...moves)
      const response = await ann.post(`${problems}/${id}/transition`, { status: to })
      expect(response.statusCode).toBe(409)
      expect(response.json().code).toBe('illegal_transition')
      for (const status of response.json().legal) {
        expect(response.json().detail).toContain(status)
      }
      expect((await ann.get(`${problems}/${id}`)).json().status).toBe(from)
    },
  )

  test('resolves with a cause, or without one and a reason', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    const resolve = (body: object) =>
      ann.post(`${problems}/${id}/transition`, { status: 'resolved', ...body })
    expect((await resolve({})).json().errors[0].field).toBe('root_cause')
    const silent = await resolve({ root_cause_status: 'not_found' })
    expect(silent.json().errors[0].field).toBe('root_cause_reason')
    const said = await resolve({ root_cause_status: 'not_found', reason: '再現しない' })
    expect(said.json()).toMatchObject({
      status: 'resolved',
      root_cause_status: 'not_found',
      root_cause_reason: '再現しない',
    })
  })

  test('is cancelled with a reason, for good', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    const cancel = (body: object) =>
      ann.post(`${problems}/${id}/transition`, { status: 'cancelled', ...body })
    expect((await cancel({})).json().errors[0].field).toBe('reason')
    expect((await cancel({ reason: '重複' })).json().status).toBe('cancelled')
    expect((await cancel({ reason: '重複' })).json().code).toBe('problem_is_over')
    expect((await ann.post(`${problems}/${id}/reopen`, { reason: 'a' })).statusCode).toBe(409)
  })

  test('of two moves at once from the same version one goes through', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    const send = () => ann.post(`${problems}/${id}/transition`, resolved)
    const codes = (await Promise.all([send(), send()])).map(({ statusCode }) => statusCode)
    expect(codes.sort()).toEqual([200, 409])
  })

  test('is deleted as a draft or when cancelled, not else', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const draft = await createProblem(ann)
    const other = await createProblem(ann)
    await move(ann, other.id, { status: 'under_investigation' })
    expect((await ann.delete(`${problems}/${other.id}`)).json().code).toBe('problem_not_deletable')
    const stale = await ann.delete(`${problems}/${draft.id}`, undefined, { 'if-match': '"9"' })
    expect(stale.statusCode).toBe(412)
    expect((await ann.delete(`${problems}/${draft.id}`)).statusCode).toBe(204)
    expect((await ann.get(`${problems}/${draft.id}`)).statusCode).toBe(404)
  })
})

describe('GET /problems', () => {
  test('filters, sorts and pages', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const word = `w${newId()}`
    const mine = { assignee_id: ann.id }
    const low = await createProblem(ann, { title: `${word} 50%`, priority: 'low', ...mine })
    const high = await createProblem(ann, { title: `${word} b`, priority: 'critical' })
    const mid = await createProblem(ann, { title: 'c', description: word, category: 'network' })
    await move(ann, mid.id, { status: 'under_investigation' })
    const list = async (query: string) => {
      const response = await ann.get(`${problems}?search=${word}${query}`)
      expect(response.statusCode, response.body).toBe(200)
      return response.json().problems.map(({ id }: { id: string }) => id)
    }
    expect(await list('')).toEqual([mid.id, high.id, low.id])
    expect(await list('&sort=-priority')).toEqual([high.id, mid.id, low.id])
    expect(await list('&sort=number')).toEqual([low.id, high.id, mid.id])
    expect(await list('&status=draft&status=closed')).toEqual([high.id, low.id])
    expect(await list('&priority=low&priority=critical')).toEqual([high.id, low.id])
    expect(await list('&category=network')).toEqual([mid.id])
    expect(await list('&assignee=me')).toEqual([low.id])
    expect(await list(`&assignee=${ann.id}`)).toEqual([low.id])
    expect(await list('&assignee=none')).toEqual([mid.id, high.id])
    expect(await list('&skip=1&limit=1')).toEqual([high.id])
    expect((await ann.get(`${problems}?search=${word} 50%25`)).json().total).toBe(1)
    expect((await ann.get(`${problems}?limit=5000`)).statusCode).toBe(422)
    expect((await ann.get(`${problems}?assignee=${'-'.repeat(36)}`)).statusCode).toBe(422)
  })
})

describe('PUT /problems/bulk-update', () => {
  test('answers for each', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const [one, two] = [await createProblem(ann), await createProblem(ann)]
    const gone = newId()
    const problem_ids = [one.id, gone, two.id]
    const updates = { priority: 'critical', status: 'under_investigation' }
    const response = await ann.put(`${problems}/bulk-update`, { problem_ids, updates })
    expect(response.json()).toMatchObject({
      updated_count: 2,
      failed_count: 1,
      results: [
        { id: one.id, updated: true },
        { id: gone, updated: false, code: 'problem_not_found' },
        { id: two.id, updated: true },
      ],
    })
    expect((await ann.get(`${problems}/${two.id}`)).json()).toMatchObject(updates)
  })

  test('keeps to the table of states and to the fields that it names', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    const send = (updates: object) =>
      ann.put(`${problems}/bulk-update`, { problem_ids: [id], updates })
    const moved = (await send({ priority: 'low', status: 'closed' })).json().results[0]
    expect(moved).toMatchObject({ updated: false, code: 'illegal_transition' })
    const unresolved = (await send({ status: 'resolved' })).json().results[0]
    expect(unresolved.detail).toContain('root_cause')
    expect((await ann.get(`${problems}/${id}`)).json()).toMatchObject({
      priority: 'medium',
      version: 1,
    })
    expect((await send({ number: 1 })).statusCode).toBe(422)
    expect((await send({})).statusCode).toBe(422)
    const many = Array.from({ length: 101 }, newId)
    const body = { problem_ids: many, updates: { priority: 'low' } }
    expect((await ann.put(`${problems}/bulk-update`, body)).statusCode).toBe(422)
    const auditor = await signIn('Auditor')
    expect((await auditor.put(`${problems}/bulk-update`, body)).statusCode).toBe(403)
  })
})
