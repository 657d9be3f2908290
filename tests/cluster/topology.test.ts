import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test as base, describe, expect, vi } from 'vitest'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { freePort, listens } from '../support/process.ts'
import { openSocket } from '../support/socket.ts'
import { samples } from '../support/uploads.ts'

const patience = { timeout: 60_000, interval: 50 }
const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

type Clients = { cluster: Cluster; token: string; headers: { authorization: string } }

/** One cluster for all tests of this file, and its administrator signed in through nginx. */
const test = base.extend<Clients>({
  cluster: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const cluster = await startCluster()
      await use(cluster)
      await cluster.stop()
      expect(existsSync(cluster.folder)).toBe(false)
    },
    { scope: 'file' },
  ],
  token: [
    async ({ cluster: { url, administrator } }, use) => {
      const answer = await fetch(`${url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: administrator.email, password: administrator.password }),
      })
      expect(answer.status).toBe(200)
      await use(((await answer.json()) as { access_token: string }).access_token)
    },
    { scope: 'file' },
  ],
  headers: [async ({ token }, use) => use({ authorization: `Bearer ${token}` }), { scope: 'file' }],
})

const places = ({ url, instances }: Cluster) => [url, ...instances.map((each) => each.url)]
const twoOf = ({ instances: [first, second] }: Cluster) => {
  if (!first || !second) throw new Error('There are fewer than two instances.')
  return [first, second] as const
}
const portIn = (url: string) => ({ port: Number(new URL(url).port) })

describe('two instances behind nginx', () => {
  test('are alive and ready, each by itself and together', async ({ cluster }) => {
    for (const url of places(cluster)) {
      expect((await fetch(`${url}/health/live`)).status).toBe(200)
      expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ status: 'ready' })
      expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
        status: 'healthy',
        services: { database: 'healthy', redis: 'healthy', storage: 'healthy' },
      })
    }
  })

  test('know who signed in at the other, and that they signed out', async ({ cluster }) => {
    const [first, second] = twoOf(cluster)
    const { email, password } = cluster.administrator
    const login = await fetch(`${first.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: email, password }),
    })
    const { access_token } = (await login.json()) as { access_token: string }
    const headers = { authorization: `Bearer ${access_token}` }
    const me = () => fetch(`${second.url}/api/v1/auth/me`, { headers })
    expect(await (await me()).json()).toMatchObject({ email })
    await fetch(`${first.url}/api/v1/auth/logout`, { method: 'POST', headers })
    expect((await me()).status).toBe(401)
  })

  test('share what is written, and files', async ({ cluster, headers }) => {
    const [first, second] = twoOf(cluster)
    const made = await fetch(`${first.url}/api/v1/items`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ title: '議事録' }),
    })
    expect(made.status).toBe(201)
    const read = await fetch(second.url + made.headers.get('location'), { headers })
    expect(await read.json()).toMatchObject({ title: '議事録' })

    const body = new FormData()
    body.set('file', new Blob([new Uint8Array(samples.pdf)]), '契約書.pdf')
    const sent = await fetch(`${first.url}/api/v1/upload/files`, { method: 'POST', headers, body })
    const { url } = (await sent.json()) as { url: string }
    const file = await fetch(new URL(url, second.url), { headers })
    expect(Buffer.from(await file.arrayBuffer()).equals(samples.pdf)).toBe(true)
  })

  test('are one room', async ({ cluster, token }) => {
    const [first, second] = twoOf(cluster)
    const sockets = await Promise.all(
      [first, second, cluster].map(({ url }) => openSocket(portIn(url), 'general', { token })),
    )
    for (const each of sockets) await each.settle()
    sockets[0]?.send({ type: 'message', content: 'おはよう' })
    for (const each of sockets) {
      expect(await each.next('message')).toMatchObject({ content: 'おはよう' })
    }
    for (const each of sockets) await each.close()
  })

  test('answer in turn, and log the address and the id of each request', async ({ cluster }) => {
    const ids = ['topology-1', 'topology-2', 'topology-3', 'topology-4']
    for (const id of ids) {
      const answer = await fetch(`${cluster.url}/health/live`, {
        headers: { 'x-request-id': id, 'x-forwarded-for': '203.0.113.9' },
      })
      expect(answer.headers.get('x-request-id')).toBe(id)
      expect(answer.headers.get('server')).toBe('nginx')
    }
    await vi.waitFor(async () => {
      const logs = cluster.instances.map(({ said }) => said.out)
      for (const id of ids) expect(logs.join('')).toContain(id)
      for (const log of logs) expect(log).toContain('topology-')
      expect(logs.join('')).not.toContain('203.0.113.9')
      expect(await cluster.nginx.logged()).toContain(ids[0])
    }, patience)
  })

  test('count the limit of an address together, by the address that nginx saw', async ({
    cluster,
  }) => {
    const left = []
    for (const _ of [1, 2, 3, 4]) {
      const { headers } = await fetch(`${cluster.url}/nowhere`, {
        headers: { 'x-forwarded-for': `203.0.113.${left.length}` },
      })
      left.push(Number(headers.get('x-ratelimit-remaining')))
    }
    expect(new Set(left).size).toBe(4)
    expect(left).toEqual([...left].sort((a, b) => b - a))
  })

  test('show figures to whoever is inside and has the token', async ({ cluster }) => {
    expect((await fetch(`${cluster.url}/metrics`)).status).toBe(404)
    for (const { url, env } of cluster.instances) {
      expect((await fetch(`${url}/metrics`)).status).toBe(401)
      const headers = { authorization: `Bearer ${env.METRICS_TOKEN}` }
      expect(await (await fetch(`${url}/metrics`, { headers })).text()).toContain('http_requests')
    }
  })

  test('go on when one is killed, and take it back', async ({ cluster, headers }) => {
    const [first] = twoOf(cluster)
    await first.stop('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    for (const _ of Array(6)) {
      const answer = await fetch(`${cluster.url}/api/v1/items?limit=1`, { headers })
      expect(answer.status).toBe(200)
    }
    await first.start()
    expect((await fetch(`${first.url}/api/v1/items?limit=1`, { headers })).status).toBe(200)
  })
})

