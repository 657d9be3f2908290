import type { IncidentFile } from '../../schemas/itsm/incident-files.ts'
import { newId } from '../../src/values.ts'
import { insertIncident } from '../support/itsm-lists.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import { formOf, type Part, pdfOf, samples } from '../support/uploads.ts'

const base = '/api/v1/incidents'

const part = (filename: string, body: Buffer = samples.pdf): Part => ({
  name: 'files',
  filename,
  body,
})
const text = (name: string, body: string): Part => ({ name, body })

function send(client: Client, id: string, ...parts: Part[]) {
  const { payload, headers } = formOf(parts)
  return client.post(`${base}/${id}/attachments`, payload, headers)
}

async function attach(client: Client, id: string, ...parts: Part[]): Promise<IncidentFile[]> {
  const response = await send(client, id, ...parts)
  expect(response.statusCode, response.body).toBe(201)
  return response.json().attachments
}

const namesIn = (response: { json: () => { attachments: IncidentFile[] } }) =>
  response.json().attachments.map(({ filename }) => filename)

describe('POST /incidents/{id}/attachments', () => {
  test('keeps files with their history and audit, each answered for', async ({ db, signIn }) => {
    const [ann, agent] = [await signIn(), await signIn('ServiceDeskAgent')]
    const { id } = await insertIncident(db, ann)
    const response = await send(agent, id, part('画面.png', samples.png), part('run.exe'))
    expect(response.statusCode).toBe(201)
    expect(response.headers.location).toBe(`${base}/${id}/attachments`)
    const { attachments, failed_files } = response.json()
    expect(attachments).toMatchObject([
      { filename: '画面.png', content_type: 'image/png', is_public: false, uploaded_by: agent.id },
    ])
    expect(failed_files).toMatchObject([
      { filename: 'run.exe', problem: { code: 'file_type_not_allowed' } },
    ])
    const history = await db
      .selectFrom('itsm_history')
      .select(['field', 'old_value', 'new_value', 'changed_by'])
      .where('subject_id', '=', id)
      .execute()
    const [{ id: file } = { id: '' }] = attachments
    const new_value = JSON.stringify({ id: file, name: '画面.png', is_public: false })
    expect(history).toEqual([
      { field: 'attachment', old_value: null, new_value, changed_by: agent.id },
    ])
    const audit = await db
      .selectFrom('audit_log')
      .select(['action', 'actor_id'])
      .where('subject_id', '=', file)
      .execute()
    expect(audit).toEqual([{ action: 'incident_file.uploaded', actor_id: agent.id }])
  })

  test('takes public files of the reporter only, as the desk says of its own', async ({
    db,
    signIn,
  }) => {
    const [ann, agent] = [await signIn(), await signIn('ServiceDeskAgent')]
    const { id } = await insertIncident(db, ann)
    const [own] = await attach(ann, id, part('own.pdf'))
    expect(own?.is_public).toBe(true)
    await attach(agent, id, part('shown.pdf'), text('is_public', 'true'))
    await attach(agent, id, text('is_public', 'false'), part('internal.pdf'))
    const refused = await send(ann, id, part('b.pdf'), text('is_public', 'false'))
    expect([refused.statusCode, refused.json().errors]).toMatchObject([
      422,
      [{ field: 'is_public' }],
    ])
    const wrong = await send(agent, id, part('b.pdf'), text('is_public', 'maybe'))
    expect(wrong.statusCode).toBe(422)
    const url = `${base}/${id}/attachments`
    expect(namesIn(await ann.get(url))).toEqual(['own.pdf', 'shown.pdf'])
    expect(namesIn(await agent.get(url))).toEqual(['own.pdf', 'shown.pdf', 'internal.pdf'])
    expect((await agent.get(`${url}?skip=1&limit=1`)).json()).toMatchObject({
      attachments: [{ filename: 'shown.pdf' }],
      total: 3,
      skip: 1,
      limit: 1,
    })
  })

  test('is nothing for strangers, and not for those who only look on', async ({ db, signIn }) => {
    const ann = await signIn()
    const { id } = await insertIncident(db, ann)
    expect((await send(await signIn(), id, part('a.pdf'))).statusCode).toBe(404)
    expect((await send(await signIn('CabMember'), id, part('a.pdf'))).statusCode).toBe(403)
    expect((await send(await signIn('Auditor'), id, part('a.pdf'))).statusCode).toBe(403)
    const nobody = await ann.post(`${base}/${id}/attachments`, undefined, { authorization: '' })
    expect(nobody.statusCode).toBe(401)
    expect((await send(ann, newId(), part('a.pdf'))).statusCode).toBe(404)
    expect((await send(ann, id, text('is_public', 'true'))).statusCode).toBe(422)
    const json = await ann.post(`${base}/${id}/attachments`, { files: [] })
    expect(json.statusCode).toBe(415)
  })

  test.for(['closed', 'cancelled'] as const)(
    'is refused for a %s one',
    async (status, { db, signIn }) => {
      const ann = await signIn()
      const { id } = await insertIncident(db, ann, { status })
      const response = await send(ann, id, part('a.pdf'))
      expect([response.statusCode, response.json().code]).toEqual([409, 'incident_frozen'])
    },
  )

  test('fills an incident once, whoever comes at the same time', async ({ db, signIn }) => {
    const ann = await signIn()
    const { id } = await insertIncident(db, ann)
    await attach(ann, id, ...Array.from({ length: 45 }, (_, n) => part(`${n}.pdf`)))
    const four = () => send(ann, id, ...Array.from({ length: 4 }, (_, n) => part(`x${n}.pdf`)))
    const answers = await Promise.all([four(), four()])
    const kept = answers.map((answer) => answer.json().attachments.length)
    expect(kept.sort()).toEqual([1, 4])
    const full = await send(ann, id, part('y.pdf'))
    expect([full.statusCode, full.json().code]).toEqual([409, 'incident_files_full'])
    const both = await send(ann, id, part('y.pdf'), part('z.pdf'))
    expect([both.statusCode, both.json().code]).toEqual([422, 'no_incident_file_stored'])
    const left = await db.selectFrom('incoming_files').select('key').execute()
    expect(left).toEqual([])
  })
})

