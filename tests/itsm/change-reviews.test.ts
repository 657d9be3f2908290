import { remindReviews } from '../../src/itsm/changes/reminders.ts'
import { later, newId, now } from '../../src/values.ts'
import { changes, draft, insertIncident, move, started } from '../support/itsm-changes.ts'
import { describe, expect, test } from '../support/service.ts'

const agent = 'ServiceDeskAgent'
const lessons = '監視を先に止める。'

describe('POST /changes/{id}/review', () => {
  test.for(['completed', 'failed', 'backed_out'] as const)(
    'looks back on what was %s',
    async (status, { db, signIn }) => {
      const ann = await signIn(agent)
      const { id } = await started(ann, db)
      await db.updateTable('changes').set({ status }).where('id', '=', id).execute()
      expect(await move(ann, id, 'review', { outcome: 'with_issues', lessons })).toMatchObject({
        status: 'reviewed',
        outcome: 'with_issues',
        lessons,
        reviewed_at: expect.any(String),
        caused_incident_ids: [],
        legal_statuses: [],
      })
    },
  )

  test('links the incidents that it brought about', async ({ db, signIn }) => {
    const [ann, eve] = [await signIn(agent), await signIn('User')]
    const caused = [await insertIncident(db, eve.id), await insertIncident(db, eve.id)]
    const mended = await insertIncident(db, eve.id)
    const { id } = await started(ann, db)
    const link = { target_id: id, created_by: null, created_at: now() }
    await db
      .insertInto('incident_links')
      .values([
        { ...link, incident_id: mended, kind: 'change' },
        { ...link, incident_id: String(caused[0]), kind: 'caused_by' },
      ])
      .execute()
    await move(ann, id, 'complete', { outcome: 'failed' })
    const body = { outcome: 'failed', lessons, caused_incident_ids: caused.toReversed() }
    const reviewed = await move(ann, id, 'review', body)
    expect(reviewed.caused_incident_ids).toEqual(caused)
    const { incidents, total } = (await ann.get(`${changes}/${id}/incidents`)).json()
    expect(total).toBe(3)
    expect(incidents).toMatchObject([
      { id: mended, kind: 'change', incident_number: expect.stringMatching(/^INC\d{8}$/) },
      { id: caused[1], kind: 'caused_by', status: 'new', priority: 'medium' },
      { id: caused[0], kind: 'caused_by' },
    ])
    const second = await ann.get(`${changes}/${id}/incidents?skip=1&limit=1`)
    expect(second.json()).toMatchObject({ total: 3, incidents: [{ id: caused[1] }] })
    const history = await db
      .selectFrom('itsm_history')
      .select(['subject_id', 'field', 'new_value'])
      .where('subject_id', 'in', caused)
      .execute()
    expect(history).toEqual([
      { subject_id: caused[1], field: 'caused_by', new_value: JSON.stringify(id) },
    ])
  })

  test('refuses incidents that there are not, and changes nothing', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const { id } = await started(ann, db)
    await move(ann, id, 'complete', { outcome: 'failed' })
    const known = await insertIncident(db, ann.id)
    const refused = await ann.post(`${changes}/${id}/review`, {
      outcome: 'failed',
      lessons,
      caused_incident_ids: [known, newId()],
    })
    expect(refused.statusCode).toBe(422)
    expect(refused.json().errors).toMatchObject([{ field: 'caused_incident_ids.1' }])
    expect((await ann.get(`${changes}/${id}`)).json()).toMatchObject({
      status: 'failed',
      lessons: null,
      caused_incident_ids: [],
    })
  })

  test('happens once, however often it is asked for at once', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const incident = await insertIncident(db, ann.id)
    const { id } = await started(ann, db)
    await move(ann, id, 'complete', { outcome: 'failed' })
    const body = { outcome: 'failed', lessons, caused_incident_ids: [incident] }
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => ann.post(`${changes}/${id}/review`, body)),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409])
  })
})

test('a draft that is deleted leaves no link behind', async ({ db, signIn }) => {
  const ann = await signIn(agent)
  const incident_id = await insertIncident(db, ann.id)
  const { id } = await draft(ann)
  await db
    .insertInto('incident_links')
    .values({ incident_id, kind: 'change', target_id: id, created_by: null, created_at: now() })
    .execute()
  expect((await ann.delete(`${changes}/${id}`)).statusCode).toBe(204)
  const links = db.selectFrom('incident_links').selectAll().where('target_id', '=', id)
  expect(await links.execute()).toEqual([])
})

describe('the job that reminds of reviews', () => {
  test('does so once a day in Japan, for those that are overdue', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const at = '2031-05-01T00:00:00.000Z'
    const make = async (columns: object) => {
      const { id } = await draft(ann, { type: 'emergency' })
      await db.updateTable('changes').set(columns).where('id', '=', id).execute()
      return id
    }
    const status = 'completed'
    const due = await make({ status, review_due_at: at })
    const others = [
      await make({ status, review_due_at: later(at, 1) }),
      await make({ status: 'reviewed', review_due_at: at, reviewed_at: at }),
      await make({ status }),
    ]
    const dayOf = async (id: string) => {
      const row = await db
        .selectFrom('change_review_reminders')
        .select('day')
        .where('change_id', '=', id)
        .executeTakeFirst()
      return row?.day
    }
    await Promise.all([remindReviews(db, at), remindReviews(db, at)])
    expect(await dayOf(due)).toBe('2031-05-01')
    for (const id of others) expect(await dayOf(id)).toBeUndefined()
    await remindReviews(db, later(at, 15 * 3600))
    expect(await dayOf(due)).toBe('2031-05-02')
    await remindReviews(db, at)
    expect(await dayOf(due)).toBe('2031-05-02')
    await move(ann, due, 'review', { outcome: 'successful', lessons })
    await remindReviews(db, later(at, 48 * 3600))
    expect(await dayOf(due)).toBe('2031-05-02')
  })
})
