import { newId } from '../../src/values.ts'
import { describe, expect, test } from '../support/service.ts'
import { eventually, openSocket, tokenOf } from '../support/socket.ts'

describe('a message', () => {
  test('comes to everybody in the room and to nobody else, in order', async ({ app, signIn }) => {
    const room = newId()
    const [ann, bob, eve] = [await signIn(), await signIn(), await signIn()]
    const clients = await Promise.all(
      [ann, bob].map((each) => openSocket(app, room, { token: tokenOf(each) })),
    )
    const other = await openSocket(app, 'elsewhere', { token: tokenOf(eve) })
    for (const each of [...clients, other]) await each.settle()
    for (let i = 0; i < 10; i += 1) clients[0]?.send({ type: 'message', content: `say ${i}` })
    for (const each of clients) {
      for (let i = 0; i < 10; i += 1) {
        expect(await each.next('message')).toMatchObject({ content: `say ${i}`, room })
      }
    }
    await other.settle()
    expect(other.received.some(({ type }) => type === 'message')).toBe(false)
    for (const each of [...clients, other]) await each.close()
  })

  test('has the shape that it is documented to have', async ({ app, signIn }) => {
    const ann = await signIn()
    const client = await openSocket(app, newId(), { token: tokenOf(ann) })
    client.send({ content: 'a' })
    const message = await client.next('message')
    expect(Object.keys(message).sort()).toEqual(
      ['content', 'id', 'room', 'timestamp', 'type', 'user'].sort(),
    )
    expect(message.user).toEqual({ id: ann.id, username: ann.username, full_name: null })
    await client.close()
  })

  test('of nothing is ignored', async ({ app, signIn }) => {
    const client = await openSocket(app, newId(), { token: tokenOf(await signIn()) })
    for (const each of [{}, { content: '' }, { content: ' \n　' }]) client.send(each)
    await client.settle()
    expect(client.received.map(({ type }) => type)).toEqual(['pong'])
    await client.close()
  })

  test('may have 8 KiB of UTF-8, and not a byte more', async ({ app, signIn }) => {
    const client = await openSocket(app, newId(), { token: tokenOf(await signIn()) })
    const most = `${'あ'.repeat(2730)}aa`
    expect(Buffer.byteLength(most)).toBe(8192)
    client.send({ content: ` ${most} ` })
    expect(await client.next('message')).toMatchObject({ content: most })
    client.send({ content: `${most}a` })
    expect(await client.next('error')).toMatchObject({ code: 'message_too_long' })
    await client.settle()
    await client.close()
  })
})

describe('the others', () => {
  test('see who is writing, and the writer does not', async ({ app, signIn }) => {
    const room = newId()
    const [ann, bob] = [await signIn(), await signIn()]
    const first = await openSocket(app, room, { token: tokenOf(ann) })
    const tab = await openSocket(app, room, { token: tokenOf(ann) })
    const second = await openSocket(app, room, { token: tokenOf(bob) })
    for (const each of [first, tab, second]) await each.settle()
    first.send({ type: 'typing', is_typing: true })
    first.send({ type: 'typing' })
    for (const each of [tab, second]) {
      for (const is_typing of [true, false]) {
        expect(await each.next('typing')).toEqual({
          type: 'typing',
          user: { id: ann.id, username: ann.username },
          is_typing,
          timestamp: expect.any(String),
        })
      }
    }
    await first.settle()
    expect(first.received.some(({ type }) => type === 'typing')).toBe(false)
    for (const each of [first, tab, second]) await each.close()
  })

  test('are told of each user once, not of each tab', async ({ app, signIn }) => {
    const room = newId()
    const [ann, bob] = [await signIn(), await signIn()]
    const watcher = await openSocket(app, room, { token: tokenOf(ann) })
    await watcher.settle()
    const tabs = []
    for (let i = 0; i < 3; i += 1) {
      const tab = await openSocket(app, room, { token: tokenOf(bob) })
      await tab.settle()
      tabs.push(tab)
    }
    const answer = await ann.get(`/api/v1/ws/rooms/${room}/users`)
    expect(answer.json()).toMatchObject({ room, count: 2 })
    expect(new Set(answer.json().users)).toEqual(new Set([ann.id, bob.id]))
    for (const tab of tabs) await tab.close()
    expect(await watcher.next('user_disconnected')).toMatchObject({ user_id: bob.id })
    await watcher.settle()
    const told = watcher.received.filter(({ type }) => type.startsWith('user_'))
    expect(told.map(({ type }) => type)).toEqual(['user_connected', 'user_disconnected'])
    for (const tab of tabs) expect(tab.received.map(({ type }) => type)).toEqual(['pong'])
    await watcher.close()
    await eventually(async () => {
      const { users } = (await ann.get(`/ws/rooms/${room}/users`)).json()
      return users.length === 0
    })
  })

  test('are counted', async ({ app, signIn }) => {
    const ann = await signIn('Auditor')
    const client = await openSocket(app, newId(), { token: tokenOf(ann) })
    await client.settle()
    for (const url of ['/api/v1/ws/stats', '/ws/stats']) {
      const stats = (await ann.get(url)).json()
      expect(stats.total_connections).toBeGreaterThan(0)
      expect(stats.active_rooms).toBeGreaterThan(0)
      expect(stats.connected_users).toBeGreaterThan(0)
    }
    const metrics = (await app.inject('/metrics')).body
    expect(metrics).toMatch(/^websocket_connections [1-9]/m)
    expect(metrics).toMatch(/^websocket_messages_total{direction="in"} [1-9]/m)
    await client.close()
  })
})

