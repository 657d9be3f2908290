import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { can, type Permission } from '../../permissions.ts'

export type IncidentRow = Selectable<Tables['incidents']>

const overseeing: readonly Permission[] = [
  'incident.oversee',
  'incident.work',
  'incident.override',
  'incident.manage',
]

/**
 * Whether somebody sees all incidents, and all of each. Every role that works on them does; an API token
 * for that work alone could find nothing to work on otherwise.
 */
export function overseesIncidents(caller: Caller): boolean {
  return overseeing.some((permission) => can(caller, permission))
}

/** All for the service desk; for others those that they reported. */
export function visibleIncidents(db: Db, caller: Caller) {
  const query = db.selectFrom('incidents')
  return overseesIncidents(caller) ? query : query.where('reporter_id', '=', caller.id)
}

/** Fails with 404 for one that the caller may not know of. */
export async function getIncidentRow(db: Db, caller: Caller, id: string): Promise<IncidentRow> {
  return visibleIncidents(db, caller)
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('incident_not_found', { id }))
}
