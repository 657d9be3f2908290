import { listAudit } from '../../src/audit.ts'
import { startChange } from '../../src/itsm/changes/carrying-out.ts'
import { later, newId, now } from '../../src/values.ts'
import { createdBoard } from '../support/itsm-cab.ts'
import {
  approve,
  changes,
  draft,
  insertCi,
  move,
  newChange,
  night,
  started,
} from '../support/itsm-changes.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const agent = 'ServiceDeskAgent'

async function tryMove(client: Client, id: string, name: string, body?: object) {
  const response = await client.post(`${changes}/${id}/${name}`, body)
  return { status: response.statusCode, ...response.json() }
}

const callerOf = ({ id }: Client) => ({
  id,
  roles: ['ServiceDeskAgent' as const],
  scopes: null,
  session_id: null,
  request_id: newId(),
  ip: null,
  user_agent: null,
})

test('a change goes from draft to its end, each step written down', async ({ db, signIn }) => {
  const ann = await signIn(agent)
  const { id } = await draft(ann)
  expect(await move(ann, id, 'submit')).toMatchObject({
    status: 'submitted',
    vote_round: 1,
    conflicts: [],
    vote_reopened: false,
    legal_statuses: ['under_review', 'approved', 'rejected', 'draft', 'cancelled'],
  })
  await approve(db, id)
  expect(await move(ann, id, 'schedule')).toMatchObject({ status: 'scheduled' })
  expect(await move(ann, id, 'unschedule')).toMatchObject({ status: 'approved' })
  await move(ann, id, 'schedule')
  await db.updateTable('changes').set({ scheduled_start: now() }).where('id', '=', id).execute()
  const begun = await move(ann, id, 'start')
  expect(begun).toMatchObject({ status: 'in_progress', review_due_at: null })
  const ended = await move(ann, id, 'complete', { outcome: 'with_issues', notes: '少し遅れた' })
  expect(ended).toMatchObject({ status: 'completed', outcome: 'with_issues' })
  expect(Date.parse(String(ended.actual_end))).toBeGreaterThanOrEqual(
    Date.parse(String(begun.actual_start)),
  )
  const { history } = (await ann.get(`${changes}/${id}/history?limit=1000`)).json()
  const statuses = history
    .filter(({ field }: { field: string }) => field === 'status')
    .map(({ new_value }: { new_value: string }) => new_value)
  expect(statuses).toEqual([
    'completed',
    'in_progress',
    'scheduled',
    'approved',
    'scheduled',
    'submitted',
    'draft',
  ])
  expect(history).toContainEqual(
    expect.objectContaining({ field: 'notes', new_value: '少し遅れた' }),
  )
  const { events } = await listAudit(db, id, { limit: 20 })
  expect(events.map(({ action }) => action)).toEqual([
    'change.completed',
    'change.started',
    'change.scheduled',
    'change.unscheduled',
    'change.scheduled',
    'change.submitted',
    'change.created',
  ])
})

describe('POST /changes/{id}/submit', () => {
  test('names all that is missing', async ({ signIn }) => {
    const ann = await signIn(agent)
    const nothing = {
      justification: ' ',
      implementation_plan: '',
      scheduled_start: null,
      scheduled_end: null,
    }
    const { id } = await draft(ann, nothing)
    const refused = await tryMove(ann, id, 'submit')
    expect(refused.status).toBe(422)
    expect(refused.errors.map(({ field }: { field: string }) => field)).toEqual(
      Object.keys(nothing),
    )
    const urgent = await draft(ann, { ...nothing, type: 'emergency' })
    expect((await tryMove(ann, urgent.id, 'submit')).errors).toHaveLength(2)
    const ready = { justification: 'a', implementation_plan: 'b' }
    await ann.patch(`${changes}/${urgent.id}`, ready)
    expect(await move(ann, urgent.id, 'submit')).toMatchObject({ status: 'submitted' })
  })

  test('happens once, however often it is asked for at once', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann)
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => ann.post(`${changes}/${id}/submit`)),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409])
    const { vote_round, version } = await db
      .selectFrom('changes')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect([vote_round, version]).toEqual([1, 2])
  })

  test('finds the risk anew', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann, { category: `c ${newId()}` })
    const { category } = (await ann.get(`${changes}/${id}`)).json()
    const other = await draft(ann, { category })
    await db
      .updateTable('changes')
      .set({ status: 'failed', outcome: 'failed', actual_end: now() })
      .where('id', '=', other.id)
      .execute()
    expect(await tryMove(ann, id, 'submit')).toMatchObject({ status: 409, code: 'board_required' })
    const board = await createdBoard(await signIn('ChangeManager'), [])
    await ann.patch(`${changes}/${id}`, { board_id: board.id })
    expect(await move(ann, id, 'submit')).toMatchObject({ risk_score: 6, risk_level: 'medium' })
  })
})

