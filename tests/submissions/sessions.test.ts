import { listAudit } from '../../src/audit.ts'
import { later, now } from '../../src/values.ts'
import { describe, expect, test } from '../support/service.ts'
import { openSocket, tokenOf } from '../support/socket.ts'
import {
  dayAfter,
  newSession,
  open,
  receive,
  sessions,
  setDueDate,
  unknownLink,
} from '../support/submissions.ts'

describe('POST /sessions', () => {
  test('opens a session whose id is the link and cannot be guessed', async ({ signIn }) => {
    const ann = await signIn()
    const response = await ann.post(sessions, {
      ...newSession,
      description: '契約書類',
      due_date: dayAfter(0),
      requirements: ['resident_card', ' 委任状 ', '委任状'],
    })
    expect(response.statusCode).toBe(201)
    const { session_id, message, url, session } = response.json()
    expect(session_id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect(message).toBe('セッションが作成されました')
    expect(url).toBe(`/submission/${session_id}`)
    expect(response.headers.location).toBe(`${sessions}/${session_id}`)
    expect(session).toMatchObject({
      ...newSession,
      id: session_id,
      description: '契約書類',
      requirements: ['resident_card', '委任状'],
      status: 'not_uploaded',
      review_status: 'none',
      due_date: dayAfter(0),
      is_expired: false,
      completion: { required: 2, received: 0, percentage: 0 },
      google_drive_folder_id: null,
      uploaded_files: [],
      owner_id: ann.id,
      closed_at: null,
      version: 1,
    })
    expect(session.completion.missing).toEqual(['resident_card', '委任状'])
  })

  test('takes the empty description of the first client for none, and asks for the catalogue', async ({
    signIn,
  }) => {
    const session = await open(await signIn(), { description: '', submission_type: 'corporate' })
    expect(session).toMatchObject({ description: null, requirements: null, due_date: null })
    expect(session.completion.required).toBeGreaterThan(0)
  })

  test.for([
    ['a name of white space', { submitter_name: '  ' }, 'submitter_name'],
    ['no name', { submitter_name: '' }, 'submitter_name'],
    ['a name of 201 characters', { submitter_name: '山'.repeat(201) }, 'submitter_name'],
    ['a name with a line break', { submitter_name: 'A\r\nBcc: x' }, 'submitter_name'],
    ['a name that is shown the wrong way round', { submitter_name: 'a\u202eb' }, 'submitter_name'],
    ['an address that is none', { submitter_email: 'taro' }, 'submitter_email'],
    ['two addresses', { submitter_email: 'a@example.jp, b@example.jp' }, 'submitter_email'],
    ['an unknown type', { submission_type: 'custom' }, 'submission_type'],
    ['a day that is none', { due_date: '2099-02-30' }, 'due_date'],
    ['yesterday', { due_date: dayAfter(-1) }, 'due_date'],
    ['a time', { due_date: '2099-01-01T00:00:00Z' }, 'due_date'],
    ['requirements that are no list', { requirements: 'resident_card' }, 'requirements'],
    ['a requirement without a name', { requirements: [' '] }, 'requirements.0'],
    ['a field of its own', { status: 'approved' }, 'status'],
  ] as const)('refuses %s', async ([, input, field], { signIn }) => {
    const response = await (await signIn()).post(sessions, { ...newSession, ...input })
    expect(response.statusCode, response.body).toBe(422)
    expect(response.json().errors).toMatchObject([{ field }])
  })

  test('is for those who may write: not for auditors, and not for nobody', async ({
    app,
    signIn,
  }) => {
    const auditor = await signIn('Auditor')
    expect((await auditor.post(sessions, newSession)).statusCode).toBe(403)
    const nobody = await app.inject({ method: 'POST', url: sessions, payload: newSession })
    expect(nobody.statusCode).toBe(401)
  })

  test('opens one session for one Idempotency-Key', async ({ signIn }) => {
    const ann = await signIn()
    const key = { 'idempotency-key': 'one' }
    const first = await ann.post(sessions, newSession, key)
    const again = await ann.post(sessions, newSession, key)
    expect(again.headers['idempotent-replayed']).toBe('true')
    expect(again.json()).toEqual(first.json())
    const list = (await ann.get('/api/v1/admin/sessions')).json()
    expect(list.total).toBe(1)
  })

  test('leaves a trace, and says so in the language asked for', async ({ db, signIn }) => {
    const ann = await signIn()
    const response = await ann.post(sessions, newSession, { 'accept-language': 'en' })
    expect(response.json().message).toBe('The session has been created')
    const { events } = await listAudit(db, response.json().session_id, { limit: 10 })
    expect(events).toMatchObject([{ action: 'submission.created', actor_id: ann.id }])
  })
})

describe('GET /sessions/{id}', () => {
  test('opens to whoever has the link, without the address of anybody', async ({
    app,
    db,
    signIn,
  }) => {
    const ann = await signIn()
    const { id } = await open(ann)
    await receive(db, id)
    const response = await app.inject(`${sessions}/${id}`)
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({
      id,
      submitter_name: '山田 太郎',
      submitter_email: null,
      owner_id: null,
      google_drive_folder_id: null,
      uploaded_files: [{ filename: '住民票.pdf', size: 1000, file_size: 1000 }],
    })
    expect(response.body).not.toMatch(/taro@example|submissions\//)
    expect(response.body).not.toContain(ann.id)
  })

  test('shows staff all of it, and nobody else who has an account', async ({ signIn }) => {
    const [ann, bob, admin] = [await signIn(), await signIn(), await signIn('SystemAdmin')]
    const { id } = await open(ann)
    for (const [client, email] of [
      [ann, 'taro@example.jp'],
      [admin, 'taro@example.jp'],
      [bob, null],
    ] as const) {
      expect((await client.get(`${sessions}/${id}`)).json().submitter_email).toBe(email)
    }
  })

  test('answers 404 alike for unknown, closed and expired links, and still opens them to staff', async ({
    app,
    db,
    signIn,
  }) => {
    const ann = await signIn()
    const [closed, expired] = [await open(ann), await open(ann, { due_date: dayAfter(0) })]
    await ann.patch(`${sessions}/${closed.id}`, { closed: true })
    await setDueDate(db, expired.id, dayAfter(-1))
    const paths = [closed.id, expired.id].map((id) => `${sessions}/${id}`)
    const answers = []
    for (const url of [...paths, unknownLink(), `${sessions}/session_1a2b3c4d`]) {
      const response = await app.inject(url)
      expect(response.statusCode).toBe(404)
      const { instance: _, request_id: __, ...problem } = response.json()
      answers.push(problem)
    }
    for (const each of answers) expect(each).toEqual(answers[0])
    expect(answers[0].code).toBe('session_link_not_found')
    expect((await ann.get(paths[0] as string)).json().closed_at).not.toBeNull()
    expect((await ann.get(paths[1] as string)).json().is_expired).toBe(true)
  })

  test('makes whoever guesses wait, and opens a real link all the same', async ({
    app,
    signIn,
  }) => {
    const { id } = await open(await signIn())
    const from = (url: string, remoteAddress: string) => app.inject({ url, remoteAddress })
    const codes = []
    for (let n = 0; n < 22; n += 1) codes.push((await from(unknownLink(), '192.0.2.7')).statusCode)
    expect(codes).toEqual([...Array(20).fill(404), 429, 429])
    expect((await from(`${sessions}/${id}`, '192.0.2.7')).statusCode).toBe(200)
    expect((await from(unknownLink(), '192.0.2.8')).statusCode).toBe(404)
  })

  test('answers 304 until something is different, a file included', async ({ app, db, signIn }) => {
    const { id } = await open(await signIn())
    const url = `${sessions}/${id}`
    const first = await app.inject(url)
    const headers = { 'if-none-match': String(first.headers.etag) }
    expect((await app.inject({ url, headers })).statusCode).toBe(304)
    await receive(db, id)
    expect((await app.inject({ url, headers })).statusCode).toBe(200)
  })
})

describe('PATCH /sessions/{id}', () => {
  test('changes what is sent, shuts the link and opens it again', async ({ app, db, signIn }) => {
    const ann = await signIn()
    const { id } = await open(ann, { description: 'a', requirements: ['x'] })
    const url = `${sessions}/${id}`
    const due_date = dayAfter(5)
    const changed = await ann.patch(url, { due_date, requirements: null, closed: true })
    expect(changed.json()).toMatchObject({ due_date, requirements: null, description: 'a' })
    const { closed_at } = changed.json()
    expect(Date.parse(closed_at)).not.toBeNaN()
    expect((await ann.patch(url, { closed: true })).json().closed_at).toBe(closed_at)
    expect((await app.inject(url)).statusCode).toBe(404)
    await ann.patch(url, { closed: false, description: '', due_date: null })
    const seen = (await app.inject(url)).json()
    expect(seen).toMatchObject({ description: null, due_date: null, closed_at: null, version: 4 })
    const { events } = await listAudit(db, id, { limit: 10 })
    expect(events[0]?.changes).toMatchObject({ due_date: { from: due_date, to: null } })
  })

  test('refuses a day that is past, but not the one that is there already', async ({
    db,
    signIn,
  }) => {
    const ann = await signIn()
    const { id } = await open(ann, { due_date: dayAfter(1) })
    const url = `${sessions}/${id}`
    const refused = await ann.patch(url, { due_date: dayAfter(-1) })
    expect(refused.statusCode).toBe(422)
    expect(refused.json().errors).toMatchObject([{ field: 'due_date' }])
    await setDueDate(db, id, dayAfter(-1))
    const same = await ann.patch(url, { due_date: dayAfter(-1), description: 'b' })
    expect(same.json()).toMatchObject({ description: 'b', is_expired: true })
    expect((await ann.patch(url, { due_date: dayAfter(2) })).json().is_expired).toBe(false)
  })

  test('is for staff: others who know the link may not, those who do not find nothing', async ({
    app,
    signIn,
  }) => {
    const [ann, bob, admin] = [await signIn(), await signIn(), await signIn('SystemAdmin')]
    const { id } = await open(ann)
    const url = `${sessions}/${id}`
    const refused = await bob.patch(url, { description: 'mine' })
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'session_staff_required'])
    const nobody = await app.inject({ method: 'PATCH', url, payload: { description: 'mine' } })
    expect(nobody.statusCode).toBe(401)
    expect((await admin.patch(url, { closed: true })).statusCode).toBe(200)
    expect((await bob.patch(url, { description: 'mine' })).statusCode).toBe(404)
    expect((await bob.patch(unknownLink(), { description: 'mine' })).statusCode).toBe(404)
    for (const input of [{}, { status: 'approved' }, { closed: 'yes' }]) {
      expect((await ann.patch(url, input)).statusCode).toBe(422)
    }
  })

  test('changes the version that was seen, or nothing', async ({ signIn }) => {
    const ann = await signIn()
    const { id } = await open(ann)
    const url = `${sessions}/${id}`
    const etag = String((await ann.get(url)).headers.etag)
    const answers = await Promise.all(
      ['a', 'b'].map((description) => ann.patch(url, { description }, { 'if-match': etag })),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412])
    expect((await ann.get(url)).json().version).toBe(2)
  })
})

