import { sql } from 'kysely'
import type { Db } from '../../../db/tables.ts'
import { contains } from '../../../db/text.ts'
import type { Problem, ProblemExportQuery, ProblemQuery } from '../../../schemas/itsm/problems.ts'
import type { Caller } from '../../access.ts'
import { invalid } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { describeProblems, type ProblemRow } from './access.ts'

type Filters = Omit<ProblemQuery, 'skip' | 'limit' | 'sort'>

const batch = 500

const orders = {
  created_at: 'created_at',
  updated_at: 'updated_at',
  priority: 'priority_rank',
  number: 'number',
} as const

export const exportedColumns = [
  'problem_number',
  'title',
  'status',
  'priority',
  'category',
  'business_impact',
  'known_error',
  'root_cause_status',
  'root_cause',
  'workaround',
  'permanent_solution',
  'rca_phase',
  'rca_progress',
  'affected_services',
  'incident_count',
  'recurrence_count',
  'assignee_id',
  'team_id',
  'created_at',
  'root_cause_at',
  'resolved_at',
  'closed_at',
  'updated_at',
  'id',
] as const

export async function listProblems(
  db: Db,
  caller: Caller,
  { skip, limit, sort, ...filters }: ProblemQuery,
) {
  const direction = sort.startsWith('-') ? 'desc' : 'asc'
  const column = orders[sort.replace('-', '') as keyof typeof orders]
  let query = filtered(db, caller, filters).orderBy(column, direction)
  if (column === 'priority_rank') query = query.orderBy('created_at', direction)
  const page = await paginate(query.orderBy('id', direction), { skip, limit }, 'problems')
  return { ...page, problems: await describeProblems(db, page.problems) }
}

/** All of them, newest first, read on as fast as whoever takes them. */
export async function* allProblems(
  db: Db,
  caller: Caller,
  { format: _, ...filters }: ProblemExportQuery,
) {
  let last: ProblemRow | undefined
  do {
    let query = filtered(db, caller, filters)
    if (last) {
      const { created_at, id } = last
      query = query.where((eb) =>
        eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(created_at, id)),
      )
    }
    const rows = await query
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(batch)
      .execute()
    yield* (await describeProblems(db, rows)).map(toLine)
    last = rows.length === batch ? rows.at(-1) : undefined
  } while (last)
}

function toLine({ affected_services, ...problem }: Problem) {
  return { ...problem, affected_services: affected_services.join(', ') }
}

function filtered(db: Db, caller: Caller, filters: Filters) {
  const { status, priority, category, assignee, team_id, known_error, search } = filters
  let query = db.selectFrom('problems').selectAll()
  if (status?.length) query = query.where('status', 'in', status)
  if (priority?.length) query = query.where('priority', 'in', priority)
  if (category) query = query.where('category', '=', category)
  if (assignee === 'none') query = query.where('assignee_id', 'is', null)
  else if (assignee) query = query.where('assignee_id', '=', userIn(caller, assignee))
  if (team_id) query = query.where('team_id', '=', team_id)
  if (known_error !== undefined) query = query.where('known_error', '=', known_error ? 1 : 0)
  return search === undefined ? query : query.where(contains(sql.ref('search_text'), search))
}

function userIn(caller: Caller, assignee: string): string {
  if (assignee === 'me') return caller.id
  const isId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(assignee)
  if (!isId) throw invalid({ field: 'assignee', rule: 'format' })
  return assignee
}
