import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Incident, IncidentChange } from '../../../schemas/itsm/incidents.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { enqueue } from '../../jobs.ts'
import { numberText } from '../numbers.ts'
import { getIncidentRow } from './access.ts'
import { describeIncidents } from './describe.ts'
import { childrenOf } from './family.ts'
import { holdIncident } from './hold.ts'
import { changing, setFields, type Told } from './steps.ts'

export async function getIncident(db: Db, caller: Caller, id: string): Promise<Incident> {
  const row = await getIncidentRow(db, caller, id)
  return (await describeIncidents(db, caller, [row]))[0] as Incident
}

/** With a `version`, changes that one or fails; without, the last writer wins. */
export function updateIncident(
  told: Told,
  caller: Caller,
  id: string,
  change: IncidentChange,
  version?: number,
): Promise<Incident> {
  return changing(told, caller, id, version, async (trx, before, at) => [
    await setFields(trx, caller, before, change, 'incident.updated', at),
  ])
}

/** Takes an incident away for good, with all that belongs to it; its trace in the audit log stays. */
export function deleteIncident(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  return transact(db, async (trx) => {
    const { number, title } = await holdIncident(trx, caller, id, version)
    const children = await childrenOf(trx, id)
    if (children.length > 0) {
      const numbers = children.map((each) => numberText('incident', each.number))
      throw failure('incident_has_children', { numbers })
    }
    await removeFiles(trx, id)
    await trx.deleteFrom('incident_links').where('target_id', '=', id).execute()
    await trx.deleteFrom('itsm_history').where('subject_id', '=', id).execute()
    await trx.deleteFrom('incidents').where('id', '=', id).execute()
    const incident_number = numberText('incident', number)
    await recordAudit(trx, caller, 'incident.deleted', id, { incident_number, title })
  })
}

async function removeFiles(trx: Trx, id: string): Promise<void> {
  const files = await trx
    .selectFrom('incident_files')
    .select('key')
    .where('incident_id', '=', id)
    .execute()
  for (const { key } of files) await enqueue(trx, 'remove_file', { key })
}
