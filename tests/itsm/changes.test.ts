import { listAudit } from '../../src/audit.ts'
import { newId } from '../../src/values.ts'
import { createdBoard } from '../support/itsm-cab.ts'
import {
  approve,
  changes,
  draft,
  insertCi,
  insertTeam,
  move,
  newChange,
  night,
} from '../support/itsm-changes.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const agent = 'ServiceDeskAgent'

async function historyOf(client: Client, id: string) {
  const { history } = (await client.get(`${changes}/${id}/history`)).json()
  return history as { field: string; old_value: unknown; new_value: unknown; changed_by: string }[]
}

describe('POST /changes', () => {
  test('drafts a change that its caller requests, with all its CIs', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const bob = await signIn(agent)
    const cis = [await insertCi(db, 'mail 2'), await insertCi(db, 'mail 1')]
    const team_id = await insertTeam(db)
    const response = await ann.post(changes, {
      ...newChange,
      scheduled_start: '2026-12-01T20:00:00+09:00',
      affected_ci_ids: cis,
      implementer_id: bob.id,
      team_id,
      category: ' security ',
    })
    expect(response.statusCode).toBe(201)
    const change = response.json()
    expect(response.headers).toMatchObject({ location: `${changes}/${change.id}`, etag: '"1"' })
    expect(change).toMatchObject({
      ...newChange,
      ...night,
      change_number: expect.stringMatching(/^CHG\d{8}$/),
      status: 'draft',
      legal_statuses: ['submitted', 'cancelled'],
      requester_id: ann.id,
      requester: { id: ann.id, name: ann.display_name },
      implementer: { id: bob.id, name: bob.display_name },
      team: { id: team_id, name: `team ${team_id}` },
      category: 'security',
      affected_ci_ids: [cis[1], cis[0]],
      affected_cis: [
        { id: cis[1], name: 'mail 1' },
        { id: cis[0], name: 'mail 2' },
      ],
      vote_round: 0,
      risk_level: 'low',
      risk_score: 2,
      version: 1,
    })
    const read = await ann.get(String(response.headers.location))
    expect(read.json()).toEqual(change)
    expect((await listAudit(db, change.id, { limit: 5 })).events).toMatchObject([
      { action: 'change.created', actor_id: ann.id },
    ])
    expect(await historyOf(ann, change.id)).toMatchObject([{ field: 'status', new_value: 'draft' }])
  })

  test('gives each its own number, however many come at once', async ({ signIn }) => {
    const ann = await signIn(agent)
    const drafts = await Promise.all(Array.from({ length: 6 }, () => draft(ann)))
    const numbers = drafts.map(({ change_number }) => Number(change_number.slice(3)))
    const first = Math.min(...numbers)
    expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, n) => first + n))
  })

  test.for([
    ['a requester', { requester_id: newId() }, 'requester_id'],
    ['a status', { status: 'approved' }, 'status'],
    ['a risk', { risk_level: 'low' }, 'risk_level'],
    ['no title', { title: undefined }, 'title'],
    ['a title on two lines', { title: 'a\nb' }, 'title'],
    ['a type that there is not', { type: 'major' }, 'type'],
    ['no impact', { impact: undefined }, 'impact'],
    ['no likelihood', { likelihood: undefined }, 'likelihood'],
    ['an end before the start', { scheduled_end: '2026-12-01T10:00:00Z' }, 'scheduled_end'],
    ['an end at the start', { scheduled_end: night.scheduled_start }, 'scheduled_end'],
    ['an end 91 days later', { scheduled_end: '2027-03-02T12:00:00Z' }, 'scheduled_end'],
    ['a leap second', { scheduled_start: '2026-06-30T23:59:60Z' }, 'scheduled_start'],
    ['a day for a time', { scheduled_start: '2026-12-01' }, 'scheduled_start'],
    ['somebody unknown', { implementer_id: newId() }, 'implementer_id'],
    ['an unknown team', { team_id: newId() }, 'team_id'],
    ['an unknown CI', { affected_ci_ids: [newId()] }, 'affected_ci_ids.0'],
    ['an unknown template', { template_id: newId() }, 'template_id'],
    ['a standard change of no template', { type: 'standard' }, 'template_id'],
  ] as const)('refuses %s', async ([, body, field], { signIn }) => {
    const response = await (await signIn(agent)).post(changes, { ...newChange, ...body })
    expect(response.statusCode).toBe(422)
    expect(response.json().errors[0].field).toBe(field)
  })

  test('is for those who may write changes', async ({ app, signIn }) => {
    for (const role of ['User', 'CabMember', 'Auditor'] as const) {
      expect((await (await signIn(role)).post(changes, newChange)).statusCode, role).toBe(403)
    }
    const nobody = await app.inject({ method: 'POST', url: changes, payload: newChange })
    expect(nobody.statusCode).toBe(401)
  })
})

