import { newId } from '../../src/values.ts'
import { describe, expect, signInTo, startService, test } from '../support/service.ts'
import { eventually, openRaw, openSocket, tokenOf } from '../support/socket.ts'

/** A masked frame as a client sends it; the mask is of zeros. */
const frame = (first: number, payload: Buffer | string = '') => {
  const body = Buffer.from(payload)
  const size =
    body.length < 126
      ? Buffer.from([0x80 | body.length])
      : Buffer.from([0x80 | 126, body.length >> 8, body.length & 255])
  return Buffer.concat([Buffer.from([first]), size, Buffer.alloc(4), body])
}

/** The code of the close frame at the end of what the service has said. */
const closeCodeIn = (said: Buffer) => {
  const at = said.lastIndexOf(0x88)
  return at < 0 ? 0 : said.readUInt16BE(at + 2)
}

describe('a client that breaks the rules', () => {
  test.for([
    ['a frame with reserved bits', frame(0xc1, '{}'), 1002],
    ['an unknown kind of frame', frame(0x83, 'x'), 1002],
    ['a frame that is not masked', Buffer.from([0x81, 0x02, 0x7b, 0x7d]), 1002],
    ['a ping in parts', frame(0x09, 'x'), 1002],
    ['a continuation of nothing', frame(0x80, 'x'), 1002],
    ['text that is not UTF-8', frame(0x81, Buffer.from([0xc3, 0x28])), 1007],
  ] as const)('by %s is closed', async ([, bytes, code], { app, signIn }) => {
    const { authorization } = await signIn()
    const { raw, said } = await openRaw(app, `/ws/${newId()}`, { Authorization: authorization })
    expect(said().toString()).toMatch(/^HTTP\/1.1 101/)
    raw.write(bytes)
    await eventually(() => closeCodeIn(said()) === code)
    raw.destroy()
  })

  test('by 2 MB in one message is closed, and others are not', async ({ app, signIn }) => {
    const room = newId()
    const client = await openSocket(app, room, { token: tokenOf(await signIn()) })
    const other = await openSocket(app, room, { token: tokenOf(await signIn()) })
    await other.settle()
    client.socket.on('error', () => {})
    client.send(JSON.stringify({ content: 'x'.repeat(2 * 1024 * 1024) }))
    expect((await client.closed).code).toBe(1009)
    await other.settle()
    await other.close()
  })

  test('by a handshake that is none gets a problem', async ({ app }) => {
    for (const headers of [
      { 'Sec-WebSocket-Version': '7' },
      { 'Sec-WebSocket-Key': 'short' },
      { 'Sec-WebSocket-Protocol': 'bearer, bearer' },
    ]) {
      const { raw, said } = await openRaw(app, '/ws/general', headers)
      await eventually(() => said().toString().includes('}'))
      expect(said().toString()).toMatch(/^HTTP\/1.1 400/)
      expect(said().toString()).toContain('application/problem+json')
      raw.destroy()
    }
  })

  test('by going away in the middle of the handshake harms nobody', async ({ app, signIn }) => {
    const { authorization } = await signIn()
    for (let each = 0; each < 20; each += 1) {
      const { raw } = await openRaw(app, '/ws/general', { Authorization: authorization })
      raw.resetAndDestroy()
    }
    expect((await app.inject('/health/live')).statusCode).toBe(200)
  })

  test('by ten thousand messages at once is told, then closed; others go on', async ({
    app,
    signIn,
  }) => {
    const room = newId()
    const flood = await openSocket(app, room, { token: tokenOf(await signIn()) })
    const [ann, bob] = await Promise.all(
      [await signIn(), await signIn()].map((each) =>
        openSocket(app, room, { token: tokenOf(each) }),
      ),
    )
    for (const each of [flood, ann, bob]) await each?.settle()
    for (let each = 0; each < 10_000; each += 1) flood.send({ content: 'flood' })
    ann?.send({ content: 'calm' })
    expect(await bob?.next({ content: 'calm' })).toBeDefined()
    expect(await flood.next('error')).toMatchObject({ code: 'too_many_messages' })
    expect(await flood.closed).toEqual({ code: 4429, reason: 'too_many_messages' })
    await bob?.settle()
    const heard = bob?.received.filter(({ content }) => content === 'flood') ?? []
    expect(heard.length).toBeLessThan(500)
    for (const each of [ann, bob]) await each?.close()
  })

  test('by not reading is dropped, and others read on', async ({ app, signIn }) => {
    const room = newId()
    const [slow, ann] = [await signIn(), await signIn()]
    const { raw } = await openRaw(app, `/ws/${room}`, { Authorization: slow.authorization })
    const reader = await openSocket(app, room, { token: tokenOf(ann) })
    await reader.settle()
    await eventually(async () => (await app.presence.usersIn(room)).length === 2)
    raw.pause()
    const large = { type: 'event', event: 'thing.updated', data: 'x'.repeat(256 * 1024) }
    let sent = 0
    const isGone = async () => {
      app.channels.publish(`open:${room}`, large)
      sent += 1
      return !(await app.presence.usersIn(room)).includes(slow.id)
    }
    await eventually(isGone)
    expect(sent).toBeLessThan(200)
    expect(await reader.next('user_disconnected')).toMatchObject({ user_id: slow.id })
    await eventually(() => reader.received.filter(({ type }) => type === 'event').length === sent)
    await reader.close()
    raw.destroy()
  })

  test('by endless pings is not answered without end', async ({ app, signIn }) => {
    const { authorization } = await signIn()
    const { raw, said } = await openRaw(app, `/ws/${newId()}`, { Authorization: authorization })
    const head = said().length
    raw.write(Buffer.concat(Array.from({ length: 5000 }, () => frame(0x89, 'x'.repeat(100)))))
    raw.write(frame(0x81, '{"type":"dance"}'))
    await eventually(() => said().length > head)
    raw.end(frame(0x88))
    await eventually(() => raw.destroyed)
    expect(said().length - head).toBeLessThan(100 * 200)
  })
})

describe('the service', () => {
  test('finds out who is gone without a word', async () => {
    const service = await startService({ env: { WEBSOCKET_PING: '1s' } })
    const { app } = service
    const [ann, bob] = [await signInTo(app), await signInTo(app)]
    const room = newId()
    const alive = await openSocket(app, room, { token: tokenOf(ann) })
    const { raw } = await openRaw(app, `/ws/${room}`, { Authorization: bob.authorization })
    expect(await alive.next('user_connected')).toMatchObject({ user_id: bob.id })
    expect(await alive.next('user_disconnected')).toMatchObject({ user_id: bob.id })
    await eventually(() => raw.destroyed)
    await alive.settle()
    await alive.close()
    await service.close()
  })

  test('sends everybody elsewhere when it stops, and does not wait for those who do not hear', async () => {
    const service = await startService()
    const twin = await service.twin()
    const [ann, bob] = [await signInTo(twin), await signInTo(twin)]
    const polite = await openSocket(twin, 'general', { token: tokenOf(ann) })
    const { raw } = await openRaw(twin, '/ws/general', { Authorization: bob.authorization })
    await polite.next('user_connected')
    const watcher = await openSocket(service.app, 'general', { token: tokenOf(ann) })
    await watcher.settle()
    await twin.close()
    expect(await polite.closed).toEqual({ code: 1012, reason: 'service_restart' })
    expect(await watcher.next('user_disconnected')).toMatchObject({ user_id: bob.id })
    expect(await service.deps.presence.usersIn('general')).toEqual([ann.id])
    await watcher.close()
    raw.destroy()
    await service.close()
  })
})