describe('GET /incidents/{id}/attachments/{file_id}', () => {
  test('sends it whole or in part, to those who see it', async ({ db, signIn }) => {
    const [ann, agent] = [await signIn(), await signIn('ServiceDeskAgent')]
    const { id } = await insertIncident(db, ann)
    const other = await insertIncident(db, ann)
    const [internal] = await attach(agent, id, part('内部.pdf', pdfOf(1000)))
    const [shown] = await attach(ann, id, part('a.pdf', pdfOf(500)))
    const url = internal?.url as string
    const whole = await agent.get(url)
    expect(whole.rawPayload).toEqual(pdfOf(1000))
    expect(whole.headers).toMatchObject({ 'content-type': 'application/pdf' })
    const piece = await agent.get(url, { range: 'bytes=0-9' })
    expect([piece.statusCode, piece.headers['content-range']]).toEqual([206, 'bytes 0-9/1000'])
    expect((await agent.get(url, { range: 'bytes=2000-' })).statusCode).toBe(416)
    expect((await agent.get(url, { 'if-none-match': `"${internal?.sha256}"` })).statusCode).toBe(
      304,
    )
    expect((await ann.get(shown?.url as string)).statusCode).toBe(200)
    const hidden = await ann.get(url)
    expect([hidden.statusCode, hidden.json().code]).toEqual([404, 'incident_file_not_found'])
    const elsewhere = `${base}/${other.id}/attachments/${internal?.id}`
    expect((await agent.get(elsewhere)).statusCode).toBe(404)
    expect((await (await signIn()).get(shown?.url as string)).statusCode).toBe(404)
  })
})

describe('DELETE /incidents/{id}/attachments/{file_id}', () => {
  test('is for the desk, and for the reporter of their own files', async ({
    service,
    db,
    signIn,
  }) => {
    const [ann, agent] = [await signIn(), await signIn('ServiceDeskAgent')]
    const { id } = await insertIncident(db, ann)
    const [own, other] = await attach(ann, id, part('a.pdf'), part('b.pdf'))
    const [shown] = await attach(agent, id, part('c.pdf'), text('is_public', 'true'))
    const [internal] = await attach(agent, id, part('d.pdf'))
    const keys = await db.selectFrom('incident_files').select(['id', 'key']).execute()
    expect((await ann.delete(shown?.url as string)).statusCode).toBe(403)
    expect((await ann.delete(internal?.url as string)).statusCode).toBe(404)
    expect((await (await signIn('CabMember')).delete(own?.url as string)).statusCode).toBe(403)
    expect((await ann.delete(own?.url as string)).statusCode).toBe(204)
    expect((await agent.delete(other?.url as string)).statusCode).toBe(204)
    expect((await agent.delete(other?.url as string)).statusCode).toBe(404)
    await service.queue.runDue()
    for (const file of [own, other]) {
      const { key = '' } = keys.find((each) => each.id === file?.id) ?? {}
      expect(await service.deps.storage.stat(key)).toBeUndefined()
    }
    const { history } = await db
      .selectFrom('itsm_history')
      .select((eb) => eb.fn.countAll<number>().as('history'))
      .where('subject_id', '=', id)
      .executeTakeFirstOrThrow()
    expect(history).toBe(6)
    const atEnd = { status: 'closed' as const }
    await db.updateTable('incidents').set(atEnd).where('id', '=', id).execute()
    expect((await agent.delete(shown?.url as string)).statusCode).toBe(409)
  })
})
