import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { connectRedis } from '../../src/redis.ts'

export const redisUrl = process.env.TEST_REDIS_URL as string

/** Keys and channels of a test's own, on a Redis that others use as well. */
export const newPrefix = () => `test:${randomUUID()}:`

/** What an instance has of Redis; with patience where nothing goes wrong on purpose. */
export const openRedis = (prefix = newPrefix(), { url = redisUrl, leaseMs = 30_000 } = {}) =>
  connectRedis(url, prefix, { leaseMs, patienceMs: url === redisUrl ? 10_000 : 500 })

/** Something between us and Redis that can be taken away, and comes back. */
export async function startProxy() {
  const { hostname, port } = new URL(redisUrl)
  const sockets = new Set<Socket>()
  let state: 'up' | 'down' | 'silent' = 'up'
  const server = createServer((socket) => {
    if (state === 'down') return void socket.destroy()
    const upstream = connect(Number(port || 6379), hostname)
    for (const each of [socket, upstream]) {
      sockets.add(each)
      each.on('error', () => {}).on('close', () => sockets.delete(each))
    }
    socket.on('close', () => upstream.destroy())
    upstream.on('close', () => socket.destroy())
    socket.on('data', (chunk) => void (state === 'silent' || upstream.write(chunk)))
    upstream.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      state = 'down'
      cut()
    },
    silence() {
      state = 'silent'
    },
    start() {
      if (state === 'silent') cut()
      state = 'up'
    },
    close() {
      cut()
      server.close()
    },
  }
}
