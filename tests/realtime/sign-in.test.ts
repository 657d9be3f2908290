import { Writable } from 'node:stream'
import type { Caller } from '../../src/access.ts'
import { createApiToken } from '../../src/accounts/api-tokens.ts'
import { ensureMockUsers } from '../../src/accounts/development.ts'
import { signOut } from '../../src/accounts/sessions.ts'
import type { App } from '../../src/fastify.ts'
import { later, newId, now } from '../../src/values.ts'
import { type Client, describe, expect, startService, test } from '../support/service.ts'
import { openSocket, portOf, tokenOf } from '../support/socket.ts'

const callerOf = ({ id, roles, session_id }: Client): Caller => ({
  id,
  roles,
  session_id,
  scopes: null,
  request_id: newId(),
  ip: null,
  user_agent: null,
})

const ticketOf = async (client: Client, headers = {}) =>
  (await client.post('/api/v1/ws/ticket', undefined, headers)).json().ticket as string

/** An access token of a client's session that ends in so many seconds. */
const tokenFor = (app: App, { id, session_id }: Client, seconds: number) =>
  app.jwt.sign(
    { sub: id, sid: session_id, jti: newId(), type: 'access' },
    { expiresIn: `${seconds}s` },
  )

describe('the way into a room', () => {
  test.for(['bearer', 'ticket', 'query', 'query ticket', 'header'])(
    'is open by %s',
    async (way, { app, signIn }) => {
      const ann = await signIn()
      const token = tokenOf(ann)
      const options = {
        bearer: { protocols: ['bearer', token] },
        ticket: { protocols: ['ticket', await ticketOf(ann)] },
        query: { query: { token } },
        'query ticket': { query: { ticket: await ticketOf(ann) } },
        header: { headers: { authorization: ann.authorization } },
      }[way]
      const client = await openSocket(app, 'general', options)
      await client.settle()
      const isNamed = way === 'bearer' || way === 'ticket'
      expect(client.socket.protocol).toBe(isNamed ? way : '')
      expect(await app.presence.usersIn('general')).toContain(ann.id)
      await client.close()
    },
  )

  test('is at both addresses, also in a room that is called like a route', async ({
    app,
    signIn,
  }) => {
    const token = tokenOf(await signIn())
    for (const [room, prefix] of [
      ['general', '/api/v1/ws'],
      ['stats', '/ws'],
      ['stats', '/api/v1/ws'],
      ['ticket', '/ws'],
    ] as const) {
      const client = await openSocket(app, room, { token, prefix })
      client.send({ content: 'here' })
      expect(await client.next('message')).toMatchObject({ room })
      await client.close()
    }
  })

  test('is open to API tokens with the scope, and to mock users', async ({ app, db, signIn }) => {
    const ann = await signIn()
    const { token } = await createApiToken(db, callerOf(ann), { name: 'a', scopes: ['room.join'] })
    const client = await openSocket(app, 'general', { token })
    await client.settle()
    await client.close()
    const other = await createApiToken(db, callerOf(ann), { name: 'b', scopes: ['account.read'] })
    const refused = await openSocket(app, 'general', { token: other.token })
    expect(await refused.closed).toEqual({ code: 4403, reason: 'scope_required' })
    const ticket = await ann.post('/api/v1/ws/ticket', undefined, {
      authorization: `Bearer ${other.token}`,
    })
    expect(ticket.statusCode).toBe(403)

    await ensureMockUsers(app)
    const mock = await openSocket(app, 'general', { token: 'mock-access-token-dev-user' })
    await mock.settle()
    await mock.close()
  })

  test('is closed with 4001 to whoever has no token that is good', async ({ app, db, signIn }) => {
    const ann = await signIn()
    const nobody = await openSocket(app, 'general')
    expect(await nobody.closed).toEqual({ code: 4001, reason: 'token_required' })
    const wrong = await openSocket(app, 'general', { token: 'nonsense' })
    expect(await wrong.closed).toEqual({ code: 4001, reason: 'token_invalid' })
    const header = await openSocket(app, 'general', { headers: { authorization: 'Basic YTpi' } })
    expect(await header.closed).toEqual({ code: 4001, reason: 'token_required' })
    await signOut(db, callerOf(ann))
    const late = await openSocket(app, 'general', { token: tokenOf(ann) })
    expect(await late.closed).toEqual({ code: 4001, reason: 'session_ended' })
  })

  test('is closed with 4403 where there is no such room', async ({ app, signIn }) => {
    const token = tokenOf(await signIn())
    for (const room of ['a b', 'a:b', 'x'.repeat(65), `project:${newId()}`, `nosuch:${newId()}`]) {
      const client = await openSocket(app, room, { token })
      expect(await client.closed, room).toEqual({ code: 4403, reason: 'room_not_found' })
    }
  })

  test('says what is wrong with `since`', async ({ app, signIn }) => {
    const token = tokenOf(await signIn())
    const client = await openSocket(app, 'general', { token, query: { since: 'yesterday' } })
    expect(await client.closed).toEqual({ code: 1008, reason: 'invalid_request' })
  })
})

