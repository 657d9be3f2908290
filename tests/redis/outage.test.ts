import { rmSync } from 'node:fs'
import { test as base } from 'vitest'
import { newFolder } from '../support/process.ts'
import { programs } from '../support/programs.ts'
import { createRedis } from '../support/redis-daemon.ts'
import { describe, expect, signInTo } from '../support/service.ts'
import { eventually } from '../support/socket.ts'
import { enter, startTwo, usersIn } from '../support/two-instances.ts'

type Redis = Awaited<ReturnType<typeof createRedis>>
type Two = Awaited<ReturnType<typeof startTwo>>

/** Two instances on a Redis of their own, that forgets everything when it is killed. */
const test = base.extend<{ redis: Redis; two: Two }>({
  redis: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const folder = await newFolder()
      const redis = await createRedis(folder)
      await redis.start()
      await use(redis)
      await redis.stop()
      rmSync(folder, { recursive: true })
    },
    { scope: 'file' },
  ],
  two: [
    async ({ redis }, use) => {
      const two = await startTwo({ firstUrl: redis.url, secondUrl: redis.url })
      await use(two)
      await two.close()
    },
    { scope: 'file' },
  ],
})

/** Both instances ask Redis again. */
const untilHealed = ({ first, second }: Two) =>
  eventually(async () => {
    const health = await Promise.all([first, second].map((app) => app.inject('/health')))
    return health.every((each) => each.json().status === 'healthy')
  })

describe.runIf(programs.redis)('Redis that is killed and comes back', () => {
  test('leaves no room divided: who is there, and what was said meanwhile', async ({
    redis,
    two,
  }) => {
    const { first, second } = two
    const [ann, bob, eve] = [await signInTo(first), await signInTo(first), await signInTo(first)]
    const here = await enter(first, 'general', ann)
    await here.settle()
    const there = await enter(second, 'general', bob)
    await here.next('user_connected')
    here.send({ content: 'before' })
    const { id: last } = await there.next({ content: 'before' })

    await redis.stop('SIGKILL')
    const late = await enter(second, 'general', eve)
    for (let n = 0; n < 3; n += 1) here.send({ content: `meanwhile ${n}` })
    await here.next({ content: 'meanwhile 2' })
    const missed = `/api/v1/ws/rooms/general/messages?since=${last}`
    const { authorization } = bob
    const { messages } = (await second.inject({ url: missed, headers: { authorization } })).json()
    const said = (all: { type: string; content?: unknown }[]) =>
      all.flatMap(({ content }) => (/^meanwhile/.test(String(content)) ? [content] : []))
    expect(said(messages)).toEqual(['meanwhile 0', 'meanwhile 1', 'meanwhile 2'])
    expect(said(there.received)).toEqual([])

    await redis.start()
    await untilHealed(two)
    for (const each of [there, late]) {
      await each.next({ content: 'meanwhile 2' })
      expect(said(each.received)).toEqual(['meanwhile 0', 'meanwhile 1', 'meanwhile 2'])
    }
    expect(await here.next('user_connected')).toMatchObject({ user_id: eve.id })
    for (const app of [first, second]) {
      await eventually(async () => (await usersIn(app, ann, 'general')).length === 3)
    }
    late.send({ content: 'together' })
    await here.next({ content: 'together' })
    await late.close()
    expect(await here.next('user_disconnected')).toMatchObject({ user_id: eve.id })
    for (const each of [here, there]) await each.close()
  })

  test('leaves guesses at a password limited, for each instance and then for both', async ({
    redis,
    two,
  }) => {
    const { first, second } = two
    /** At once, so that nobody waits long enough for the next guess. */
    const guess = async (username: string, ...apps: (typeof first)[]) => {
      const payload = { username, password: 'Guess-1234-guess' }
      const sent = apps.map((app) =>
        app.inject({ method: 'POST', url: '/api/v1/auth/login', payload }),
      )
      return (await Promise.all(sent)).map(({ statusCode }) => statusCode).sort()
    }
    const fiveOf = (count: number) => [...Array(5).fill(401), ...Array(count - 5).fill(429)]
    const [hanako, taro] = [await register(first), await register(first)]
    await redis.stop('SIGKILL')
    for (const app of [first, second]) {
      expect(await guess(hanako.email, ...Array(8).fill(app))).toEqual(fiveOf(8))
    }
    await redis.start()
    await untilHealed(two)
    expect(await guess(taro.email, first, second, first, second, first, second)).toEqual(fiveOf(6))
  })
})

async function register({ inject }: Two['first']) {
  const payload = { email: `${crypto.randomUUID()}@example.jp`, password: 'Sakura-2026-kaika' }
  const response = await inject({ method: 'POST', url: '/api/v1/auth/register', payload })
  expect(response.statusCode, response.body).toBe(201)
  return payload
}
