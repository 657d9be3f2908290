import { setTimeout as sleep } from 'node:timers/promises'
import type { ExpressionBuilder, Selectable } from 'kysely'
import { clockOf } from '../db/clock.ts'
import type { Db, Tables, Trx } from '../db/tables.ts'
import { transact } from '../db/transact.ts'
import { isFree, isOpen, type JobKind, type JobPayloads, wake } from './jobs.ts'
import { toFailure } from './problem-details.ts'
import { bindingsOf, type Trace, traceFrom } from './trace.ts'
import { later, ticks } from './values.ts'

/**
 * What each kind of job does. A job may run twice: its handler must not mind. When the service
 * stops, `signal` asks it to stop as well; the job then runs again elsewhere, or after the restart.
 * `trace` goes on with that of the request which asked for the job; `id` is the same each time.
 */
export type JobHandlers = {
  [Kind in JobKind]: (
    payload: JobPayloads[Kind],
    signal: AbortSignal,
    trace: Trace,
    id: string,
  ) => Promise<void>
}

/** What is to be written down when a job is given up, in the transaction in which it is. */
export type JobEndings = {
  [Kind in JobKind]?: (trx: Trx, payload: JobPayloads[Kind], error: unknown) => Promise<void>
}

export type JobOutcome = 'succeeded' | 'retried' | 'failed' | 'handed_back'

/** What a log line says of a run, besides how it went. */
export type JobRun = { job_id: string; attempts: number; error?: string } & ReturnType<
  typeof bindingsOf
>

export type JobRunner = {
  db: Db
  handlers: JobHandlers
  endings?: JobEndings
  /** For how long nobody else touches a job whose instance has fallen silent. */
  leaseMs: number
  onRun: (kind: string, outcome: JobOutcome, seconds: number, about: JobRun) => void
  onError: (error: unknown) => void
}

/**
 * Runs one job to its end and writes down how it went: done, to be tried again after a while that
 * grows, given up, or handed back because the service stops. Does nothing when the job is done or
 * in other hands. Never throws.
 */
export async function runJob(runner: JobRunner, id: string, stop: AbortSignal): Promise<void> {
  const started = ticks()
  const job = await claim(runner, id)
  if (!job) return
  const lease = setInterval(() => void extendLease(runner, job), runner.leaseMs / 3)
  const trace = traceFrom(job.traceparent)
  let error: unknown
  try {
    const handler = runner.handlers[job.kind as JobKind]
    if (!handler) throw new Error(`Nobody knows how to do ${job.kind}.`)
    // Counted before it runs, so that a job that takes its process down is not tried for ever.
    if (job.attempts > job.max_attempts) throw new Error('The service ended while this job ran.')
    await handler(JSON.parse(job.payload), stop, trace, id)
  } catch (thrown) {
    error = thrown ?? new Error('The job failed without a word.')
  } finally {
    clearInterval(lease)
  }
  const outcome = await settle(runner, job, error, stop.aborted)
  runner.onRun(job.kind, outcome, (ticks() - started) / 1000, {
    job_id: id,
    attempts: job.attempts,
    ...bindingsOf(trace),
    ...(error !== undefined && { error: String(error) }),
  })
}

type Claimed = Pick<
  Selectable<Tables['jobs']>,
  'id' | 'kind' | 'payload' | 'attempts' | 'max_attempts' | 'traceparent'
>

/** Compare-and-set: of any number of instances one gets the job. Its lease makes it theirs. */
async function claim({ db, leaseMs }: JobRunner, id: string): Promise<Claimed | undefined> {
  const at = await clockOf(db)
  return db
    .updateTable('jobs')
    .set((eb) => ({
      attempts: eb('attempts', '+', 1),
      started_at: at,
      locked_until: later(at, leaseMs / 1000),
    }))
    .where('id', '=', id)
    .where(isOpen)
    .where((eb) => isFree(eb, at))
    .returning(['id', 'kind', 'payload', 'attempts', 'max_attempts', 'traceparent'])
    .executeTakeFirst()
}

async function extendLease({ db, leaseMs, onError }: JobRunner, job: Claimed): Promise<void> {
  const extend = async () =>
    db
      .updateTable('jobs')
      .set({ locked_until: later(await clockOf(db), leaseMs / 1000) })
      .where((eb) => isStill(eb, job))
      .where('locked_until', 'is not', null)
      .execute()
  await extend().catch(onError)
}

async function settle(
  runner: JobRunner,
  job: Claimed,
  error: unknown,
  isStopping: boolean,
): Promise<JobOutcome> {
  const outcome = outcomeOf(job, error, isStopping)
  const write = () => transact(runner.db, (trx) => writeDown(trx, runner, job, error, outcome))
  await insist(write, runner.leaseMs).catch(runner.onError)
  return outcome
}

function outcomeOf(job: Claimed, error: unknown, isStopping: boolean): JobOutcome {
  if (error === undefined) return 'succeeded'
  if (isStopping) return 'handed_back'
  return isFinal(error, job.attempts, job.max_attempts) ? 'failed' : 'retried'
}

const passing = ['unavailable', 'too_busy']

/**
 * What is done is not done again because the database was away, or had too much to do, when it was
 * to be written down.
 */
async function insist(write: () => Promise<void>, patienceMs: number): Promise<void> {
  for (const end = performance.now() + patienceMs; ; ) {
    try {
      return await write()
    } catch (error) {
      const isPassing = passing.includes(toFailure(Object(error)).failure)
      if (performance.now() > end || !isPassing) throw error
      await sleep(100)
    }
  }
}

async function writeDown(
  trx: Trx,
  { endings }: JobRunner,
  job: Claimed,
  error: unknown,
  outcome: JobOutcome,
): Promise<void> {
  const at = await clockOf(trx)
  const { id, kind, payload, attempts } = job
  const { retry_at = later(at, backoffSeconds(attempts)) } = Object(error)
  const isOver = outcome === 'succeeded' || outcome === 'failed'
  const run_at = outcome === 'handed_back' ? at : retry_at
  const settled = await trx
    .updateTable('jobs')
    .set({
      locked_until: null,
      finished_at: outcome === 'succeeded' ? at : null,
      failed_at: outcome === 'failed' ? at : null,
      last_error: error === undefined ? null : String(error),
      ...(outcome === 'handed_back' && { attempts: attempts - 1 }),
      ...(!isOver && { run_at }),
    })
    .where((eb) => isStill(eb, job))
    .returning('id')
    .executeTakeFirst()
  if (!settled) return
  if (!isOver) await wake(trx, id, run_at)
  if (outcome === 'failed') await endings?.[kind as JobKind]?.(trx, JSON.parse(payload), error)
}

/** Whoever was silent for longer than its lease has nothing more to say of a job that others took. */
function isStill(eb: ExpressionBuilder<Tables, 'jobs'>, { id, attempts }: Claimed) {
  return eb.and([eb('id', '=', id), eb('attempts', '=', attempts)])
}

/**
 * A handler says `permanent` of an error that trying again cannot mend, and `retry_at` of one where
 * it knows when to.
 */
function isFinal(error: unknown, attempts: number, maxAttempts: number): boolean {
  return Object(error).permanent === true || attempts >= maxAttempts
}

/** 3 s, 7 s, 20 s … at most six hours: graphile-worker's own rule, on both engines. */
export function backoffSeconds(attempts: number): number {
  return Math.round(Math.exp(Math.min(attempts, 10)))
}
