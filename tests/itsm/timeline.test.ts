import { cursorOf } from '../../src/itsm/incidents/timeline-entries.ts'
import { newId, now } from '../../src/values.ts'
import { act, incidents, report } from '../support/itsm-core.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

type Entry = { id: string; type: string; title: string; timestamp: string; details: object }
type Page = { entries: Entry[]; next_cursor: string | null }

async function timeline(client: Client, id: string, query = '', headers = {}): Promise<Page> {
  const response = await client.get(`${incidents}/${id}/timeline?${query}`, headers)
  expect(response.statusCode, response.body).toBe(200)
  return response.json()
}

async function walk(client: Client, id: string, query: string): Promise<Entry[]> {
  const found: Entry[] = []
  for (let cursor = ''; ; ) {
    const page = await timeline(client, id, `${query}${cursor}`)
    found.push(...page.entries)
    if (page.next_cursor === null) return found
    cursor = `&cursor=${page.next_cursor}`
  }
}

describe('GET /incidents/{id}/timeline', () => {
  test('brings together all that happened, for each what they may see', async ({ signIn, db }) => {
    const [ann, desk] = [await signIn(), await signIn('ServiceDeskAgent')]
    const [incident, other] = [await report(ann), await report(desk)]
    const { id } = incident
    await act(desk, incident, 'start')
    const notes = `${incidents}/${id}/work-notes`
    await desk.post(notes, { content: '内部' })
    await desk.post(notes, { content: '公開', is_public: true })
    await desk.post(`${incidents}/${id}/links`, { kind: 'related', target_id: other.id })
    for (const is_public of [0, 1] as const) {
      await db
        .insertInto('incident_files')
        .values({
          id: newId(),
          incident_id: id,
          key: newId(),
          original_name: `${is_public}.txt`,
          content_type: 'text/plain',
          size: 12,
          sha256: 'x',
          is_public,
          uploaded_by: desk.id,
          created_at: now(),
        })
        .execute()
    }
    const { entries } = await timeline(desk, id)
    expect(entries.map(({ type }) => type).sort()).toEqual([
      'assignment',
      'attachment',
      'attachment',
      'link',
      'status_change',
      'work_note',
      'work_note',
    ])
    expect(entries[0]).toMatchObject({
      type: 'attachment',
      title: '添付ファイル',
      user: { id: desk.id },
      details: { original_name: '1.txt', size: 12, is_public: true },
    })
    const { entries: seen } = await timeline(ann, id, '', { 'accept-language': 'en' })
    expect(seen.map(({ title }) => title)).toEqual([
      'Attachment',
      'Note',
      ...seen.slice(2).map(({ title }) => title),
    ])
    expect(seen.map(({ type }) => type).sort()).toEqual([
      'assignment',
      'attachment',
      'status_change',
      'work_note',
    ])
    expect(JSON.stringify(seen)).not.toMatch(/内部|0\.txt/)
  })

  test('goes both ways, in pages that neither repeat nor leave out', async ({ signIn, db }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { id } = await report(desk)
    const at = now()
    const rows = Array.from({ length: 7 }, (_, n) => ({
      id: newId(),
      incident_id: id,
      note_type: 'work_note' as const,
      is_public: 0 as const,
      content: `${n}`,
      author_id: null,
      version: 1,
      created_at: at,
      updated_at: at,
    }))
    await db.insertInto('incident_notes').values(rows).execute()
    await desk.patch(`${incidents}/${id}`, { title: 'a', category: 'b', tags: ['c'] })
    const up = await walk(desk, id, 'order=asc&limit=3')
    expect(up).toHaveLength(10)
    expect(up.slice(0, 7).map((each) => each.id)).toEqual(rows.map((each) => each.id))
    expect(await walk(desk, id, 'order=desc&limit=4')).toEqual([...up].reverse())
    expect((await timeline(desk, id, 'order=asc&limit=1000')).entries).toEqual(up)
  })

  test.for([
    'x',
    'AAAA',
    cursorOf({ at: '2026-13-41T99:99:99.999Z', id: 'x' }),
    cursorOf({ at: "2026-01-01T00:00:00.000Z' or 1=1", id: 'x' }),
  ])('refuses the cursor %s', async (cursor, { signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { id } = await report(desk)
    const response = await desk.get(`${incidents}/${id}/timeline?cursor=${cursor}`)
    expect(response.statusCode).toBe(422)
    expect(response.json().errors).toMatchObject([{ field: 'cursor' }])
  })
})

describe('GET /incidents/{id}/history', () => {
  test('goes on by cursor, the latest first', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { id } = await report(desk)
    for (const title of ['a', 'b', 'c']) await desk.patch(`${incidents}/${id}`, { title })
    const url = `${incidents}/${id}/history?limit=2`
    const first = (await desk.get(url)).json()
    expect(first.history.map((each: { new_value: string }) => each.new_value)).toEqual(['c', 'b'])
    const rest = (await desk.get(`${url}&cursor=${first.next_cursor}`)).json()
    expect(rest).toMatchObject({ history: [{ new_value: 'a' }], next_cursor: null })
  })
})

describe('the room of an incident', () => {
  test('hears what happens after it has, and nothing internal', async ({ signIn, app }) => {
    const [ann, desk] = [await signIn(), await signIn('ServiceDeskAgent')]
    const incident = await report(ann)
    const heard: string[] = []
    const leave = app.channels.join(`incident:${incident.id}`, (message) => heard.push(message))
    await act(desk, incident, 'assign', { assignee_id: desk.id })
    await desk.post(`${incidents}/${incident.id}/work-notes`, { content: '内部の話' })
    await act(desk, incident, 'resolve', { resolution: '直した' })
    await desk.post(`${incidents}/${incident.id}/resolve`, { resolution: 'もう一度' })
    await act(ann, incident, 'reopen', { reason: 'まだ' })
    await act(desk, incident, 'cancel', { reason: '誤報' })
    leave()
    const events = heard.map((message) => JSON.parse(message))
    expect(events.map(({ event }) => event)).toEqual([
      'incident.assigned',
      'incident.noted',
      'incident.resolved',
      'incident.reopened',
      'incident.cancelled',
    ])
    expect(events[0].data).toEqual({
      id: incident.id,
      incident_number: incident.incident_number,
      status: 'assigned',
      version: 2,
    })
    expect(heard.join()).not.toContain('内部')
  })
})
