import { failure } from '../../src/failure.ts'
import type { ReadObject } from '../../src/realtime/rooms.ts'
import { newId, now } from '../../src/values.ts'
import {
  test as base,
  type Client,
  describe,
  expect,
  type Service,
  signInTo,
  startService,
} from '../support/service.ts'
import { openSocket, tokenOf } from '../support/socket.ts'

/** A thing is a name somebody holds; its readers are those with a setting that names it. */
const readThing: ReadObject = async (db, caller, id) => {
  const rows = await db
    .selectFrom('user_settings')
    .select(['user_id', 'settings'])
    .where('settings', 'like', `%${id}%`)
    .execute()
  if (rows.length === 0) throw failure('user_not_found', { id })
  const isReader = rows.some(({ user_id }) => user_id === caller.id)
  if (!isReader) throw failure('permission_required', { permission: 'item.read' })
}

const test = base.extend<{ things: Service }>({
  things: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const service = await startService({ changes: { rooms: { thing: readThing } } })
      await use(service)
      await service.close()
    },
    { scope: 'file' },
  ],
})

const allow = async ({ deps: { db } }: Service, { id }: Client, thing: string) => {
  const settings = JSON.stringify({ thing })
  await db
    .insertInto('user_settings')
    .values({ user_id: id, version: 1, settings, created_at: now() })
    .execute()
}

const forbid = async ({ deps: { db } }: Service, { id }: Client) => {
  await db.deleteFrom('user_settings').where('user_id', '=', id).execute()
}

describe('the room of an object', () => {
  test('is open to those who may read the object', async ({ things }) => {
    const [ann, bob, id] = [await signInTo(things.app), await signInTo(things.app), newId()]
    const missing = await openSocket(things.app, `thing:${id}`, { token: tokenOf(ann) })
    expect(await missing.closed).toEqual({ code: 4403, reason: 'room_not_found' })
    await allow(things, ann, id)
    const mine = await openSocket(things.app, `THING:${id.toUpperCase()}`, { token: tokenOf(ann) })
    mine.send({ content: 'a' })
    expect(await mine.next('message')).toMatchObject({ room: `thing:${id}` })
    const foreign = await openSocket(things.app, `thing:${id}`, { token: tokenOf(bob) })
    expect(await foreign.closed).toEqual({ code: 4403, reason: 'room_forbidden' })
    for (const what of ['users', 'messages']) {
      const url = `/api/v1/ws/rooms/thing:${id}/${what}`
      expect((await bob.get(url)).statusCode).toBe(403)
      expect((await ann.get(url)).statusCode).toBe(200)
    }
    await mine.settle()
    expect(mine.received.some(({ type }) => type.startsWith('user_'))).toBe(false)
    await mine.close()
  })

  test('carries its events', async ({ things }) => {
    const [ann, id] = [await signInTo(things.app), newId()]
    await allow(things, ann, id)
    const room = `thing:${id}`
    const client = await openSocket(things.app, room, { token: tokenOf(ann) })
    await client.settle()
    const data = { id, title: 'あ' }
    things.deps.channels.publish(room, { type: 'event', event: 'thing.updated', data })
    expect(await client.next('event')).toEqual({
      type: 'event',
      id: expect.any(String),
      event: 'thing.updated',
      data,
      room,
      timestamp: expect.any(String),
    })
    await client.close()
  })

  test('shows nothing more to whoever has lost the right, before anything is shown', async ({
    things,
  }) => {
    const [ann, bob, id] = [await signInTo(things.app), await signInTo(things.app), newId()]
    const room = `thing:${id}`
    for (const each of [ann, bob]) await allow(things, each, id)
    const [first, second, tab] = await Promise.all(
      [ann, bob, bob].map((each) => openSocket(things.app, room, { token: tokenOf(each) })),
    )
    for (const each of [first, second, tab]) await each?.settle()
    await forbid(things, bob)
    const publish = (event: object) =>
      things.deps.channels.publish(room, { type: 'event', ...event })
    publish({ event: 'thing.updated', data: 'secret', access_changed: true })
    publish({ event: 'thing.updated', data: 'after' })
    for (const each of [second, tab]) {
      expect(await each?.closed).toEqual({ code: 4403, reason: 'room_forbidden' })
      expect(each?.received.some(({ type }) => type === 'event')).toBe(false)
    }
    expect(await first?.next('event')).toMatchObject({ data: 'secret' })
    expect(await first?.next('event')).toMatchObject({ data: 'after' })
    await first?.close()
  })

  test('ends with the object, after the last word about it', async ({ things }) => {
    const [ann, id] = [await signInTo(things.app), newId()]
    await allow(things, ann, id)
    const client = await openSocket(things.app, `thing:${id}`, { token: tokenOf(ann) })
    await client.settle()
    const last = { type: 'event', event: 'thing.deleted', data: { id } }
    things.deps.channels.publish(`thing:${id}`, last)
    expect(await client.closed).toEqual({ code: 4403, reason: 'room_not_found' })
    expect(await client.next('event')).toMatchObject({ event: 'thing.deleted' })
  })

  test('is left when the rights of the user have changed', async ({ things }) => {
    const [ann, id] = [await signInTo(things.app), newId()]
    await allow(things, ann, id)
    const client = await openSocket(things.app, `thing:${id}`, { token: tokenOf(ann) })
    await client.settle()
    await forbid(things, ann)
    things.deps.channels.publish(`access:${ann.id}`, { type: 'access_changed' })
    expect(await client.closed).toEqual({ code: 4403, reason: 'room_not_found' })
  })

  test('cannot be spoken to through an open room of a like name', async ({ things }) => {
    const [ann, bob, id] = [await signInTo(things.app), await signInTo(things.app), newId()]
    await allow(things, ann, id)
    const mine = await openSocket(things.app, `thing:${id}`, { token: tokenOf(ann) })
    for (const name of [`thing：${id}`, ` thing:${id}`, `thing:${id} `, `open:thing:${id}`]) {
      const other = await openSocket(things.app, name, { token: tokenOf(bob) })
      expect((await other.closed).code, name).toBe(4403)
    }
    await mine.close()
  })
})
