import type { Incident } from '../../schemas/itsm/incidents.ts'
import type { Deps } from '../../src/fastify.ts'
import { newId, now } from '../../src/values.ts'
import { historyOf, incidents, inState, report } from '../support/itsm-core.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const put = (
  client: Client,
  { id }: { id: string },
  kind: string,
  target: { id: string },
  more = {},
) => client.post(`${incidents}/${id}/links`, { kind, target_id: target.id, ...more })

const linksOf = async (client: Client, { id }: { id: string }) =>
  (await client.get(`${incidents}/${id}/links`)).json().links

async function insertChange(db: Deps['db'], requester_id: string, number: number) {
  const at = now()
  const id = newId()
  await db
    .insertInto('changes')
    .values({
      id,
      number,
      title: '入れ替え',
      type: 'normal',
      description: 'x',
      justification: 'x',
      status: 'draft',
      implementation_plan: null,
      rollback_plan: null,
      test_plan: null,
      impact: 'low',
      likelihood: 'low',
      risk_level: 'low',
      risk_score: 0,
      risk_reasons: '[]',
      scheduled_start: null,
      scheduled_end: null,
      actual_start: null,
      actual_end: null,
      requester_id,
      implementer_id: null,
      team_id: null,
      category: null,
      template_id: null,
      board_id: null,
      vote_round: 0,
      decided_at: null,
      freeze_reason: null,
      review_due_at: null,
      outcome: null,
      lessons: null,
      reviewed_at: null,
      cancel_reason: null,
      version: 1,
      created_at: at,
      updated_at: at,
    })
    .execute()
  return { id }
}

async function several(client: Client, count: number): Promise<Incident[]> {
  const made: Incident[] = []
  for (let n = 0; n < count; n += 1) made.push(await report(client, { title: `${n}` }))
  return made
}

describe('parents and children', () => {
  test('see each other, and part again', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const [parent, child] = (await several(desk, 2)) as [Incident, Incident]
    const made = await put(desk, parent, 'child', child)
    expect(made.statusCode, made.body).toBe(201)
    expect(made.json()).toMatchObject({
      kind: 'child',
      target_id: child.id,
      number: child.incident_number,
      title: child.title,
      status: 'new',
      inward: false,
    })
    expect(made.headers.location).toBe(`${incidents}/${parent.id}/links/child/${child.id}`)
    expect(await linksOf(desk, child)).toMatchObject([{ kind: 'parent', target_id: parent.id }])
    expect((await desk.get(`${incidents}/${child.id}`)).json().parent_id).toBe(parent.id)
    expect((await put(desk, child, 'parent', parent)).json().code).toBe('link_exists')

    expect((await desk.delete(String(made.headers.location))).statusCode).toBe(204)
    expect((await desk.delete(String(made.headers.location))).json().code).toBe('link_not_found')
    expect(await linksOf(desk, parent)).toEqual([])
    expect(await historyOf(desk, child)).toMatchObject([
      { field: 'parent_id', old_value: parent.id, new_value: null },
      { field: 'parent_id', old_value: null, new_value: parent.id },
    ])
  })

  test('are no circle, have one parent, and go five levels deep', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const all = await several(desk, 7)
    const at = (n: number) => all[n] as Incident
    for (const n of [0, 1, 2, 3]) {
      expect((await put(desk, at(n), 'child', at(n + 1))).statusCode).toBe(201)
    }
    expect((await put(desk, at(0), 'parent', at(4))).json().code).toBe('link_cycle')
    expect((await put(desk, at(4), 'child', at(5))).json().code).toBe('link_too_deep')
    expect((await put(desk, at(5), 'child', at(0))).json().code).toBe('link_too_deep')
    const taken = await put(desk, at(5), 'child', at(1))
    expect(taken.json()).toMatchObject({ status: 409, code: 'parent_taken' })
    expect(taken.json().detail).toContain(at(0).incident_number)
    expect((await put(desk, at(3), 'child', at(6))).statusCode).toBe(201)
  })

  test('that are made each other’s parent at once end with one refused', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = (await several(desk, 2)) as [Incident, Incident]
      const answers = await Promise.all([put(desk, a, 'parent', b), put(desk, b, 'parent', a)])
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409])
    }
  })

  test('are no circle of four either, however they come', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const all = await several(desk, 4)
    const answers = await Promise.all(
      all.map((each, n) => put(desk, each, 'parent', all[(n + 1) % 4] as Incident)),
    )
    const codes = answers.map(({ statusCode }) => statusCode)
    expect(codes.filter((code) => code === 201).length).toBeLessThan(4)
    for (const { id } of all) {
      const seen = new Set<string>()
      for (let at: string | null = id; at; ) {
        expect(seen.has(at)).toBe(false)
        seen.add(at)
        at = (await desk.get(`${incidents}/${at}`)).json().parent_id
      }
    }
  })
})

