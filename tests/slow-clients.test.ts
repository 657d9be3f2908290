import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '../src/values.ts'
import {
  test as base,
  type Client,
  describe,
  expect,
  type Service,
  signInTo,
  startService,
} from './support/service.ts'
import { eventually, portOf } from './support/socket.ts'

const [rows, bytes] = [6000, 2000]

/** A service that waits no longer than two seconds for anybody. */
const test = base.extend<{ service: Service }>({
  service: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const service = await startService({ env: { REQUEST_TIMEOUT: '2s' } })
      await use(service)
      await service.close()
    },
    { scope: 'file' },
  ],
})

const open = async ({ app }: Service) =>
  connect(await portOf(app), '127.0.0.1').on('error', () => {})

const connections = ({ app }: Service) =>
  new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count)))

/** Never stands still for long, and never ends. */
async function drip(socket: Socket, piece: string): Promise<void> {
  while (!socket.closed && !socket.writableEnded) {
    socket.write(piece)
    await sleep(100)
  }
}

const json = 'Content-Type: application/json\r\n'
const form = 'Content-Type: multipart/form-data; boundary=b\r\n'
const part =
  '--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.4\n'

describe('a client that sends a byte at a time', () => {
  test.for([
    ['in its headers', '/health/live', '', 'a'],
    ['in a body', '/api/v1/auth/login', `${json}Content-Length: 50000\r\n\r\n{"username":"`, 'a'],
    [
      'in a piece of a body',
      '/api/v1/auth/login',
      `${json}Transfer-Encoding: chunked\r\n\r\n`,
      '1\r\n{\r\n',
    ],
    ['in a file', '/api/v1/upload/files', `${form}Content-Length: 50000\r\n\r\n${part}`, 'a'],
  ] as const)('%s is cut', async ([, path, headers, piece], { service }) => {
    const ann = await signInTo(service.app)
    const socket = await open(service)
    const answer = text(socket)
    socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: ${ann.authorization}\r\nX: y`)
    socket.write(headers && `\r\n${headers}`)
    void drip(socket, piece)
    expect(await answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    expect(await answer).toContain('"code":"request_timeout"')
    await eventually(async () => (await connections(service)) === 0)
    expect((await ann.get('/api/v1/upload/files')).json().total).toBe(0)
    expect(await service.deps.db.selectFrom('incoming_files').select('key').execute()).toEqual([])
  })
})

/** An administrator, and events whose export is more than the system keeps for a connection. */
async function prepare({ app, deps: { db } }: Service) {
  const request_id = newId()
  const changes = JSON.stringify({ text: 'x'.repeat(bytes) })
  const event = { actor_id: null, action: 'test.told', subject_id: null, changes, request_id }
  const more = { ip: null, user_agent: null, created_at: new Date().toISOString() }
  const chain = { seq: null, previous_hash: null, hash: null }
  for (let n = 0; n < rows; n += 500) {
    const some = Array.from({ length: 500 }, () => ({ id: newId(), ...event, ...more, ...chain }))
    await db.insertInto('audit_log').values(some).execute()
  }
  return signInTo(app, 'SystemAdmin')
}

async function ask(service: Service, { authorization }: Client): Promise<Socket> {
  const socket = await open(service)
  socket.write(
    `GET /api/v1/admin/audit/export?format=csv&action=test.told HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: ${authorization}\r\n\r\n`,
  )
  return socket
}

describe('a client that reads', () => {
  test('nothing holds neither memory nor a connection to the database, and is cut', async ({
    service,
  }) => {
    const { app, deps } = service
    const admin = await prepare(service)
    const sockets: Socket[] = []
    app.server.on('connection', (socket) => sockets.push(socket))
    const deaf = await Promise.all(Array.from({ length: 8 }, () => ask(service, admin)))
    // On a busy machine the first is cut before the last is answered.
    const kept = new Map<Socket, number>()
    await eventually(() => {
      for (const each of sockets) {
        if (each.writableLength > 0)
          kept.set(each, Math.max(each.writableLength, kept.get(each) ?? 0))
      }
      return kept.size === 8
    })
    for (const most of kept.values()) expect(most).toBeLessThan(1_000_000)
    await eventually(() => {
      const { total, idle } = deps.poolUse() ?? { total: 0, idle: 0 }
      return total === idle
    })
    await eventually(async () => (await connections(service)) === 0)
    for (const each of deaf) {
      const received = await text(each).catch(() => '')
      expect(received.length).toBeLessThan(rows * bytes)
    }
    expect((await admin.get('/api/v1/auth/me')).statusCode).toBe(200)
  })

  test('slowly gets all of it', async ({ service }) => {
    const socket = await ask(service, await prepare(service))
    let received = 0
    while (!socket.readableEnded) {
      received += socket.read()?.length ?? 0
      await sleep(20)
    }
    expect(received).toBeGreaterThan(rows * bytes)
  })
})
