import type { Runner } from 'graphile-worker'
import { createPool, isSqlite } from '../db/open.ts'
import type { Db } from '../db/tables.ts'
import { transact } from '../db/transact.ts'
import { isFree, isOpen, type JobRunner, runJob, taskName, wake } from './jobs.ts'
import { later, now } from './values.ts'

type QueuePool = Awaited<ReturnType<typeof createPool>>

export type Queue = {
  /** Runs what is due now, and answers when nothing is left; for tests and the command line. */
  runDue(): Promise<void>
  start(): Promise<void>
  /** Takes no more jobs, gives those under way `graceMs` to end, and hands the others back. */
  stop(graceMs: number): Promise<void>
}

const concurrency = 4
const pollMs = 250
const restMs = 1000

/** How long after its time a job is taken for forgotten: by a restore, or a dead instance. */
const overdueSeconds = 30

/** Who tells us that a job is due: the table itself on SQLite, graphile-worker on PostgreSQL. */
export function createQueue(url: string, runner: JobRunner): Queue {
  return isSqlite(url) ? pollingQueue(runner) : graphileQueue(url, runner)
}

/** Makes graphile-worker's own tables; there is nothing to do on SQLite. */
export async function migrateQueue(url: string): Promise<void> {
  if (isSqlite(url)) return
  const { runMigrations } = await import('graphile-worker')
  await runMigrations({ connectionString: url, logger: await quietLogger() })
}

/** Keeps count of the jobs under way, so that a stop can wait for them, and then no longer. */
function createShift(runner: JobRunner) {
  const stop = new AbortController()
  const underWay = new Set<Promise<void>>()
  return {
    isOver: () => stop.signal.aborted,
    run(id: string): Promise<void> {
      const running = runJob(runner, id, stop.signal)
        .catch(runner.onError)
        .finally(() => underWay.delete(running))
      underWay.add(running)
      return running
    },
    async end(graceMs: number): Promise<void> {
      const timer = setTimeout(() => stop.abort(), graceMs)
      await Promise.allSettled(underWay)
      clearTimeout(timer)
      stop.abort()
    },
  }
}

function pollingQueue(runner: JobRunner): Queue {
  let shift = createShift(runner)
  let timer: NodeJS.Timeout | undefined
  let polling: Promise<unknown> | undefined
  let isStopping = false

  async function drain(): Promise<void> {
    while (!isStopping) {
      const id = await findDue(runner.db)
      if (id === undefined) return
      await shift.run(id)
    }
  }
  const drainAll = () => Promise.all(Array.from({ length: concurrency }, drain))

  return {
    runDue: async () => void (await drainAll()),
    async start() {
      timer = setInterval(() => {
        polling ??= drainAll()
          .catch(runner.onError)
          .finally(() => {
            polling = undefined
          })
      }, pollMs)
    },
    async stop(graceMs) {
      isStopping = true
      clearInterval(timer)
      await shift.end(graceMs)
      await polling
      shift = createShift(runner)
      isStopping = false
    },
  }
}

/** Of several that look at once each finds the same row; claiming it decides. */
async function findDue(db: Db): Promise<string | undefined> {
  const at = now()
  const due = await db
    .selectFrom('jobs')
    .select('id')
    .where(isOpen)
    .where((eb) => isFree(eb, at))
    .where('run_at', '<=', at)
    .orderBy('run_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return due?.id
}

function graphileQueue(url: string, runner: JobRunner): Queue {
  const shift = createShift(runner)
  const taskList = { [taskName]: (payload: unknown) => shift.run(Object(payload).id) }
  const options = async (pgPool: QueuePool) => ({
    pgPool,
    taskList,
    noHandleSignals: true,
    logger: await quietLogger(),
    // At once, but through its batches: without them nobody hears that a job could not be completed,
    // and what nobody hears ends the process.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  })
  // Its own would report a connection that breaks while it is being closed to nobody.
  const openPool = () => createPool(url, concurrency + 2)
  let pool: QueuePool | undefined
  let worker: Runner | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopping = false

  async function work(): Promise<void> {
    const { run } = await import('graphile-worker')
    pool ??= await openPool()
    worker = await run({
      ...(await options(pool)),
      concurrency,
      pollInterval: restMs * 2,
      parsedCronItems: [],
    })
    restartWhenStuck(worker)
    // It gives up when the database goes away at the wrong moment; we do not.
    worker.promise.catch(runner.onError).finally(() => void startAgain())
  }
  async function startAgain(): Promise<void> {
    while (!isStopping) {
      await new Promise((resolve) => setTimeout(resolve, restMs))
      if (isStopping) return
      const done = await work().then(
        () => true,
        (error) => void runner.onError(error),
      )
      if (done) return
    }
  }

  return {
    async runDue() {
      const { runOnce } = await import('graphile-worker')
      const once = await openPool()
      await runOnce(await options(once)).finally(() => once.end())
    },
    async start() {
      await work()
      timer = setInterval(
        () => void wakeForgotten(runner.db).catch(runner.onError),
        Math.min(runner.leaseMs / 2, overdueSeconds * 1000),
      )
    },
    async stop(graceMs) {
      isStopping = true
      clearInterval(timer)
      const stopped = worker?.stop()
      await shift.end(graceMs)
      await stopped
      await pool?.end()
      pool = undefined
    },
  }
}

/**
 * A connection that is lost while it looks for its first job is one it never gets over: each later
 * look fails with the same error. After a few of them in a row it is stopped, and so begun anew.
 */
function restartWhenStuck(worker: Runner): void {
  let failures = 0
  const succeed = () => {
    failures = 0
  }
  worker.events.on('worker:getJob:empty', succeed)
  worker.events.on('job:start', succeed)
  worker.events.on('worker:getJob:error', () => {
    failures += 1
    if (failures === 2 * concurrency) void worker.stop().catch(() => {})
  })
}

/**
 * graphile-worker leaves the job of a dead process alone for four hours. Our lease is shorter: what
 * nobody works on although its time has come is brought to its notice again.
 */
async function wakeForgotten(db: Db): Promise<void> {
  const at = now()
  const forgotten = await db
    .selectFrom('jobs')
    .select(['id', 'locked_until'])
    .where(isOpen)
    .where((eb) => isFree(eb, at))
    .where((eb) =>
      eb.or([eb('locked_until', 'is not', null), eb('run_at', '<', later(at, -overdueSeconds))]),
    )
    .limit(500)
    .execute()
  if (forgotten.length === 0) return
  await transact(db, async (trx) => {
    for (const { id } of forgotten) await wake(trx, id, at)
  })
}

/** graphile-worker would tell of every job; those are in our metrics and our table. */
async function quietLogger() {
  const { Logger } = await import('graphile-worker')
  return new Logger(() => () => {})
}
