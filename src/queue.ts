import { setTimeout as sleep } from 'node:timers/promises'
import type { Runner } from 'graphile-worker'
import { clockOf } from '../db/clock.ts'
import { createPool, isSqlite } from '../db/open.ts'
import type { Db } from '../db/tables.ts'
import { transact } from '../db/transact.ts'
import { type JobRunner, runJob } from './job-runs.ts'
import { isFree, isOpen, taskName, wake } from './jobs.ts'
import { later, now, ticks } from './values.ts'

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

/** A worker with nothing to do looks for jobs every two seconds. */
const silentMs = 15_000

/** How long after its time a job is taken for forgotten, by a restore or a dead instance: so long, or four leases. */
const overdueMs = 30_000

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
    count: () => underWay.size,
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
  const openPool = () => createPool(url, concurrency + 2, { connectionTimeoutMillis: 5000 })
  let pool: QueuePool | undefined
  let worker: Runner | undefined
  const timers: NodeJS.Timeout[] = []
  let isStopping = false
  let round = 0
  let heardAt = ticks()

  async function work(mine: number): Promise<void> {
    heardAt = ticks()
    const { run } = await import('graphile-worker')
    const own = await openPool()
    const begun = await run({
      ...(await options(own)),
      concurrency,
      pollInterval: restMs * 2,
      parsedCronItems: [],
    }).catch((error) => {
      void letGo(own)
      throw error
    })
    if (mine !== round || isStopping) return leave(begun, own)
    pool = own
    worker = begun
    for (const sign of ['worker:getJob:empty', 'job:start', 'job:complete'] as const) {
      begun.events.on(sign, () => {
        if (mine === round) heardAt = ticks()
      })
    }
    // It gives up when the database goes away at the wrong moment; we do not.
    begun.promise.catch(runner.onError).finally(() => {
      void letGo(own)
      if (mine === round) void startAgain()
    })
  }
  async function startAgain(): Promise<void> {
    const mine = ++round
    for (;;) {
      await sleep(restMs)
      if (isStopping || mine !== round) return
      const isBegun = await work(mine).then(
        () => true,
        (error) => void runner.onError(error),
      )
      if (isBegun) return
    }
  }
  /**
   * A connection that is lost at the wrong moment is one it may never get over: it fails at each look
   * or looks no more, and its end may wait for ever. Of one that is not heard of nothing is awaited.
   */
  function restartWhenSilent(): void {
    if (isStopping || shift.count() >= concurrency || ticks() - heardAt < silentMs) return
    heardAt = ticks()
    if (worker && pool) leave(worker, pool)
    worker = undefined
    pool = undefined
    void startAgain()
  }

  return {
    async runDue() {
      const { runOnce } = await import('graphile-worker')
      const once = await openPool()
      await runOnce(await options(once)).finally(() => once.end())
    },
    async start() {
      await work(++round)
      const wakeMs = Math.min(runner.leaseMs / 2, overdueMs)
      const lateMs = Math.min(runner.leaseMs * 4, overdueMs)
      timers.push(
        setInterval(() => void wakeForgotten(runner.db, lateMs).catch(runner.onError), wakeMs),
        setInterval(restartWhenSilent, restMs),
      )
    },
    async stop(graceMs) {
      isStopping = true
      for (const timer of timers.splice(0)) clearInterval(timer)
      const stopped = worker?.stop().catch(() => {})
      await shift.end(graceMs)
      const ended = stopped?.then(() => pool && letGo(pool))
      await Promise.race([ended, sleep(restMs * 2, undefined, { ref: false })])
      pool = undefined
    },
  }
}

function leave(worker: Runner, pool: QueuePool): void {
  worker
    .kill()
    .catch(() => {})
    .finally(() => letGo(pool))
}

/** Ends its connections as they become free, once. */
async function letGo(pool: QueuePool): Promise<void> {
  if (!pool.ending) await pool.end().catch(() => {})
}

/**
 * graphile-worker leaves the job of a dead process alone for four hours. Our lease is shorter: what
 * nobody works on although its time has come is brought to its notice again.
 */
async function wakeForgotten(db: Db, lateMs: number): Promise<void> {
  const at = await clockOf(db)
  const forgotten = await db
    .selectFrom('jobs')
    .select(['id', 'locked_until'])
    .where(isOpen)
    .where((eb) => isFree(eb, at))
    .where((eb) =>
      eb.or([eb('locked_until', 'is not', null), eb('run_at', '<', later(at, -lateMs / 1000))]),
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
