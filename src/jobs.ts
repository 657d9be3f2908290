import { type ExpressionBuilder, sql } from 'kysely'
import { clockOf } from '../db/clock.ts'
import { engineOf } from '../db/open.ts'
import type { SyncState } from '../db/tables/statistics-runs.ts'
import type { Tables, Trx } from '../db/tables.ts'
import { type Trace, traceparentOf } from './trace.ts'
import { newId } from './values.ts'

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

export type JobOptions = {
  /** A job of this key that is there already, waiting or done, is not enqueued again. */
  key?: string
  runAt?: string
  maxAttempts?: number
  /** Who asks, so that the job belongs to the trace of their request. */
  from?: { trace?: Trace | undefined } | undefined
}

/** The one task that graphile-worker knows; the rest is in our own row. */
export const taskName = 'kaname_job'

/** Takes a transaction: the job exists if and only if the change that asked for it does. */
export async function enqueue<Kind extends JobKind>(
  trx: Trx,
  kind: Kind,
  payload: JobPayloads[Kind],
  { key, runAt, maxAttempts = 10, from }: JobOptions = {},
): Promise<void> {
  const at = await clockOf(trx)
  const job = await trx
    .insertInto('jobs')
    .values({
      id: newId(),
      kind,
      payload: JSON.stringify(payload),
      key: key ?? null,
      attempts: 0,
      max_attempts: maxAttempts,
      run_at: runAt ?? at,
      started_at: null,
      locked_until: null,
      finished_at: null,
      failed_at: null,
      last_error: null,
      traceparent: from?.trace ? traceparentOf(from.trace) : null,
      created_at: at,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (job) await wake(trx, job.id, runAt ?? at)
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