describe('moves', () => {
  test.for([
    ['draft', 'schedule', undefined],
    ['draft', 'start', undefined],
    ['draft', 'complete', { outcome: 'successful' }],
    ['draft', 'review', { outcome: 'successful', lessons: 'a' }],
    ['draft', 'withdraw', undefined],
    ['submitted', 'submit', undefined],
    ['submitted', 'schedule', undefined],
    ['submitted', 'unschedule', undefined],
    ['under_review', 'unschedule', undefined],
    ['submitted', 'start', undefined],
    ['approved', 'submit', undefined],
    ['approved', 'start', undefined],
    ['approved', 'withdraw', undefined],
    ['rejected', 'submit', undefined],
    ['rejected', 'cancel', { reason: 'a' }],
    ['scheduled', 'submit', undefined],
    ['scheduled', 'complete', { outcome: 'failed' }],
    ['in_progress', 'cancel', { reason: 'a' }],
    ['in_progress', 'start', undefined],
    ['completed', 'complete', { outcome: 'failed' }],
    ['reviewed', 'review', { outcome: 'successful', lessons: 'a' }],
    ['cancelled', 'submit', undefined],
    ['cancelled', 'cancel', { reason: 'a' }],
  ] as const)(
    'from %s by /%s are 409, with what is legal',
    async ([status, name, body], { db, signIn }) => {
      const manager = await signIn('ChangeManager')
      const { id } = await draft(manager)
      await db.updateTable('changes').set({ status }).where('id', '=', id).execute()
      const refused = await tryMove(manager, id, name, body)
      expect(refused).toMatchObject({ status: 409, code: 'illegal_transition' })
      expect(refused.legal).toBeInstanceOf(Array)
      expect((await manager.get(`${changes}/${id}`)).json()).toMatchObject({ status, version: 1 })
    },
  )

  test.for([
    ['submit', undefined],
    ['withdraw', undefined],
    ['schedule', undefined],
    ['unschedule', undefined],
    ['start', undefined],
    ['complete', { outcome: 'successful' }],
    ['cancel', { reason: 'a' }],
    ['review', { outcome: 'successful', lessons: 'a' }],
  ] as const)(
    'by /%s are for those who look after the change',
    async ([name, body], { app, signIn }) => {
      const { id } = await draft(await signIn(agent))
      const url = `${changes}/${id}/${name}`
      const eve = await signIn(agent)
      expect(await tryMove(eve, id, name, body)).toMatchObject({
        status: 403,
        code: 'change_editor_required',
      })
      const member = await signIn('CabMember')
      expect((await member.post(url, body)).json().code).toBe('permission_required')
      const nobody = await app.inject({ method: 'POST', url, ...(body && { payload: body }) })
      expect(nobody.statusCode).toBe(401)
      expect(await tryMove(eve, newId(), name, body)).toMatchObject({
        status: 404,
        code: 'change_not_found',
      })
    },
  )

  test.for([
    ['complete', {}],
    ['complete', { outcome: 'fine' }],
    ['complete', { outcome: 'successful', status: 'reviewed' }],
    ['cancel', {}],
    ['cancel', { reason: ' ' }],
    ['review', { outcome: 'successful' }],
    ['review', { outcome: 'successful', lessons: 'a', caused_incident_ids: ['x'] }],
  ] as const)('by /%s refuse %o', async ([name, body], { signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann)
    expect((await tryMove(ann, id, name, body)).status).toBe(422)
  })

  test('approve nothing: that takes votes', async ({ signIn }) => {
    const manager = await signIn('ChangeManager')
    const { id } = await draft(manager)
    await move(manager, id, 'submit')
    for (const name of ['unschedule', 'schedule', 'submit']) {
      expect((await tryMove(manager, id, name)).status, name).toBe(409)
    }
    expect((await manager.get(`${changes}/${id}`)).json().status).toBe('submitted')
  })
})

test('a rejected change is revised as a draft, and voted on in another round', async ({
  db,
  signIn,
}) => {
  const ann = await signIn(agent)
  const { id } = await draft(ann)
  await move(ann, id, 'submit')
  const rejected = { status: 'rejected', decided_at: now() } as const
  await db.updateTable('changes').set(rejected).where('id', '=', id).execute()
  expect(await move(ann, id, 'withdraw')).toMatchObject({ status: 'draft', decided_at: null })
  expect(await move(ann, id, 'submit')).toMatchObject({ status: 'submitted', vote_round: 2 })
})

describe('POST /changes/{id}/schedule', () => {
  test('needs a time', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann, {
      type: 'emergency',
      scheduled_start: null,
      scheduled_end: null,
    })
    await move(ann, id, 'submit')
    await approve(db, id)
    const refused = await tryMove(ann, id, 'schedule')
    expect(refused.errors.map(({ field }: { field: string }) => field)).toEqual([
      'scheduled_start',
      'scheduled_end',
    ])
  })

  test('of changes that share CIs and follow each other goes through, all at once', async ({
    db,
    signIn,
  }) => {
    const ann = await signIn(agent)
    const cis = [await insertCi(db), await insertCi(db), await insertCi(db)]
    await db
      .insertInto('ci_dependencies')
      .values({ ci_id: cis[0] as string, depends_on_id: cis[2] as string })
      .execute()
    const ids: string[] = []
    for (let n = 0; n < 4; n += 1) {
      const { id } = await draft(ann, {
        affected_ci_ids: n % 2 === 0 ? cis.slice(0, 2) : cis.slice(1).reverse(),
        scheduled_start: later(night.scheduled_start, n * 3600),
        scheduled_end: later(night.scheduled_start, (n + 1) * 3600),
      })
      await move(ann, id, 'submit')
      await approve(db, id)
      ids.push(id)
    }
    const answers = await Promise.all(ids.map((id) => tryMove(ann, id, 'schedule')))
    expect(answers.map(({ status }) => status)).toEqual([
      'scheduled',
      'scheduled',
      'scheduled',
      'scheduled',
    ])
  })
})

