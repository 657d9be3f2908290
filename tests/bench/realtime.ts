/**
 * How long a message takes to reach everybody in one room, how many are delivered a second, and what
 * a connection costs: on one instance, and with the same people spread over two that share a Redis.
 *
 *   npm run bench:realtime [-- --connections 1000 --messages 100 --redis redis://127.0.0.1:6379]
 */
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { WebSocket } from 'ws'
import { migrate } from '../../db/migrate.ts'
import { openDb } from '../../db/open.ts'
import { transact } from '../../db/transact.ts'
import type { Caller } from '../../src/access.ts'
import { createApiToken } from '../../src/accounts/api-tokens.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { loadStatistics } from '../../src/statistics/seed/seed.ts'
import { newId } from '../../src/values.ts'
import { newFolder, type Running, startServer } from '../support/process.ts'

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '1000' },
    messages: { type: 'string', default: '100' },
    redis: { type: 'string', default: process.env.TEST_REDIS_URL ?? '' },
  },
})
const count = Number(values.connections)
const perUser = 10
const env = { LOG_LEVEL: 'silent', RATE_LIMIT_PER_MINUTE: '100000000' }

const seeded = await newFolder()
const tokens = await seed()
process.stdout.write(`${count} connections in one room, ${values.messages} messages\n`)
line(['', 'p50 ms', 'p99 ms', 'msg/s', 'deliv/s', 'kB/conn', 'lost'])
await measure('one instance', 1)
if (values.redis) await measure('two instances, Redis', 2)
process.exit(0)

async function measure(name: string, instances: number): Promise<void> {
  const prefix = `bench:${newId()}:`
  const shared = values.redis ? { REDIS_URL: values.redis, REDIS_PREFIX: prefix } : {}
  const servers = await Promise.all(
    Array.from({ length: instances }, async () => {
      const DATA_DIR = await newFolder()
      const path = join(DATA_DIR, 'bench.db')
      await copyFile(join(seeded, 'bench.db'), path)
      return startServer({ ...env, ...shared, DATA_DIR, DATABASE_URL: `sqlite:${path}` })
    }),
  )
  const before = await memoryOf(servers)
  const sockets: WebSocket[] = []
  for (let n = 0; n < count; n += 20) {
    const some = Array.from({ length: Math.min(20, count - n) }, (_, m) =>
      enter(servers[(n + m) % instances] as Running, tokens[Math.floor((n + m) / perUser)] ?? ''),
    )
    sockets.push(...(await Promise.all(some)))
  }
  await sleep(2000)
  const memory = ((await memoryOf(servers)) - before) / count

  const heard = listen(sockets)
  const messages = Number(values.messages)
  for (let n = 0; n < messages; n += 1) {
    sockets[n % sockets.length]?.send(JSON.stringify({ content: `at ${performance.now()}` }))
    await sleep(100)
  }
  await heard.until(messages * count)
  const times = heard.times.sort((a, b) => a - b)
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1)
  const lost = messages * count - times.length

  const rush = listen(sockets)
  const begun = performance.now()
  const senders = sockets.filter((_, n) => n % perUser === 0).slice(0, 20)
  for (let n = 0; n < 10; n += 1) {
    for (const sender of senders)
      sender.send(JSON.stringify({ content: `at ${performance.now()}` }))
  }
  await rush.until(10 * senders.length * count)
  const seconds = (performance.now() - begun) / 1000
  const delivered = rush.times.length
  const perSecond = [delivered / count / seconds, delivered / seconds]
  const figures = [...perSecond.map((each) => each.toFixed(0)), memory.toFixed(1), String(lost)]
  line([name, at(0.5), at(0.99), ...figures])

  for (const socket of sockets) socket.terminate()
  for (const { child, ended } of servers) {
    child.kill('SIGTERM')
    await ended
  }
}

/** Once the first message is there it is in the room, and not on its way in any more. */
function enter({ port }: Running, token: string): Promise<WebSocket> {
  const url = `ws://127.0.0.1:${port}/ws/bench`
  const socket = new WebSocket(url, ['bearer', token], { perMessageDeflate: false })
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', (code, reason) => reject(new Error(`closed with ${code} ${reason}`)))
    socket.on('open', () => socket.send('{"type":"ping"}'))
    socket.on('message', function pong(data: Buffer) {
      if (!data.includes('"pong"')) return
      socket.off('message', pong)
      resolve(socket)
    })
  })
}

function listen(sockets: WebSocket[]) {
  const times: number[] = []
  let last = performance.now()
  const hear = (data: Buffer) => {
    const found = /"content":"at ([\d.]+)"/.exec(data.toString('latin1'))
    if (!found) return
    last = performance.now()
    times.push(last - Number(found[1]))
  }
  for (const socket of sockets) socket.removeAllListeners('message').on('message', hear)
  return {
    times,
    /** Waits for so many, or until nothing has come for a long while. */
    async until(wanted: number): Promise<void> {
      last = performance.now()
      while (times.length < wanted && performance.now() - last < 15_000) await sleep(5)
    },
  }
}

async function memoryOf(servers: Running[]): Promise<number> {
  const sizes = servers.map(async ({ child }) => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])
  })
  return (await Promise.all(sizes)).reduce((sum, each) => sum + each, 0)
}

/** Users with an API token each, in a database that every instance gets a copy of. */
async function seed(): Promise<string[]> {
  const { db } = await openDb(`sqlite:${join(seeded, 'bench.db')}`)
  await migrate(db)
  await loadStatistics(db)
  const tokens = await transact(db, async (trx) => {
    const made: string[] = []
    for (let n = 0; n < count / perUser; n += 1) {
      const { id, roles } = await createUser(trx, {
        username: `user-${newId()}`,
        email: `${newId()}@example.jp`,
      })
      const origin = { request_id: newId(), ip: null, user_agent: null }
      const caller: Caller = { ...origin, id, roles, scopes: null, session_id: null }
      made.push((await createApiToken(trx, caller, { name: 'bench', scopes: ['room.join'] })).token)
    }
    return made
  })
  await db.destroy()
  return tokens
}

function line(cells: string[]): void {
  const [name = '', ...figures] = cells
  process.stdout.write(`${name.padEnd(24)}${figures.map((each) => each.padStart(10)).join('')}\n`)
}
