import { transact } from '../../db/transact.ts'
import { listAudit } from '../../src/audit.ts'
import { numberText, takeNumbers } from '../../src/itsm/numbers.ts'
import { later, newId, now } from '../../src/values.ts'
import { act, historyOf, incidents, insertCi, insertTeam, report } from '../support/itsm-core.ts'
import { describe, expect, test } from '../support/service.ts'

const missing = '01990f6e-5c00-7000-8000-0123456789ab'

describe('POST /incidents', () => {
  test('reports one for oneself, with a priority that follows', async ({ signIn, db }) => {
    const ann = await signIn()
    const response = await ann.post(incidents, {
      title: 'メールが送れない',
      description: '朝から',
      impact: 'high',
      urgency: 'high',
      category: 'メール',
      tags: ['a', ' a ', 'b'],
    })
    expect(response.statusCode, response.body).toBe(201)
    const incident = response.json()
    expect(response.headers.location).toBe(`${incidents}/${incident.id}`)
    expect(response.headers.etag).toBe('"1"')
    expect(incident).toMatchObject({
      incident_number: expect.stringMatching(/^INC\d{8}$/),
      status: 'new',
      priority: 'high',
      priority_overridden: false,
      reporter_id: ann.id,
      reporter: { id: ann.id },
      assignee: null,
      tags: ['a', 'b'],
      major: false,
      version: 1,
    })
    expect(incident.opened_at).toBe(incident.created_at)
    const tags = db.selectFrom('incident_tags').select('tag').where('incident_id', '=', incident.id)
    expect((await tags.execute()).map(({ tag }) => tag).sort()).toEqual(['a', 'b'])
    const { events } = await listAudit(db, incident.id, { limit: 10 })
    expect(events).toMatchObject([{ action: 'incident.created', actor_id: ann.id }])
  })

  test('lets the desk report for somebody else, and assign at once', async ({ signIn, db }) => {
    const desk = await signIn('ServiceDeskAgent')
    const ann = await signIn()
    const [team_id, ci] = [await insertTeam(db, desk.id), await insertCi(db)]
    const opened_at = later(now(), -3600)
    const incident = await report(desk, {
      reporter_id: ann.id,
      assignee_id: desk.id,
      team_id,
      affected_ci_ids: [ci],
      major: true,
      opened_at,
    })
    expect(incident).toMatchObject({
      status: 'assigned',
      reporter_id: ann.id,
      assignee: { id: desk.id },
      team: { id: team_id },
      affected_cis: [{ id: ci, name: 'mail-01' }],
      affected_ci_ids: [ci],
      major: true,
      opened_at,
    })
    expect(await historyOf(desk, incident)).toContainEqual(
      expect.objectContaining({ field: 'status', old_value: 'new', new_value: 'assigned' }),
    )
    const seen = (await ann.get(`${incidents}/${incident.id}`)).json()
    expect(seen).toMatchObject({ affected_cis: [], reassignment_count: null, parent_id: null })
  })

  test.for([
    ['reporter_id', missing],
    ['assignee_id', missing],
    ['team_id', missing],
    ['major', true],
    ['opened_at', '2026-01-01T00:00:00Z'],
    ['affected_ci_ids', [missing]],
  ])('lets nobody else say %s', async ([field, value], { signIn }) => {
    const response = await (await signIn()).post(incidents, { title: 'x', [String(field)]: value })
    expect(response.statusCode, response.body).toBe(403)
    expect(response.json()).toMatchObject({ code: 'incident_fields_for_staff' })
    expect(response.json().detail).toContain(field)
  })

  test.for([
    ['no title', { title: undefined }, 'title'],
    ['a title of white space', { title: ' ' }, 'title'],
    ['a title of two lines', { title: 'a\nb' }, 'title'],
    ['a title that is too long', { title: '長'.repeat(201) }, 'title'],
    ['an unknown impact', { impact: 'critical' }, 'impact'],
    ['a priority of its own', { priority: 'critical' }, 'priority'],
    ['a status', { status: 'closed' }, 'status'],
    ['a time to come', { opened_at: '2999-01-01T00:00:00Z' }, 'opened_at'],
    ['a leap second', { opened_at: '2016-12-31T23:59:60Z' }, 'opened_at'],
    ['an unknown assignee', { assignee_id: missing }, 'assignee_id'],
    ['an unknown reporter', { reporter_id: missing }, 'reporter_id'],
    ['an unknown team', { team_id: missing }, 'team_id'],
    ['an unknown CI', { affected_ci_ids: [missing] }, 'affected_ci_ids.0'],
  ] as const)('refuses %s', async ([, input, field], { signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const response = await desk.post(incidents, { title: 'x', ...input })
    expect(response.statusCode, response.body).toBe(422)
    expect(response.json().errors).toMatchObject([{ field }])
  })

  test('is not for auditors, nor for nobody', async ({ app, signIn }) => {
    expect((await (await signIn('Auditor')).post(incidents, { title: 'x' })).statusCode).toBe(403)
    const nobody = await app.inject({ method: 'POST', url: incidents, payload: { title: 'x' } })
    expect(nobody.statusCode).toBe(401)
  })

  test('gives forty at once forty numbers in a row, although others fail', async ({
    signIn,
    db,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { last } = await db
      .selectFrom('itsm_numbers')
      .select('last')
      .where('kind', '=', 'incident')
      .executeTakeFirstOrThrow()
    const give = () => desk.post(incidents, { title: 'at once' })
    const takeAndFail = () =>
      transact(db, async (trx) => {
        await takeNumbers(trx, 'incident')
        throw new Error('broke off')
      }).catch(String)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => (n % 5 === 0 ? takeAndFail() : give())),
    )
    const made = answers.filter((each) => typeof each !== 'string')
    expect(made).toHaveLength(40)
    expect(made.every(({ statusCode }) => statusCode === 201)).toBe(true)
    const numbers = made.map((each) => each.json().incident_number).sort()
    expect(numbers).toEqual(made.map((_, n) => numberText('incident', last + 1 + n)))
  })

  test('creates one where the same request comes twice', async ({ signIn }) => {
    const ann = await signIn()
    const send = () => ann.post(incidents, { title: 'x' }, { 'idempotency-key': newId() })
    const key = { 'idempotency-key': newId() }
    const first = await ann.post(incidents, { title: 'x' }, key)
    const again = await ann.post(incidents, { title: 'x' }, key)
    expect(again.json().id).toBe(first.json().id)
    expect((await send()).json().id).not.toBe(first.json().id)
  })
})

