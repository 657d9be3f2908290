import { sql } from 'kysely'
import type { Db } from '../../db/tables.ts'
import type { SubmissionStatistics } from '../../schemas/submissions/sessions.ts'
import type { Caller } from '../access.ts'
import { can } from '../permissions.ts'
import { now } from '../values.ts'
import { dayInJapan } from './access.ts'
import { sessionsOf } from './listing.ts'

const monthCount = 12

/** Figures over the sessions that somebody looks after, each kind of thing in one query. */
export async function getSubmissionStatistics(
  db: Db,
  caller: Caller,
  at = now(),
): Promise<SubmissionStatistics> {
  return {
    ...(await countSessions(db, caller, at)),
    ...(await countFiles(db, caller)),
    months: await countMonths(db, caller, at),
  }
}

async function countSessions(db: Db, caller: Caller, at: string) {
  const today = dayInJapan(at)
  const row = await sessionsOf(db, caller)
    .select(({ fn, eb, ref }) => {
      const all = fn.countAll<number>()
      const isPast = eb('due_date', '<', today)
      const isNotPast = eb.or([eb('due_date', 'is', null), eb('due_date', '>=', today)])
      return [
        all.as('total'),
        all.filterWhere('status', '=', 'not_uploaded').as('not_uploaded'),
        all.filterWhere('status', '=', 'needs_reupload').as('needs_reupload'),
        all.filterWhere('status', '=', 'approved').as('approved'),
        all.filterWhere('submission_type', '=', 'individual').as('individual'),
        all.filterWhere('submission_type', '=', 'corporate').as('corporate'),
        all.filterWhere('received_at', 'is', null).as('none'),
        all.filterWhere('received_at', '<', ref('reviewed_at')).as('reviewed'),
        all.filterWhere('closed_at', 'is not', null).as('closed'),
        all.filterWhere('closed_at', 'is', null).filterWhere(isPast).as('expired'),
        all.filterWhere('closed_at', 'is', null).filterWhere(isNotPast).as('open'),
        all.filterWhere('status', '!=', 'approved').filterWhere(isPast).as('overdue'),
      ]
    })
    .executeTakeFirstOrThrow()
  const { total, not_uploaded, needs_reupload, approved, individual, corporate } = row
  const { none, reviewed } = row
  return {
    total_sessions: total,
    status_counts: { not_uploaded, needs_reupload, approved },
    type_counts: { individual, corporate },
    review_counts: { none, waiting: total - none - reviewed, reviewed },
    open_sessions: row.open,
    closed_sessions: row.closed,
    expired_sessions: row.expired,
    overdue_sessions: row.overdue,
  }
}

async function countFiles(db: Db, caller: Caller) {
  let query = db
    .selectFrom('submission_files as file')
    .innerJoin('submission_sessions as session', 'session.id', 'file.session_id')
  if (!can(caller, 'submission.manage')) query = query.where('session.owner_id', '=', caller.id)
  const rows = await query
    .select(({ fn, ref }) => [
      'file.review',
      fn.countAll<number>().as('count'),
      // A sum of bigints is a numeric on PostgreSQL.
      sql<number>`cast(sum(${ref('file.size')}) as bigint)`.as('bytes'),
    ])
    .groupBy('file.review')
    .execute()
  const file_counts = { pending: 0, accepted: 0, rejected: 0 }
  for (const { review, count } of rows) file_counts[review] = count
  return {
    file_counts,
    total_files: rows.reduce((sum, { count }) => sum + count, 0),
    total_bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

async function countMonths(db: Db, caller: Caller, at: string) {
  const starts = Array.from({ length: monthCount + 1 }, (_, n) =>
    monthStart(at, n + 1 - monthCount),
  )
  const months = starts.slice(0, monthCount)
  const rows = await sessionsOf(db, caller)
    .where('created_at', '>=', starts[0] as string)
    .select(({ fn }) =>
      months.map((start, n) =>
        fn
          .countAll<number>()
          .filterWhere('created_at', '>=', start)
          .filterWhere('created_at', '<', starts[n + 1] as string)
          .as(`month_${n}`),
      ),
    )
    .executeTakeFirstOrThrow()
  return months.map((start, n) => ({
    month: dayInJapan(start).slice(0, 7),
    created: rows[`month_${n}`] as number,
  }))
}

/** When a month begins in Japan, so many after that of a time. */
function monthStart(at: string, after: number): string {
  const [year = 0, month = 1] = dayInJapan(at).split('-').map(Number)
  return new Date(Date.UTC(year, month - 1 + after, 1, -9)).toISOString()
}