describe('a ticket', () => {
  test('is good once, of any number that come at once', async ({ app, signIn }) => {
    const ticket = await ticketOf(await signIn())
    const clients = await Promise.all(
      [1, 2, 3, 4].map(() => openSocket(app, 'general', { protocols: ['ticket', ticket] })),
    )
    const ends = await Promise.all(
      clients.map(async (each) =>
        Promise.race([each.closed.then(({ reason }) => reason), each.settle().then(() => 'in')]),
      ),
    )
    expect(ends.sort()).toEqual(['in', 'ticket_invalid', 'ticket_invalid', 'ticket_invalid'])
    for (const each of clients) await each.close()
  })

  test('is good for 30 seconds', async ({ app, db, signIn }) => {
    const ticket = await ticketOf(await signIn())
    await db
      .updateTable('room_tickets')
      .set({ expires_at: later(now(), -1) })
      .execute()
    const client = await openSocket(app, 'general', { query: { ticket } })
    expect(await client.closed).toEqual({ code: 4001, reason: 'ticket_invalid' })
  })

  test('is good for the page that asked for it, and gone after another has tried', async ({
    signIn,
    app,
  }) => {
    const ann = await signIn()
    const [mine, other] = ['http://localhost:3000', 'http://localhost:5173']
    const good = await ticketOf(ann, { origin: mine })
    const client = await openSocket(app, 'general', {
      query: { ticket: good },
      headers: { origin: mine },
    })
    await client.settle()
    await client.close()
    const stolen = await ticketOf(ann, { origin: mine })
    for (const origin of [other, mine]) {
      const thief = await openSocket(app, 'general', {
        query: { ticket: stolen },
        headers: { origin },
      })
      expect(await thief.closed).toEqual({ code: 4001, reason: 'ticket_invalid' })
    }
  })

  test('ends with the session it was made in', async ({ app, db, signIn }) => {
    const ann = await signIn()
    const ticket = await ticketOf(ann)
    await signOut(db, callerOf(ann))
    const client = await openSocket(app, 'general', { query: { ticket } })
    expect(await client.closed).toEqual({ code: 4001, reason: 'session_ended' })
  })

  test('is not kept in a form that anybody could use', async ({ db, signIn }) => {
    const ann = await signIn()
    const ticket = await ticketOf(ann)
    const rows = await db.selectFrom('room_tickets').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(ticket)
    expect(JSON.stringify(rows)).not.toContain(tokenOf(ann))
  })
})

