import { Writable } from 'node:stream'
import { keyFile } from './support/drive-keys.ts'
import { sendCredentials } from './support/drive-settings.ts'
import { describe, expect, signInTo, startService, test } from './support/service.ts'
import { open } from './support/submissions.ts'
import { samples, sendForm } from './support/uploads.ts'

/** A service whose log lines land in a list. */
async function start() {
  const lines: Record<string, unknown>[] = []
  const raw: string[] = []
  const logTo = new Writable({
    write(chunk, _encoding, done) {
      raw.push(String(chunk))
      for (const line of String(chunk).trim().split('\n')) lines.push(JSON.parse(line))
      done()
    },
  })
  const service = await startService({ logTo })
  return { ...service, lines, raw }
}

describe('the log', () => {
  test('has one line a request, with who, what, how it went and how long it took', async () => {
    const { app, lines, close } = await start()
    const ann = await signInTo(app, 'SystemAdmin')
    lines.length = 0
    await ann.get(`/api/v1/users/${ann.id}?secret=1`, { 'x-request-id': 'r-1' })
    expect(lines).toEqual([
      expect.objectContaining({
        msg: 'request',
        request_id: 'r-1',
        user_id: ann.id,
        method: 'GET',
        path: `/api/v1/users/${ann.id}`,
        route: '/api/v1/users/:id',
        status: 200,
        duration_ms: expect.any(Number),
      }),
    ])
    await close()
  })

  test('belongs to the trace that a request names, if it names it right', async () => {
    const { app, lines, close } = await start()
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
    await app.inject({ url: '/', headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } })
    expect(lines.at(-1)).toMatchObject({ trace_id: trace, parent_span_id: '00f067aa0ba902b7' })
    await app.inject({ url: '/', headers: { traceparent: '00-nonsense-"},{-01' } })
    expect(lines.at(-1)).toMatchObject({ trace_id: expect.stringMatching(/^[\da-f]{32}$/) })
    expect(lines.at(-1)).not.toHaveProperty('parent_span_id')
    await close()
  })

  test('shows a job in the trace of the request that asked for it', async () => {
    const { app, lines, queue, close } = await start()
    const root = await signInTo(app, 'SystemAdmin')
    const user = { username: 'haru', email: 'haru@example.jp', roles: ['User'] }
    expect((await root.post('/api/v1/users', user)).statusCode).toBe(201)
    await queue.runDue()
    const request = lines.find(
      ({ route, method }) => route === '/api/v1/users' && method === 'POST',
    )
    expect(lines.find(({ msg }) => msg === 'job')).toMatchObject({
      kind: 'send_password_mail',
      outcome: 'succeeded',
      attempts: 1,
      trace_id: request?.trace_id,
      parent_span_id: request?.span_id,
    })
    await close()
  })

  test('has no password, no token and no query, whatever is asked', async () => {
    const { app, lines, queue, close } = await start()
    const password = 'Sakura-2026-kaika'
    const ask = (url: string, payload: object, headers = {}) =>
      app.inject({ method: 'POST', url: `/api/v1/auth${url}`, payload, headers })
    await ask('/register', { email: 'hanako@example.jp', password })
    const { access_token, refresh_token } = (
      await ask('/login', { username: 'hanako@example.jp', password })
    ).json()
    const authorization = `Bearer ${access_token}`
    await ask(`/refresh?refresh_token=${refresh_token}`, { refresh_token })
    await ask('/refresh', { refresh_token })
    const api = await ask('/tokens', { name: 'x', scopes: ['account.read'] }, { authorization })
    await ask('/password', { current_password: password, new_password: 'weak' }, { authorization })
    await ask('/password/forgot', { email: 'hanako@example.jp' })
    await queue.runDue()
    app.log.info({ password, headers: { authorization } }, 'by accident')
    const text = JSON.stringify(lines)
    expect(lines.length).toBeGreaterThan(6)
    for (const secret of [password, access_token, refresh_token, api.json().token]) {
      expect(text).not.toContain(secret)
    }
    await close()
  })

  test('has no id that lets somebody in, no key and no line of its own', async () => {
    const { app, raw, lines, deps, close } = await start()
    const [admin, staff] = [await signInTo(app, 'SystemAdmin'), await signInTo(app)]
    const { id } = await open(admin, { submitter_name: '山田' })
    for (const base of ['/api/v1/sessions', '/api/v1/submission/sessions']) {
      await app.inject(`${base}/${id}`)
      await app.inject({ method: 'POST', url: `${base}/${id}/upload`, payload: {} })
    }
    await sendCredentials(admin)
    const sent = await sendForm(admin, [{ name: 'file', filename: 'a.png', body: samples.png }])
    const link = await admin.post(`${sent.json().url}/link`, {})
    const { pathname, search, searchParams } = new URL(link.json().url)
    await app.inject(`${pathname}${search}`)
    const ticket = await admin.post('/api/v1/ws/ticket')
    const hostile = 'x\r\n{"level":60,"msg":"forged"}\u001b[31m\u2028'
    await staff.patch('/api/v1/auth/me', { full_name: hostile })
    await admin.post('/api/v1/items', { title: hostile, status: 'draft' })
    await app.inject({
      url: `/api/${encodeURIComponent(hostile)}`,
      headers: { 'user-agent': 'a\u001b[2J' },
    })
    const text = raw.join('')
    expect(lines.length).toBeGreaterThan(10)
    const secrets = [
      id,
      keyFile().private_key.split('\n')[3],
      searchParams.get('signature'),
      ticket.json().ticket,
    ]
    for (const secret of [...secrets, deps.config.jwtSecret]) {
      expect(String(secret).length).toBeGreaterThan(15)
      expect(text).not.toContain(secret)
    }
    for (const sign of ['\r', '\u001b']) expect(text).not.toContain(sign)
    expect(lines.filter(({ msg }) => msg === 'forged')).toEqual([])
    await close()
  })

  test('says of an error within what it was, and not what it carried', async () => {
    const { app, deps, lines, close } = await start()
    const ann = await signInTo(app)
    const { sql } = await import('kysely')
    await sql`alter table user_settings rename to misplaced`.execute(deps.db)
    await ann.get('/api/v1/user_accounts/me/settings')
    const error = lines.find(({ level }) => level === 50)
    expect(error).toMatchObject({
      msg: 'request failed',
      err: { message: expect.stringContaining('user_settings'), stack: expect.any(String) },
    })
    await close()
  })
})
