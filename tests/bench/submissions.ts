/**
 * How fast a file of 100 MB goes into a submission, over a socket whose other end is in this process
 * as well, and how much memory that takes: less than 50 MB more than before, however large it is.
 *
 *   npm run bench:submissions [-- --megabytes 100]
 */

import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { migrate } from '../../db/migrate.ts'
import { transact } from '../../db/transact.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { createDeps } from '../../src/deps.ts'
import { newFolder } from '../support/process.ts'
import { addSession } from '../support/submission-files.ts'
import { formOf, samples } from '../support/uploads.ts'

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '100' } } })
const megabyte = 1024 * 1024
const allowed = 50

const config = loadConfig({ DATA_DIR: await newFolder(), LOG_LEVEL: 'silent', PORT: '0' })
const { deps, close } = await createDeps(config)
await migrate(deps.db)
deps.lifecycle.enter('ready')
const app = await buildApp(deps)
await app.listen({ port: 0, host: '127.0.0.1' })
const { port } = app.server.address() as AddressInfo
const owner = await transact(deps.db, (trx) =>
  createUser(trx, { username: 'bench', email: 'bench@example.org', roles: ['User'] }),
)
const { id } = await addSession({ deps }, owner)

async function* formOfBytes(bytes: number) {
  const { payload } = formOf([{ name: 'files', filename: 'a.pdf', body: samples.pdf }])
  const at = payload.indexOf(samples.pdf) + samples.pdf.length
  yield payload.subarray(0, at)
  const chunk = Buffer.alloc(64 * 1024, 'x')
  for (let left = bytes - samples.pdf.length; left > 0; left -= chunk.length) {
    yield chunk.subarray(0, Math.min(left, chunk.length))
  }
  yield payload.subarray(at)
}

async function send(bytes: number): Promise<void> {
  const asked = request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: `/api/v1/sessions/${id}/upload`,
    headers: { 'content-type': formOf([]).headers['content-type'] },
  })
  const answered = once(asked, 'response') as Promise<[IncomingMessage]>
  await pipeline(Readable.from(formOfBytes(bytes)), asked)
  const [answer] = await answered
  const body = await text(answer)
  if (answer.statusCode !== 201) throw new Error(`It was refused: ${body}`)
}

// What is loaded and compiled with the first file is not the second one's.
await send(megabyte)
const before = process.memoryUsage.rss()
let peak = before
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 5)
const started = performance.now()
await send(Number(values.megabytes) * megabyte)
const seconds = (performance.now() - started) / 1000
clearInterval(watch)
const grown = Math.round((Math.max(peak, process.memoryUsage.rss()) - before) / megabyte)
const speed = Math.round(Number(values.megabytes) / seconds)
process.stdout.write(
  `${values.megabytes} MB in ${seconds.toFixed(2)} s, ${speed} MB/s, memory +${grown} MB\n`,
)
if (grown >= allowed) process.exitCode = 1
await app.close()
await close()
