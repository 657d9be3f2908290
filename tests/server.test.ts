import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { vi } from 'vitest'
import { freePort, newPlace, run, startServer } from './support/process.ts'
import { describe, expect, test } from './support/service.ts'

const token = { authorization: 'Bearer mock-access-token-dev-12345' }

const untilGone = (url: string) =>
  vi.waitFor(() => expect(fetch(`${url}/health/live`)).rejects.toThrow(), { timeout: 30_000 })

/** Until the service has the head of a request, and says so. */
async function begun(socket: Socket): Promise<void> {
  const [said] = await once(socket, 'data')
  expect(String(said)).toBe('HTTP/1.1 100 Continue\r\n\r\n')
}

describe('the service as a process', () => {
  test('starts in an empty folder, explains itself, and stops when told', async () => {
    const { env, drop } = await newPlace()
    const server = await startServer(env)
    const me = await fetch(`${server.url}/api/v1/auth/me`, { headers: token })
    expect(await me.json()).toMatchObject({ username: 'admin' })
    expect(existsSync(`${env.DATA_DIR}/jwt-secret`)).toBe(true)
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(server.said.out).toContain(`Kaname is ready: http://127.0.0.1:${server.port}/`)
    expect(server.said.out).toContain('first-administrator.txt')
    expect(server.said.out).toContain('stopped')
    await drop()
  })

  test('keeps its secrets: a token from before a restart is good after it', async () => {
    const { env, drop } = await newPlace({ withStatistics: true })
    const first = await startServer({ ...env, LOG_LEVEL: 'silent' })
    const register = { email: 'hanako@example.jp', password: 'Sakura-2026-kaika' }
    const post = (url: string, body: object) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    await post(`${first.url}/api/v1/auth/register`, register)
    const login = await post(`${first.url}/api/v1/auth/login`, {
      username: register.email,
      password: register.password,
    })
    const { access_token } = (await login.json()) as { access_token: string }
    first.child.kill('SIGINT')
    expect(await first.ended).toBe(0)

    const second = await startServer({ ...env, LOG_LEVEL: 'silent' })
    const headers = { authorization: `Bearer ${access_token}` }
    expect((await fetch(`${second.url}/api/v1/auth/me`, { headers })).status).toBe(200)
    second.child.kill('SIGTERM')
    await second.ended
    await drop()
  })

  test('ends a request under way before it stops, and takes no new ones', async () => {
    const { env, drop } = await newPlace({ withStatistics: true })
    const server = await startServer({ ...env, LOG_LEVEL: 'silent' })
    const socket = connect(server.port, '127.0.0.1')
    const body = JSON.stringify({ settings: { saved: 'while stopping' } })
    socket.write(
      `PUT /api/v1/user_accounts/me/settings HTTP/1.1\r\nHost: a\r\nAuthorization: ${token.authorization}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    )
    await begun(socket)
    socket.write(body.slice(0, 10))
    server.child.kill('SIGTERM')
    await untilGone(server.url)
    socket.write(body.slice(10))
    const answer = await text(socket)
    expect(answer).toMatch(/^HTTP\/1.1 200 OK/)
    expect(answer).toContain('while stopping')
    expect(await server.ended).toBe(0)
    await drop()
  })

  test('stops once, however often it is told', async () => {
    const { env, drop } = await newPlace({ withStatistics: true })
    const server = await startServer(env)
    const socket = connect(server.port, '127.0.0.1')
    socket.write(
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n' +
        'Expect: 100-continue\r\n\r\n',
    )
    await begun(socket)
    socket.write('{')
    server.child.kill('SIGINT')
    await untilGone(server.url)
    for (const signal of ['SIGTERM', 'SIGTERM'] as const) server.child.kill(signal)
    await new Promise((resolve) => setTimeout(resolve, 100))
    socket.write('}')
    expect(await text(socket)).toMatch(/^HTTP\/1.1 422 /)
    expect(await server.ended).toBe(0)
    expect(server.said.out.match(/"msg":"stop\w+"/g)).toEqual([
      '"msg":"stopping"',
      '"msg":"stopped"',
    ])
    await drop()
  })

  test('stops while it starts, as if nothing were wrong', async () => {
    const { env, drop } = await newPlace()
    const PORT = String(await freePort())
    const { child, said, ended } = run('server', [], { ...env, PORT })
    const answers = () => fetch(`http://127.0.0.1:${PORT}/health/live`)
    await vi.waitFor(answers, { timeout: 30_000, interval: 5 })
    child.kill('SIGTERM')
    expect(await ended, said.out).toBe(0)
    expect(said.out).not.toMatch(/Kaname is ready|could not start/)
    await drop()
  })
})
