import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { can } from '../../permissions.ts'

export type IncidentRow = Selectable<Tables['incidents']>

/** All for the service desk; for others those that they reported. */
export function visibleIncidents(db: Db, caller: Caller) {
  const query = db.selectFrom('incidents')
  return can(caller, 'incident.oversee') ? query : query.where('reporter_id', '=', caller.id)
}

/** Fails with 404 for one that the caller may not know of. */
export async function getIncidentRow(db: Db, caller: Caller, id: string): Promise<IncidentRow> {
  return visibleIncidents(db, caller)
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('incident_not_found', { id }))
}
