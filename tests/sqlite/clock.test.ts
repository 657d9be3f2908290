import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { newPlace, startServer } from '../support/process.ts'

const preload = pathToFileURL(join(import.meta.dirname, '../support/shifted-clock.mjs')).href
const hour = 3_600_000

type Tokens = { access_token: string; refresh_token: string }

/** A service whose clock can be set. */
async function startShifted() {
  const { env, drop } = await newPlace({ withStatistics: true })
  const file = join(env.DATA_DIR, 'clock')
  writeFileSync(file, '0')
  const { url, child, ended } = await startServer({
    ...env,
    CLOCK_FILE: file,
    NODE_OPTIONS: `--import ${preload}`,
    RATE_LIMIT_PER_MINUTE: '100',
    LOG_LEVEL: 'silent',
  })
  const post = (path: string, body: object) =>
    fetch(`${url}/api/v1/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  return {
    url,
    post,
    tokens: async (path: string, body: object) => (await (await post(path, body)).json()) as Tokens,
    /** Whether somebody gets in with this access token. */
    async me(token: string): Promise<number> {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`${url}/api/v1/auth/me`, { headers })).status
    },
    async setClock(hours: number): Promise<void> {
      writeFileSync(file, `${hours * hour}`)
      const ahead = async () => {
        const { timestamp } = (await (await fetch(`${url}/health`)).json()) as { timestamp: string }
        return Math.round((Date.parse(timestamp) - Date.now()) / hour) + 0
      }
      await expect.poll(ahead).toBe(hours)
    },
    async stop(): Promise<void> {
      child.kill('SIGTERM')
      expect(await ended).toBe(0)
      await drop()
    },
  }
}

describe('a clock that is set an hour ahead, an hour back and right', () => {
  test('locks nobody out for good, and lets nobody in', async () => {
    const { url, post, tokens, me, setClock, stop } = await startShifted()
    const hanako = { email: 'hanako@example.jp', password: 'Sakura-2026-kaika' }
    expect((await post('register', hanako)).status).toBe(201)
    const right = { username: hanako.email, password: hanako.password }
    const first = await tokens('login', right)
    const out = await tokens('login', right)
    const logout = { method: 'POST', headers: { authorization: `Bearer ${out.access_token}` } }
    expect((await fetch(`${url}/api/v1/auth/logout`, logout)).ok).toBe(true)

    await setClock(1)
    expect(await me(first.access_token)).toBe(401)
    const ahead = await tokens('refresh', { refresh_token: first.refresh_token })
    expect(await me(ahead.access_token)).toBe(200)
    await setClock(-1)
    expect(await me(ahead.access_token)).toBe(200)
    const behind = await tokens('refresh', { refresh_token: ahead.refresh_token })
    expect(await me(behind.access_token)).toBe(200)
    for (const hours of [1, -1, 0]) {
      await setClock(hours)
      expect(await me(out.access_token)).toBe(401)
      expect((await post('refresh', { refresh_token: out.refresh_token })).status).toBe(401)
    }
    const last = await tokens('refresh', { refresh_token: behind.refresh_token })
    expect(await me(last.access_token)).toBe(200)
    await stop()
  })

  test('moves no limit, neither of guesses nor of requests', async () => {
    const { url, post, setClock, stop } = await startShifted()
    const guess = { username: 'dev-user@kaname.example', password: 'Guess-1234-guess' }
    const statuses = async (count: number) => {
      const sent = Array.from({ length: count }, () => post('login', guess))
      return (await Promise.all(sent)).map(({ status }) => status).sort()
    }
    expect(await statuses(8)).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
    for (const hours of [1, -1, 0]) {
      await setClock(hours)
      const refusals = (await statuses(8)).filter((status) => status === 429)
      // One more may come through when its seconds are over, as without a jump.
      expect(refusals.length).toBeGreaterThanOrEqual(7)
    }
    const waits = (await post('login', guess)).headers.get('retry-after')
    expect(Number(waits ?? 0)).toBeLessThanOrEqual(64)

    const ask = async () => {
      const { status, headers } = await fetch(`${url}/nowhere`)
      return { status, reset: Number(headers.get('x-ratelimit-reset')) }
    }
    while ((await ask()).status !== 429);
    for (const hours of [1, -1, 0]) {
      await setClock(hours)
      const { status, reset } = await ask()
      expect(status).toBe(429)
      expect(reset).toBeLessThanOrEqual(60)
    }
    await stop()
  })
})
