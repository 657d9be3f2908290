import { describe, expect, test } from 'vitest'
import { type Move, sharePresence } from '../../src/realtime/shared-presence.ts'
import { newId } from '../../src/values.ts'
import { newPrefix, openRedis, redisUrl, startProxy } from '../support/redis.ts'

const patience = { timeout: 30_000, interval: 20 }
const long = 600_000

/** The presence of one instance, and what it told the rooms. */
async function openInstance(prefix: string, { url = redisUrl, leaseMs = long } = {}) {
  const redis = await openRedis(prefix, { url, leaseMs })
  const moves: Move[] = []
  const presence = sharePresence(redis.presence, (move) => moves.push(move))
  return {
    ...presence,
    moves,
    /** As `kill -9` does: it never says goodbye. */
    die: redis.close,
    async close() {
      await presence.close()
      await redis.close()
    },
  }
}

const tab = (user_id: string) => ({ id: newId(), user_id })

describe('presence of two instances', () => {
  test('counts users over both, and each once', async () => {
    const prefix = newPrefix()
    const [one, two] = [await openInstance(prefix), await openInstance(prefix)]
    const [first, second, third, other] = [tab('ann'), tab('ann'), tab('ann'), tab('bob')]
    expect(await one.enter('a room', first)).toEqual({ is_first: true })
    expect(await one.enter('a room', first)).toEqual({ is_first: false })
    expect(await two.enter('a room', second)).toEqual({ is_first: false })
    expect(await two.enter('lobby', third)).toEqual({ is_first: true })
    expect(await two.enter('a room', other)).toEqual({ is_first: true })
    for (const each of [one, two]) {
      expect((await each.usersIn('a room')).sort()).toEqual(['ann', 'bob'])
      expect(await each.usersIn('nowhere')).toEqual([])
      expect(await each.stats()).toEqual({
        total_connections: 4,
        active_rooms: 2,
        connected_users: 2,
      })
    }
    expect(await one.leave('a room', first)).toEqual({ is_last: false })
    expect(await one.leave('a room', first)).toEqual({ is_last: false })
    expect(await two.leave('a room', second)).toEqual({ is_last: true })
    expect(await one.usersIn('a room')).toEqual(['bob'])
    await two.close()
    expect(await one.stats()).toEqual({
      total_connections: 0,
      active_rooms: 0,
      connected_users: 0,
    })
    await one.close()
  })

  test('has one first and one last of tabs that race', async () => {
    const prefix = newPrefix()
    const instances = [await openInstance(prefix), await openInstance(prefix)]
    const tabs = Array.from({ length: 40 }, (_, n) => ({ at: instances[n % 2], tab: tab('ann') }))
    const entered = await Promise.all(tabs.map(({ at, tab }) => at?.enter('r', tab)))
    expect(entered.filter((each) => each?.is_first)).toHaveLength(1)
    const left = await Promise.all(tabs.map(({ at, tab }) => at?.leave('r', tab)))
    expect(left.filter((each) => each?.is_last)).toHaveLength(1)
    for (const each of instances) await each.close()
  })

  test('says goodbye for those whom an instance that stops still has', async () => {
    const prefix = newPrefix()
    const [one, two] = [await openInstance(prefix), await openInstance(prefix)]
    await one.enter('r', tab('ann'))
    await two.enter('r', tab('ann'))
    await one.enter('r', tab('bob'))
    await one.close()
    expect(one.moves).toEqual([{ type: 'user_disconnected', room: 'r', user_id: 'bob' }])
    expect(await two.usersIn('r')).toEqual(['ann'])
    await two.close()
  })
})

