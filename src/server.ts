import { Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { lockDb } from '../db/lock.ts'
import { migrate } from '../db/migrate.ts'
import { withPatience } from '../db/open.ts'
import type { Db } from '../db/tables.ts'
import { startChaining } from './accounts/audit-chain.ts'
import { ensureMockUsers, firstPasswordFile } from './accounts/development.ts'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import { createDeps } from './deps.ts'
import { loadEnvFile } from './environment.ts'
import { createHandlers, jobEndings, recurringJobsOf } from './handlers.ts'
import { createQueue, migrateQueue } from './queue.ts'
import { startSchedule } from './schedule.ts'
import { loadStatistics } from './statistics/seed/seed.ts'
import { watchJobs } from './system/job-watch.ts'
import { startRecording } from './system/level-records.ts'
import { ticks } from './values.ts'

const patienceMs = 30_000
const jobGraceMs = 10_000
const leaveMs = 300

const { config, unlock } = await prepare()
const { deps, close } = await createDeps(config)
const { db, levels, lifecycle, secrets } = deps
const app = await buildApp(deps, { logTo: await terminal() })
const onError = (error: unknown) => app.log.error({ err: error }, 'background work failed')

const queue = createQueue(config.databaseUrl, {
  db,
  handlers: createHandlers(deps, app.log),
  endings: jobEndings,
  leaseMs: config.jobLease * 1000,
  onRun: watchJobs(deps, app.log),
  onError,
})
const background: (() => Promise<void>)[] = []

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error) => {
    app.log.fatal({ err: error }, event)
    process.exit(1)
  })
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!isStopping()) void stop(signal)
    // Somebody at a terminal insists.
    else if (signal === 'SIGINT') process.exit(1)
  })
}
await start()

/** What is wrong before there is a log is said in plain words. */
async function prepare() {
  try {
    loadEnvFile()
    const config = loadConfig()
    return { config, unlock: await lockDb(config.databaseUrl) }
  } catch (error) {
    process.stderr.write(`${Object(error).message}\n`)
    process.exit(1)
  }
}

/** JSON lines for programs, something prettier for people. */
async function terminal() {
  if (!process.stdout.isTTY) return undefined
  const { default: pretty } = await import('pino-pretty')
  return pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss' })
}

/**
 * Listens first, so that whoever watches sees it start; other requests get a 503 until it has. Behind
 * a proxy that sends requests to whoever takes connections it listens last, and nobody gets the 503.
 */
async function start(): Promise<void> {
  const listen = () => app.listen({ host: config.host, port: config.port })
  try {
    if (config.listenEarly) await listen()
    lifecycle.enter('migrating')
    await withPatience(config.databaseUrl, db, prepareDb)
    if (config.mockUsers) await ensureMockUsers(deps)
    await queue.start()
    await checkStorage()
    background.push(
      startSchedule(db, recurringJobsOf(config), onError),
      startChaining(db, secrets, onError),
    )
    if (isStopping()) return
    if (!config.listenEarly) await listen()
    lifecycle.enter('ready')
    background.push(startRecording(db, levels, lifecycle, onError))
  } catch (error) {
    // What it was doing was taken away from it.
    if (isStopping()) return
    app.log.fatal({ err: error }, 'could not start')
    process.exit(1)
  }
  explain()
}

async function prepareDb(db: Db): Promise<void> {
  for (const name of await migrate(db)) app.log.info({ migration: name }, 'migrated')
  await migrateQueue(config.databaseUrl)
  const figures = await loadStatistics(db)
  if (figures > 0) app.log.info({ figures }, 'loaded the bundled statistics')
}

/** Whatever needs no files works without them. */
async function checkStorage(): Promise<void> {
  await deps.storage.check().catch((error) => {
    app.log.error({ err: error }, 'the storage of files does not work')
  })
}

function explain(): void {
  const address = `http://${config.host}:${config.port}`
  app.log.info(`Kaname is ready: ${address}/ (documents at ${address}/docs)`)
  if (config.mockUsers) {
    const file = firstPasswordFile(config.dataDir)
    app.log.info(`Sign in as "admin" with the password in ${file}`)
    app.log.info('or send "Authorization: Bearer mock-access-token-dev-12345"')
  } else {
    app.log.info('First administrator: npm run cli -- create-admin --email <address>')
  }
}

function isStopping(): boolean {
  return lifecycle.phase() === 'draining'
}

/** Takes nothing new, ends what is under way, hands jobs back. */
async function stop(signal: string): Promise<void> {
  app.log.info({ signal }, 'stopping')
  lifecycle.enter('draining')
  setTimeout(() => {
    app.log.error('gave up waiting for what is still under way')
    process.exit(1)
  }, patienceMs).unref()
  const jobs = queue.stop(jobGraceMs)
  await sayGoodbye()
  // A connection that was busy when the listening stopped is idle later.
  const sweep = setInterval(() => app.server.closeIdleConnections(), 200)
  await Promise.all([app.close(), jobs])
  clearInterval(sweep)
  for (const end of background) await end()
  await close()
  unlock()
  app.log.info('stopped')
  process.exit(0)
}

/**
 * Takes no more connections, and lets those there are hear with their next answer that they end. Of
 * one that is closed while a request is on its way a proxy cannot tell whether that was begun.
 */
async function sayGoodbye(): Promise<void> {
  // The close of HTTP itself would end idle connections at once.
  Server.prototype.close.call(app.server)
  const count = () =>
    new Promise<number>((resolve) => {
      app.server.getConnections((_error, open) => resolve(open))
    })
  for (const end = ticks() + leaveMs; ticks() < end && (await count()) > 0; ) await sleep(20)
}