describe('PATCH /incidents/{id}', () => {
  test('writes down every field, who and from what to what', async ({ signIn, db }) => {
    const desk = await signIn('ServiceDeskAgent')
    const incident = await report(desk, { tags: ['a'] })
    const ci = await insertCi(db)
    const change = {
      title: '受信もできない',
      description: '全員',
      category: 'メール',
      impact: 'extensive',
      urgency: 'critical',
      tags: ['b'],
      major: true,
      affected_ci_ids: [ci],
    }
    const response = await desk.patch(`${incidents}/${incident.id}`, change, { 'if-match': '"1"' })
    expect(response.statusCode, response.body).toBe(200)
    expect(response.headers.etag).toBe('"2"')
    expect(response.json()).toMatchObject({ ...change, priority: 'critical', version: 2 })
    const history = await historyOf(desk, incident)
    const fields = Object.fromEntries(
      history.map(({ field, old_value, new_value }) => [field, [old_value, new_value]]),
    )
    expect(fields).toEqual({
      title: ['メールが送れない', '受信もできない'],
      description: [null, '全員'],
      category: [null, 'メール'],
      impact: ['medium', 'extensive'],
      urgency: ['medium', 'critical'],
      priority: ['medium', 'critical'],
      tags: [['a'], ['b']],
      major: [false, true],
      affected_ci_ids: [[], [ci]],
    })
    expect(history.every(({ changed_by }) => changed_by === desk.id)).toBe(true)
    const { events } = await listAudit(db, incident.id, { limit: 1 })
    expect(events).toMatchObject([
      { action: 'incident.updated', changes: { priority: { from: 'medium', to: 'critical' } } },
    ])
    const row = db
      .selectFrom('incidents')
      .innerJoin('incident_texts', 'incident_id', 'id')
      .select(['public_text', 'priority_rank'])
    expect(await row.where('id', '=', incident.id).executeTakeFirst()).toEqual({
      public_text: '受信もできない\n全員\n\n',
      priority_rank: 4,
    })
  })

  test('refuses a version that has been changed since', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { id } = await report(desk)
    await desk.patch(`${incidents}/${id}`, { title: 'a' })
    const stale = await desk.patch(`${incidents}/${id}`, { title: 'b' }, { 'if-match': '"1"' })
    expect(stale.statusCode).toBe(412)
    expect((await desk.get(`${incidents}/${id}`)).json()).toMatchObject({ title: 'a', version: 2 })
  })

  test.for([
    ['nothing', {}, 'body'],
    ['its number', { incident_number: 'INC1' }, 'incident_number'],
    ['its id', { id: missing }, 'id'],
    ['its reporter', { reporter_id: missing }, 'reporter_id'],
    ['when it was resolved', { resolved_at: '2026-01-01T00:00:00Z' }, 'resolved_at'],
    ['its version', { version: 7 }, 'version'],
    ['no title', { title: null }, 'title'],
    ['a reason alone', { priority_reason: 'x' }, 'priority_reason'],
    ['a resolution before it is', { resolution: 'x' }, 'resolution'],
    ['what it waits for, which it does not', { pending_reason: 'x' }, 'pending_reason'],
    ['until when, which it does not', { pending_until: '2999-01-01T00:00:00Z' }, 'pending_until'],
    ['pending without a reason', { status: 'pending' }, 'pending_reason'],
    ['resolved without a resolution', { status: 'resolved' }, 'resolution'],
    ['assigned to nobody', { status: 'assigned' }, 'assignee_id'],
    [
      'pending until the past',
      { status: 'pending', pending_reason: 'x', pending_until: '2020-01-01T00:00:00Z' },
      'pending_until',
    ],
  ] as const)('refuses %s', async ([, change, field], { signIn }) => {
    const desk = await signIn('ChangeManager')
    const { id } = await report(desk)
    const response = await desk.patch(`${incidents}/${id}`, change)
    expect(response.statusCode, response.body).toBe(422)
    expect(response.json().errors).toMatchObject([{ field }])
    expect(await historyOf(desk, { id })).toEqual([])
  })
})

