import { sql } from 'kysely'
import type { Db } from '../../../db/tables.ts'
import type {
  IncidentExportQuery,
  IncidentFilters,
  IncidentQuery,
  IncidentSort,
} from '../../../schemas/itsm/incident-lists.ts'
import type { Caller } from '../../access.ts'
import { cursorOf, type KeyKind, type Position, positionIn } from '../../cursors.ts'
import { invalid } from '../../failure.ts'
import { now } from '../../values.ts'
import { type IncidentRow, overseesIncidents } from './access.ts'
import { describeIncidents } from './describe.ts'
import { filteredIncidents } from './filters.ts'
import { getSavedSearch } from './searches.ts'
import { type Sought, seek } from './text-search.ts'

type Order = { kind: KeyKind; key: ReturnType<typeof sql<string | number>> }

const due = "coalesce(incidents.next_due_at, '9999-12-31T00:00:00.000Z')"

/** What each order goes by; the id decides between those that are the same. */
const orders: Record<string, Order> = {
  opened_at: { kind: 'time', key: sql.ref('incidents.opened_at') },
  updated_at: { kind: 'time', key: sql.ref('incidents.updated_at') },
  priority: { kind: 'number', key: sql.ref('incidents.priority_rank') },
  // As in its index.
  next_due_at: { kind: 'time', key: sql.raw(due) },
  number: { kind: 'number', key: sql.ref('incidents.number') },
}

const defaultSort: IncidentSort = '-opened_at'

/** How many rows an export reads at once. */
const batch = 500

/** One page with exact `total`, which also says where the next one goes on. */
export async function listIncidents(db: Db, caller: Caller, asked: IncidentQuery, at = now()) {
  const { cursor, skip, limit, ...rest } = asked
  if (cursor !== undefined && skip > 0) throw invalid({ field: 'skip', rule: 'skip_or_cursor' })
  const filters = await withSaved(db, caller, rest)
  const sort = filters.sort ?? defaultSort
  const after = cursor === undefined ? undefined : positionIn(cursor, sort, orderOf(sort).kind)
  const sought = await soughtIn(db, caller, filters)
  const asking = { db, caller, filters, sought, at }
  const found = await findRows(asking, { skip, limit: limit + 1, after })
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1) : undefined
  const isWhole = !after && skip === 0 && found.length <= limit
  const passed = after?.count ?? skip
  return {
    incidents: await describeIncidents(db, caller, rows, at),
    total: isWhole ? found.length : await countRows(asking),
    skip: passed,
    limit,
    next_cursor: last
      ? cursorOf(sort, { key: last.key, id: last.id, count: passed + rows.length })
      : null,
  }
}

/** All of them, described, read on as fast as whoever takes them. */
export async function* allIncidents(
  db: Db,
  caller: Caller,
  { format: _, ...asked }: IncidentExportQuery,
  at = now(),
) {
  const filters = await withSaved(db, caller, asked)
  const sought = await soughtIn(db, caller, filters)
  let after: Position<string | number> | undefined
  do {
    const rows = await findRows(
      { db, caller, filters, sought, at },
      { skip: 0, limit: batch, after },
    )
    yield await describeIncidents(db, caller, rows, at)
    const last = rows.length === batch ? rows.at(-1) : undefined
    after = last && { key: last.key, id: last.id, count: 1 }
  } while (after)
}

type Asked = IncidentFilters & { saved_search?: string | undefined }

/** What is asked for goes before what was saved. */
async function withSaved(
  db: Db,
  caller: Caller,
  { saved_search, ...filters }: Asked,
): Promise<IncidentFilters> {
  if (saved_search === undefined) return named(filters)
  const { query } = await getSavedSearch(db, caller, saved_search)
  return { ...named(query), ...named(filters) }
}

/** Older names taken for the present ones. */
function named({ assignee_id, team_id, reporter_id, ...filters }: IncidentFilters) {
  return {
    ...(assignee_id !== undefined && { assignee: assignee_id }),
    ...(team_id !== undefined && { team: team_id }),
    ...(reporter_id !== undefined && { reporter: reporter_id }),
    ...filters,
  }
}

type Keyed = IncidentRow & { key: string | number }

type Asking = {
  db: Db
  caller: Caller
  filters: IncidentFilters
  sought: Sought | undefined
  at: string
}

async function soughtIn(
  db: Db,
  caller: Caller,
  { search }: IncidentFilters,
): Promise<Sought | undefined> {
  return search === undefined ? undefined : seek(db, overseesIncidents(caller), search)
}

async function findRows(
  { db, caller, filters, sought, at }: Asking,
  page: { skip: number; limit: number; after?: Position<string | number> | undefined },
): Promise<Keyed[]> {
  const sort = filters.sort ?? defaultSort
  const direction = sort.startsWith('-') ? 'desc' : 'asc'
  const { key } = orderOf(sort)
  let query = filteredIncidents(db, caller, filters, sought, at)
    .selectAll('incidents')
    .select(key.as('key'))
  if (page.after) {
    const { key: from, id } = page.after
    const isPast = sql.raw(direction === 'asc' ? '>' : '<')
    query = query.where(sql<boolean>`(${key}, incidents.id) ${isPast} (${from}, ${id})`)
  }
  return query
    .orderBy(key, direction)
    .orderBy('incidents.id', direction)
    .limit(page.limit)
    .offset(page.skip)
    .execute()
}

/** Where nothing but a term is asked for, the search has counted already. */
async function countRows({ db, caller, filters, sought, at }: Asking): Promise<number> {
  const { search: _, sort: _sort, ...others } = filters
  const isAll = overseesIncidents(caller) && Object.keys(others).length === 0
  if (isAll && sought && sought.count !== null) return sought.count
  const { total } = await filteredIncidents(db, caller, filters, sought, at)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return total
}

function orderOf(sort: IncidentSort): Order {
  return orders[sort.replace('-', '')] as Order
}
