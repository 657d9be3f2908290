import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import type { App } from '../../src/fastify.ts'

export type Received = { type: string; [name: string]: unknown }

export type TestSocket = Awaited<ReturnType<typeof openSocket>>

type Options = {
  /** A token, sent in the way of the subprotocol `bearer`. */
  token?: string
  protocols?: string[]
  query?: Record<string, string>
  headers?: Record<string, string>
  prefix?: string
}

/** Long enough for a machine that does other things too. */
const patienceMs = 30_000

/** Where an app listens, from the first time somebody asks, or a process of its own. */
export async function portOf(app: App | { port: number }): Promise<number> {
  if ('port' in app) return app.port
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

/** What comes after `Bearer` in the header that a client sends. */
export function tokenOf({ authorization }: { authorization: string }): string {
  return authorization.split(' ')[1] as string
}

/**
 * A client in a room. It fails with `{ status, problem }` when the service refuses the handshake;
 * whatever comes is kept until a test takes it with `next`.
 */
export async function openSocket(app: App | { port: number }, room: string, options: Options = {}) {
  const { token, query = {}, headers = {}, prefix = '/ws' } = options
  const protocols = options.protocols ?? (token ? ['bearer', token] : [])
  const address = `ws://127.0.0.1:${await portOf(app)}${prefix}/${encodeURIComponent(room)}`
  const socket = new WebSocket(`${address}?${new URLSearchParams(query)}`, protocols, { headers })

  const received: Received[] = []
  const taken = new Set<Received>()
  const wakers = new Set<() => void>()
  const closed = once(socket, 'close').then(([code, reason]) => ({ code, reason: `${reason}` }))
  closed.then(() => wake())
  const wake = () => {
    for (const waker of wakers) waker()
  }
  socket.on('message', (data) => {
    received.push(JSON.parse(String(data)))
    wake()
  })
  await opened(socket)

  const find = (match: object) =>
    received.find(
      (each) => !taken.has(each) && expect.objectContaining(match).asymmetricMatch(each),
    )

  return {
    socket,
    /** Everything that came, in order. */
    received,
    /** The code and reason that the service closed it with. */
    closed,
    send(message: object | string | Buffer): void {
      const isRaw = typeof message === 'string' || Buffer.isBuffer(message)
      socket.send(isRaw ? message : JSON.stringify(message))
    },
    /** The first message that matches and was not taken yet. */
    async next(match: string | object): Promise<Received> {
      const wanted = typeof match === 'string' ? { type: match } : match
      const deadline = Date.now() + patienceMs
      for (;;) {
        const found = find(wanted)
        if (found) {
          taken.add(found)
          return found
        }
        const left = deadline - Date.now()
        if (left <= 0 || socket.readyState === WebSocket.CLOSED) {
          throw new Error(`No ${JSON.stringify(wanted)} came, but ${JSON.stringify(received)}`)
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, left)
          function done() {
            clearTimeout(timer)
            wakers.delete(done)
            resolve()
          }
          wakers.add(done)
        })
      }
    },
    /** Sends a ping and waits for its pong: what was sent to this client before has come by then. */
    async settle(): Promise<void> {
      this.send({ type: 'ping' })
      await this.next('pong')
    },
    async close(): Promise<void> {
      socket.close()
      await closed
    },
  }
}

/** A connection that has asked for an upgrade in its own words; `said` is all that came back. */
export async function openRaw(app: App, path: string, headers: Record<string, string> = {}) {
  const raw = connect(await portOf(app), '127.0.0.1')
  let said = Buffer.alloc(0)
  raw.on('data', (chunk) => {
    said = Buffer.concat([said, chunk])
  })
  raw.on('error', () => {})
  const all = {
    Host: 'a',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  raw.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  await eventually(() => said.includes('\r\n\r\n'))
  return { raw, said: () => said }
}

/** Waits until something holds, which no event tells. */
export async function eventually(check: () => unknown): Promise<void> {
  await expect.poll(check, { timeout: patienceMs, interval: 20 }).toBeTruthy()
}

async function opened(socket: WebSocket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
    socket.on('unexpected-response', (_request, response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => {
        const problem = body.startsWith('{') ? JSON.parse(body) : body
        reject(Object.assign(new Error(body), { status: response.statusCode, problem }))
      })
    })
  })
}
