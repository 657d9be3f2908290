import { vi } from 'vitest'
import { failure } from '../../src/failure.ts'
import type { ReadObject } from '../../src/realtime/rooms.ts'
import { newPlace, startServer } from '../support/process.ts'
import { newPrefix, redisUrl, startProxy } from '../support/redis.ts'
import { type Client, describe, expect, signInTo, test } from '../support/service.ts'
import { eventually, openSocket } from '../support/socket.ts'
import { enter, startTwo, usersIn } from '../support/two-instances.ts'

/** Who is named in a user's `bio` may see what is said of that user. */
const readProfile: ReadObject = async (db, caller, id) => {
  const found = await db.selectFrom('users').select('bio').where('id', '=', id).executeTakeFirst()
  if (!found?.bio?.includes(caller.id)) throw failure('user_not_found', { id })
}

const rooms = { profile: readProfile }

describe('two instances', () => {
  test('are one room: messages, typing, presence, history, replay', async () => {
    const { first, second, close } = await startTwo({ rooms })
    const [ann, bob] = [await signInTo(first), await signInTo(first)]
    const here = await enter(first, 'general', ann)
    await here.settle()
    const there = await enter(second, 'general', bob)
    expect(await here.next('user_connected')).toMatchObject({ user_id: bob.id })
    await there.settle()
    for (const app of [first, second]) {
      expect(await usersIn(app, ann, 'general')).toEqual([ann.id, bob.id].sort())
    }
    here.send({ content: 'おはよう' })
    const said = await there.next('message')
    expect(said).toMatchObject({ content: 'おはよう', user: { id: ann.id } })
    expect(await here.next('message')).toEqual(said)
    there.send({ type: 'typing', is_typing: true })
    expect(await here.next('typing')).toMatchObject({ user: { id: bob.id }, is_typing: true })

    const tab = await enter(first, 'general', bob)
    await tab.settle()
    await there.close()
    here.send({ content: 'まだいる？' })
    await tab.next({ content: 'まだいる？' })
    const later = await enter(second, 'general', bob, { since: String(said.id) })
    expect(await later.next('message')).toMatchObject({ content: 'まだいる？' })
    for (const each of [tab, later]) await each.close()
    expect(await here.next('user_disconnected')).toMatchObject({ user_id: bob.id })
    await here.settle()
    const types = here.received.map(({ type }) => type)
    expect(types.filter((type) => /^user_/.test(type))).toEqual([
      'user_connected',
      'user_disconnected',
    ])
    await here.close()
    await close()
  })

  test('keep the order of 1,000 events of one sender, and double none', async () => {
    const { first, second, deps, close } = await startTwo({ rooms })
    const ann = await signInTo(first)
    const there = await enter(second, 'general', ann)
    await there.settle()
    const content = (n: number) => ({ type: 'typing', is_typing: true, n })
    for (let n = 0; n < 1000; n += 1) deps.channels.publish('open:general', content(n))
    await there.next({ n: 999 })
    const heard = there.received.filter(({ type }) => type === 'typing').map(({ n }) => n)
    expect(heard).toEqual(Array.from({ length: 1000 }, (_, n) => n))
    await there.close()
    await close()
  })

  test('let somebody go everywhere who signs out, is deactivated or loses a token', async () => {
    const { first, second, close } = await startTwo({ rooms })
    const admin = await signInTo(first, 'SystemAdmin')
    const [ann, bob, eve] = [await signInTo(first), await signInTo(first), await signInTo(first)]
    const created = await eve.post('/api/v1/auth/tokens', {
      name: 'sensor',
      scopes: ['room.join'],
    })
    const { id, token } = created.json()
    const sockets = [
      await enter(second, 'general', ann),
      await enter(second, 'general', bob),
      await openSocket(second, 'general', { token }),
    ]
    for (const each of sockets) await each.settle()
    const other = await enter(second, 'general', eve)
    await other.settle()
    await ann.post('/api/v1/auth/logout')
    await admin.patch(`/api/v1/users/${bob.id}`, { is_active: false })
    await eve.delete(`/api/v1/auth/tokens/${id}`)
    for (const each of sockets) expect((await each.closed).code).toBe(4001)
    await other.settle()
    await other.close()
    await close()
  })

  test('let somebody go who lost the right to an object, before the news is told', async () => {
    const { first, second, deps, close } = await startTwo({ rooms })
    const [ann, bob] = [await signInTo(first), await signInTo(first)]
    const room = `profile:${ann.id}`
    const allow = (...who: Client[]) =>
      deps.db
        .updateTable('users')
        .set({ bio: who.map(({ id }) => id).join(' ') })
        .where('id', '=', ann.id)
        .execute()
    await allow(ann, bob)
    const [kept, lost] = [await enter(second, room, ann), await enter(second, room, bob)]
    for (const each of [kept, lost]) await each.settle()
    await allow(ann)
    const event = { type: 'event', event: 'profile.updated', data: { secret: 1 } }
    first.channels.publish(room, { ...event, access_changed: true })
    expect(await kept.next('event')).toMatchObject({ event: 'profile.updated', room })
    expect((await lost.closed).code).toBe(4403)
    expect(lost.received.some(({ type }) => type === 'event')).toBe(false)
    await kept.close()
    await close()
  })

  test.for(['stop', 'silence'] as const)(
    'go on chatting each for itself when Redis is gone by %s, and together when it is back',
    async (how) => {
      const proxy = await startProxy()
      const { first, second, close } = await startTwo({ firstUrl: proxy.url, rooms })
      const [ann, bob, eve] = [await signInTo(first), await signInTo(first), await signInTo(first)]
      const [one, two, far] = [
        await enter(first, 'general', ann),
        await enter(first, 'general', bob),
        await enter(second, 'general', eve),
      ]
      for (const each of [one, two, far]) await each.settle()
      proxy[how]()
      one.send({ content: 'alone' })
      await two.next({ content: 'alone' })
      far.send({ content: 'meanwhile' })
      await far.next({ content: 'meanwhile' })
      proxy.start()
      let n = 0
      await eventually(() => {
        n += 1
        one.send({ content: `again ${n}` })
        far.send({ content: `back ${n}` })
        const has = (socket: typeof one, word: string) =>
          socket.received.some(({ content }) => String(content).startsWith(word))
        return has(far, 'again') && has(two, 'back')
      })
      await two.next({ content: 'meanwhile' })
      for (const each of [one, two, far]) {
        const heard = each.received.filter(({ content }) => content === 'meanwhile')
        expect(heard).toHaveLength(1)
      }
      await eventually(async () => (await usersIn(second, eve, 'general')).length === 3)
      expect(await usersIn(first, eve, 'general')).toEqual([ann.id, bob.id, eve.id].sort())
      for (const each of [one, two, far]) await each.close()
      await close()
      proxy.close()
    },
  )
})

