import type { Trx } from '../../../db/tables.ts'
import type { ProblemDetails } from '../../../schemas/common.ts'
import { type IncidentUpload, maxIncidentFiles } from '../../../schemas/itsm/incident-files.ts'
import type { Caller } from '../../access.ts'
import { holdCaller } from '../../accounts/hold.ts'
import { type Arrival, keptOf, receiveAll } from '../../arrivals.ts'
import { recordAudit } from '../../audit.ts'
import { type Failure, failure, invalid } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { claimIncoming, settle } from '../../incoming.ts'
import type { FilesForm } from '../../multipart.ts'
import { can } from '../../permissions.ts'
import { newId, now } from '../../values.ts'
import { recordHistory } from '../history.ts'
import type { IncidentRow } from './access.ts'
import {
  getChangeableIncident,
  holdForFiles,
  type IncidentFileRow,
  named,
  type Told,
  toIncidentFile,
} from './files.ts'
import { tellIncident } from './tell.ts'

export const maxIncidentFileBytes = 50 * 1024 * 1024

const place = { folder: 'incidents', maxBytes: maxIncidentFileBytes }

/**
 * Takes in the files of a form, each for itself; when the form itself is wrong or breaks off, none.
 * Whoever reports sends public files; those who work on incidents choose, and internal is the default.
 */
export async function uploadIncidentFiles(
  deps: Told & Pick<Deps, 'storage'>,
  caller: Caller,
  incidentId: string,
  { files, texts }: Pick<FilesForm, 'files' | 'texts'>,
  describe: (fault: Failure) => ProblemDetails,
): Promise<IncidentUpload> {
  await getChangeableIncident(deps.db, caller, incidentId)
  const arrivals = await receiveAll(deps, place, files)
  const { rows, failed_files } = await settle(deps, keptOf(arrivals), async (trx) => {
    await holdCaller(trx, caller)
    const incident = await holdForFiles(trx, caller, incidentId)
    const is_public = publicityOf(caller, texts.is_public) ? 1 : 0
    return writeFiles(trx, caller, incident, arrivals, is_public, describe)
  })
  const attachment_ids = rows.map(({ id }) => id)
  tellIncident(deps, incidentId, 'incident.updated', { attachment_ids })
  return { attachments: rows.map(toIncidentFile), failed_files }
}

function publicityOf(caller: Caller, text: string | undefined): boolean {
  const isStaff = can(caller, 'incident.work')
  if (text === undefined || text === '') return !isStaff
  if (text !== 'true' && text !== 'false') {
    throw invalid({ field: 'is_public', rule: 'enum', allowedValues: ['true', 'false'] })
  }
  if (text === 'false' && !isStaff) throw invalid({ field: 'is_public', rule: 'public_only' })
  return text === 'true'
}

/** Fails when there is not one that can be written. */
async function writeFiles(
  trx: Trx,
  caller: Caller,
  { id: incident_id }: IncidentRow,
  arrivals: Arrival[],
  is_public: 0 | 1,
  describe: (fault: Failure) => ProblemDetails,
) {
  const { count } = await trx
    .selectFrom('incident_files')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('incident_id', '=', incident_id)
    .executeTakeFirstOrThrow()
  const rows: IncidentFileRow[] = []
  const faults: Failure[] = []
  const failed_files: IncidentUpload['failed_files'] = []
  for (const each of arrivals) {
    const isFull = count + rows.length >= maxIncidentFiles
    if ('kept' in each && !isFull) {
      rows.push(await insertFile(trx, caller, each, { incident_id, is_public }))
      continue
    }
    const fault =
      'fault' in each ? each.fault : failure('incident_files_full', { limit: maxIncidentFiles })
    faults.push(fault)
    failed_files.push({ filename: each.name, problem: describe(fault) })
  }
  if (rows.length === 0) throw nothingStored(faults, failed_files)
  return { rows, failed_files }
}

async function insertFile(
  trx: Trx,
  caller: Caller,
  { file, kept }: Extract<Arrival, { kept: unknown }>,
  shared: Pick<IncidentFileRow, 'incident_id' | 'is_public'>,
): Promise<IncidentFileRow> {
  await claimIncoming(trx, kept)
  const row: IncidentFileRow = {
    ...shared,
    ...kept,
    id: newId(),
    original_name: file.name,
    content_type: file.type,
    uploaded_by: caller.id,
    created_at: now(),
  }
  await trx.insertInto('incident_files').values(row).execute()
  const come = { attachment: { from: null, to: named(row) } }
  await recordHistory(trx, row.incident_id, caller.id, come, row.created_at)
  const { incident_id, size } = row
  const changes = { incident_id, name: file.name, size, is_public: shared.is_public === 1 }
  await recordAudit(trx, caller, 'incident_file.uploaded', row.id, changes)
  return row
}

/** Of a single file the answer is what is wrong with it. */
function nothingStored(
  [first, ...others]: Failure[],
  failed_files: IncidentUpload['failed_files'],
): Failure {
  if (!first || others.length > 0) {
    return failure('no_incident_file_stored', undefined, { failed_files })
  }
  return Object.assign(first, { extra: { ...first.extra, failed_files } })
}
