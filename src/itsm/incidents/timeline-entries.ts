import { type SelectQueryBuilder, sql } from 'kysely'
import type { Db } from '../../../db/tables.ts'
import type { TimelineEntry } from '../../../schemas/itsm/timeline.ts'
import type { Caller } from '../../access.ts'
import { invalid } from '../../failure.ts'
import { parsed } from '../history.ts'
import { overseesIncidents } from './access.ts'
import { visibleNotes } from './note-listing.ts'
import { visiblePast } from './past.ts'

/** Something that happened, before it has a title and the name of who did it. */
export type Entry = Pick<TimelineEntry, 'id' | 'type' | 'details'> & {
  at: string
  by: string | null
}

type Position = { at: string; id: string }

/** Which part of each source is wanted: so many, in an order, after a place. */
export type Stretch = { order: 'asc' | 'desc'; after: Position | undefined; limit: number }

export async function historyEntries(
  db: Db,
  caller: Caller,
  incidentId: string,
  stretch: Stretch,
): Promise<Entry[]> {
  const query = visiblePast(db, caller, incidentId)
    .select(['id', 'field', 'old_value', 'new_value', 'changed_by as by', 'changed_at as at'])
    // That there is a link stands in the row of the link; here, that there is none any more.
    .where((eb) => eb.or([eb('field', 'not like', 'link:%'), eb('new_value', 'is', null)]))
  const rows = await stretchOf(query, stretch, 'changed_at').execute()
  return rows.map(({ id, at, by, ...row }) => ({
    id,
    type: typeOf(row.field),
    at,
    by,
    details: parsed(row),
  }))
}

export async function noteEntries(
  db: Db,
  caller: Caller,
  incidentId: string,
  stretch: Stretch,
): Promise<Entry[]> {
  const query = visibleNotes(db, caller, incidentId).select([
    'id',
    'content',
    'note_type',
    'is_public',
    'author_id as by',
    'created_at as at',
  ])
  const rows = await stretchOf(query, stretch).execute()
  return rows.map(({ id, at, by, is_public, ...row }) => ({
    id,
    type: 'work_note',
    at,
    by,
    details: { ...row, is_public: is_public === 1 },
  }))
}

export async function fileEntries(
  db: Db,
  caller: Caller,
  incidentId: string,
  stretch: Stretch,
): Promise<Entry[]> {
  const all = db.selectFrom('incident_files').where('incident_id', '=', incidentId)
  const visible = overseesIncidents(caller) ? all : all.where('is_public', '=', 1)
  const query = visible.select([
    'id',
    'original_name',
    'content_type',
    'size',
    'is_public',
    'uploaded_by as by',
    'created_at as at',
  ])
  const rows = await stretchOf(query, stretch).execute()
  return rows.map(({ id, at, by, size, is_public, ...row }) => ({
    id,
    type: 'attachment',
    at,
    by,
    details: { ...row, size: Number(size), is_public: is_public === 1 },
  }))
}

/** What an incident hangs together with is for the service desk. */
export async function linkEntries(
  db: Db,
  caller: Caller,
  incidentId: string,
  stretch: Stretch,
): Promise<Entry[]> {
  if (!overseesIncidents(caller)) return []
  const id = sql<string>`kind || ':' || target_id`
  const query = db
    .selectFrom('incident_links')
    .where('incident_id', '=', incidentId)
    .select([id.as('id'), 'kind', 'target_id', 'created_by as by', 'created_at as at'])
  const rows = await stretchOf(query, stretch, 'created_at', id).execute()
  return rows.map(({ id, at, by, ...details }) => ({ id, type: 'link', at, by, details }))
}

/** The notices of the SLA, which are kept apart from what people did. */
export async function slaEntries(db: Db, incidentId: string, stretch: Stretch): Promise<Entry[]> {
  const id = sql<string>`target || ':' || level`
  const query = db
    .selectFrom('sla_notices')
    .where('incident_id', '=', incidentId)
    .select([id.as('id'), 'target', 'level', 'due_at', 'late', 'noticed_at as at'])
  const rows = await stretchOf(query, stretch, 'noticed_at', id).execute()
  return rows.map(({ id, at, late, ...details }) => ({
    id,
    type: 'sla',
    at,
    by: null,
    details: { ...details, late: late === 1 },
  }))
}

export function cursorOf({ at, id }: Position): string {
  return Buffer.from(`${at} ${id}`).toString('base64url')
}

export function positionIn(cursor: string): Position {
  const text = Buffer.from(cursor, 'base64url').toString()
  const [, at, id] = /^(\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z) ([\w:-]{1,100})$/.exec(text) ?? []
  if (!at || !id || Number.isNaN(Date.parse(at))) throw invalid({ field: 'cursor', rule: 'cursor' })
  return { at, id }
}

/** By time, and where that is the same by id, so that no page repeats or leaves out anything. */
function stretchOf<DB, Table extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, Table, Row>,
  { order, after, limit }: Stretch,
  column = 'created_at',
  id = sql.ref<string>('id'),
) {
  const at = sql.ref<string>(column)
  const beyond = sql.raw(order === 'asc' ? '>' : '<')
  const rest = after
    ? query.where(
        sql<boolean>`(${at} ${beyond} ${after.at} or (${at} = ${after.at} and ${id} ${beyond} ${after.id}))` as never,
      )
    : query
  return rest.orderBy(at, order).orderBy(id, order).limit(limit)
}

function typeOf(field: string): Entry['type'] {
  if (field === 'status') return 'status_change'
  if (field === 'assignee_id' || field === 'team_id') return 'assignment'
  return field.startsWith('link:') || field === 'parent_id' ? 'link' : 'field_change'
}