describe('a priority that somebody sets', () => {
  test('needs the right and a reason, lasts, and can be given back', async ({ signIn }) => {
    const [desk, chief] = [await signIn('ServiceDeskAgent'), await signIn('ChangeManager')]
    const { id } = await report(desk)
    const url = `${incidents}/${id}`
    const wanted = { priority: 'critical', priority_reason: '役員会' }
    expect((await desk.patch(url, wanted)).json().code).toBe('incident_override_required')
    const bare = await chief.patch(url, { priority: 'critical' })
    expect(bare.json().errors).toMatchObject([{ field: 'priority_reason' }])

    const set = await chief.patch(url, wanted)
    expect(set.json()).toMatchObject({ ...wanted, priority_overridden: true })
    const kept = await desk.patch(url, { impact: 'low', urgency: 'low' })
    expect(kept.json()).toMatchObject({ priority: 'critical', priority_overridden: true })
    expect((await desk.patch(url, { priority: null })).statusCode).toBe(403)

    const back = await chief.patch(url, { priority: null })
    expect(back.json()).toMatchObject({
      priority: 'low',
      priority_overridden: false,
      priority_reason: null,
    })
    const history = await historyOf(chief, { id })
    const of = (field: string) => history.filter((each) => each.field === field)
    expect(of('priority').map(({ new_value }) => new_value)).toEqual(['low', 'critical'])
    expect(of('priority_reason').map(({ new_value }) => new_value)).toEqual([null, '役員会'])
  })

  test('is not explained to who reported it', async ({ signIn }) => {
    const [ann, chief] = [await signIn(), await signIn('ChangeManager')]
    const { id } = await report(ann)
    const reason = { priority: 'high', priority_reason: '内部の事情' }
    await chief.patch(`${incidents}/${id}`, reason)
    const seen = await ann.get(`${incidents}/${id}`)
    expect(seen.json()).toMatchObject({ priority_overridden: true, priority_reason: null })
    expect((await historyOf(ann, { id })).map(({ field }) => field)).toEqual(['priority'])
  })
})

