/**
 * What decoding pictures of 40 megapixels does to everybody else: how long `/health` takes over a
 * socket and how late the event loop is, with nothing to do and while thumbnails are made as fast
 * as they are asked for; and the memory it takes. JPEG can be read at a smaller scale, PNG cannot.
 *
 *   npm run bench:thumbnails [-- --pictures 8]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { migrate } from '../../db/migrate.ts'
import { transact } from '../../db/transact.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { createDeps } from '../../src/deps.ts'
import { noise, storeUpload } from '../support/pictures.ts'

const { values } = parseArgs({ options: { pictures: { type: 'string', default: '8' } } })
const count = Number(values.pictures)
const [width, height] = [7300, 5475]

const DATA_DIR = await mkdtemp(join(tmpdir(), 'kaname-bench-'))
const config = loadConfig({ DATA_DIR, LOG_LEVEL: 'silent', RATE_LIMIT_PER_MINUTE: '1000000' })
const { deps, close } = await createDeps(config)
await migrate(deps.db)
deps.lifecycle.enter('ready')
const app = await buildApp(deps)
await app.listen({ host: '127.0.0.1', port: 0 })
const { port } = app.server.address() as AddressInfo
const owner = await transact(deps.db, (trx) =>
  createUser(trx, { username: 'bench', email: 'bench@example.org', roles: ['User'] }),
)

const jpeg = await noise(width, height).jpeg({ quality: 90 }).toBuffer()
const progressive = await noise(width, height).jpeg({ quality: 80, progressive: true }).toBuffer()
const png = await noise(width, height).toColourspace('b-w').png({ compressionLevel: 1 }).toBuffer()

line(['', 'MB', 's each', 'health p50 ms', 'p99 ms', 'loop p99 ms', 'max ms', 'peak RSS MB'])
await report('nothing', undefined)
await report('JPEG', jpeg)
await report('progressive JPEG', progressive)
await report('PNG', png)
await app.close()
await close()
await rm(DATA_DIR, { recursive: true })

async function report(name: string, bytes: Buffer | undefined): Promise<void> {
  const uploads = []
  for (let n = 0; bytes && n < count; n += 1) uploads.push(await storeUpload(deps, owner, bytes))
  global.gc?.()
  let isOver = false
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const started = Date.now()
  const watched = watch(() => isOver)
  await Promise.all([
    ...uploads.map((upload) => deps.thumbnails.ensure(upload, 200)),
    ...(bytes ? [] : [sleep(5000)]),
  ])
  const seconds = (Date.now() - started) / 1000
  isOver = true
  const { times, peak } = await watched
  delay.disable()
  const at = (part: number) => times[Math.floor(part * (times.length - 1))] ?? 0
  line([
    name,
    bytes ? (bytes.length / 1e6).toFixed(0) : '',
    bytes ? (seconds / count).toFixed(2) : '',
    at(0.5).toFixed(1),
    at(0.99).toFixed(1),
    (delay.percentile(99) / 1e6).toFixed(1),
    (delay.max / 1e6).toFixed(1),
    (peak / 1e6).toFixed(0),
  ])
}

/** Asks for `/health` all the time; what it takes includes this client, in the same process. */
async function watch(isOver: () => boolean) {
  const times: number[] = []
  let peak = 0
  while (!isOver()) {
    const asked = performance.now()
    await (await fetch(`http://127.0.0.1:${port}/health`)).text()
    times.push(performance.now() - asked)
    peak = Math.max(peak, process.memoryUsage.rss())
    await sleep(10)
  }
  return { times: times.sort((a, b) => a - b), peak }
}

function line(cells: string[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`)
}
