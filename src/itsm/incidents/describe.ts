import type { Db } from '../../../db/tables.ts'
import type { Incident } from '../../../schemas/itsm/incidents.ts'
import type { Caller } from '../../access.ts'
import { groupBy, now } from '../../values.ts'
import { numberText } from '../numbers.ts'
import { slaStatusOf } from '../sla/status.ts'
import { type IncidentRow, overseesIncidents } from './access.ts'
import { namesOf, personOf } from './people.ts'

type Names = Map<string, string>

/**
 * Incidents as they are answered, in the order of the rows, with the names of what they refer to: three
 * queries, however many there are. Whoever does not oversee them sees nothing internal of them.
 */
export async function describeIncidents(
  db: Db,
  caller: Caller,
  rows: readonly IncidentRow[],
  at = now(),
): Promise<Incident[]> {
  if (rows.length === 0) return []
  const oversees = overseesIncidents(caller)
  const ids = rows.flatMap(({ reporter_id, assignee_id }) => [reporter_id, assignee_id])
  const users = await namesOf(db, ids)
  const teams = await teamNames(db, rows)
  const cis = oversees ? await affectedCis(db, rows) : undefined
  return rows.map((row) => {
    const affected = (cis?.get(row.id) ?? []).map(({ id, name }) => ({ id, name }))
    const incident = describe(row, users, teams, affected, at)
    return oversees ? incident : { ...incident, ...hidden }
  })
}

/** What is not for somebody who only reported it. */
const hidden = { priority_reason: null, reassignment_count: null, parent_id: null }

/** Field by field: to spread a row of so many columns takes forty times as long. */
function describe(
  row: IncidentRow,
  users: Names,
  teams: Names,
  affected_cis: Incident['affected_cis'],
  at: string,
): Incident {
  return {
    id: row.id,
    external_number: row.external_number,
    title: row.title,
    description: row.description,
    status: row.status,
    priority: row.priority,
    priority_reason: row.priority_reason,
    impact: row.impact,
    urgency: row.urgency,
    category: row.category,
    reporter_id: row.reporter_id,
    assignee_id: row.assignee_id,
    team_id: row.team_id,
    resolution: row.resolution,
    resolution_code: row.resolution_code,
    parent_id: row.parent_id,
    reopen_count: row.reopen_count,
    reassignment_count: row.reassignment_count,
    pending_reason: row.pending_reason,
    pending_until: row.pending_until,
    opened_at: row.opened_at,
    responded_at: row.responded_at,
    resolved_at: row.resolved_at,
    closed_at: row.closed_at,
    response_due_at: row.response_due_at,
    resolution_due_at: row.resolution_due_at,
    version: row.version,
    created_at: row.created_at,
    updated_at: row.updated_at,
    incident_number: numberText('incident', row.number),
    priority_overridden: row.priority_reason !== null,
    reporter: { id: row.reporter_id, name: users.get(row.reporter_id) ?? '' },
    assignee: personOf(row.assignee_id, users),
    team: personOf(row.team_id, teams),
    affected_ci_ids: affected_cis.map(({ id }) => id),
    affected_cis,
    tags: JSON.parse(row.tags),
    major: row.major === 1,
    sla_status: slaStatusOf(row, at),
    response_met: boolean(row.response_met),
    resolution_met: boolean(row.resolution_met),
    response_s: whole(row.response_s),
    resolution_s: whole(row.resolution_s),
  }
}

async function teamNames(db: Db, rows: readonly IncidentRow[]): Promise<Names> {
  const ids = [...new Set(rows.flatMap(({ team_id }) => team_id ?? []))]
  if (ids.length === 0) return new Map()
  const found = await db.selectFrom('teams').select(['id', 'name']).where('id', 'in', ids).execute()
  return new Map(found.map(({ id, name }) => [id, name]))
}

async function affectedCis(db: Db, rows: readonly IncidentRow[]) {
  const found = await db
    .selectFrom('incident_cis')
    .innerJoin('cis', 'cis.id', 'incident_cis.ci_id')
    .select(['incident_id', 'cis.id', 'cis.name'])
    .where(
      'incident_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('cis.id')
    .execute()
  return groupBy(found, ({ incident_id }) => incident_id)
}

function boolean(value: 0 | 1 | null): boolean | null {
  return value === null ? null : value === 1
}

function whole(value: number | null): number | null {
  return value === null ? null : Number(value)
}
