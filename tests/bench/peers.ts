/**
 * Requests a second of this service beside a raw server and one in the manner of FastAPI, on the same
 * database, in one run: short slices of load take turns, so that whatever else the machine does meets
 * all of them alike. Processor time a request says the most where others use the machine too.
 *
 *   npm run bench:peers [-- --database sqlite --rounds 5 --seconds 2 --only service --question item
 *     --beside <another build of the service, such as dist before a change>]
 */
import { deepEqual } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { newId } from '../../src/values.ts'
import { freePort, newFolder } from '../support/process.ts'
import { type Asked, has, load, type Slice, startCpuClock, tool } from './generator.ts'
import { type Ground, layGround, mixOf } from './peers/ground.ts'

const { values } = parseArgs({
  options: {
    database: { type: 'string', default: process.env.TEST_POSTGRES_URL ?? 'sqlite' },
    connections: { type: 'string', default: '64' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    items: { type: 'string', default: '100000' },
    only: { type: 'string', default: '' },
    question: { type: 'string', default: '' },
    beside: { type: 'string', default: '' },
    profile: { type: 'string', default: '' },
  },
})

const questions = {
  item: (id: string) => `/api/v1/items/${id}`,
  me: () => '/api/v1/auth/me',
  list: () => '/api/v1/items?limit=50',
}
type Question = keyof typeof questions
type Peer = { name: string; url: string; pid: number; before: string; most?: number }

const folder = await newFolder()
const place = await openPlace()
const env = {
  NODE_ENV: 'production',
  AUTH_MODE: 'production',
  DATA_DIR: folder,
  DATABASE_URL: place.url,
  JWT_SECRET: `${newId()}${newId()}`,
  SECRETS_KEY: Buffer.from(newId().slice(0, 32)).toString('base64'),
  LOG_LEVEL: 'info',
  RATE_LIMIT_PER_MINUTE: '100000000',
}
const children: ChildProcess[] = []
try {
  await bench()
} finally {
  await Promise.all(children.map(end))
  await place.drop()
  await rm(folder, { recursive: true, force: true })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  // What is in Python may have come to a halt.
  child.kill(child.spawnfile === process.execPath ? 'SIGTERM' : 'SIGKILL')
  await once(child, 'exit')
}

async function bench(): Promise<void> {
  const sizes = { items: Number(values.items), users: 1000, callers: 200 }
  const ground = await layGround(env, sizes)
  const peers = await startPeers()
  await requireSameAnswers(ground, peers)
  print(
    `${place.engine}, ${values.connections} connections, ${values.items} items, load by ${tool}`,
  )
  print(`${'median of the rounds'.padEnd(34)}   req/s  p50 ms  p99 ms  CPU ms  db CPU ms  failed`)
  for (const question of Object.keys(questions) as Question[]) {
    if (question.startsWith(values.question)) await compare(ground, peers, question)
  }
}

async function compare(ground: Ground, peers: Peer[], question: Question): Promise<void> {
  const found = new Map<Peer, (Slice & { cpu: number; databaseCpu: number })[]>()
  for (const peer of peers) await warmUp(ground, peer, question)
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const peer of peers) {
      const one = await slice(ground, peer, question, Number(values.seconds))
      found.set(peer, [...(found.get(peer) ?? []), one])
    }
  }
  const rates: number[] = []
  for (const [peer, slices] of found) {
    const of = (figure: (each: (typeof slices)[number]) => number) => medianOf(slices.map(figure))
    const rate = of(({ requests, seconds }) => requests / seconds)
    rates.push(rate)
    const figures = [
      rate.toFixed(0).padStart(8),
      of(({ p50 }) => p50)
        .toFixed(1)
        .padStart(8),
      of(({ p99 }) => p99)
        .toFixed(1)
        .padStart(8),
      of(({ cpu, requests }) => cpu / requests)
        .toFixed(3)
        .padStart(8),
      of(({ databaseCpu, requests }) => databaseCpu / requests)
        .toFixed(3)
        .padStart(11),
      String(slices.reduce((sum, { failed }) => sum + failed, 0)).padStart(8),
    ]
    const ratio = rates.length > 1 ? `  service: ${((rates[0] as number) / rate).toFixed(2)} ×` : ''
    const said = rate === 0 ? '  answers nothing' : `${figures.join('')}${ratio}`
    print(`${`${question}: ${peer.name}`.padEnd(34)}${said}`)
  }
}

/** Code is fast when it has run often, which on a busy machine takes more than a moment. */
async function warmUp(ground: Ground, peer: Peer, question: Question): Promise<void> {
  let answered = 0
  for (let n = 0; n < 5 && answered < 10_000; n += 1) {
    answered += (await slice(ground, peer, question, 2)).requests
  }
}

