import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { type Answer, errorAnswer, type Refusal } from './drive-answers.ts'
import {
  type DriveCall,
  type DriveEndpoint,
  type DriveFault,
  type DriveFaults,
  type DrivePlan,
  planOf,
} from './drive-faults.ts'
import { answerTo } from './drive-methods.ts'
import { createTokens } from './drive-tokens.ts'
import { createTree } from './drive-tree.ts'
import { createUploads } from './drive-uploads.ts'

export type DriveServer = Awaited<ReturnType<typeof startDriveServer>>

let knownKey: { privateKey: string; publicKey: string } | undefined

/** One key for all tests of a process: making one takes long. */
function keyPair() {
  knownKey ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return knownKey
}

/**
 * Google's token endpoint and Drive API v3, written from their manuals, for `GOOGLE_API_ROOT_URL`.
 * What it cannot show: searches that lag behind, quotas, and the rules of scopes.
 */
export async function startDriveServer({ tokenSeconds = 3600 } = {}) {
  let lifetime = tokenSeconds
  let plan: DrivePlan = () => undefined
  const tree = createTree()
  const tokens = createTokens(() => lifetime)
  const uploads = createUploads(tree)
  const calls: DriveCall[] = []
  const counts = new Map<DriveEndpoint, number>()
  /** Accounts of Google's that mails can be shared with; all of them where nothing is said. */
  const strangers = new Set<string>()

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.socket?.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = callOf(request)
    calls.push(call)
    const fault = plan(call) ?? {}
    if (fault.latencyMs) await wait(fault.latencyMs)
    if (fault.silent) return
    if (fault.reset === 'before') {
      request.socket.resetAndDestroy()
      return
    }
    const answer = await answerOf(call, request, fault)
    call.status = answer.status
    // Without the rest of the body the client would not hear the answer.
    if (!fault.reset && !request.readableEnded) request.resume()
    if (fault.reset) request.socket.resetAndDestroy()
    else await send(response, answer, fault)
  }

  function callOf(request: IncomingMessage): DriveCall {
    const { pathname, searchParams } = new URL(request.url ?? '/', url)
    const method = request.method ?? 'GET'
    const endpoint = endpointOf(method, pathname, searchParams, request.headers)
    const nth = (counts.get(endpoint) ?? 0) + 1
    counts.set(endpoint, nth)
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    )
    const email = tokens.holderOf(headers.authorization)
    const at = performance.now()
    const rest = { headers, body: '', email, at, status: 0 }
    return { endpoint, nth, method, path: pathname, query: searchParams, ...rest }
  }

  async function answerOf(call: DriveCall, request: IncomingMessage, fault: DriveFault) {
    if (fault.status) {
      const headers = fault.retryAfter ? { 'retry-after': fault.retryAfter } : {}
      return errorAnswer(fault.status, fault.reason ?? 'backendError', undefined, headers)
    }
    try {
      return await ordinary(call, request, fault)
    } catch (error) {
      const { refusal } = Object(error) as Partial<Refusal>
      if (refusal) return refusal
      throw error
    }
  }

  async function ordinary(
    call: DriveCall,
    request: IncomingMessage,
    fault: DriveFault,
  ): Promise<Answer> {
    const uploadId = call.query.get('upload_id')
    if (uploadId) return uploads.put(uploadId, request, fault)
    call.body = await text(request)
    if (call.endpoint === 'token') return tokens.answer(new URLSearchParams(call.body))
    if (call.email === undefined) {
      const message = 'Request had invalid authentication credentials.'
      return errorAnswer(401, 'authError', message)
    }
    return answerTo({ tree, uploads, strangers }, call as DriveCall & { email: string })
  }

  return {
    url,
    calls,
    tree,
    uploads: uploads.uploads,
    expireUploads: uploads.expire,
    expireTokens: tokens.expireAll,
    givenTokens: tokens.given,
    strangers,
    /** From now on, and not for tokens that were given. */
    setTokenSeconds: (seconds: number) => {
      lifetime = seconds
    },
    /** A service account with its key file as Google Cloud gives it. */
    addAccount(email = `kaname-${crypto.randomUUID()}@example-project.iam.gserviceaccount.com`) {
      const { privateKey, publicKey } = keyPair()
      tokens.keys.set(email, publicKey)
      const keyFile = {
        type: 'service_account',
        project_id: 'example-project',
        private_key_id: 'b5f4e0c1d2a3948576',
        private_key: privateKey,
        client_email: email,
        client_id: '100000000000000000001',
        auth_uri: 'https://accounts.google.com/o/oauth2/auth',
        token_uri: 'https://oauth2.googleapis.com/token',
      }
      return { email, keyFile }
    },
    removeAccount: (email: string) => tokens.keys.delete(email),
    /** Replaces what goes wrong; calls count from here. */
    plan: (faults: DrivePlan | DriveFaults = {}) => {
      calls.length = 0
      counts.clear()
      plan = planOf(faults)
    },
    count: (endpoint: DriveEndpoint) => calls.filter((call) => call.endpoint === endpoint).length,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function endpointOf(
  method: string,
  path: string,
  query: URLSearchParams,
  headers: IncomingMessage['headers'],
): DriveEndpoint {
  if (path === '/token') return 'token'
  if (path === '/drive/v3/about') return 'about'
  if (path === '/upload/drive/v3/files') {
    if (method === 'POST') return 'begin'
    const asks = String(headers['content-range'] ?? '').startsWith('bytes */')
    return query.has('upload_id') ? (asks ? 'status' : 'chunk') : 'other'
  }
  if (path === '/drive/v3/files') return method === 'POST' ? 'create' : 'list'
  if (/^\/drive\/v3\/files\/[^/]+\/permissions$/.test(path)) {
    return method === 'POST' ? 'share' : 'permissions'
  }
  if (!/^\/drive\/v3\/files\/[^/]+$/.test(path)) return 'other'
  const names: Record<string, DriveEndpoint> = { GET: 'get', PATCH: 'update', DELETE: 'delete' }
  return names[method] ?? 'other'
}

async function send(response: ServerResponse, answer: Answer, fault: DriveFault): Promise<void> {
  const body = answer.body === undefined ? '' : JSON.stringify(answer.body)
  const part = fault.truncated ? body.slice(0, Math.floor(body.length / 2)) : body
  response.writeHead(answer.status, {
    ...(body && { 'content-type': 'application/json; charset=UTF-8' }),
    'content-length': Buffer.byteLength(part),
    ...answer.headers,
  })
  if (fault.dripMs) {
    for (const letter of part) {
      response.write(letter)
      await wait(fault.dripMs)
    }
    response.end()
  } else response.end(part)
}