describe('an instance that dies', () => {
  test('leaves no ghost, and one of the others tells the rooms once', async () => {
    const prefix = newPrefix()
    const dying = await openInstance(prefix, { leaseMs: 1000 })
    const others = [await openInstance(prefix), await openInstance(prefix)]
    await dying.enter('r', tab('ann'))
    await dying.enter('r', tab('bob'))
    await dying.enter('s', tab('ann'))
    await others[0]?.enter('r', tab('ann'))
    await others[1]?.enter('r', tab('eve'))
    await dying.die()

    const usersIn = async (room: string) =>
      Promise.all(others.map(async (each) => (await each.usersIn(room)).sort()))
    await expect.poll(() => usersIn('s'), patience).toEqual([[], []])
    expect(await usersIn('r')).toEqual([
      ['ann', 'eve'],
      ['ann', 'eve'],
    ])
    expect(await others[0]?.stats()).toEqual({
      total_connections: 2,
      active_rooms: 1,
      connected_users: 2,
    })
    const moves = others.flatMap((each) => each.moves)
    expect(moves).toHaveLength(2)
    expect(moves).toEqual(
      expect.arrayContaining([
        { type: 'user_disconnected', room: 'r', user_id: 'bob' },
        { type: 'user_disconnected', room: 's', user_id: 'ann' },
      ]),
    )
    for (const each of others) await each.close()
  })

  test('is swept without anybody asking', async () => {
    const prefix = newPrefix()
    const dying = await openInstance(prefix, { leaseMs: 1000 })
    const other = await openInstance(prefix, { leaseMs: 3000 })
    await dying.enter('r', tab('ann'))
    await dying.die()
    await expect
      .poll(() => other.moves, patience)
      .toEqual([{ type: 'user_disconnected', room: 'r', user_id: 'ann' }])
    await other.close()
  })

  test('is swept by itself when it starts again as the only one', async () => {
    const prefix = newPrefix()
    const dead = await openInstance(prefix, { leaseMs: 1000 })
    await dead.enter('r', tab('ann'))
    await dead.die()
    const next = await openInstance(prefix, { leaseMs: 3000 })
    await expect.poll(() => next.moves, patience).toHaveLength(1)
    expect(await next.stats()).toMatchObject({ total_connections: 0, connected_users: 0 })
    await next.close()
  })

  test('but only seemed to is there again with all it has', async () => {
    const prefix = newPrefix()
    const proxy = await startProxy()
    const lost = await openInstance(prefix, { url: proxy.url, leaseMs: 1500 })
    const other = await openInstance(prefix)
    await lost.enter('r', tab('ann'))
    proxy.stop()
    await expect.poll(() => other.usersIn('r'), patience).toEqual([])
    expect(await lost.usersIn('r')).toEqual(['ann'])
    proxy.start()
    await expect.poll(() => other.usersIn('r'), patience).toEqual(['ann'])
    expect(other.moves).toEqual([{ type: 'user_disconnected', room: 'r', user_id: 'ann' }])
    await expect
      .poll(() => lost.moves, patience)
      .toEqual([{ type: 'user_connected', room: 'r', user_id: 'ann' }])
    await lost.close()
    await other.close()
    proxy.close()
  })
})

describe('presence whose Redis goes away', () => {
  test.for(['stop', 'silence'] as const)(
    'by %s is that of this instance, and right again afterwards',
    async (how) => {
      const prefix = newPrefix()
      const proxy = await startProxy()
      const one = await openInstance(prefix, { url: proxy.url, leaseMs: 6000 })
      const two = await openInstance(prefix)
      const [ann, bob, eve] = [tab('ann'), tab('bob'), tab('eve')]
      await one.enter('r', ann)
      await two.enter('r', tab('zoe'))
      proxy[how]()
      expect(await one.leave('r', ann)).toEqual({ is_last: true })
      expect(await one.enter('r', bob)).toEqual({ is_first: true })
      expect(await one.enter('s', eve)).toEqual({ is_first: true })
      expect(await one.leave('s', eve)).toEqual({ is_last: true })
      expect(await one.usersIn('r')).toEqual(['bob'])
      expect((await one.stats()).total_connections).toBe(1)
      proxy.start()
      const both = async () =>
        Promise.all([one, two].map(async (each) => (await each.usersIn('r')).sort().join()))
      await expect.poll(both, patience).toEqual(['bob,zoe', 'bob,zoe'])
      await expect.poll(async () => (await two.stats()).total_connections, patience).toBe(2)
      expect(await one.leave('r', bob)).toEqual({ is_last: true })
      await one.close()
      await two.close()
      proxy.close()
    },
  )

  test('and comes back empty is made again from what each has', async () => {
    const prefix = newPrefix()
    const [one, two] = [
      await openInstance(prefix, { leaseMs: 1500 }),
      await openInstance(prefix, { leaseMs: 1500 }),
    ]
    for (const [n, each] of [one, two].entries()) {
      await Promise.all(
        Array.from({ length: 600 }, (_, m) => each.enter(`r${m % 3}`, tab(`u${n}-${m}`))),
      )
    }
    const before = await one.stats()
    expect(before).toEqual({ total_connections: 1200, active_rooms: 3, connected_users: 1200 })
    const { Redis } = await import('ioredis')
    const admin = new Redis(redisUrl)
    const keys = ['instances', 'users', 'rooms', 'in:r0', 'in:r1', 'in:r2']
    const instances = await admin.zrange(`${prefix}presence:instances`, '0', '-1')
    keys.push(...instances.map((id) => `of:${id}`))
    await admin.del(...keys.map((key) => `${prefix}presence:${key}`))
    admin.disconnect()
    await expect.poll(() => two.stats(), patience).toEqual(before)
    expect((await one.usersIn('r0')).length).toBe(400)
    expect([...one.moves, ...two.moves]).toEqual([])
    await one.close()
    await two.close()
  })

  test('from the start works within this instance', async () => {
    const one = await openInstance(newPrefix(), { url: 'redis://127.0.0.1:1' })
    expect(await one.enter('r', tab('ann'))).toEqual({ is_first: true })
    expect(await one.usersIn('r')).toEqual(['ann'])
    await one.close()
  })
})
