/**
 * How long it takes to import incidents and what happened to them, from the files to the last clock, on
 * SQLite and, with TEST_POSTGRES_URL, on PostgreSQL: seconds, rows a second, memory, and how late the event
 * loop is meanwhile.
 *
 *   npx tsx tests/bench/incident-import.ts [--incidents 100000] [--events 6]
 */
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { migrate } from '../../db/migrate.ts'
import { openDb } from '../../db/open.ts'
import { transact } from '../../db/transact.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { importIncidents } from '../../src/itsm/imports/import.ts'
import { startImport } from '../../src/itsm/imports/requests.ts'
import { migrateQueue } from '../../src/queue.ts'
import { diskStorage } from '../../src/storage.ts'
import { newId } from '../../src/values.ts'
import { createWorkers } from '../../src/workers.ts'
import { newFolder } from '../support/process.ts'

const { values } = parseArgs({
  options: {
    incidents: { type: 'string', default: '100000' },
    events: { type: 'string', default: '6' },
  },
})
const count = Number(values.incidents)
const eventsEach = Number(values.events)
const day = 86_400_000
const start = Date.parse('2024-01-01T00:00:00Z')
const states = ['assigned', 'in_progress', 'pending', 'in_progress', 'resolved', 'closed']
const timeAt = (n: number, minutes: number) =>
  new Date(start + (n % 500) * day + minutes * 60_000).toISOString()

function* incidentLines() {
  yield 'number,title,description,impact,urgency,status,category,opened_at,resolved_at,closed_at,tags\n'
  for (let n = 0; n < count; n += 1) {
    const [opened, resolved, closed] = [0, 300, 1500].map((minutes) => timeAt(n, minutes))
    yield `EXT${n},共有フォルダーを開けない ${n},"再起動しても、同じ。
二行目の説明, ${'詳しい経緯。'.repeat(10)}",${n % 3 ? 'medium' : 'high'},high,closed,ファイル,${opened},${resolved},${closed},共有;PC\n`
  }
}

/** Not in the order of time: all first moves, then all second ones. */
function* eventLines() {
  yield 'number,at,status\n'
  for (let move = 0; move < eventsEach; move += 1) {
    const minutes = [5, 10, 60, 120, 300, 1500][move % 6] ?? 0
    for (let n = 0; n < count; n += 1) {
      yield `EXT${n},${timeAt(n, minutes)},${states[move % 6]}\n`
    }
  }
}

/** As bytes come from a network. */
async function* bytesOf(lines: Iterable<string>) {
  let part = ''
  for (const line of lines) {
    part += line
    if (part.length < 65_536) continue
    yield Buffer.from(part)
    part = ''
  }
  yield Buffer.from(part)
}

async function* files() {
  yield { field: 'file', name: 'incidents.csv', body: Readable.from(bytesOf(incidentLines())) }
  yield { field: 'events', name: 'events.csv', body: Readable.from(bytesOf(eventLines())) }
}

async function measure(engine: string, url: string, folder: string): Promise<void> {
  const { db } = await openDb(url)
  await migrate(db)
  await migrateQueue(url)
  const workers = createWorkers()
  const deps = { db, storage: diskStorage(join(folder, 'files')), workers }
  const user = await transact(deps.db, (trx) =>
    createUser(trx, { username: 'bench', email: 'bench@example.org', roles: ['SystemAdmin'] }),
  )
  const origin = { request_id: newId(), ip: null, user_agent: null, scopes: null, session_id: null }
  const { id } = await startImport(deps, { ...user, ...origin }, { files: files(), texts: {} })
  const delay = monitorEventLoopDelay({ resolution: 10 })
  let memory = 0
  const watch = setInterval(() => {
    memory = Math.max(memory, process.memoryUsage().rss)
  }, 200)
  delay.enable()
  const began = performance.now()
  await importIncidents(deps, { import_id: id }, new AbortController().signal)
  const seconds = (performance.now() - began) / 1000
  clearInterval(watch)
  const row = await deps.db.selectFrom('incident_imports').selectAll().executeTakeFirstOrThrow()
  process.stdout.write(
    `${engine}: ${row.state}, ${row.imported} incidents and ${row.events_imported} events in ` +
      `${seconds.toFixed(1)} s, ${Math.round((row.imported + row.events_read) / seconds)} rows/s, ` +
      `${Math.round(memory / 2 ** 20)} MB; the event loop ${(delay.percentile(99) / 1e6).toFixed(0)} ms ` +
      `late at 99 %, ${(delay.max / 1e6).toFixed(0)} ms at most\n`,
  )
  await workers.close()
  await db.destroy()
}

const folder = await newFolder()
await measure('SQLite', `sqlite:${folder}/bench.db`, folder)
const { TEST_POSTGRES_URL: postgres } = process.env
if (postgres) {
  const name = `bench_${crypto.randomUUID().replaceAll('-', '')}`
  const admin = new pg.Client(postgres)
  await admin.connect()
  await admin.query(`create database ${name} template template0 encoding 'UTF8' locale 'C.UTF-8'`)
  const url = Object.assign(new URL(postgres), { pathname: name }).href
  await measure('PostgreSQL', url, folder)
  await admin.query(`drop database ${name} with (force)`)
  await admin.end()
}