test('what was said is not missed for a clock that was an hour ahead', async () => {
  const proxy = await startProxy()
  const { first, second, close } = await startTwo({ firstUrl: proxy.url })
  const there = await enter(second, 'general', await signInTo(first))
  await there.settle()
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + 3_600_000)
  const here = await enter(first, 'general', await signInTo(first)).finally(vi.useRealTimers)
  await there.next('user_connected')
  await here.settle()
  proxy.stop()
  there.send({ content: 'meanwhile' })
  await there.next({ content: 'meanwhile' })
  proxy.start()
  await here.next({ content: 'meanwhile' })
  for (const each of [here, there]) await each.close()
  await close()
  proxy.close()
})

describe('an instance that is killed', () => {
  test('leaves no ghost, and the rooms are told', async () => {
    const env = {
      REDIS_URL: redisUrl,
      REDIS_PREFIX: newPrefix(),
      PRESENCE_LEASE: '3s',
      RATE_LIMIT_PER_MINUTE: '1000000',
      LOG_LEVEL: 'silent',
    }
    const [dying, other] = await Promise.all(
      [1, 2].map(async () => {
        const { env: place } = await newPlace({ withStatistics: true })
        return startServer({ ...env, ...place })
      }),
    )
    if (!dying || !other) throw new Error('They did not start.')
    const token = 'mock-access-token-dev-agent'
    const here = await openSocket(other, 'general', { token })
    await here.settle()
    const there = await openSocket(dying, 'general', { token: 'mock-access-token-dev-user' })
    await there.settle()
    const { user_id } = await here.next('user_connected')
    dying.child.kill('SIGKILL')
    expect(await here.next('user_disconnected')).toMatchObject({ user_id })
    const headers = { authorization: `Bearer ${token}` }
    const ask = async (path: string) =>
      (await fetch(`${other.url}/api/v1/ws/${path}`, { headers })).json()
    expect(await ask('rooms/general/users')).toMatchObject({ count: 1 })
    expect(await ask('stats')).toEqual({
      total_connections: 1,
      active_rooms: 1,
      connected_users: 1,
    })
    other.child.kill('SIGTERM')
    expect((await here.closed).code).toBe(1012)
    expect(await other.ended).toBe(0)
  })
})