describe('POST /changes/{id}/start', () => {
  test.for([
    ['the moment before that day in Japan', '2026-11-30T14:59:59.999Z', false],
    ['the first moment of that day', '2026-11-30T15:00:00.000Z', true],
    ['an hour late', '2026-12-01T14:00:00.000Z', true],
  ] as const)('at %s, %s: %s', async ([, at, may], { db, signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann)
    await db.updateTable('changes').set({ status: 'scheduled' }).where('id', '=', id).execute()
    const attempt = startChange(db, callerOf(ann), id, undefined, at)
    if (may) expect(await attempt).toMatchObject({ status: 'in_progress', actual_start: at })
    else await expect(attempt).rejects.toMatchObject({ failure: 'change_too_early' })
  })

  test('names the time that it is planned for', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann, {
      scheduled_start: '2199-01-01T00:00:00.000Z',
      scheduled_end: '2199-01-02T00:00:00.000Z',
    })
    await db.updateTable('changes').set({ status: 'scheduled' }).where('id', '=', id).execute()
    expect(await tryMove(ann, id, 'start')).toMatchObject({
      status: 409,
      code: 'change_too_early',
      scheduled_start: '2199-01-01T00:00:00.000Z',
    })
  })

  test.for(['submitted', 'under_review', 'approved', 'scheduled'] as const)(
    'lets an emergency begin while %s, and wants its review three days later',
    async (status, { db, signIn }) => {
      const ann = await signIn(agent)
      const { id } = await draft(ann, { type: 'emergency' })
      await db.updateTable('changes').set({ status }).where('id', '=', id).execute()
      const begun = await move(ann, id, 'start')
      expect(begun).toMatchObject({ status: 'in_progress', decided_at: null })
      expect(begun.review_due_at).toBe(later(String(begun.actual_start), 3 * 86_400))
      const { history } = (await ann.get(`${changes}/${id}/history`)).json()
      expect(history).toContainEqual(
        expect.objectContaining({
          field: 'status',
          old_value: status,
          new_value: 'in_progress',
        }),
      )
    },
  )

  test('and cancelling at once leave one of the two', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    for (let n = 0; n < 3; n += 1) {
      const { id } = await draft(ann, { type: 'emergency' })
      await move(ann, id, 'submit')
      await approve(db, id)
      const answers = await Promise.all([
        tryMove(ann, id, 'start'),
        tryMove(ann, id, 'cancel', { reason: 'やめる' }),
      ])
      const won = answers.filter(({ code }) => code === undefined)
      expect(won).toHaveLength(1)
      const { status } = (await ann.get(`${changes}/${id}`)).json()
      expect(status).toBe(won[0].status)
      expect(answers).toContainEqual(
        expect.objectContaining({ status: 409, code: 'illegal_transition' }),
      )
    }
  })
})

describe('POST /changes/{id}/complete', () => {
  test.for([
    ['successful', 'completed'],
    ['with_issues', 'completed'],
    ['failed', 'failed'],
    ['backed_out', 'backed_out'],
  ] as const)('%s makes it %s', async ([outcome, status], { db, signIn }) => {
    const ann = await signIn(agent)
    const { id } = await started(ann, db)
    expect(await move(ann, id, 'complete', { outcome })).toMatchObject({ status, outcome })
  })

  test('takes an end between the start and now', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const { id } = await started(ann, db)
    const actual_start = later(now(), -3600)
    await db.updateTable('changes').set({ actual_start }).where('id', '=', id).execute()
    for (const actual_end of [later(now(), -7200), later(now(), 3600), '2026-02-30T00:00:00Z']) {
      const refused = await tryMove(ann, id, 'complete', { outcome: 'successful', actual_end })
      expect(refused.errors, actual_end).toMatchObject([{ field: 'actual_end' }])
    }
    const actual_end = later(now(), -1800)
    const ended = await move(ann, id, 'complete', { outcome: 'successful', actual_end })
    expect(ended).toMatchObject({ actual_start, actual_end })
  })
})

test('a change that is called off says why', async ({ signIn }) => {
  const ann = await signIn(agent)
  const { id } = await draft(ann, { title: newChange.title })
  expect(await move(ann, id, 'cancel', { reason: '見送る' })).toMatchObject({
    status: 'cancelled',
    cancel_reason: '見送る',
    legal_statuses: [],
  })
})