describe('the room of a session', () => {
  test('tells its staff what changes, and lets nobody else in', async ({ app, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const { id } = await open(ann)
    const room = `submission:${id}`
    const socket = await openSocket(app, room, { token: tokenOf(ann) })
    await ann.put(`${sessions}/${id}/status`, { status: 'approved' })
    const told = await socket.next('event')
    expect(told).toMatchObject({ event: 'session.updated', data: { id, status: 'approved' } })
    const foreign = await openSocket(app, room, { token: tokenOf(bob) })
    expect((await foreign.closed).code).toBe(4403)
    socket.close()
  })
})

test('a session whose owner has left stays, and is an administrator’s', async ({ signIn }) => {
  const [ann, admin] = [await signIn(), await signIn('SystemAdmin')]
  const { id } = await open(ann)
  expect((await admin.delete(`/api/v1/user_accounts/${ann.id}`)).statusCode).toBe(204)
  const seen = await admin.get(`${sessions}/${id}`)
  expect(seen.json()).toMatchObject({ id, owner_id: ann.id, submitter_email: 'taro@example.jp' })
  expect((await admin.patch(`${sessions}/${id}`, { closed: true })).statusCode).toBe(200)
})

test('a link holds to the end of its day in Japan', async ({ app, db, signIn }) => {
  const { id } = await open(await signIn(), { due_date: dayAfter(0) })
  expect((await app.inject(`${sessions}/${id}`)).statusCode).toBe(200)
  await setDueDate(db, id, later(now(), -2 * 86_400).slice(0, 10))
  expect((await app.inject(`${sessions}/${id}`)).statusCode).toBe(404)
})
