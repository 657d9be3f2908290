import type { Trx } from '../../../db/tables.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { can } from '../../permissions.ts'
import { getIncidentRow, type IncidentRow } from './access.ts'

/**
 * Holds an incident until the transaction ends, so that what is read of it here stays true. Fails with 404
 * for one that the caller may not know of, and with 412 for another version than the one asked for.
 */
export async function holdIncident(
  trx: Trx,
  caller: Caller,
  id: string,
  version?: number,
): Promise<IncidentRow> {
  await getIncidentRow(trx, caller, id)
  const row = await holdRow(trx, id)
  if (!row) throw failure('incident_not_found', { id })
  if (version !== undefined && version !== row.version) throw failure('stale_version')
  return row
}

/** Holds an incident whoever asks; nothing for one that is not there. */
export function holdRow(trx: Trx, id: string): Promise<IncidentRow | undefined> {
  return trx
    .updateTable('incidents')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/**
 * Holds two incidents, the same one first whoever asks. Of two transactions that hold one each and wait for
 * the other's, PostgreSQL ends one, but only after a second.
 */
export async function holdBoth(trx: Trx, ...ids: [string, string]): Promise<void> {
  for (const id of ids.sort()) await holdRow(trx, id)
}

/** What somebody may do with an incident that they only reported. */
const ofReporters = ['/reopen', '/close', '/cancel (new)', '/work-notes']

/** For those who see it but neither work on incidents nor reported it. */
export function requireStaffOrReporter(caller: Caller, row: IncidentRow): void {
  if (row.reporter_id !== caller.id) requireStaff(caller)
}

export function requireStaff(caller: Caller): void {
  if (can(caller, 'incident.work')) return
  throw failure('incident_staff_required', { may: ofReporters })
}