describe('links of other kinds', () => {
  test('from either side at once are made once', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const [a, b] = (await several(desk, 2)) as [Incident, Incident]
    const answers = await Promise.all([put(desk, a, 'related', b), put(desk, b, 'related', a)])
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409])
    expect(await linksOf(desk, a)).toHaveLength(1)
  })

  test('show at both incidents', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const [a, b] = (await several(desk, 2)) as [Incident, Incident]
    expect((await put(desk, a, 'related', b)).statusCode).toBe(201)
    expect((await put(desk, a, 'related', b)).json().code).toBe('link_exists')
    expect((await put(desk, b, 'related', a)).json().code).toBe('link_exists')
    expect(await linksOf(desk, a)).toMatchObject([{ target_id: b.id, inward: false }])
    expect(await linksOf(desk, b)).toMatchObject([{ target_id: a.id, inward: true }])
    expect((await desk.delete(`${incidents}/${a.id}/links/related/${b.id}`)).statusCode).toBe(204)
    expect(await linksOf(desk, b)).toEqual([])
    expect(await historyOf(desk, a)).toMatchObject([
      { field: 'link:related', old_value: b.id, new_value: null },
      { field: 'link:related', old_value: null, new_value: b.id },
    ])
  })

  test('cancel a duplicate when asked, with a note that names the original', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const [copy, original] = (await several(desk, 2)) as [Incident, Incident]
    expect((await put(desk, copy, 'duplicate_of', original, { close: true })).statusCode).toBe(201)
    const { notes } = (await desk.get(`${incidents}/${copy.id}/work-notes`)).json()
    expect(notes).toMatchObject([{ is_public: true }])
    expect(notes[0].content).toContain(original.incident_number)
    expect((await desk.get(`${incidents}/${copy.id}`)).json().status).toBe('cancelled')

    const resolved = await inState(desk, 'resolved')
    const refused = await put(desk, resolved, 'duplicate_of', original, { close: true })
    expect(refused.json()).toMatchObject({ status: 409, code: 'illegal_transition' })
    expect(await linksOf(desk, resolved)).toEqual([])
    const wrong = await put(desk, resolved, 'related', original, { close: true })
    expect(wrong.json().errors).toMatchObject([{ field: 'close' }])
  })

  test('lead to changes', async ({ signIn, db }) => {
    const desk = await signIn('ServiceDeskAgent')
    const incident = await report(desk)
    const change = await insertChange(db, desk.id, 70_001)
    for (const kind of ['change', 'caused_by']) {
      const made = await put(desk, incident, kind, change)
      expect(made.json()).toMatchObject({
        number: 'CHG00070001',
        title: '入れ替え',
        status: 'draft',
      })
    }
  })

  test.for(['parent', 'child', 'duplicate_of', 'related', 'problem', 'change', 'caused_by'])(
    'as %s need something of that kind',
    async (kind, { signIn }) => {
      const desk = await signIn('ServiceDeskAgent')
      const incident = await report(desk)
      for (const target of [{ id: newId() }, incident]) {
        const response = await put(desk, incident, kind, target)
        expect(response.statusCode).toBe(422)
        expect(response.json().errors).toMatchObject([{ field: 'target_id' }])
      }
    },
  )

  test('cannot be made at what is over', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const [closed, open] = [await inState(desk, 'closed'), await report(desk)]
    expect((await put(desk, closed, 'related', open)).json().code).toBe('incident_frozen')
    expect((await put(desk, open, 'child', closed)).json().code).toBe('incident_frozen')
    expect((await put(desk, open, 'duplicate_of', closed)).statusCode).toBe(201)
  })

  test('are refused where they are no kind at all', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const incident = await report(desk)
    expect((await put(desk, incident, 'uncle', incident)).statusCode).toBe(422)
    const response = await desk.delete(`${incidents}/${incident.id}/links/uncle/${newId()}`)
    expect(response.statusCode).toBe(422)
  })
})
