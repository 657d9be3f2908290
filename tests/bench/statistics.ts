/**
 * Times of reads of statistics, and how long loading takes: `cold`, questions that nobody has asked,
 * one after the other; `mixed`, at a steady rate, fifty questions asked unevenly, as people do, of
 * which each is cold once; `warm`, at that rate, one that everybody asks. In the same run a bare HTTP
 * server answers as many requests: compare with that, not with another machine.
 *
 *   npm run bench:statistics [-- --rate 100 --seconds 5 --database postgres://… --redis redis://…]
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { migrate } from '../../db/migrate.ts'
import { openDb } from '../../db/open.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { loadStatistics } from '../../src/statistics/seed/seed.ts'
import { newFolder, startServer } from '../support/process.ts'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '5' },
    database: { type: 'string', default: '' },
    redis: { type: 'string', default: '' },
  },
})
const [rate, seconds] = [Number(values.rate), Number(values.seconds)]

const DATA_DIR = await newFolder()
const DATABASE_URL = values.database || `sqlite:${DATA_DIR}/bench.db`
process.stdout.write(`${DATABASE_URL.split(':')[0]}, ${rate} requests a second\n`)
await load()

const service = await startServer({
  DATA_DIR,
  DATABASE_URL,
  REDIS_URL: values.redis,
  LOG_LEVEL: 'warn',
  RATE_LIMIT_PER_MINUTE: '100000000',
})
const bare = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').end('{"status":"alive"}')
}).listen(0, '127.0.0.1')
await once(bare, 'listening')
const address = bare.address() as { port: number }

type Question = (n: number) => string

const area = (n: number) => String((n % 47) + 1).padStart(2, '0')
const indicators = ['A1101', 'A4103', 'A4200', 'H5614', 'J2503', '%23A03503', '%23A05101']

const questions: Record<string, Question> = {
  population: (n) =>
    `population?area=${area(n)}&indicator=total,share,density&from=${1920 + (n % 90)}`,
  pyramid: (n) => `population/pyramid?area=${area(n)}&year=${1950 + 5 * (n % 15)}&compare=2020`,
  trends: (n) => `population/trends?area=${area(n)}&from=${1920 + (n % 80)}`,
  forecast: (n) => `population/forecast?area=${area(n)}&horizon=${(Math.floor(n / 47) % 12) + 1}`,
  livability: (n) => `livability?weights=doctors_per_100k:${n + 1}`,
  ranking: (n) => `livability/ranking?seed=${n + 1}`,
  comparison: (n) =>
    `comparison?area=${area(n)},${area(n + 7)}&indicator=A1101,A4103&from=${1920 + (n % 90)}`,
  map: (n) => `map/${indicators[n % 7]}?classes=${(n % 8) + 2}&year=${2011 + (n % 10)}`,
  'map as geojson': (n) => `map/${indicators[n % 7]}?classes=${(n % 8) + 2}&format=geojson`,
  tiles: (n) => `tiles/prefectures/8/${218 + (n % 12)}/${98 + (Math.floor(n / 12) % 10)}.mvt`,
  summary: (n) => `statistics/summary?indicator=${indicators[n % 7]}&year=${2011 + (n % 10)}`,
  observations: (n) =>
    `statistics/observations?indicator=A1101&level=prefecture&from=${1920 + (n % 90)}`,
  kpi: (n) => `kpi?show_area=${area(n)}`,
}

line('', ['answers', 'p50 ms', 'p95 ms', 'p99 ms', 'failed'])
await report('bare node:http', () => `http://127.0.0.1:${address.port}/`)
for (const [name, question] of Object.entries(questions)) {
  const ask = (n: number) => `${service.url}/api/v1/${question(n)}`
  await one(`${name}, cold`, (n) => ask(100 + n))
  const random = seededRandom(1)
  await report(`${name}, mixed`, () => ask(Math.floor(50 * random() ** 3)))
  await report(`${name}, warm`, () => ask(0))
}
bare.close()
service.child.kill('SIGTERM')
await service.ended
process.exit(0)

/** One question after the other, each for the first time. */
async function one(name: string, urlOf: Question): Promise<void> {
  const times: number[] = []
  let failed = 0
  for (let n = 0; n < 40; n += 1) {
    const begun = performance.now()
    failed += await ask(urlOf(n))
    times.push(performance.now() - begun)
  }
  sum(name, times, failed)
}

/** Asks at the rate whether or not answers come in time, so that waiting counts. */
async function report(name: string, urlOf: Question): Promise<void> {
  const times: number[] = []
  let failed = 0
  const begun = performance.now()
  const asked = Array.from({ length: rate * seconds }, async (_, n) => {
    const due = begun + (n * 1000) / rate
    await sleep(due - performance.now())
    const late = Math.min(performance.now() - due, 0)
    failed += await ask(urlOf(n))
    times.push(performance.now() - due - late)
  })
  await Promise.all(asked)
  sum(name, times, failed)
}

async function ask(url: string): Promise<number> {
  const response = await fetch(url)
  await response.arrayBuffer()
  return response.status >= 400 ? 1 : 0
}

function sum(name: string, times: number[], failed: number): void {
  times.sort((a, b) => a - b)
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1)
  line(name, [String(times.length), at(0.5), at(0.95), at(0.99), String(failed)])
}

function line(name: string, cells: string[]): void {
  process.stdout.write(`${name.padEnd(24)}${cells.map((cell) => cell.padStart(9)).join('')}\n`)
}

/** A database with its figures, made in this process so that loading is timed by itself. */
async function load(): Promise<void> {
  const { db } = await openDb(DATABASE_URL)
  await migrate(db)
  const begun = performance.now()
  const figures = await loadStatistics(db)
  const took = (performance.now() - begun) / 1000
  process.stdout.write(`${figures} figures loaded in ${took.toFixed(1)} s\n`)
  await db.destroy()
}
