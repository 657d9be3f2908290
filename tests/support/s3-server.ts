import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer, nameOf, type Operation, type Question } from './s3-answers.ts'
import { createObjects } from './s3-objects.ts'
import { authenticate, type Refusal, refuse } from './s3-signature.ts'

/**
 * slow_down, internal: refused so. reset_early: before the body was read. reset_late: after it was,
 * and before anything was done. lost: done, and not said. cut: the body of the answer ends too early.
 * short: it says it is shorter than it is. silent: never answered. drip: its body comes bit by bit.
 * stall: its body stops in the middle. damaged: what arrives is not what was sent. moved: to elsewhere.
 */
type Fault =
  | ('slow_down' | 'internal' | 'reset_early' | 'reset_late' | 'lost' | 'cut' | 'short')
  | ('silent' | 'drip' | 'stall' | 'damaged' | 'moved' | 'denied')

type Plan = { operation: Operation; fault: Fault; skip: number; times: number }

export type S3Server = Awaited<ReturnType<typeof startS3>>

/** An object store on this machine that speaks the REST API of S3, path style, one key, one bucket. */
export async function startS3({ bucket = 'kaname', region = 'ap-northeast-1', port = 0 } = {}) {
  const key = { id: 'AKIATEST', secret: 'a-secret-key/of+tests', region }
  const store = createObjects()
  const asked: Operation[] = []
  const plans: Plan[] = []
  const gates = new Map<Operation, Gate>()
  let received = 0
  let clockMs = 0

  const server = createServer((request, response) => void serve(request, response).catch(() => {}))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  function planned(operation: Operation): Fault | undefined {
    const plan = plans.find((each) => each.operation === operation && each.times > 0)
    if (!plan) return undefined
    if (plan.skip > 0) {
      plan.skip -= 1
      return undefined
    }
    plan.times -= 1
    return plan.fault
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(String(request.url), endpoint)
    const operation = nameOf(String(request.method), url)
    asked.push(operation)
    const fault = planned(operation)
    if (fault === 'reset_early') return request.socket.destroy()
    const chunks: Buffer[] = []
    for await (const chunk of request) {
      received += chunk.length
      chunks.push(chunk)
    }
    const leave = await gates.get(operation)?.enter()
    if (leave) response.once('close', leave)
    if (fault === 'reset_late') return request.socket.destroy()
    if (fault === 'silent') return
    if (fault === 'slow_down') return say(response, request, refuse(503, 'SlowDown'))
    if (fault === 'internal') return say(response, request, refuse(500, 'InternalError'))
    if (fault === 'denied') return say(response, request, refuse(403, 'AccessDenied'))
    if (fault === 'moved') {
      response.setHeader('location', 'http://127.0.0.1:1/elsewhere')
      return say(response, request, refuse(307, 'TemporaryRedirect'))
    }
    const sent = Buffer.concat(chunks)
    const seen = fault === 'damaged' ? damage(sent) : sent
    const question = read(request, url, operation, seen)
    if ('code' in question) return say(response, request, question)
    const said = answer(store, question)
    if (fault === 'lost') return request.socket.destroy()
    if ('code' in said) return say(response, request, said)
    send(response, request, said, fault)
  }

  /** Who asks, and whether all that was sent has come. */
  function read(request: IncomingMessage, url: URL, operation: Operation, sent: Buffer) {
    const proof = authenticate(request, sent, key, Date.now() + clockMs)
    if ('refusal' in proof) return proof.refusal
    const [, named = '', ...rest] = url.pathname.split('/')
    if (named !== bucket) return refuse(404, 'NoSuchBucket')
    const md5 = request.headers['content-md5']
    if (md5 && md5 !== createHash('md5').update(proof.body).digest('base64')) {
      return refuse(400, 'BadDigest')
    }
    const object = rest.map(decodeURIComponent).join('/')
    const { headers } = request
    return {
      operation,
      key: object,
      query: url.searchParams,
      headers,
      body: proof.body,
    } satisfies Question
  }

  return {
    endpoint,
    bucket,
    key,
    ...store,
    asked,
    received: () => received,
    /** What `STORAGE_URL` says for it. */
    url: (prefix = 'files') =>
      `s3://${bucket}/${prefix}?endpoint=${encodeURIComponent(endpoint)}&region=${region}&force_path_style=true`,
    place: (prefix = 'files') => ({
      kind: 's3' as const,
      endpoint,
      region,
      bucket,
      prefix,
      forcePathStyle: true,
      credentials: { accessKeyId: key.id, secretAccessKey: key.secret },
    }),
    /** Fails at the next call of an operation, or later, once or more often. */
    fail: (operation: Operation, fault: Fault, { skip = 0, times = 1 } = {}) =>
      void plans.push({ operation, fault, skip, times }),
    recover: () => void plans.splice(0),
    /** Keeps every request of an operation waiting until it is opened; counts those under way. */
    gate(operation: Operation): Gate {
      const gate = createGate()
      gates.set(operation, gate)
      return gate
    },
    turnClock: (ms: number) => {
      clockMs = ms
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

type Gate = ReturnType<typeof createGate>

function createGate() {
  const count = { underWay: 0, most: 0 }
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    count,
    open: () => open(),
    async enter(): Promise<() => void> {
      count.underWay += 1
      count.most = Math.max(count.most, count.underWay)
      await opened
      return () => {
        count.underWay -= 1
      }
    },
  }
}

function damage(sent: Buffer): Buffer {
  const damaged = Buffer.from(sent)
  damaged.writeUInt8(damaged.readUInt8(0) ^ 1, 0)
  return damaged
}

function say(
  response: ServerResponse,
  request: IncomingMessage,
  { status, code, message }: Refusal,
) {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(request.method === 'HEAD' ? undefined : body)
}

type Said = { status: number; headers: Record<string, string>; body: Buffer }

function send(response: ServerResponse, request: IncomingMessage, said: Said, fault?: Fault) {
  const { status, headers, body } = said
  const length = fault === 'short' ? body.length >> 1 : body.length
  response.writeHead(status, { 'content-length': String(length), ...headers })
  if (request.method === 'HEAD') return void response.end()
  if (fault === 'short') return void response.end(body.subarray(0, length))
  if (fault === 'cut' || fault === 'stall') {
    response.write(body.subarray(0, body.length >> 1), () => {
      if (fault === 'cut') request.socket.destroy()
    })
    return
  }
  if (fault !== 'drip') return void response.end(body)
  const drip = (at: number) => {
    if (at >= body.length || response.destroyed) return void response.end()
    response.write(body.subarray(at, at + 3))
    setTimeout(drip, 5, at + 3)
  }
  drip(0)
}
