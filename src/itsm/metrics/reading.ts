import { type RawBuilder, type Selectable, sql } from 'kysely'
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

/** Columns of the incidents with a time in the span, in the order of that time. */
export async function* incidentsIn<Column extends keyof Incident>(
  db: Db,
  cut: Cut,
  time: TimeColumn,
  { from, to }: Span,
  columns: readonly Column[],
) {
  const [first, end] = [from, to].map(textOf) as [string, string]
  const query = incidentsOf(db, cut)
    .select(['id', time, ...(columns as readonly (keyof Incident)[])])
    .select(groupKey(cut.group_by).as('group_key'))
    .where(time, '<', end)
    .orderBy(time)
    .orderBy('id')
    .limit(sliceRows)
  const place = sql`(${sql.ref(time)}, id)`
  let page = query.where(time, '>=', first)
  for (;;) {
    const rows = await page.execute()
    yield rows as unknown as (Pick<Incident, Column> & { group_key: string | null })[]
    const last = rows.at(-1)
    if (!last || rows.length < sliceRows) return
    page = query.where(time, '>=', String(last[time]))
    page = page.where(sql<boolean>`${place} > (${last[time]}, ${last.id})`)
  }
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

export type LifeRow = Pick<Incident, (typeof lifeColumns)[number]> & { group_key: string | null }

/**
 * Those that may have been open at `since` or later: whatever is not resolved, and what was resolved, for
 * the last time, since then. Of the cancelled ones those that have changed since then.
 */
export async function* livesSince(db: Db, cut: Cut, since: number): AsyncGenerator<LifeRow[]> {
  const query = incidentsOf(db, cut)
    .select(lifeColumns)
    .select(groupKey(cut.group_by).as('group_key'))
    .where('resolved_at', 'is', null)
    .where((eb) => eb.or([eb('status', '!=', 'cancelled'), eb('updated_at', '>=', textOf(since))]))
    .orderBy('id')
    .limit(sliceRows)
  for (let page = query; ; ) {
    const rows = await page.execute()
    yield rows
    const last = rows.at(-1)
    if (!last || rows.length < sliceRows) break
    page = query.where('id', '>', last.id)
  }
  const ever = { from: since, to: Date.parse('9999-12-31T00:00:00Z') }
  yield* incidentsIn(db, cut, 'resolved_at', ever, lifeColumns)
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
