import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { type Scripted, type ScriptedCall, say } from './model-answers.ts'
import { complaintOf } from './model-protocol.ts'

/** What a model was asked, as it came over the wire. */
export type ModelRequest = {
  url: string
  headers: IncomingMessage['headers']
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into bodies that they know.
  body: any
}

/** By number of request from 0, or by what is asked; what is not said is a plain answer. */
export type ModelScript =
  | readonly (Scripted | undefined)[]
  | ((request: ModelRequest, number: number) => Said | Promise<Said>)

type Said = Scripted | undefined

type Options = {
  key?: string
  /** Where the protocol is spoken, before `/chat/completions`. */
  prefix?: string
  header?: 'authorization' | 'api-key'
  /** Refuses a temperature, as models that reason do. */
  refusesTemperature?: boolean
}

/** Chat completions on a port of its own, as strict as those who offer them. */
export async function startModel(script: ModelScript = [], options: Options = {}) {
  const { key = 'sk-test-0123456789', prefix = '/v1', header = 'authorization' } = options
  const requests: ModelRequest[] = []
  /** What was wrong with requests; a test that minds looks here. */
  const complaints: string[] = []
  const open = new Set<ServerResponse>()
  let plan = script
  let gone = 0

  const server = createServer(async (request, response) => {
    open.add(response)
    response.on('close', () => {
      open.delete(response)
      if (!response.writableFinished) gone += 1
    })
    let text = ''
    for await (const piece of request.setEncoding('utf8')) text += piece
    const refuse = (status: number, error: object) => {
      complaints.push(JSON.stringify(error))
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error }))
    }
    const [path] = (request.url ?? '').split('?', 1)
    if (request.method !== 'POST' || path !== `${prefix}/chat/completions`) {
      return refuse(404, { message: 'Not Found' })
    }
    const wanted = header === 'api-key' ? key : `Bearer ${key}`
    if (key !== '' && request.headers[header] !== wanted) {
      const message = `Incorrect API key provided: ${request.headers[header]}`
      return refuse(401, { message, type: 'invalid_request_error', code: 'invalid_api_key' })
    }
    if (request.headers['content-type'] !== 'application/json') return refuse(415, {})
    const asked = { url: request.url ?? '', headers: request.headers, text, body: JSON.parse(text) }
    const complaint = complaintOf(asked.body, !prefix.includes('/deployments/'))
    if (complaint) return refuse(400, { message: complaint, type: 'invalid_request_error' })
    if (options.refusesTemperature && asked.body.temperature !== undefined) {
      const param = 'temperature'
      return refuse(400, { message: 'Unsupported value', param, code: 'unsupported_value' })
    }
    const number = requests.push(asked) - 1
    const said = typeof plan === 'function' ? await plan(asked, number) : plan[number]
    return answer(response, said ?? { kind: 'say', text: 'はい。' })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  async function answer(response: ServerResponse, said: Scripted): Promise<unknown> {
    const events = { 'content-type': 'text/event-stream' }
    switch (said.kind) {
      case 'say':
        return say(response, said)
      case 'status': {
        const { status, error = { message: `a secret of ours: ${key}` }, headers } = said
        response.writeHead(status, { 'content-type': 'application/json', ...headers })
        return response.end(JSON.stringify({ error }))
      }
      case 'raw':
        response.writeHead(said.status ?? 200, { 'content-type': said.type ?? 'text/event-stream' })
        return response.end(said.text)
      case 'cut':
        response.writeHead(200, events).write(Buffer.from(said.text).subarray(0, said.after))
        await wait(20)
        return response.socket?.resetAndDestroy()
      case 'silent':
        return undefined
      case 'drip':
        response.writeHead(200, events)
        while (!response.destroyed) {
          response.write(':')
          await wait(said.pauseMs)
        }
        return undefined
      case 'huge':
        response.writeHead(200, events)
        return Readable.from(hugeOf(said.bytes)).pipe(response)
      case 'redirect':
        return response.writeHead(307, { location: said.location }).end()
    }
  }

  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${prefix}`,
    key,
    requests,
    complaints,
    /** How many answers the other side did not wait for. */
    gone: () => gone,
    plan: (changed: ModelScript) => {
      requests.length = 0
      complaints.length = 0
      plan = changed
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type ModelServer = Awaited<ReturnType<typeof startModel>>

/** Something that is said, and then comments that lead nowhere. */
function* hugeOf(bytes: number) {
  yield chunk('x'.repeat(1000))
  for (let sent = 0; sent < bytes; sent += 65_536) yield `: ${'x'.repeat(65_533)}\n`
}

/** One event of a stream that says this. */
export function chunk(content: string): string {
  const choices = [{ index: 0, delta: { content }, finish_reason: null }]
  return `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices })}\n\n`
}

export const saying = (text: string): Scripted => ({ kind: 'say', text })

export const calling = (...calls: ScriptedCall[]): Scripted => ({ kind: 'say', calls })