describe('PATCH /changes/{id}', () => {
  test('changes what is sent, and writes down each field', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const [one, two] = [await insertCi(db), await insertCi(db)]
    const { id } = await draft(ann, { affected_ci_ids: [one] })
    const change = { title: '別の題', rollback_plan: '　 ', affected_ci_ids: [two] }
    const response = await ann.patch(`${changes}/${id}`, change)
    expect(response.statusCode).toBe(200)
    expect(response.headers.etag).toBe('"2"')
    expect(response.json()).toMatchObject({
      title: '別の題',
      rollback_plan: null,
      affected_ci_ids: [two],
      risk_score: 5,
      vote_reopened: false,
      conflicts: [],
      status: 'draft',
    })
    const history = await historyOf(ann, id)
    expect(history.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['title', 'rollback_plan', 'affected_ci_ids', 'risk_score']),
    )
    expect(history.find(({ field }) => field === 'affected_ci_ids')).toMatchObject({
      old_value: [one],
      new_value: [two],
      changed_by: ann.id,
    })
  })

  test.for([
    { status: 'approved' },
    { requester_id: newId() },
    { vote_round: 3 },
    { decided_at: night.scheduled_start },
    { outcome: 'successful' },
    {},
  ])('never takes %o', async (body, { signIn }) => {
    const manager = await signIn('ChangeManager')
    const { id } = await draft(manager)
    expect((await manager.patch(`${changes}/${id}`, body)).statusCode).toBe(422)
    expect((await manager.get(`${changes}/${id}`)).json()).toMatchObject({
      status: 'draft',
      requester_id: manager.id,
      version: 1,
    })
  })

  test('is for its requester, its implementer and change managers', async ({ signIn }) => {
    const [ann, bob, eve] = [await signIn(agent), await signIn(agent), await signIn(agent)]
    const { id } = await draft(ann, { implementer_id: bob.id })
    const url = `${changes}/${id}`
    const refused = await eve.patch(url, { title: 'mine' })
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'change_editor_required'])
    expect((await (await signIn('User')).patch(url, { title: 'mine' })).statusCode).toBe(403)
    for (const client of [bob, await signIn('ChangeManager')]) {
      expect((await client.patch(url, { title: client.id })).statusCode).toBe(200)
    }
    const unknown = await ann.patch(`${changes}/${newId()}`, { title: 'x' })
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'change_not_found'])
  })

  test('changes the version that was seen, or nothing', async ({ signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann)
    const url = `${changes}/${id}`
    const answers = await Promise.all(
      ['a', 'b'].map((title) => ann.patch(url, { title }, { 'if-match': '"1"' })),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412])
    expect((await ann.get(url)).json().version).toBe(2)
    const stale = await ann.post(`${url}/submit`, undefined, { 'if-match': '"1"' })
    expect(stale.statusCode).toBe(412)
  })

  test.for([
    ['submitted', { test_plan: '別の方法' }],
    ['under_review', { implementation_plan: '別の手順' }],
    ['approved', { rollback_plan: '別の戻し方' }],
    ['scheduled', { scheduled_end: '2026-12-01T14:00:00.000Z' }],
    ['approved', { impact: 'high' }],
  ] as const)(
    'opens the vote again on what was %s, for %o',
    async ([status, body], { db, signIn }) => {
      const ann = await signIn(agent)
      const board = await createdBoard(await signIn('ChangeManager'), [])
      const { id } = await draft(ann, { board_id: board.id })
      await move(ann, id, 'submit')
      await approve(db, id)
      await db.updateTable('changes').set({ status }).where('id', '=', id).execute()
      const response = await ann.patch(`${changes}/${id}`, body)
      expect(response.json()).toMatchObject({
        ...body,
        status: 'submitted',
        vote_round: 2,
        decided_at: null,
        vote_reopened: true,
      })
      const history = await historyOf(ann, id)
      expect(history.find(({ field }) => field === 'vote_round')).toMatchObject({
        old_value: 1,
        new_value: 2,
      })
    },
  )

  test('opens the vote again for another CI, and not for the same', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const cis = [await insertCi(db), await insertCi(db)].sort()
    const { id } = await draft(ann, { affected_ci_ids: cis })
    await move(ann, id, 'submit')
    await approve(db, id)
    const url = `${changes}/${id}`
    const same = await ann.patch(url, { affected_ci_ids: cis.toReversed() })
    expect(same.json()).toMatchObject({ status: 'approved', vote_reopened: false })
    const fewer = await ann.patch(url, { affected_ci_ids: cis.slice(1) })
    expect(fewer.json()).toMatchObject({ status: 'submitted', vote_round: 2, vote_reopened: true })
  })

  test('leaves the vote alone for its title, team and what stays the same', async ({
    db,
    signIn,
  }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann)
    await move(ann, id, 'submit')
    await approve(db, id)
    const team_id = await insertTeam(db)
    const { implementation_plan } = newChange
    const body = { title: '別の題', team_id, implementation_plan, ...night }
    const response = await ann.patch(`${changes}/${id}`, body)
    expect(response.json()).toMatchObject({
      ...body,
      status: 'approved',
      vote_round: 1,
      vote_reopened: false,
    })
  })

  test('keeps what was submitted complete, and on its way', async ({ signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann)
    await move(ann, id, 'submit')
    const url = `${changes}/${id}`
    const emptied = await ann.patch(url, { scheduled_start: null })
    expect(emptied.statusCode).toBe(422)
    expect(emptied.json().errors).toMatchObject([{ field: 'scheduled_start' }])
    for (const body of [{ type: 'emergency' }, { board_id: newId() }]) {
      const settled = await ann.patch(url, body)
      expect([settled.statusCode, settled.json().code]).toEqual([409, 'change_draft_required'])
    }
    expect((await ann.get(url)).json()).toMatchObject({ ...night, type: 'normal', vote_round: 1 })
  })

  test.for([
    'rejected',
    'in_progress',
    'completed',
    'failed',
    'backed_out',
    'reviewed',
    'cancelled',
  ] as const)('refuses everything once it is %s', async (status, { db, signIn }) => {
    const manager = await signIn('ChangeManager')
    const { id } = await draft(manager)
    await db.updateTable('changes').set({ status }).where('id', '=', id).execute()
    const response = await manager.patch(`${changes}/${id}`, { title: 'x' })
    expect([response.statusCode, response.json().code]).toEqual([409, 'change_frozen'])
  })
})

