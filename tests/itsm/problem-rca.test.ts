import { newId } from '../../src/values.ts'
import { createProblem, move, problems, resolved } from '../support/itsm-problems.ts'
import { describe, expect, test } from '../support/service.ts'

const whys = {
  problem_statement: 'メールが送れない',
  whys: [{ question: 'なぜ', answer: 'キューがあふれる' }],
  conclusion: '上限が古い',
}

describe('a document of the analysis', () => {
  test('is kept version by version', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    const url = `${problems}/${id}/rca/five_whys`
    expect((await ann.get(url)).json().code).toBe('rca_document_not_found')
    const first = await ann.put(url, whys)
    expect(first.json()).toMatchObject({ version: 1, document: whys, saved_by: ann.id })
    const later = { ...whys, conclusion: '見直しの手順がない' }
    expect((await ann.put(url, later, { 'if-match': '"1"' })).headers.etag).toBe('"2"')
    expect((await ann.put(url, later, { 'if-match': '"1"' })).statusCode).toBe(412)
    expect((await ann.get(url)).json().document).toEqual(later)
    const { versions } = (await ann.get(`${url}/versions`)).json()
    expect(versions.map(({ version }: { version: number }) => version)).toEqual([2, 1])
    const overview = (await ann.get(`${problems}/${id}/rca`)).json()
    expect(overview).toMatchObject({ phase: 'not_started', progress: 0, finding_count: 0 })
    expect(overview.documents).toEqual([versions[0]])
  })

  test('of two that saw the same version one is saved', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    const url = `${problems}/${id}/rca/five_whys`
    await ann.put(url, whys)
    const save = () => ann.put(url, whys, { 'if-match': '"1"' })
    const codes = (await Promise.all([save(), save()])).map(({ statusCode }) => statusCode)
    expect(codes.sort()).toEqual([200, 412])
  })

  test.for([
    ['five_whys', { ...whys, whys: [] }, 'whys'],
    ['five_whys', { ...whys, whys: Array(11).fill(whys.whys[0]) }, 'whys'],
    ['five_whys', { ...whys, extra: 1 }, 'extra'],
    ['fishbone', { effect: 'a', categories: { luck: [] }, primary_causes: [] }, 'categories.luck'],
    ['fishbone', { effect: 'a', categories: {}, primary_causes: ['b'] }, 'primary_causes.0'],
    [
      'timeline',
      {
        events: [
          { at: '2026-01-02T00:00:00Z', what: 'b' },
          { at: '2026-01-01T00:00:00Z', what: 'a' },
        ],
      },
      'events.1.at',
    ],
    [
      'fault_tree',
      { top: 'a', nodes: [{ id: 'a', text: 'a', gate: 'or', children: ['a'] }] },
      'nodes.0.id',
    ],
  ] as const)(
    '%s is refused where it does not hold together',
    async ([method, body, field], { signIn }) => {
      const ann = await signIn('ServiceDeskAgent')
      const { id } = await createProblem(ann)
      const response = await ann.put(`${problems}/${id}/rca/${method}`, body)
      expect(response.statusCode).toBe(422)
      expect(response.json().errors[0].field).toBe(field)
    },
  )

  test('of each method is taken and answered as it was sent', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    const documents = {
      fishbone: {
        effect: 'a',
        categories: { people: [{ cause: 'b', sub_causes: ['c'] }] },
        primary_causes: ['c'],
      },
      timeline: { events: [{ at: '2026-01-01T00:00:00.000Z', what: 'a' }] },
      fault_tree: {
        top: 'a',
        nodes: [
          { id: 'a', text: 'a', gate: 'and', children: ['b'] },
          { id: 'b', text: 'b', gate: null, children: [] },
        ],
      },
    }
    for (const [method, document] of Object.entries(documents)) {
      const url = `${problems}/${id}/rca/${method}`
      expect((await ann.put(url, document)).statusCode).toBe(200)
      expect((await ann.get(url)).json().document).toEqual(document)
    }
    expect((await ann.get(`${problems}/${id}/rca/guess`)).statusCode).toBe(422)
  })

  test('is for those who may, while the problem is not over', async ({ app, signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    const url = `${problems}/${id}/rca/five_whys`
    expect((await (await signIn('Auditor')).put(url, whys)).statusCode).toBe(403)
    expect((await app.inject(url)).statusCode).toBe(401)
    expect((await ann.put(`${problems}/${newId()}/rca/five_whys`, whys)).statusCode).toBe(404)
    await move(ann, id, resolved, { status: 'closed' })
    expect((await ann.put(url, whys)).json().code).toBe('problem_reopening_required')
  })
})

test.for([
  ['not_started', 0],
  ['data_collection', 20],
  ['analysis', 40],
  ['root_cause_identification', 60],
  ['solution_planning', 80],
  ['completed', 100],
] as const)('the phase %s is %i percent', async ([phase, rca_progress], { signIn }) => {
  const ann = await signIn('ServiceDeskAgent')
  const { id } = await createProblem(ann)
  const response = await ann.put(`${problems}/${id}/rca/phase`, { phase })
  expect(response.json()).toMatchObject({ rca_phase: phase, rca_progress })
  expect((await ann.put(`${problems}/${id}/rca/phase`, { phase: 'done' })).statusCode).toBe(422)
})

describe('findings', () => {
  test('have ids of their own, and are changed and deleted by them', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const { id } = await createProblem(ann)
    const url = `${problems}/${id}/rca/findings`
    const body = { finding_type: '設定', description: '上限が古い' }
    const made = await Promise.all(Array.from({ length: 5 }, () => ann.post(url, body)))
    expect(made.map(({ statusCode }) => statusCode)).toEqual(Array(5).fill(201))
    const ids = made.map((each) => each.json().id)
    expect(new Set(ids).size).toBe(5)
    const one = made[0]?.headers.location as string
    const changed = await ann.patch(one, { impact: '遅れる' }, { 'if-match': '"1"' })
    expect(changed.json()).toMatchObject({ ...body, impact: '遅れる', version: 2 })
    expect((await ann.patch(one, { impact: 'b' }, { 'if-match': '"1"' })).statusCode).toBe(412)
    expect((await ann.delete(one)).statusCode).toBe(204)
    expect((await ann.delete(one)).json().code).toBe('rca_finding_not_found')
    const page = (await ann.get(`${url}?limit=3`)).json()
    const rest = (await ann.get(`${url}?limit=3&cursor=${page.next_cursor}`)).json()
    expect([page.findings.length, rest.findings.length, rest.next_cursor]).toEqual([3, 1, null])
    const other = await createProblem(ann)
    const elsewhere = `${problems}/${other.id}/rca/findings/${ids[1]}`
    expect((await ann.patch(elsewhere, { impact: 'b' })).statusCode).toBe(404)
    expect((await ann.post(url, { description: 'a' })).statusCode).toBe(422)
    expect((await (await signIn('Auditor')).post(url, body)).statusCode).toBe(403)
  })
})
