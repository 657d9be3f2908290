import { type ExpressionBuilder, sql } from 'kysely'
import { engineOf } from '../db/open.ts'
import type { SyncState } from '../db/tables/statistics-runs.ts'
import type { Db, Tables, Trx } from '../db/tables.ts'
import { transact } from '../db/transact.ts'
import { later, newId, now } from './values.ts'

/** What each kind of job carries. */
export type JobPayloads = {
  remove_file: { key: string }
  make_thumbnail: { upload_id: string }
  remove_uploads: { owner_id: string }
  remove_parts: { upload_id: string }
  send_password_mail: { email: string; reason: 'forgotten' | 'invited' }
  announce_access: { user_id: string }
  send_session_mail: {
    session_id: string
    reason: 'created' | 'needs_reupload' | 'approved' | 'due'
  }
  remind_submitters: Record<never, never>
  remind_reviews: Record<never, never>
  settle_votes: Record<never, never>
  clean_up: Record<never, never>
  sync_statistics: Record<never, never>
  sync_source: {
    source_id: string
    run_id: string
    scheduled_for: string
    attempt: number
    force?: boolean
  }
  deliver_file: { file_id: string }
  remove_drive_file: { file_id: string; drive_file_id: string | null }
  share_folder: { session_id: string }
  announce_sync: { run_id: string; state: SyncState }
  send_sync_mail: { run_id: string; state: SyncState; to: string }
  call_webhook: { run_id: string; state: SyncState }
  send_itsm_mail: { user_id: string; title: string; ja: string; en: string; path: string }
  call_itsm_webhook: { delivery_id: string }
  import_incidents: { import_id: string }
  watch_incidents: Record<never, never>
  remove_project: { project_id: string }
  remove_tree_files: { owner_id: string }
  refresh_clocks: { policy_id: string } | { calendar_id: string }
}

export type JobKind = keyof JobPayloads

/**
 * What each kind of job does. A job may run twice: its handler must not mind. When the service
 * stops, `signal` asks it to stop as well; the job then runs again elsewhere, or after the restart.
 */
export type JobHandlers = {
  [Kind in JobKind]: (payload: JobPayloads[Kind], signal: AbortSignal) => Promise<void>
}

/** What is to be written down when a job is given up, in the transaction in which it is. */
export type JobEndings = {
  [Kind in JobKind]?: (trx: Trx, payload: JobPayloads[Kind], error: unknown) => Promise<void>
}

export type JobOptions = {
  /** A job of this key that is there already, waiting or done, is not enqueued again. */
  key?: string
  runAt?: string
  maxAttempts?: number
}

export type JobOutcome = 'succeeded' | 'retried' | 'failed' | 'handed_back'

export type JobRunner = {
  db: Db
  handlers: JobHandlers
  endings?: JobEndings
  /** For how long nobody else touches a job whose instance has fallen silent. */
  leaseMs: number
  onRun: (kind: string, outcome: JobOutcome, seconds: number) => void
  onError: (error: unknown) => void
}

/** The one task that graphile-worker knows; the rest is in our own row. */
export const taskName = 'kaname_job'