describe('what is wrong', () => {
  test.for([
    ['not json', 'malformed_json'],
    ['[]', 'malformed_json'],
    ['null', 'malformed_json'],
    ['"text"', 'malformed_json'],
    ['{"type":"dance"}', 'message_type_unknown'],
    ['{"type":null}', 'message_type_unknown'],
    ['{"type":"constructor"}', 'message_type_unknown'],
    ['{"type":["message"],"content":"a"}', 'message_type_unknown'],
    ['{"content":1}', 'invalid_request'],
    ['{"content":null}', 'invalid_request'],
    ['{"content":"a","room":"other"}', 'invalid_request'],
    ['{"content":"a","__proto__":{"user_id":"x"}}', 'invalid_request'],
    ['{"type":"typing","is_typing":"yes"}', 'invalid_request'],
    ['{"type":"ping","extra":1}', 'invalid_request'],
    ['{"type":"auth"}', 'invalid_request'],
    ['{"content":"a\\u0000b"}', 'forbidden_character'],
    ['{"content":"\\ud800"}', 'forbidden_character'],
  ] as const)('is said of %s, and the connection stays', async ([text, code], { app, signIn }) => {
    const client = await openSocket(app, newId(), { token: tokenOf(await signIn()) })
    client.send(text)
    expect(await client.next('error')).toMatchObject({ code, message: expect.any(String) })
    await client.settle()
    expect(client.received).toHaveLength(2)
    await client.close()
  })

  test('is said by field, and in the language of the client', async ({ app, signIn }) => {
    const token = tokenOf(await signIn())
    const japanese = await openSocket(app, newId(), { token })
    japanese.send({ type: 'dance' })
    expect((await japanese.next('error')).message).toMatch('種類 dance')
    const english = await openSocket(app, newId(), { token, headers: { 'accept-language': 'en' } })
    english.send({ type: 'dance' })
    expect((await english.next('error')).message).toMatch('Unknown message type: dance')
    english.send({ content: 'a', loud: true })
    expect(await english.next('error')).toMatchObject({
      code: 'invalid_request',
      errors: [{ field: 'loud', message: 'is not a known field' }],
    })
    for (const each of [japanese, english]) await each.close()
  })

  test('is said of a binary message', async ({ app, signIn }) => {
    const client = await openSocket(app, newId(), { token: tokenOf(await signIn()) })
    client.send(Buffer.from('{"content":"a"}'))
    expect(await client.next('error')).toMatchObject({ code: 'message_not_text' })
    await client.settle()
    await client.close()
  })
})

test('a room has one name, however it is written', async ({ app, signIn }) => {
  const token = tokenOf(await signIn())
  const written = ['が', 'か\u3099']
  const [one, two] = await Promise.all(written.map((each) => openSocket(app, each, { token })))
  await two?.settle()
  one?.send({ content: 'a' })
  expect(await two?.next('message')).toMatchObject({ room: 'が' })
  await one?.close()
  await two?.close()
  const long = await openSocket(app, '部'.repeat(64), { token })
  await long.settle()
  await long.close()
})
