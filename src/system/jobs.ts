import { sql } from 'kysely'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Job, JobQuery } from '../../schemas/system.ts'
import type { Caller } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { failure } from '../failure.ts'
import { isOpen, wake } from '../jobs.ts'
import { paginateByCursor } from '../page.ts'
import { later, now } from '../values.ts'

const columns = [
  'id',
  'kind',
  'payload',
  'attempts',
  'max_attempts',
  'run_at',
  'started_at',
  'finished_at',
  'failed_at',
  'last_error',
  'created_at',
] as const

const keptDays = { finished: 30, failed: 90 }

export async function listJobs(db: Db, { state, kind, ...page }: JobQuery) {
  let query = jobsOf(db)
  if (kind) query = query.where('kind', '=', kind)
  if (state === 'succeeded') query = query.where('finished_at', 'is not', null)
  if (state === 'failed') query = query.where('failed_at', 'is not', null)
  if (state === 'queued') query = query.where(isOpen).where('locked_until', 'is', null)
  if (state === 'running') query = query.where(isOpen).where('locked_until', 'is not', null)
  const { jobs, next_cursor } = await paginateByCursor(query, page, 'jobs')
  return { jobs: jobs.map(toJob), next_cursor }
}

export async function getJob(db: Db, id: string): Promise<Job> {
  return toJob(
    await jobsOf(db)
      .where('id', '=', id)
      .executeTakeFirstOrThrow(() => failure('job_not_found', { id })),
  )
}

/** Gives a job that was given up all its attempts again, from now on. */
export function retryJob(db: Db, caller: Caller, id: string): Promise<Job> {
  return transact(db, async (trx) => {
    await getJob(trx, id)
    const at = now()
    await trx
      .updateTable('jobs')
      .set({ failed_at: null, attempts: 0, run_at: at })
      .where('id', '=', id)
      .where('failed_at', 'is not', null)
      .returning('id')
      .executeTakeFirstOrThrow(() => failure('job_not_failed'))
    await wake(trx, id, at)
    await recordAudit(trx, caller, 'job.retried', id)
    return getJob(trx, id)
  })
}

/** Forgets jobs that ended long ago. */
export async function forgetJobs(db: Db, at = now()): Promise<void> {
  const before = (days: number) => later(at, -days * 24 * 60 * 60)
  await db.deleteFrom('jobs').where('finished_at', '<', before(keptDays.finished)).execute()
  await db.deleteFrom('jobs').where('failed_at', '<', before(keptDays.failed)).execute()
}

function jobsOf(db: Db) {
  return db
    .selectFrom('jobs')
    .select(columns)
    .select(
      sql<Job['state']>`case
        when finished_at is not null then 'succeeded'
        when failed_at is not null then 'failed'
        when locked_until is not null then 'running'
        else 'queued' end`.as('state'),
    )
}

function toJob({ payload, ...row }: Omit<Job, 'payload'> & { payload: string }): Job {
  return { ...row, payload: JSON.parse(payload) }
}