/** Takes a transaction: the job exists if and only if the change that asked for it does. */
export async function enqueue<Kind extends JobKind>(
  trx: Trx,
  kind: Kind,
  payload: JobPayloads[Kind],
  { key, runAt = now(), maxAttempts = 10 }: JobOptions = {},
): Promise<void> {
  const job = await trx
    .insertInto('jobs')
    .values({
      id: newId(),
      kind,
      payload: JSON.stringify(payload),
      key: key ?? null,
      attempts: 0,
      max_attempts: maxAttempts,
      run_at: runAt,
      started_at: null,
      locked_until: null,
      finished_at: null,
      failed_at: null,
      last_error: null,
      created_at: now(),
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (job) await wake(trx, job.id, runAt)
}

/**
 * Tells the queue of a job that is due at `runAt`. SQLite's looks for due rows by itself; on
 * PostgreSQL graphile-worker is told in the same transaction. Telling it again is harmless.
 */
export async function wake(trx: Trx, id: string, runAt: string): Promise<void> {
  if (engineOf(trx) === 'sqlite') return
  await sql`select graphile_worker.add_job(
    ${taskName}, json_build_object('id', ${id}::text), run_at := ${runAt}::timestamptz, job_key := ${id})`.execute(
    trx,
  )
}

/** Jobs that are neither done nor given up. */
export function isOpen(eb: ExpressionBuilder<Tables, 'jobs'>) {
  return eb.and([eb('finished_at', 'is', null), eb('failed_at', 'is', null)])
}

/** Jobs that no instance works on. */
export function isFree(eb: ExpressionBuilder<Tables, 'jobs'>, at: string) {
  return eb.or([eb('locked_until', 'is', null), eb('locked_until', '<', at)])
}

/**
 * Runs one job to its end and writes down how it went: done, to be tried again after a while that
 * grows, given up, or handed back because the service stops. Does nothing when the job is done or
 * in other hands. Never throws.
 */
export async function runJob(runner: JobRunner, id: string, stop: AbortSignal): Promise<void> {
  const started = Date.now()
  const job = await claim(runner, id)
  if (!job) return
  const lease = setInterval(() => void extendLease(runner, id), runner.leaseMs / 3)
  let error: unknown
  try {
    const handler = runner.handlers[job.kind as JobKind]
    if (!handler) throw new Error(`Nobody knows how to do ${job.kind}.`)
    // Counted before it runs, so that a job that takes its process down is not tried for ever.
    if (job.attempts > job.max_attempts) throw new Error('The service ended while this job ran.')
    await handler(JSON.parse(job.payload), stop)
  } catch (thrown) {
    error = thrown ?? new Error('The job failed without a word.')
  } finally {
    clearInterval(lease)
  }
  const outcome = await settle(runner, job, error, stop.aborted)
  runner.onRun(job.kind, outcome, (Date.now() - started) / 1000)
}

type Claimed = { id: string; kind: string; payload: string; attempts: number; max_attempts: number }

/** Compare-and-set: of any number of instances one gets the job. Its lease makes it theirs. */
async function claim({ db, leaseMs }: JobRunner, id: string): Promise<Claimed | undefined> {
  const at = now()
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
    .returning(['id', 'kind', 'payload', 'attempts', 'max_attempts'])
    .executeTakeFirst()
}

async function extendLease({ db, leaseMs, onError }: JobRunner, id: string): Promise<void> {
  await db
    .updateTable('jobs')
    .set({ locked_until: later(now(), leaseMs / 1000) })
    .where('id', '=', id)
    .where('locked_until', 'is not', null)
    .execute()
    .catch(onError)
}

async function settle(
  { db, endings, onError }: JobRunner,
  { id, kind, payload, attempts, max_attempts }: Claimed,
  error: unknown,
  isStopping: boolean,
): Promise<JobOutcome> {
  const at = now()
  const isHandedBack = error !== undefined && isStopping
  const isGivenUp = error !== undefined && !isStopping && isFinal(error, attempts, max_attempts)
  const { retry_at = later(at, backoffSeconds(attempts)) } = Object(error)
  const run_at = isHandedBack ? at : retry_at
  const row = {
    locked_until: null,
    finished_at: error === undefined ? at : null,
    failed_at: isGivenUp ? at : null,
    last_error: error === undefined ? null : String(error),
    ...(isHandedBack && { attempts: attempts - 1 }),
    ...(error !== undefined && !isGivenUp && { run_at }),
  }
  await transact(db, async (trx) => {
    await trx.updateTable('jobs').set(row).where('id', '=', id).execute()
    if (error !== undefined && !isGivenUp) await wake(trx, id, run_at)
    if (isGivenUp) await endings?.[kind as JobKind]?.(trx, JSON.parse(payload), error)
  }).catch(onError)
  if (error === undefined) return 'succeeded'
  return isHandedBack ? 'handed_back' : isGivenUp ? 'failed' : 'retried'
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