describe('npm run cluster', () => {
  test('says what it started, and stops it all in order', async () => {
    const port = String(await freePort())
    const args = ['run', '--silent', 'cluster', '--', '--port', port, '--instances', '1']
    // A group of its own, as a shell makes one of each command.
    const child = spawn('npm', args, {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    let said = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
    })
    try {
      await vi.waitFor(() => expect(said).toContain('Ctrl-C stops all of it.'), {
        ...patience,
        timeout: 150_000,
      })
      const [, username, password] = /(\S+@\S+\.example) +(\S+)/.exec(said) as RegExpExecArray
      const login = await fetch(`http://127.0.0.1:${port}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password }),
      })
      expect(login.status).toBe(200)
      const [folder] = /\S+kaname-cluster-\w+/.exec(said) as RegExpExecArray
      const ports = [...new Set(said.match(/(?<=127\.0\.0\.1:)\d+/g))].map(Number)
      const listening = () => Promise.all(ports.map(listens))
      // nginx, an instance, PostgreSQL, Redis
      expect(await listening()).toEqual([true, true, true, true])
      // As Ctrl-C does in a terminal: to the whole group.
      process.kill(-Number(child.pid), 'SIGINT')
      expect((await ended)[0], said).toBe(0)
      expect(said).toContain('Stopped.')
      expect(await listening()).toEqual([false, false, false, false])
      expect(await processesIn(folder)).toEqual([])
      expect(existsSync(folder)).toBe(false)
    } finally {
      if (child.exitCode === null) process.kill(-Number(child.pid), 'SIGTERM')
      await ended
    }
  })

  test('refuses a folder that has something in it', async () => {
    const cluster = (...args: string[]) =>
      run(process.execPath, ['--import', 'tsx', 'tests/cluster.ts', ...args], { cwd: root })
    await expect(cluster('--folder', 'src')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('空ではありません'),
    })
  })

  test('says what this machine lacks', async () => {
    const nowhere = { NGINX_PATH: '/nowhere', POSTGRES_BIN: '/nowhere', REDIS_PATH: '/nowhere' }
    const lacking = run(process.execPath, ['--import', 'tsx', 'tests/cluster.ts'], {
      cwd: root,
      env: { ...process.env, ...nowhere },
    })
    await expect(lacking).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/nginx.*postgresql.*redis-server[\s\S]*見つかりません/),
    })
  })
})

/** The processes that have something in this folder in their command line. */
async function processesIn(folder: string): Promise<string[]> {
  const { stdout } = await run('ps', ['-eo', 'pid,args'])
  return stdout.split('\n').filter((line) => line.includes(folder))
}