async function slice(ground: Ground, peer: Peer, question: Question, seconds: number) {
  const asked = mixOf(ground, (id) => peer.before + questions[question](id))
  const cpu = startCpuClock([peer.pid])
  const databaseCpu = startCpuClock(await place.pids())
  const connections = Math.min(Number(values.connections), peer.most ?? 1024)
  const figures = await load({ url: peer.url, asked, connections, seconds, folder })
  return { ...figures, cpu: cpu(), databaseCpu: databaseCpu() }
}

function medianOf(all: number[]): number {
  return all.sort((a, b) => a - b)[Math.floor(all.length / 2)] as number
}

async function startPeers(): Promise<Peer[]> {
  const root = join(import.meta.dirname, '../..')
  const profile = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : []
  const server = join(root, 'dist/src/server.js')
  const service = await start('service', process.execPath, [...profile, server], '/health/ready')
  const builds: Peer[] = [{ ...service, before: '' }]
  if (values.beside) {
    const other = join(values.beside, 'src/server.js')
    const one = await start('other build', process.execPath, [other], '/health/ready')
    builds.push({ ...one, before: '' })
  }
  if (place.engine === 'sqlite' || values.only === 'service') return builds
  const raw = join(import.meta.dirname, 'peers/raw.ts')
  const bare = await start('raw', process.execPath, ['--import', 'tsx', raw], '/')
  const started: Peer[] = [
    ...builds,
    { ...bare, name: 'raw, asks nobody who they are', before: '/open' },
    { ...bare, name: 'raw, checks token and session', before: '/checked' },
  ]
  const python = '/usr/bin/python3'
  if (!has(python, ['-c', 'import fastapi, uvicorn, sqlalchemy, psycopg2, jose'])) {
    print('FastAPI and what belongs to it is not here, so it is left out.')
    return started
  }
  const app = join(import.meta.dirname, 'peers/fastapi-guide.py')
  // Past its pool of connections the guide's way comes to a halt: another is asked over 16, which keep one process busy as well.
  const few = { ...(await start('FastAPI, 16 at most', python, [app], '/docs')), most: 16 }
  const many = await start('FastAPI', python, [app], '/docs')
  return [...started, { ...few, before: '' }, { ...many, before: '' }]
}

/** Its log goes into a file, as it would in production. */
async function start(name: string, command: string, args: string[], path: string) {
  const port = await freePort()
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH ?? '', PORT: String(port), PYTHONDONTWRITEBYTECODE: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.pipe(createWriteStream(join(folder, `${name}.log`)))
  children.push(child)
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const answer = await fetch(url + path).catch(() => undefined)
    if (answer && answer.status < 500) return { name, url, pid: Number(child.pid) }
    await sleep(100)
  }
  throw new Error(`${name} did not start.`)
}

/** What is faster for answering less does not count. */
async function requireSameAnswers(ground: Ground, [service, ...others]: Peer[]): Promise<void> {
  for (const question of Object.keys(questions) as Question[]) {
    const [asked] = mixOf(ground, questions[question])
    const expected = await answerOf(service as Peer, asked as Asked)
    for (const other of others) {
      const given = await answerOf(other, asked as Asked)
      if (other.name.startsWith('FastAPI')) {
        const [mine, theirs] = [expected, given].map((all) => all.data ?? [all])
        deepEqual(theirs.map(keysOf), mine.map(keysOf))
      } else deepEqual(JSON.stringify(given), JSON.stringify(expected), `${other.name} ${question}`)
    }
  }
}

function keysOf(row: object): string[] {
  return Object.keys(row).sort()
}

async function answerOf(peer: Peer, { path, token }: Asked) {
  const headers = { authorization: `Bearer ${token}` }
  const { timestamp: _, ...rest } = Object(
    await (await fetch(peer.url + peer.before + path, { headers })).json(),
  )
  return rest
}

async function openPlace() {
  if (values.database === 'sqlite') {
    const url = `sqlite:${join(folder, 'bench.db')}`
    return { engine: 'sqlite', url, pids: async () => [], drop: async () => {} }
  }
  const name = `test_peers_${newId().replaceAll('-', '')}`
  const admin = new pg.Client(values.database)
  await admin.connect()
  await admin.query(`create database ${name} template template0 encoding 'UTF8' locale 'C.UTF-8'`)
  return {
    engine: 'postgres',
    url: Object.assign(new URL(values.database), { pathname: name }).href,
    pids: async () => {
      const text = 'select pid from pg_stat_activity where datname = $1'
      const { rows } = await admin.query<{ pid: number }>(text, [name])
      return rows.map(({ pid }) => pid)
    },
    drop: async () => {
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
