import { forgetRooms, recordMessage } from '../../src/realtime/history.ts'
import { later, newId, now } from '../../src/values.ts'
import { describe, expect, test } from '../support/service.ts'
import { openSocket, type Received, tokenOf } from '../support/socket.ts'

const contents = (messages: { [name: string]: unknown }[]) => messages.map(({ content }) => content)

describe('what was said', () => {
  test('is kept, the last hundred of it, oldest first', async ({ db, signIn }) => {
    const [ann, room] = [await signIn(), newId()]
    for (let i = 0; i < 130; i += 1) await recordMessage(db, ann.id, room, `${i}`)
    const rows = await db
      .selectFrom('room_messages')
      .select('id')
      .where('room', '=', room)
      .execute()
    expect(rows).toHaveLength(100)
    const url = `/api/v1/ws/rooms/${room}/messages`
    const all = (await ann.get(url)).json()
    expect(all.room).toBe(room)
    expect(contents(all.messages)).toEqual(Array.from({ length: 100 }, (_, i) => `${i + 30}`))
    const newest = (await ann.get(`${url}?limit=3`)).json().messages
    expect(contents(newest)).toEqual(['127', '128', '129'])
    const before = (await ann.get(`${url}?limit=2&before=${newest[0].id}`)).json().messages
    expect(contents(before)).toEqual(['125', '126'])
    const since = (await ann.get(`${url}?since=${before[1].id}&limit=2`)).json().messages
    expect(contents(since)).toEqual(['127', '128'])
    const late = (await ann.get(`/ws/rooms/${room}/messages?since=${newest[2].timestamp}`)).json()
    expect(late.messages).toEqual([])
    const gone = await ann.get(`${url}?since=${newId()}`)
    expect(gone.json().messages).toHaveLength(100)
  })

  test('is asked for within limits, by those who are signed in', async ({ app, signIn }) => {
    const ann = await signIn()
    const url = '/api/v1/ws/rooms/general/messages'
    for (const query of [
      'limit=0',
      'limit=101',
      'since=yesterday',
      'before=x',
      'since=2026-99-99T00:00:00Z',
    ]) {
      const answer = await ann.get(`${url}?${query}`)
      expect(answer.statusCode, query).toBe(422)
    }
    expect((await app.inject(url)).statusCode).toBe(401)
    for (const room of ['a b', `project:${newId()}`]) {
      for (const what of ['messages', 'users']) {
        const answer = await ann.get(`/api/v1/ws/rooms/${encodeURIComponent(room)}/${what}`)
        expect(answer.statusCode, room).toBe(404)
        expect(answer.json().code).toBe('room_not_found')
      }
    }
  })

  test('has one order, however many speak at once', async ({ db, signIn }) => {
    const [ann, room] = [await signIn(), newId()]
    await Promise.all(Array.from({ length: 30 }, (_, i) => recordMessage(db, ann.id, room, `${i}`)))
    const rows = await db
      .selectFrom('room_messages')
      .select('position')
      .where('room', '=', room)
      .orderBy('position')
      .execute()
    expect(rows.map(({ position }) => position)).toEqual(
      Array.from({ length: 30 }, (_, i) => i + 1),
    )
  })

  test('is forgotten where nothing was said for long', async ({ db, signIn }) => {
    const [ann, old, fresh] = [await signIn(), newId(), newId()]
    for (const room of [old, fresh]) await recordMessage(db, ann.id, room, 'a')
    await db
      .updateTable('rooms')
      .set({ updated_at: later(now(), -91 * 24 * 60 * 60) })
      .where('name', '=', old)
      .execute()
    await forgetRooms(db)
    const left = await db
      .selectFrom('room_messages')
      .select('room')
      .where('room', 'in', [old, fresh])
      .execute()
    expect(left).toEqual([{ room: fresh }])
  })
})

describe('who comes back', () => {
  test('gets what was missed, in order, before what comes next', async ({ app, signIn }) => {
    const [ann, bob, room] = [await signIn(), await signIn(), newId()]
    const first = await openSocket(app, room, { token: tokenOf(ann) })
    const second = await openSocket(app, room, { token: tokenOf(bob) })
    await second.settle()
    first.send({ content: 'one' })
    const { id, timestamp } = await second.next('message')
    await second.close()
    for (const content of ['two', 'three']) first.send({ content })
    await first.next({ content: 'three' })
    const after = String(timestamp)
    for (const since of [String(id), after]) {
      const back = await openSocket(app, room, { token: tokenOf(bob), query: { since } })
      await back.settle()
      first.send({ content: 'four' })
      await back.next({ content: 'four' })
      const said = back.received.filter(({ type }) => type === 'message')
      expect(contents(said).slice(0, 2)).toEqual(['two', 'three'])
      expect(new Set(said.map((each) => each.id)).size).toBe(said.length)
      await back.close()
    }
    await first.close()
  })

  test('misses nothing and gets nothing twice while others go on talking', async ({
    app,
    signIn,
  }) => {
    const [ann, bob, room] = [await signIn(), await signIn(), newId()]
    const talker = await openSocket(app, room, { token: tokenOf(ann) })
    talker.send({ content: '0' })
    const { id } = await talker.next('message')
    const talk = async () => {
      for (let i = 1; i <= 60; i += 1) {
        talker.send({ content: `${i}` })
        // As fast as one may talk, and in step with what was taken.
        await new Promise((resolve) => setTimeout(resolve, 55))
      }
      await talker.next({ content: '60' })
    }
    const listen = async (): Promise<Received[]> => {
      const back = await openSocket(app, room, {
        token: tokenOf(bob),
        query: { since: String(id) },
      })
      await back.next({ content: '60' })
      await back.close()
      return back.received.filter(({ type }) => type === 'message')
    }
    const listeners: Promise<Received[]>[] = []
    const talking = talk()
    for (let i = 0; i < 10; i += 1) {
      listeners.push(listen())
      await talker.next('message')
    }
    await talking
    const expected = Array.from({ length: 60 }, (_, i) => `${i + 1}`)
    for (const said of await Promise.all(listeners)) expect(contents(said)).toEqual(expected)
    await talker.close()
  })
})
