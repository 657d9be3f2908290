/**
 * Requests a second and their times, of a service in a process of its own and, in the same run, of
 * a bare HTTP server that answers a constant: the ratios are what to compare, not the figures.
 *
 *   npm run bench [-- --connections 16 --seconds 5 --database postgres://…  --redis redis://…]
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { openDb } from '../../db/open.ts'
import { transact } from '../../db/transact.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { newId } from '../../src/values.ts'
import { newFolder, startServer } from '../support/process.ts'

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '5' },
    users: { type: 'string', default: '1000' },
    database: { type: 'string', default: '' },
    redis: { type: 'string', default: '' },
  },
})

type Target = { name: string; url: string; options?: Partial<autocannon.Options> }

const DATA_DIR = await newFolder()
const DATABASE_URL = values.database || `sqlite:${DATA_DIR}/bench.db`
const env = {
  DATA_DIR,
  DATABASE_URL,
  REDIS_URL: values.redis,
  LOG_LEVEL: 'warn',
  RATE_LIMIT_PER_MINUTE: '100000000',
}
await seed()
const service = await startServer(env)
const bare = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').end('{"status":"alive"}')
}).listen(0, '127.0.0.1')
await once(bare, 'listening')
const address = bare.address() as { port: number }

const login = { username: 'bench', password: 'Sakura-2026-kaika' }
const json = { 'content-type': 'application/json' }
await fetch(`${service.url}/api/v1/auth/register`, {
  method: 'POST',
  headers: json,
  body: JSON.stringify({ ...login, email: `bench-${newId()}@example.jp` }),
})
const signedIn = await fetch(`${service.url}/api/v1/auth/login`, {
  method: 'POST',
  headers: json,
  body: JSON.stringify(login),
})
const { access_token } = (await signedIn.json()) as { access_token: string }
const user = { headers: { authorization: `Bearer ${access_token}` } }
const admin = { headers: { authorization: 'Bearer mock-access-token-dev-12345' } }

const targets: Target[] = [
  { name: 'bare node:http', url: `http://127.0.0.1:${address.port}/` },
  { name: 'GET /health/live', url: `${service.url}/health/live` },
  { name: 'GET /health', url: `${service.url}/health` },
  { name: 'GET /auth/me', url: `${service.url}/api/v1/auth/me`, options: user },
  { name: 'GET /users?limit=50', url: `${service.url}/api/v1/users?limit=50`, options: admin },
  {
    name: 'GET /users?search=',
    url: `${service.url}/api/v1/users?limit=50&search=user-9`,
    options: admin,
  },
  {
    name: 'POST /auth/login',
    url: `${service.url}/api/v1/auth/login`,
    // One account takes five attempts at once and holds off the sixth.
    options: { method: 'POST', headers: json, body: JSON.stringify(login), connections: 4 },
  },
]

process.stdout.write(`${DATABASE_URL.split(':')[0]}, ${values.connections} connections\n`)
const heads = ['', 'req/s', 'of bare', 'p50 ms', 'p95 ms', 'p99 ms', 'failed']
line(heads)
let first = 0
for (const target of targets) {
  await measure(target, 1)
  const { perSecond, times, failed } = await measure(target, Number(values.seconds))
  first ||= perSecond
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1)
  const ratio = `${((perSecond / first) * 100).toFixed(1)} %`
  line([target.name, perSecond.toFixed(0), ratio, at(0.5), at(0.95), at(0.99), String(failed)])
}
bare.close()
service.child.kill('SIGTERM')
await service.ended
process.exit(0)

async function measure({ url, options }: Target, duration: number) {
  const times: number[] = []
  const connections = Number(values.connections)
  const { requests, non2xx, errors } = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon({ url, duration, connections, ...options }, (error, result) =>
      error ? reject(error) : resolve(result),
    )
    run.on('response', (_client, _status, _bytes, time) => void times.push(time))
  })
  times.sort((a, b) => a - b)
  return { perSecond: requests.average, times, failed: non2xx + errors }
}

function line(cells: string[]): void {
  const [name = '', ...figures] = cells
  const text = figures.map((figure) => figure.padStart(9)).join('')
  process.stdout.write(`${name.padEnd(24)}${text}\n`)
}

/** Enough users that a list is a list. */
async function seed(): Promise<void> {
  const first = await startServer(env)
  first.child.kill('SIGTERM')
  await first.ended
  const { db } = await openDb(DATABASE_URL)
  await transact(db, async (trx) => {
    for (let n = 0; n < Number(values.users); n += 1) {
      await createUser(trx, { username: `user-${newId()}`, email: `${newId()}@example.jp` })
    }
  })
  await db.destroy()
}
