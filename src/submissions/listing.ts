import type { Db } from '../../db/tables.ts'
import { contains } from '../../db/text.ts'
import type {
  SubmissionExportQuery,
  SubmissionSession,
  SubmissionSessionQuery,
  SubmissionStatusCounts,
} from '../../schemas/submissions/sessions.ts'
import type { Caller } from '../access.ts'
import { paginate } from '../page.ts'
import { can } from '../permissions.ts'
import { later, now } from '../values.ts'
import { dayInJapan, type SessionRow } from './access.ts'
import { describeSessions } from './descriptions.ts'

type Filters = Omit<SubmissionSessionQuery, 'skip' | 'limit'>

const soonDays = 7
const batch = 500

export const exportedColumns = [
  'id',
  'submitter_name',
  'submitter_email',
  'submission_type',
  'status',
  'review_status',
  'comment',
  'due_date',
  'is_expired',
  'closed_at',
  'required',
  'received',
  'percentage',
  'missing',
  'files',
  'description',
  'received_at',
  'reviewed_at',
  'created_at',
  'updated_at',
] as const

/** One's own, or all for who looks after all, newest first, with how many there are of each status. */
export async function listSessions(
  db: Db,
  caller: Caller,
  { skip, limit, ...filters }: SubmissionSessionQuery,
) {
  const query = filtered(db, caller, filters).orderBy('created_at', 'desc').orderBy('id', 'desc')
  const page = await paginate(query, { skip, limit }, 'sessions')
  return {
    ...page,
    sessions: await describeSessions(db, caller, page.sessions),
    status_counts: await countByStatus(db, caller, filters),
  }
}

/** All of them, read on as fast as whoever takes them. */
export async function* allSessions(
  db: Db,
  caller: Caller,
  { format: _, ...filters }: SubmissionExportQuery,
) {
  let last: SessionRow | undefined
  do {
    const rows = await batchAfter(db, caller, filters, last)
    const sessions = await describeSessions(db, caller, rows)
    yield* sessions.map(toLine)
    last = rows.length === batch ? rows.at(-1) : undefined
  } while (last)
}

function batchAfter(db: Db, caller: Caller, filters: Filters, last: SessionRow | undefined) {
  let query = filtered(db, caller, filters)
  if (last) {
    const { created_at, id } = last
    query = query.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(created_at, id)))
  }
  return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(batch).execute()
}

function toLine({ completion, uploaded_files, ...session }: SubmissionSession) {
  const { missing, ...counts } = completion
  return { ...session, ...counts, missing: missing.join(', '), files: uploaded_files.length }
}

/** Whatever status is asked for, so that a page can show all three beside each other. */
async function countByStatus(
  db: Db,
  caller: Caller,
  { status: _, ...filters }: Filters,
): Promise<SubmissionStatusCounts> {
  const counted = await filtered(db, caller, filters)
    .clearSelect()
    .select((eb) => ['status' as const, eb.fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute()
  const counts = { not_uploaded: 0, needs_reupload: 0, approved: 0 }
  for (const { status, count } of counted) counts[status] = count
  return counts
}

function filtered(
  db: Db,
  caller: Caller,
  { status, type, review_status, due, search }: Filters,
  at = now(),
) {
  let query = sessionsOf(db, caller).selectAll()
  if (status) query = query.where('status', '=', status)
  if (type) query = query.where('submission_type', '=', type)
  if (review_status === 'none') query = query.where('received_at', 'is', null)
  if (review_status === 'reviewed') query = query.whereRef('received_at', '<', 'reviewed_at')
  if (review_status === 'waiting') {
    query = query.where((eb) =>
      eb.or([
        eb('received_at', '>=', eb.ref('reviewed_at')),
        eb.and([eb('received_at', 'is not', null), eb('reviewed_at', 'is', null)]),
      ]),
    )
  }
  const today = dayInJapan(at)
  if (due === 'none') query = query.where('due_date', 'is', null)
  if (due === 'overdue') query = query.where('due_date', '<', today)
  if (due === 'soon') {
    const lastDay = dayInJapan(later(at, soonDays * 86_400))
    query = query.where('due_date', '>=', today).where('due_date', '<=', lastDay)
  }
  if (search === undefined) return query
  return query.where((eb) =>
    eb.or(
      (['submitter_name', 'submitter_email', 'description'] as const).map((column) =>
        contains(eb.ref(column).$castTo<string>(), search),
      ),
    ),
  )
}

/** Those somebody looks after. */
export function sessionsOf(db: Db, caller: Caller) {
  const query = db.selectFrom('submission_sessions')
  return can(caller, 'submission.manage') ? query : query.where('owner_id', '=', caller.id)
}