describe('the handshake', () => {
  test('refuses pages of strangers', async ({ app, signIn }) => {
    const token = tokenOf(await signIn())
    for (const origin of ['https://evil.example', 'null']) {
      const refused = openSocket(app, 'general', { token, headers: { origin } })
      await expect(refused).rejects.toMatchObject({
        status: 403,
        problem: { code: 'page_refused', status: 403 },
      })
    }
    for (const origin of ['http://localhost:5173', `http://127.0.0.1:${await portOf(app)}`]) {
      const client = await openSocket(app, 'general', { token, headers: { origin } })
      await client.settle()
      await client.close()
    }
  })

  test('is asked for with a problem where it is missing, or where there is no socket', async ({
    app,
    signIn,
  }) => {
    const ann = await signIn()
    for (const url of ['/ws/general', '/api/v1/ws/general']) {
      const plain = await ann.get(url)
      expect(plain.statusCode).toBe(426)
      expect(plain.headers.upgrade).toBe('websocket')
      expect(plain.json()).toMatchObject({ code: 'upgrade_required' })
    }
    expect((await app.inject('/ws/general')).statusCode).toBe(401)
    const token = tokenOf(ann)
    const elsewhere = openSocket(app, 'me', { token, prefix: '/api/v1/auth' })
    await expect(elsewhere).rejects.toMatchObject({ status: 404 })
    const nowhere = openSocket(app, 'x', { token, prefix: '/nowhere' })
    await expect(nowhere).rejects.toMatchObject({ status: 404 })
  })

  test('counts as a request of the user', async () => {
    const service = await startService({ env: { RATE_LIMIT_PER_MINUTE: '3' } })
    const { signInTo } = await import('../support/service.ts')
    const token = tokenOf(await signInTo(service.app))
    for (let each = 0; each < 3; each += 1) {
      await (await openSocket(service.app, 'general', { token })).close()
    }
    const refused = openSocket(service.app, 'general', { token })
    await expect(refused).rejects.toMatchObject({
      status: 429,
      problem: { code: 'rate_limited' },
    })
    await service.close()
  })

  test('leaves no token in the log', async () => {
    const lines: string[] = []
    const logTo = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    })
    const service = await startService({ logTo })
    const { signInTo } = await import('../support/service.ts')
    const ann = await signInTo(service.app)
    const token = tokenOf(ann)
    const ticket = (await ann.post('/api/v1/ws/ticket')).json().ticket
    await (await openSocket(service.app, 'general', { query: { token } })).close()
    await (await openSocket(service.app, 'general', { query: { ticket } })).close()
    await (await openSocket(service.app, 'general', { token })).close()
    await openSocket(service.app, 'me', { query: { token }, prefix: '/api/v1/auth' }).catch(
      () => {},
    )
    await service.close()
    expect(lines.join('')).toContain('socket closed')
    expect(lines.join('')).not.toContain(token)
    expect(lines.join('')).not.toContain(ticket)
  })
})

describe('a connection', () => {
  test('ends with its token', async ({ app, signIn }) => {
    const client = await openSocket(app, 'general', { token: tokenFor(app, await signIn(), 2) })
    await client.settle()
    expect(await client.closed).toEqual({ code: 4001, reason: 'token_expired' })
  })

  test('goes on with a new token of the same user', async ({ app, signIn }) => {
    const ann = await signIn()
    const client = await openSocket(app, 'general', { token: tokenFor(app, ann, 3) })
    client.send({ type: 'auth', token: tokenOf(ann) })
    const { expires_at } = await client.next('auth_ok')
    expect(Date.parse(String(expires_at))).toBeGreaterThan(Date.now() + 60_000)
    await new Promise((resolve) => setTimeout(resolve, 3500))
    await client.settle()
    await client.close()
  })

  test('stays with its old token when the new one is wrong, and ends with that of another', async ({
    app,
    signIn,
  }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const client = await openSocket(app, 'general', { token: tokenOf(ann) })
    client.send({ type: 'auth', token: 'nonsense' })
    expect(await client.next('error')).toMatchObject({ code: 'token_invalid' })
    await client.settle()
    client.send({ type: 'auth', token: tokenOf(bob) })
    expect(await client.closed).toEqual({ code: 4001, reason: 'token_of_another' })
  })

  test('ends when the session has ended and the user is looked at again', async ({
    app,
    db,
    signIn,
  }) => {
    const ann = await signIn()
    const client = await openSocket(app, 'general', { token: tokenOf(ann) })
    await client.settle()
    app.channels.publish(`access:${ann.id}`, { type: 'access_changed' })
    await client.settle()
    await signOut(db, callerOf(ann))
    app.channels.publish(`access:${ann.id}`, { type: 'access_changed' })
    expect(await client.closed).toEqual({ code: 4001, reason: 'session_ended' })
  })

  test('is one of twenty at most', async ({ app, signIn }) => {
    const token = tokenOf(await signIn())
    const clients = []
    for (let each = 0; each < 20; each += 1) clients.push(await openSocket(app, 'many', { token }))
    const last = await openSocket(app, 'many', { token })
    expect(await last.closed).toEqual({ code: 4429, reason: 'too_many_connections' })
    for (const client of clients) await client.close()
  })
})
