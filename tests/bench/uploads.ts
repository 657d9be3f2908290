/**
 * How fast a large file goes in and comes out, and how much memory that takes: less than 50 MB more
 * than before, however large it is. In: as `createFile` takes it, with checks, hash and storage; the
 * limit of the route is not asked. Out: over a socket, whose other end is in this process as well.
 *
 *   npm run bench:uploads [-- --megabytes 100]
 */

import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { migrate } from '../../db/migrate.ts'
import { transact } from '../../db/transact.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { openSession } from '../../src/accounts/sessions.ts'
import { buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { createDeps } from '../../src/deps.ts'
import { createFile } from '../../src/uploads/files.ts'
import { newId } from '../../src/values.ts'
import { newFolder } from '../support/process.ts'
import { samples } from '../support/uploads.ts'

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '100' } } })
const megabyte = 1024 * 1024
const size = Number(values.megabytes) * megabyte
const allowed = 50

const config = loadConfig({ DATA_DIR: await newFolder(), LOG_LEVEL: 'silent', PORT: '0' })
const { deps, close } = await createDeps(config)
await migrate(deps.db)
deps.lifecycle.enter('ready')
const app = await buildApp(deps)
await app.listen({ port: 0, host: '127.0.0.1' })
const { port } = app.server.address() as AddressInfo

const origin = { request_id: newId(), ip: null, user_agent: null }
const { user, session_id } = await transact(deps.db, async (trx) => {
  const user = await createUser(trx, {
    username: 'bench',
    email: 'bench@example.org',
    roles: ['User'],
  })
  return { user, ...(await openSession(trx, app, user.id, origin, new Date().toISOString())) }
})
const claims = { sub: user.id, sid: session_id, jti: newId(), type: 'access' as const }
const authorization = `Bearer ${app.jwt.sign(claims)}`
const caller = { ...origin, ...user, session_id, scopes: null }

async function* pdfOf(bytes: number) {
  yield samples.pdf
  const chunk = Buffer.alloc(64 * 1024, 'x')
  for (let left = bytes - samples.pdf.length; left > 0; left -= chunk.length) {
    yield chunk.subarray(0, Math.min(left, chunk.length))
  }
}

const send = (bytes: number) =>
  createFile(app, caller, { name: 'a.pdf', description: null }, pdfOf(bytes), size)

async function read(url: string): Promise<number> {
  const asked = get({ port, host: '127.0.0.1', path: url, headers: { authorization } })
  const [answer]: IncomingMessage[] = (await once(asked, 'response')) as [IncomingMessage]
  let bytes = 0
  for await (const chunk of answer ?? []) bytes += chunk.length
  return bytes
}

/** Does something, and prints how long it took and how far the memory of the process rose. */
async function measured<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
  const before = process.memoryUsage.rss()
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 5)
  const started = performance.now()
  const result = await act()
  const seconds = (performance.now() - started) / 1000
  clearInterval(watch)
  const grown = Math.round((Math.max(peak, process.memoryUsage.rss()) - before) / megabyte)
  const speed = Math.round(size / megabyte / seconds)
  process.stdout.write(
    `${what}: ${values.megabytes} MB in ${seconds.toFixed(2)} s, ${speed} MB/s, memory +${grown} MB\n`,
  )
  if (grown >= allowed) process.exitCode = 1
  return result
}

// What is loaded and compiled with the first file is not this one's.
await read((await send(megabyte)).url)
const { url } = await measured('in', () => send(size))
const bytes = await measured('out', () => read(url))
if (bytes !== size) throw new Error(`Only ${bytes} bytes came out.`)
await app.close()
await close()
