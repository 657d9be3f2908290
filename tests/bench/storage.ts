/**
 * MB/s of files that go and come back, and how much memory that takes: a bare stream into a file,
 * which is not flushed, a folder, and an object store in a process of its own. The ratios are what
 * to compare, not the figures.
 *
 *   npm run bench:storage [-- --megabytes 100 --files 200]
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import type { S3Place } from '../../src/s3.ts'
import { diskStorage, type Storage } from '../../src/storage.ts'
import { s3Storage } from '../../src/storage-s3.ts'
import { newId } from '../../src/values.ts'
import { mebibytes } from '../support/storages.ts'

type Target = { name: string; storage: Pick<Storage, 'put' | 'get'> }

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '100' },
    files: { type: 'string', default: '200' },
  },
})
const megabytes = Number(values.megabytes)
const files = Number(values.files)

const folder = await mkdtemp(join(tmpdir(), 'bench-storage-'))
const store = fork(join(import.meta.dirname, 's3-process.ts'), { execArgv: ['--import', 'tsx'] })
const [{ place }] = (await once(store, 'message')) as [{ place: S3Place }]

const targets: Target[] = [
  { name: 'bare file', storage: bareFile(folder) },
  { name: 'folder', storage: diskStorage(join(folder, 'files')) },
  { name: 'object store', storage: s3Storage(place) },
]

process.stdout.write(
  `| | put ${megabytes} MB | get | memory | small puts |\n|---|---|---|---|---|\n`,
)
for (const { name, storage } of targets) {
  await storage.put('warm', mebibytes(1), 2 ** 40)
  globalThis.gc?.()
  const memory = watchMemory()
  const put = await secondsOf(() => storage.put('large', mebibytes(megabytes), 2 ** 40))
  const get = await secondsOf(async () => {
    for await (const _ of await storage.get('large')) memory.look()
  })
  const grown = memory.stop()
  const small = await secondsOf(async () => {
    for (let n = 0; n < files; n += 1) {
      await storage.put(`small/${newId()}`, oneOf(Buffer.alloc(20_000, n)), 2 ** 20)
    }
  })
  const figures = [
    `${Math.round(megabytes / put)} MB/s`,
    `${Math.round(megabytes / get)} MB/s`,
    `+${grown} MB`,
    `${Math.round(files / small)}/s`,
  ]
  process.stdout.write(`| ${name} | ${figures.join(' | ')} |\n`)
}
store.disconnect()
await rm(folder, { recursive: true })

function bareFile(root: string): Target['storage'] {
  const pathOf = (key: string) => join(root, key.replaceAll('/', '-'))
  return {
    put: (key, body) => pipeline(body, createWriteStream(pathOf(key))),
    get: async (key) => createReadStream(pathOf(key)),
  }
}

async function* oneOf(bytes: Buffer) {
  yield bytes
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

/** The most that the process held outside of what it held before. */
function watchMemory() {
  const heldNow = () => process.memoryUsage().rss / 2 ** 20
  const before = heldNow()
  let most = before
  const look = () => {
    most = Math.max(most, heldNow())
  }
  const timer = setInterval(look, 20)
  return {
    look,
    stop: () => {
      clearInterval(timer)
      return Math.round(most - before)
    },
  }
}
