import type { Db } from '../../../db/tables.ts'
import type { IncidentExportQuery } from '../../../schemas/itsm/incident-lists.ts'
import type { Incident } from '../../../schemas/itsm/incidents.ts'
import type { Caller } from '../../access.ts'
import { needsHistory, openSpans } from '../metrics/ageing.ts'
import { statusChanges } from '../metrics/reading.ts'
import { allIncidents } from './listing.ts'

/** What figures are computed from, so that they can be again; an import reads the same names. */
export const exportedColumns = [
  'number',
  'external_number',
  'title',
  'description',
  'status',
  'priority',
  'priority_overridden',
  'impact',
  'urgency',
  'category',
  'team',
  'assignee',
  'reporter',
  'opened_at',
  'responded_at',
  'resolved_at',
  'closed_at',
  'open_times',
  'response_due_at',
  'resolution_due_at',
  'response_s',
  'resolution_s',
  'response_met',
  'resolution_met',
  'sla_status',
  'reopen_count',
  'reassignment_count',
  'major',
  'tags',
  'resolution',
  'resolution_code',
  'parent_id',
  'pending_reason',
  'pending_until',
  'updated_at',
  'id',
] as const

/** A line for each incident; people by their email. */
export async function* exportIncidents(db: Db, caller: Caller, query: IncidentExportQuery) {
  for await (const incidents of allIncidents(db, caller, query)) {
    const emails = await emailsOf(db, incidents)
    const open = await openTimesOf(db, incidents)
    for (const { incident_number, assignee_id, reporter_id, ...incident } of incidents) {
      yield {
        ...incident,
        number: incident_number,
        open_times: open.get(incident.id),
        team: incident.team?.name ?? null,
        assignee: assignee_id && (emails.get(assignee_id) ?? null),
        reporter: emails.get(reporter_id) ?? null,
      }
    }
  }
}

/**
 * When each was open, as figures have it: intervals of ISO 8601 with a space between them, `..` for an end
 * that is not there yet.
 */
async function openTimesOf(db: Db, incidents: readonly Incident[]): Promise<Map<string, string>> {
  const changes = await statusChanges(
    db,
    incidents.filter(needsHistory).map(({ id }) => id),
  )
  return new Map(
    incidents.map((incident) => {
      const spans = openSpans(incident, changes.get(incident.id))
      return [incident.id, spans.map(({ from, to }) => `${timeOf(from)}/${timeOf(to)}`).join(' ')]
    }),
  )
}

function timeOf(instant: number): string {
  return Number.isFinite(instant) ? new Date(instant).toISOString() : '..'
}

async function emailsOf(db: Db, incidents: readonly Incident[]): Promise<Map<string, string>> {
  const ids = new Set(
    incidents.flatMap(({ assignee_id, reporter_id }) => [reporter_id, assignee_id ?? reporter_id]),
  )
  if (ids.size === 0) return new Map()
  const rows = await db
    .selectFrom('users')
    .select(['id', 'email'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map(({ id, email }) => [id, email]))
}
