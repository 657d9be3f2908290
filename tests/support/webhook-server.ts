import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a receiver does with one call: an answer, or nothing like one. */
export type Reaction =
  | { status: number; headers?: Record<string, string> }
  | 'hang'
  | 'reset'
  | 'huge'
  | 'half'

export type Call = {
  id: string
  timestamp: number
  signatures: string[]
  body: string
  message: { id: string; type: string; created_at: string; data: Record<string, unknown> }
  headers: IncomingMessage['headers']
  path: string | undefined
}

/**
 * A receiver as Standard Webhooks describes one, written from the specification. It takes everything
 * with 204, but for what it was told to do with the next calls.
 */
export async function openReceiver() {
  const calls: Call[] = []
  const reactions: Reaction[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      calls.push(callOf(request, body))
      react(request, response, reactions.shift() ?? { status: 204 })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    calls,
    port,
    place: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/hook`,
    /** What it does with the next calls, in order. */
    plan: (...next: Reaction[]) => void reactions.push(...next),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Whether one of the signatures of a call is by this secret. */
export function isSignedBy({ id, timestamp, body, signatures }: Call, secret: string): boolean {
  if (!secret.startsWith('whsec_')) return false
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const right = createHmac('sha256', key).update([id, timestamp, body].join('.')).digest()
  return signatures.some((each) => {
    const [version, value = ''] = each.split(',')
    const given = Buffer.from(value, 'base64')
    return version === 'v1' && given.length === right.length && timingSafeEqual(given, right)
  })
}

function callOf({ headers, url }: IncomingMessage, body: string): Call {
  return {
    id: String(headers['webhook-id']),
    timestamp: Number(headers['webhook-timestamp']),
    signatures: String(headers['webhook-signature']).split(' '),
    body,
    message: body.startsWith('{') ? JSON.parse(body) : undefined,
    headers,
    path: url,
  }
}

function react(request: IncomingMessage, response: ServerResponse, reaction: Reaction): void {
  if (reaction === 'hang') return
  if (reaction === 'reset') return void request.socket.resetAndDestroy()
  if (reaction === 'half') {
    response.writeHead(200, { 'content-length': '100' })
    return void response.write('a')
  }
  if (reaction === 'huge') {
    response.writeHead(200)
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
    }
    response.on('drain', more)
    return void more()
  }
  response.writeHead(reaction.status, reaction.headers).end()
}
