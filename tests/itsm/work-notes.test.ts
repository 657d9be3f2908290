import { findMentioned, mentionsIn } from '../../src/itsm/incidents/mentions.ts'
import { now } from '../../src/values.ts'
import { act, historyOf, incidents, inState, report } from '../support/itsm-core.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const notesOf = async (client: Client, id: string) =>
  (await client.get(`${incidents}/${id}/work-notes`)).json().notes

describe('notes on an incident', () => {
  test('are public or not, and the reporter sees those that are', async ({ signIn }) => {
    const [ann, desk] = [await signIn(), await signIn('ServiceDeskAgent')]
    const { id } = await report(ann)
    const url = `${incidents}/${id}/work-notes`
    const internal = await desk.post(url, { content: '内部' })
    expect(internal.statusCode, internal.body).toBe(201)
    expect(internal.json()).toMatchObject({
      note_type: 'work_note',
      is_public: false,
      author: { id: desk.id },
      version: 1,
    })
    expect(internal.headers.location).toBe(`${url}/${internal.json().id}`)
    const told = await desk.post(url, { content: '連絡', note_type: 'customer_note' })
    expect(told.json().is_public).toBe(true)
    const own = await ann.post(url, { content: '了解' })
    expect(own.json()).toMatchObject({ note_type: 'customer_note', is_public: true })

    const contents = (notes: { content: string }[]) => notes.map(({ content }) => content)
    expect(contents(await notesOf(desk, id))).toEqual(['了解', '連絡', '内部'])
    expect(contents(await notesOf(ann, id))).toEqual(['了解', '連絡'])
    const page = (await ann.get(`${url}?skip=1&limit=1`)).json()
    expect(page).toMatchObject({ total: 2, skip: 1, limit: 1, notes: [{ content: '連絡' }] })
  })

  test.for([
    ['internal', { is_public: false }],
    ['of the desk', { note_type: 'work_note' }],
    ['of a resolution', { note_type: 'resolution_note', is_public: true }],
  ] as const)(
    'are not for the reporter to write where they are %s',
    async ([, input], { signIn }) => {
      const ann = await signIn()
      const { id } = await report(ann)
      const response = await ann.post(`${incidents}/${id}/work-notes`, { content: 'x', ...input })
      expect(response.json()).toMatchObject({ status: 403, code: 'note_public_required' })
    },
  )

  test.for([
    ['none', {}, 'content'],
    ['white space', { content: ' \n' }, 'content'],
    ['too much', { content: 'x'.repeat(20_001) }, 'content'],
    ['an unknown type', { content: 'x', note_type: 'x' }, 'note_type'],
    ['an author', { content: 'x', author_id: 'x' }, 'author_id'],
  ] as const)('have a content: %s is refused', async ([, input, field], { signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { id } = await report(desk)
    const response = await desk.post(`${incidents}/${id}/work-notes`, input)
    expect(response.statusCode).toBe(422)
    expect(response.json().errors).toMatchObject([{ field }])
  })

  test('are changed and deleted by who wrote them, and stay in the history', async ({ signIn }) => {
    const [desk, other, chief] = [
      await signIn('ServiceDeskAgent'),
      await signIn('ServiceDeskAgent'),
      await signIn('ChangeManager'),
    ]
    const ann = await signIn()
    const incident = await report(ann)
    const url = `${incidents}/${incident.id}/work-notes`
    const note = (await desk.post(url, { content: '前', is_public: true })).json()
    const noteUrl = `${url}/${note.id}`
    for (const refused of [await other.put(noteUrl, { content: 'x' }), await ann.delete(noteUrl)]) {
      expect(refused.json()).toMatchObject({ status: 403, code: 'note_author_required' })
    }
    const changed = await desk.put(noteUrl, { content: '後' }, { 'if-match': '"1"' })
    expect(changed.json()).toMatchObject({ content: '後', is_public: true, version: 2 })
    const stale = await desk.put(noteUrl, { content: 'x' }, { 'if-match': '"1"' })
    expect(stale.statusCode).toBe(412)
    expect((await chief.delete(noteUrl)).statusCode).toBe(204)
    expect((await desk.delete(noteUrl)).json().code).toBe('note_not_found')

    const of = { is_public: true, note_type: 'work_note' }
    expect(await historyOf(desk, incident)).toMatchObject([
      { field: `note:${note.id}`, old_value: { ...of, content: '後' }, new_value: null },
      {
        field: `note:${note.id}`,
        old_value: { ...of, content: '前' },
        new_value: { ...of, content: '後' },
      },
    ])
    expect(await historyOf(ann, incident)).toEqual([])
  })

  test('that are internal are not there for the reporter', async ({ signIn }) => {
    const [ann, desk] = [await signIn(), await signIn('ServiceDeskAgent')]
    const { id } = await report(ann)
    const url = `${incidents}/${id}/work-notes`
    const note = (await desk.post(url, { content: 'x' })).json()
    const answers = [
      await ann.put(`${url}/${note.id}`, { content: 'y' }),
      await ann.delete(`${url}/${note.id}`),
    ]
    expect(answers.map((each) => each.json().code)).toEqual(['note_not_found', 'note_not_found'])
  })

  test('are the desk’s alone once it is over', async ({ signIn }) => {
    const [ann, desk] = [await signIn(), await signIn('ServiceDeskAgent')]
    const incident = await report(ann)
    await act(desk, incident, 'cancel', { reason: 'x' })
    const url = `${incidents}/${incident.id}/work-notes`
    expect((await ann.post(url, { content: 'x' })).json().code).toBe('incident_frozen')
    expect((await desk.post(url, { content: 'x' })).statusCode).toBe(201)
    const closed = await inState(desk, 'closed')
    const after = await desk.post(`${incidents}/${closed.id}/work-notes`, { content: 'x' })
    expect(after.statusCode).toBe(201)
  })

  test('mention active people who may read them', async ({ signIn, db }) => {
    const [ann, bob, desk, gone] = [
      await signIn(),
      await signIn(),
      await signIn('ServiceDeskAgent'),
      await signIn('ServiceDeskAgent'),
    ]
    await db.updateTable('users').set({ deactivated_at: now() }).where('id', '=', gone.id).execute()
    const { id } = await report(ann)
    const row = await db
      .selectFrom('incidents')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    const content = `@${ann.username} @${bob.username} @${desk.email} @${gone.username}`
    const keys = mentionsIn(content)
    expect(await findMentioned(db, keys, row, true)).toEqual([ann.id, desk.id].sort())
    expect(await findMentioned(db, keys, row, false)).toEqual([desk.id])
    const written = await desk.post(`${incidents}/${id}/work-notes`, { content, is_public: true })
    expect(written.statusCode).toBe(201)
  })
})
