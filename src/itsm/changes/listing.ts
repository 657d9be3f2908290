import type { Db } from '../../../db/tables.ts'
import { contains } from '../../../db/text.ts'
import type { ChangeQuery } from '../../../schemas/itsm/changes.ts'
import type { CursorQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { paginate } from '../../page.ts'
import { now } from '../../values.ts'
import { listHistory } from '../history.ts'
import { getChangeRow } from './access.ts'
import { describeChanges } from './describe.ts'
import { utc } from './times.ts'

type Filters = Omit<ChangeQuery, 'skip' | 'limit' | 'sort'>

/** Changes by what is asked for, the newest first unless another order is. */
export async function listChanges(
  db: Db,
  caller: Caller,
  { skip, limit, sort, ...filters }: ChangeQuery,
  at = now(),
) {
  const query = ordered(filtered(db, caller, filters, at).selectAll(), sort)
  const page = await paginate(query, { skip, limit }, 'changes')
  return { ...page, changes: await describeChanges(db, page.changes) }
}

export async function listChangeHistory(db: Db, id: string, page: CursorQuery) {
  await getChangeRow(db, id)
  return listHistory(db, id, page)
}

/** Emergencies whose review is overdue. */
export function overdueReviews(db: Db, at: string) {
  return db.selectFrom('changes').where('review_due_at', '<=', at).where('reviewed_at', 'is', null)
}

function filtered(db: Db, caller: Caller, filters: Filters, at: string) {
  const { review_overdue, status, type, risk, team, template_id, ci_id, search } = filters
  let query = review_overdue ? overdueReviews(db, at) : db.selectFrom('changes')
  if (review_overdue === false) {
    query = query.where((eb) =>
      eb.or([
        eb('review_due_at', 'is', null),
        eb('review_due_at', '>', at),
        eb('reviewed_at', 'is not', null),
      ]),
    )
  }
  if (status) query = query.where('status', 'in', status)
  if (type) query = query.where('type', 'in', type)
  if (risk) query = query.where('risk_level', 'in', risk)
  for (const [column, who] of [
    ['requester_id', filters.requester],
    ['implementer_id', filters.implementer],
  ] as const) {
    if (who) query = query.where(column, '=', who === 'me' ? caller.id : who.toLowerCase())
  }
  if (team) query = query.where('team_id', '=', team)
  if (template_id) query = query.where('template_id', '=', template_id)
  if (ci_id) {
    query = query.where('id', 'in', (eb) =>
      eb.selectFrom('change_cis').select('change_id').where('ci_id', '=', ci_id),
    )
  }
  if (filters.from) query = query.where('scheduled_end', '>', utc('from', filters.from))
  if (filters.to) query = query.where('scheduled_start', '<', utc('to', filters.to))
  return search === undefined ? query : searched(query, search)
}

type Filtered = ReturnType<typeof overdueReviews>

function searched(query: Filtered, search: string): Filtered {
  const number = /^CHG0*(\d{1,9})$/i.exec(search.trim())?.[1]
  return query.where((eb) =>
    eb.or([
      contains(eb.ref('title'), search),
      contains(eb.ref('description'), search),
      ...(number ? [eb('number', '=', Number(number))] : []),
    ]),
  )
}

function ordered<Query extends ReturnType<typeof selected>>(
  query: Query,
  sort: ChangeQuery['sort'],
) {
  const direction = sort.startsWith('-') ? 'desc' : 'asc'
  const field = sort.replace('-', '') as 'created_at' | 'scheduled_start' | 'risk_score'
  // Ids are given in the order of creation.
  if (field === 'created_at') return query.orderBy('id', direction)
  return query
    .orderBy(field, (order) => (direction === 'asc' ? order.asc() : order.desc()).nullsLast())
    .orderBy('id', direction)
}

function selected(query: Filtered) {
  return query.selectAll()
}
