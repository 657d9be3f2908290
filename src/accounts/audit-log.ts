import { Readable } from 'node:stream'
import type { Db } from '../../db/tables.ts'
import type { AuditEvent, AuditExportQuery, AuditQuery } from '../../schemas/accounts/audit.ts'
import { toCsv, toNdjson } from '../exports.ts'
import { instantOf } from '../instants.ts'
import { paginateByCursor } from '../page.ts'

const columns = [
  'id',
  'created_at',
  'actor_id',
  'action',
  'subject_id',
  'changes',
  'ip',
  'user_agent',
  'request_id',
  'seq',
  'hash',
] as const

const batch = 1000

type Filters = Omit<AuditQuery, 'cursor' | 'limit'>

export async function listAuditEvents(db: Db, { cursor, limit, ...filters }: AuditQuery) {
  const page = cursor === undefined ? { limit } : { cursor, limit }
  const { events, next_cursor } = await paginateByCursor(eventsOf(db, filters), page, 'events')
  return { events: events.map(toEvent), next_cursor }
}

/** All of them, newest first, as a stream that reads on as fast as its reader. */
export function exportAuditEvents(db: Db, { format, ...filters }: AuditExportQuery): Readable {
  const events = Readable.from(allEvents(db, filters))
  return format === 'csv' ? toCsv(events, columns) : toNdjson(events)
}

async function* allEvents(db: Db, filters: Filters): AsyncGenerator<AuditEvent> {
  let cursor: string | undefined
  do {
    const page = await listAuditEvents(db, { ...filters, ...(cursor && { cursor }), limit: batch })
    yield* page.events
    cursor = page.next_cursor ?? undefined
  } while (cursor)
}

function eventsOf(db: Db, { actor_id, subject_id, action, from, to }: Filters) {
  let query = db.selectFrom('audit_log').select(columns)
  if (actor_id) query = query.where('actor_id', '=', actor_id)
  if (subject_id) query = query.where('subject_id', '=', subject_id)
  if (action) query = query.where('action', '=', action)
  if (from) query = query.where('created_at', '>=', instantOf('from', from))
  if (to) query = query.where('created_at', '<', instantOf('to', to))
  return query
}

function toEvent({
  changes,
  ...row
}: Omit<AuditEvent, 'changes'> & { changes: string }): AuditEvent {
  return { ...row, changes: JSON.parse(changes) }
}
