import { type RawBuilder, type Selectable, sql } from 'kysely'
import { engineOf } from '../../../db/open.ts'
import type { Db, Tables } from '../../../db/tables.ts'
import type { Priority } from '../../../schemas/itsm/common.ts'
import type { Grouping } from '../../../schemas/itsm/metrics.ts'
import type { StatusChange } from './ageing.ts'
import type { Span } from './periods.ts'

/** Rows that one statement reads, so that SQLite holds nobody up for long. */
const sliceRows = 1000

type Incident = Selectable<Tables['incidents']>
export type Filters = {
  team_id?: string[] | undefined
  priority?: Priority[] | undefined
  category?: string[] | undefined
}

/** What is read of incidents, and the id of the group that each belongs to. */
export type Cut = Filters & { group_by: Grouping }

const groupColumns = {
  none: undefined,
  team: 'team_id',
  priority: 'priority',
  category: 'category',
  assignee: 'assignee_id',
} as const

/** Incidents as the filters leave them. */
export function incidentsOf(db: Db, { team_id, priority, category }: Filters) {
  return db
    .selectFrom('incidents')
    .$if(team_id !== undefined, (query) => query.where('team_id', 'in', team_id ?? []))
    .$if(priority !== undefined, (query) => query.where('priority', 'in', priority ?? []))
    .$if(category !== undefined, (query) => query.where('category', 'in', category ?? []))
}

/** The group that an incident belongs to; null for none, and where there are no groups. */
export function groupKey(grouping: Grouping): RawBuilder<string | null> {
  const column = groupColumns[grouping]
  return column ? sql.ref<string | null>(column) : sql<string | null>`cast(null as text)`
}

type TimeColumn = 'opened_at' | 'responded_at' | 'resolved_at'
type Read<Column extends keyof Incident> = Pick<Incident, Column> & { group_key: string | null }
type Query = ReturnType<typeof incidentsOf>

/** Columns of the incidents with a time in the span, in the order of that time. */
export async function* incidentsIn<Column extends keyof Incident>(
  db: Db,
  cut: Cut,
  time: TimeColumn,
  { from, to }: Span,
  columns: readonly Column[],
): AsyncGenerator<Read<Column>[]> {
  const query = incidentsOf(db, cut).where(time, '<', textOf(to))
  yield* inOrder(db, query, cut, time, textOf(from), columns)
}

/** In the order of a time, from `first` on. */
async function* inOrder<Column extends keyof Incident>(
  db: Db,
  query: Query,
  cut: Cut,
  time: TimeColumn,
  first: string,
  columns: readonly Column[],
): AsyncGenerator<Read<Column>[]> {
  const ordered = query.orderBy(time).orderBy('id')
  let page = ordered.where(time, '>=', first)
  for (;;) {
    const rows = await readSlice(db, page, cut, [...columns, time, 'id'])
    yield rows
    const last = rows.at(-1)
    if (!last || rows.length < sliceRows) return
    const place = sql<boolean>`(${sql.ref(time)}, id) > (${last[time]}, ${last.id})`
    // SQLite looks up the time alone.
    page = ordered.where(time, '>=', String(last[time])).where(place)
  }
}

/** As one value that the database packs: what drivers make of rows costs more than finding them. */
async function readSlice<Column extends keyof Incident>(
  db: Db,
  query: Query,
  { group_by }: Cut,
  columns: readonly Column[],
): Promise<Read<Column>[]> {
  const distinct: (keyof Incident)[] = [...new Set(columns)]
  const names: readonly string[] = [...distinct, 'group_key']
  const page = query.select(distinct).select(groupKey(group_by).as('group_key')).limit(sliceRows)
  const values = sql.join(names.map((name) => sql.ref(`page.${name}`)))
  const rows =
    engineOf(db) === 'postgres'
      ? sql<string | null>`json_agg(json_build_array(${values}))::text`
      : sql<string>`json_group_array(json_array(${values}))`
  const { packed } = await db
    .selectFrom(page.as('page'))
    .select(rows.as('packed'))
    .executeTakeFirstOrThrow()
  return JSON.parse(packed ?? '[]').map((cells: unknown[]) => {
    const row: Record<string, unknown> = {}
    for (let n = 0; n < names.length; n += 1) row[names[n] as string] = cells[n]
    return row
  })
}

const lifeColumns = [
  'id',
  'status',
  'opened_at',
  'resolved_at',
  'closed_at',
  'updated_at',
  'reopen_count',
] as const

export type LifeRow<Column extends keyof Incident = never> = Pick<
  Incident,
  (typeof lifeColumns)[number] | Column
> & { group_key: string | null }

/**
 * Every incident that was open, answered or resolved at `since` or later, each once: what is not resolved,
 * what was resolved, for the last time, since then, and what was answered after it had been resolved. Of
 * the cancelled ones those that something has happened to since then.
 */
export async function* incidentsSince<Column extends keyof Incident>(
  db: Db,
  cut: Cut,
  since: number,
  columns: readonly Column[],
): AsyncGenerator<LifeRow<Column>[]> {
  const time = textOf(since)
  const wanted: (Column | (typeof lifeColumns)[number])[] = [...lifeColumns, ...columns]
  yield* unresolvedSince(db, cut, time, wanted)
  yield* inOrder(db, incidentsOf(db, cut), cut, 'resolved_at', time, wanted)
  // That it was answered after it was resolved is implied, and what their index has.
  const late = incidentsOf(db, cut)
    .where('resolved_at', '<', time)
    .whereRef('responded_at', '>', 'resolved_at')
  yield* inOrder(db, late, cut, 'responded_at', time, wanted)
}

async function* unresolvedSince<Column extends keyof Incident>(
  db: Db,
  cut: Cut,
  time: string,
  columns: readonly Column[],
): AsyncGenerator<Read<Column>[]> {
  const query = incidentsOf(db, cut)
    .where('resolved_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('status', '!=', 'cancelled'),
        eb('updated_at', '>=', time),
        eb('opened_at', '>=', time),
        eb('responded_at', '>=', time),
      ]),
    )
    // The order of the index, in which those without a time are together.
    .orderBy('resolved_at')
    .orderBy('id')
  for (let page = query; ; ) {
    const rows = await readSlice(db, page, cut, [...columns, 'id'])
    yield rows
    const last = rows.at(-1)
    if (!last || rows.length < sliceRows) return
    page = query.where('id', '>', last.id)
  }
}

/** The moves of some incidents from one status to another, in order. */
export async function statusChanges(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, StatusChange[]>> {
  const changes = new Map<string, StatusChange[]>(ids.map((id) => [id, []]))
  if (ids.length === 0) return changes
  const rows = await db
    .selectFrom('itsm_history')
    .select(['subject_id', 'new_value', 'changed_at'])
    .where('subject_id', 'in', ids)
    .where('field', '=', 'status')
    .orderBy('subject_id')
    .orderBy('changed_at')
    .orderBy('id')
    .execute()
  for (const { subject_id, new_value, changed_at } of rows) {
    changes.get(subject_id)?.push({ status: JSON.parse(new_value ?? 'null'), at: changed_at })
  }
  return changes
}

function textOf(instant: number): string {
  return new Date(instant).toISOString()
}
