import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { test as base, expect } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { createServer } from '../../src/http.ts'

const routes = { schema: { hide: true } } as const

/** A service whose `/slow` takes 20 ms of the event loop, and the paths that it has begun. */
const test = base.extend<{ place: { port: number; begun: string[]; said: string[] } }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
  place: async ({}, use) => {
    const begun: string[] = []
    const said: string[] = []
    const logTo = { write: (line: string) => void said.push(line) }
    const app = createServer(loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'info' }), { logTo })
    app.get('/slow', routes, ({ query }) => {
      begun.push(Object(query).n ?? 'slow')
      const end = performance.now() + 20
      while (performance.now() < end);
      return {}
    })
    app.get('/live', { ...routes, config: { public: true, always: true } }, () => {
      begun.push('live')
      return {}
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    await use({ port: (app.server.address() as AddressInfo).port, begun, said })
    await app.close()
  },
})

/** A connection that the service has taken, which it does with one in a turn of its loop. */
async function connected(port: number) {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  socket.write(ask('/live'))
  await once(socket, 'data')
  return socket
}

const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`

test('what nobody waits for any more is not begun', async ({ place: { port, begun, said } }) => {
  const sockets = await Promise.all(Array.from({ length: 50 }, () => connected(port)))
  for (const socket of sockets) socket.write(ask('/slow'))
  await Promise.race(sockets.map((socket) => once(socket, 'data')))
  for (const socket of sockets) socket.destroy()
  const last = await connected(port)
  last.write(ask('/slow?n=last'))
  await once(last, 'data')
  const slow = begun.filter((path) => path !== 'live')
  expect(slow.at(-1)).toBe('last')
  expect(slow.length).toBeLessThan(25)
  const left = said.filter((line) => line.includes('client left before its request began'))
  expect(left.length + slow.length).toBe(51)
  expect(JSON.parse(left[0] ?? '')).toMatchObject({ level: 30, method: 'GET', path: '/slow' })
  last.destroy()
})

test('requests begin in the order they came, and those about the service itself at once', async ({
  place: { port, begun },
}) => {
  const sockets = await Promise.all(Array.from({ length: 12 }, () => connected(port)))
  begun.length = 0
  const answers = sockets.map((socket) => once(socket, 'data'))
  for (const [n, socket] of sockets.entries()) {
    socket.write(ask(n === 11 ? '/live' : `/slow?n=${n}`))
  }
  await Promise.all(answers)
  expect(begun).toHaveLength(12)
  expect(begun.indexOf('live')).toBeLessThan(6)
  const slow = begun.filter((path) => path !== 'live')
  expect(slow).toEqual([...slow].sort((a, b) => Number(a) - Number(b)))
  for (const socket of sockets) socket.destroy()
})

test.for(['sqlite::memory:', 'postgres://nobody@127.0.0.1/none'])(
  'a handler is not begun for a client that has left since its request came: %s',
  async (DATABASE_URL) => {
    const said: string[] = []
    const logTo = { write: (line: string) => void said.push(line) }
    const env = { NODE_ENV: 'test', LOG_LEVEL: 'info', DATABASE_URL }
    const app = createServer(loadConfig(env), { logTo })
    let begun = 0
    // As long as it takes to find out who asks.
    const onRequest = async ({ raw }: { raw: { socket: Socket } }) =>
      void (await once(raw.socket, 'close'))
    app.get('/slow', { ...routes, onRequest }, () => {
      begun += 1
      return {}
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(ask('/slow'), () => socket.destroy())
    await expect.poll(() => said.join()).toContain('client left before its request began')
    expect(begun).toBe(0)
    await app.close()
  },
)
