/**
 * Every area's main reads and writes at 1, 16, 64 and 256 connections on SQLite and PostgreSQL: the
 * service as in production, in one process. Printed are requests a second, their times, what failed,
 * how late the event loop was, the processor time of the service and of the database a request and, on
 * PostgreSQL, statements a request. `--top` names the statement that took the most time.
 *
 *   npm run bench:load [-- --engine sqlite --area items,desk --question POST --connections 16,64
 *     --seconds 2 --items 100000 --incidents 20000 --top --profile <folder>]
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDb } from '../../db/open.ts'
import { loadConfig } from '../../src/config.ts'
import { newId } from '../../src/values.ts'
import { daemonOf } from '../support/daemons.ts'
import { freePort } from '../support/process.ts'
import { load, startCpuClock } from './generator.ts'
import { accounts } from './load/accounts.ts'
import { analysis } from './load/analysis.ts'
import { desk } from './load/desk.ts'
import { driverTrees } from './load/driver-trees.ts'
import { type Area, groundOf, type Question } from './load/ground.ts'
import { items } from './load/items.ts'
import { openPostgres, openSqlite, type Place } from './load/place.ts'
import { projects } from './load/projects.ts'
import { statistics } from './load/statistics.ts'
import { submissions } from './load/submissions.ts'
import { rooms, uploads } from './load/uploads.ts'
import { layGround } from './peers/ground.ts'
import { settle } from './service.ts'

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: '' },
    area: { type: 'string', default: '' },
    question: { type: 'string', default: '' },
    connections: { type: 'string', default: '1,16,64,256' },
    seconds: { type: 'string', default: '2' },
    items: { type: 'string', default: '100000' },
    incidents: { type: 'string', default: '20000' },
    top: { type: 'boolean', default: false },
    profile: { type: 'string', default: '' },
  },
})

const areas: Record<string, Area> = {
  accounts,
  items,
  uploads,
  rooms,
  submissions,
  statistics,
  desk,
  projects,
  analysis,
  'driver-trees': driverTrees,
}
const levels = values.connections.split(',').map(Number)
const seconds = Number(values.seconds)
const folder = await mkdtemp('/var/tmp/kaname-load-')
// PostgreSQL runs as another user than root.
await chmod(folder, 0o755)

try {
  for (const open of [openSqlite, openPostgres]) {
    if (!open.name.toLowerCase().slice('open'.length).startsWith(values.engine)) continue
    const place = await open(folder)
    if (place) await benchOn(place).finally(place.drop)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function benchOn(place: Place): Promise<void> {
  const env = {
    NODE_ENV: 'production',
    AUTH_MODE: 'production',
    DATA_DIR: join(folder, place.engine),
    DATABASE_URL: place.url,
    JWT_SECRET: `${newId()}${newId()}`,
    SECRETS_KEY: Buffer.from(newId().slice(0, 32)).toString('base64'),
    RATE_LIMIT_PER_MINUTE: '100000000',
    TRUST_PROXY: '127.0.0.1',
  }
  const sizes = { items: Number(values.items), users: 1000, callers: 200 }
  const laid = await layGround(env, sizes)
  const service = await startService(env)
  await benchService(place, service, env, laid).finally(service.stop)
}

async function benchService(
  place: Place,
  service: Service,
  env: Record<string, string>,
  laid: Laid,
): Promise<void> {
  const config = loadConfig(env)
  const { db } = await openDb(config.databaseUrl)
  const given = { db, config, items: laid, url: service.url }
  const ground = groundOf({ ...given, sizes: { incidents: Number(values.incidents) } })
  print(`\n${place.engine}, ${values.items} items, ${values.incidents} incidents`)
  print(
    `${'connections'.padStart(52)}   req/s  p50 ms  p95 ms  p99 ms  loop ms  CPU ms   db ms  stmts  failed`,
  )
  const questions: Question[] = []
  const wanted = values.area.split(',').filter(Boolean)
  for (const [name, area] of Object.entries(areas)) {
    if (wanted.length === 0 || wanted.includes(name)) questions.push(...(await area(ground)))
  }
  await settle(db)
  await db.destroy()
  for (const question of questions) {
    if (!question.name.includes(values.question)) continue
    await ground.ask(question.asked())
    // Code is fast when it has run often.
    await load({ url: service.url, asked: some(question), connections: 4, seconds: 2, folder })
    for (const connections of levels) {
      if (connections <= (question.most ?? 1024)) {
        await measure(place, service, question, connections)
      }
    }
  }
}

type Laid = Awaited<ReturnType<typeof layGround>>
type Service = Awaited<ReturnType<typeof startService>>

async function measure(place: Place, service: Service, question: Question, connections: number) {
  await Promise.all([place.work(), service.loopMs()])
  const cpu = startCpuClock([service.pid()])
  const databaseCpu = startCpuClock(await place.pids())
  const { requests, p50, p95, p99, failed, ...found } = await load({
    url: service.url,
    asked: some(question),
    connections,
    seconds,
    folder,
  })
  const [spent, databaseSpent] = [cpu(), databaseCpu()]
  const [work, loopMs] = await Promise.all([place.work(), service.loopMs()])
  const figures = [
    connections.toFixed(0).padStart(5),
    (requests / found.seconds).toFixed(0).padStart(8),
    ...[p50, p95, p99].map((ms) => ms.toFixed(1).padStart(8)),
    loopMs.toFixed(0).padStart(9),
    ...[spent, databaseSpent].map((ms) => (ms / requests).toFixed(3).padStart(8)),
    (work ? (work.statements / requests).toFixed(1) : '').padStart(7),
    failed.toFixed(0).padStart(8),
  ]
  print(`${question.name.padEnd(47)}${figures.join('')}`)
  if (values.top && work)
    print(`    ${(work.ms / requests).toFixed(2)} ms: ${work.top.slice(0, 300)}`)
}

function some({ asked, isOnce }: Question) {
  return Array.from({ length: isOnce ? 20_000 : 2000 }, asked)
}

/** Its log goes into a file, as it would in production. */
async function startService(env: Record<string, string>) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const profile = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : []
  const server = join(import.meta.dirname, '../../dist/src/server.js')
  const daemon = daemonOf({
    name: 'the service',
    command: () => ({
      path: process.execPath,
      args: [...profile, server],
      env: { ...env, PORT: String(port) },
    }),
    log: join(folder, `service-${port}`),
    answers: () =>
      fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
  })
  await daemon.start()
  const text = async (path: string) => (await fetch(url + path)).text()
  const gauge = async (name: string) =>
    Number(new RegExp(`^${name} (\\S+)`, 'm').exec(await text('/metrics'))?.[1])
  return {
    url,
    pid: () => Number(daemon.pid),
    /** The longest delay of the event loop since it was asked last. */
    loopMs: async () => (await gauge('nodejs_eventloop_lag_max_seconds')) * 1000,
    stop: () => daemon.stop(),
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