describe('DELETE /changes/{id}', () => {
  test('takes a draft away, and nothing that was ever submitted', async ({ db, signIn }) => {
    const [ann, eve] = [await signIn(agent), await signIn(agent)]
    const { id } = await draft(ann, { affected_ci_ids: [await insertCi(db)] })
    const url = `${changes}/${id}`
    expect((await eve.delete(url)).statusCode).toBe(403)
    expect((await ann.delete(url, undefined, { 'if-match': '"7"' })).statusCode).toBe(412)
    expect((await ann.delete(url)).statusCode).toBe(204)
    expect((await ann.get(url)).statusCode).toBe(404)
    expect((await ann.delete(url)).statusCode).toBe(404)

    const other = await draft(ann)
    await move(ann, other.id, 'submit')
    expect((await ann.delete(`${changes}/${other.id}`)).statusCode).toBe(409)
    await move(ann, other.id, 'withdraw')
    const refused = await ann.delete(`${changes}/${other.id}`)
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'change_not_deletable'])
  })
})

describe('GET /changes/{id}', () => {
  test('is for those who may read changes', async ({ app, signIn }) => {
    const { id } = await draft(await signIn(agent))
    for (const path of ['', '/risk', '/history', '/incidents', '/tasks']) {
      const url = `${changes}/${id}${path}`
      expect((await (await signIn('Auditor')).get(url)).statusCode, path).toBe(200)
      expect((await (await signIn('User')).get(url)).statusCode, path).toBe(403)
      expect((await app.inject(url)).statusCode, path).toBe(401)
      const unknown = await (await signIn('Auditor')).get(`${changes}/${newId()}${path}`)
      expect(unknown.statusCode, path).toBe(404)
    }
  })
})

describe('GET /changes/{id}/risk', () => {
  test('says what made the score, with failures of the same CI or category', async ({
    db,
    signIn,
  }) => {
    const ann = await signIn(agent)
    const ci = await insertCi(db)
    const category = `c ${newId()}`
    const before = [
      { input: { affected_ci_ids: [ci] }, outcome: 'failed' },
      { input: { category }, outcome: 'backed_out' },
      { input: { category, affected_ci_ids: [ci] }, outcome: 'successful' },
      { input: { category }, outcome: 'with_issues' },
      { input: {}, outcome: 'failed' },
    ] as const
    for (const { input, outcome } of before) {
      const { id } = await draft(ann, input)
      const ended = { outcome, status: 'reviewed', actual_end: night.scheduled_end } as const
      await db.updateTable('changes').set(ended).where('id', '=', id).execute()
    }
    const input = { affected_ci_ids: [ci], category, impact: 'high', test_plan: null }
    const { id } = await draft(ann, input)
    const risk = (await ann.get(`${changes}/${id}/risk`)).json()
    expect(risk).toMatchObject({
      risk_score: 10,
      risk_level: 'medium',
      risk_reasons: [
        { code: 'impact_likelihood', points: 6 },
        { code: 'no_test_plan', points: 2 },
        { code: 'past_failures', points: 2, en: expect.stringMatching(/ 4 .* 2 /) },
      ],
      thresholds: [
        { risk_level: 'low', min_score: 0 },
        { risk_level: 'medium', min_score: 6 },
        { risk_level: 'high', min_score: 11 },
        { risk_level: 'very_high', min_score: 16 },
      ],
    })
    const edited = await ann.patch(`${changes}/${id}`, { category: null, affected_ci_ids: [] })
    expect(edited.json().risk_score).toBe(8)
  })
})