describe('DELETE /incidents/{id}', () => {
  test('takes away all that belongs to it, but not one with children', async ({ signIn, db }) => {
    const admin = await signIn('SystemAdmin')
    const [parent, child] = [await report(admin), await report(admin, { tags: ['x'] })]
    const link = { kind: 'child', target_id: child.id }
    expect((await admin.post(`${incidents}/${parent.id}/links`, link)).statusCode).toBe(201)
    const refused = await admin.delete(`${incidents}/${parent.id}`)
    expect(refused.json()).toMatchObject({ status: 409, code: 'incident_has_children' })
    expect(refused.json().detail).toContain(child.incident_number)

    const key = `incidents/${newId()}`
    await db
      .insertInto('incident_files')
      .values({
        id: newId(),
        incident_id: child.id,
        key,
        original_name: 'a.txt',
        content_type: 'text/plain',
        size: 1,
        sha256: 'x',
        is_public: 1,
        uploaded_by: admin.id,
        created_at: now(),
      })
      .execute()
    const stale = await admin.delete(`${incidents}/${child.id}`, undefined, { 'if-match': '"9"' })
    expect(stale.statusCode).toBe(412)
    expect((await admin.delete(`${incidents}/${child.id}`)).statusCode).toBe(204)
    expect((await admin.get(`${incidents}/${child.id}`)).statusCode).toBe(404)
    const jobs = await db.selectFrom('jobs').select('payload').execute()
    expect(jobs.map(({ payload }) => JSON.parse(payload))).toContainEqual({ key })
    for (const table of ['incident_tags', 'incident_files'] as const) {
      const left = db.selectFrom(table).selectAll().where('incident_id', '=', child.id)
      expect(await left.execute()).toEqual([])
    }
    expect((await admin.delete(`${incidents}/${parent.id}`)).statusCode).toBe(204)
  })

  test('is for administrators', async ({ signIn }) => {
    const chief = await signIn('ChangeManager')
    const { id } = await report(chief)
    expect((await chief.delete(`${incidents}/${id}`)).statusCode).toBe(403)
  })
})

describe('the incident of somebody else', () => {
  test('is not there, at every route that a reporter may call', async ({ signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const { id } = await report(ann)
    const note = await ann.post(`${incidents}/${id}/work-notes`, { content: 'x' })
    const url = `${incidents}/${id}`
    const noteUrl = `${url}/work-notes/${note.json().id}`
    const answers = [
      await bob.get(url),
      await bob.get(`${url}/history`),
      await bob.get(`${url}/timeline`),
      await bob.get(`${url}/work-notes`),
      await bob.post(`${url}/work-notes`, { content: 'x' }),
      await bob.put(noteUrl, { content: 'x' }),
      await bob.delete(noteUrl),
      await bob.post(`${url}/reopen`, { reason: 'x' }),
      await bob.post(`${url}/close`, {}),
      await bob.post(`${url}/cancel`, { reason: 'x' }),
    ]
    expect(answers.map((each) => each.json().code)).toEqual(answers.map(() => 'incident_not_found'))
    expect(answers.every(({ statusCode }) => statusCode === 404)).toBe(true)
  })

  test('and one’s own are not for reporters where the desk works', async ({ signIn }) => {
    const ann = await signIn()
    const incident = await report(ann)
    const url = `${incidents}/${incident.id}`
    const answers = [
      await ann.patch(url, { title: 'x' }),
      await ann.delete(url),
      await ann.post(`${url}/assign`, { assignee_id: ann.id }),
      await ann.post(`${url}/start`),
      await ann.post(`${url}/pending`, { reason: 'x' }),
      await ann.post(`${url}/resolve`, { resolution: 'x' }),
      await ann.get(`${url}/links`),
      await ann.post(`${url}/links`, { kind: 'related', target_id: missing }),
      await ann.delete(`${url}/links/related/${missing}`),
      await ann.post(`${incidents}/bulk-update`, {
        incident_ids: [incident.id],
        updates: { title: 'x' },
      }),
    ]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 403))
  })

  test('is read by who oversees, and changed by who works on it', async ({ signIn }) => {
    const [ann, board] = [await signIn(), await signIn('CabMember')]
    const incident = await report(ann)
    expect((await board.get(`${incidents}/${incident.id}`)).statusCode).toBe(200)
    const refused = await board.post(`${incidents}/${incident.id}/cancel`, { reason: 'x' })
    expect(refused.json()).toMatchObject({ status: 403, code: 'incident_staff_required' })
    await act(await signIn('ServiceDeskAgent'), incident, 'start')
  })
})
