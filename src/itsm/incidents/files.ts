import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { IncidentFile } from '../../../schemas/itsm/incident-files.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import { type Caller, requireCan } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { enqueue } from '../../jobs.ts'
import { paginate } from '../../page.ts'
import { now } from '../../values.ts'
import { recordHistory } from '../history.ts'
import { getIncidentRow, type IncidentRow, overseesIncidents } from './access.ts'
import { tellIncident } from './tell.ts'
import { requireUnfrozen } from './transitions.ts'

export type IncidentFileRow = Selectable<Tables['incident_files']>
export type Told = Pick<Deps, 'db' | 'channels'>

/** The oldest first; the reporter sees those that are public. Fails with `incident_not_found`. */
export async function listIncidentFiles(
  db: Db,
  caller: Caller,
  incidentId: string,
  page: PageQuery,
) {
  await getIncidentRow(db, caller, incidentId)
  const query = filesOf(db, caller, incidentId).selectAll().orderBy('id')
  const { attachments, ...rest } = await paginate(query, page, 'attachments')
  return { attachments: attachments.map(toIncidentFile), ...rest }
}

/** A file with its place in the storage. Fails with `incident_file_not_found` also for internal ones. */
export async function getStoredIncidentFile(
  db: Db,
  caller: Caller,
  incidentId: string,
  id: string,
): Promise<IncidentFileRow> {
  await getIncidentRow(db, caller, incidentId)
  return filesOf(db, caller, incidentId)
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('incident_file_not_found', { id }))
}

/** Staff delete any file, the reporter those of their own. */
export async function deleteIncidentFile(
  told: Told,
  caller: Caller,
  incidentId: string,
  id: string,
): Promise<void> {
  await transact(told.db, async (trx) => {
    const incident = await holdForFiles(trx, caller, incidentId)
    const at = now()
    const row = await getStoredIncidentFile(trx, caller, incidentId, id)
    const isOwn = row.uploaded_by === caller.id && incident.reporter_id === caller.id
    if (!isOwn) requireCan('incident.work', caller)
    await trx.deleteFrom('incident_files').where('id', '=', id).execute()
    await enqueue(trx, 'remove_file', { key: row.key })
    const gone = { attachment: { from: named(row), to: null } }
    await recordHistory(trx, incidentId, caller.id, gone, at)
    await recordAudit(trx, caller, 'incident_file.deleted', id, {
      incident_id: incidentId,
      name: row.original_name,
    })
  })
  tellIncident(told, incidentId, 'incident.updated', { attachment_id: id })
}

/**
 * Holds an incident so that its files stay as they are read here, for somebody who may change them:
 * its staff and its reporter, while it is not at an end.
 */
export async function holdForFiles(trx: Trx, caller: Caller, id: string): Promise<IncidentRow> {
  await trx
    .updateTable('incidents')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .execute()
  return getChangeableIncident(trx, caller, id)
}

/** Fails with 404 for one that is not seen, 403 for one that is not theirs, 409 for one at its end. */
export async function getChangeableIncident(
  db: Db,
  caller: Caller,
  id: string,
): Promise<IncidentRow> {
  const incident = await getIncidentRow(db, caller, id)
  if (incident.reporter_id !== caller.id) requireCan('incident.work', caller)
  requireUnfrozen(incident.status)
  return incident
}

/** What history says of a file, which the file itself outlives. */
export function named({ id, original_name, is_public }: IncidentFileRow) {
  return { id, name: original_name, is_public: is_public === 1 }
}

export function toIncidentFile(row: IncidentFileRow): IncidentFile {
  const { key: _, original_name: filename, is_public, ...rest } = row
  const url = `/api/v1/incidents/${row.incident_id}/attachments/${row.id}`
  return { ...rest, filename, is_public: is_public === 1, url }
}

function filesOf(db: Db, caller: Caller, incidentId: string) {
  const query = db.selectFrom('incident_files').where('incident_id', '=', incidentId)
  return overseesIncidents(caller) ? query : query.where('is_public', '=', 1)
}
