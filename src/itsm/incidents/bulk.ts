import { setImmediate as turn } from 'node:timers/promises'
import { transact } from '../../../db/transact.ts'
import type {
  BulkResult,
  IncidentBulkResult,
  IncidentBulkUpdate,
} from '../../../schemas/itsm/bulk.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import type { Language } from '../../messages.ts'
import { describe, toFailure } from '../../problem-details.ts'
import { now } from '../../values.ts'
import { holdIncident } from './hold.ts'
import { writeNote } from './notes.ts'
import { type Step, setFields, type Told, tellSteps } from './steps.ts'

/**
 * Changes incidents one after the other, each with its note in a transaction of its own, and answers for
 * each: what would be refused alone is refused here, and holds up none of the others. Whoever else waits
 * for the service gets their turn after each.
 */
export async function updateInBulk(
  told: Told,
  caller: Caller,
  input: IncidentBulkUpdate,
  language: Language,
): Promise<IncidentBulkResult> {
  const results: BulkResult[] = []
  for (const id of input.incident_ids) {
    results.push(await updateOne(told, caller, id, input, language))
    await turn()
  }
  const updated_count = results.filter(({ ok }) => ok).length
  return { updated_count, failed_count: results.length - updated_count, results }
}

async function updateOne(
  told: Told,
  caller: Caller,
  id: string,
  input: IncidentBulkUpdate,
  language: Language,
): Promise<BulkResult> {
  try {
    tellSteps(told, [await change(told, caller, id, input)])
    return { id, ok: true }
  } catch (error) {
    const refusal = toFailure(Object(error))
    if (refusal.statusCode === 500) throw error
    const { status, code, detail, errors } = describe(refusal, language, '', '')
    return { id, ok: false, status, code, detail, ...(errors && { errors }) }
  }
}

function change(
  { db }: Told,
  caller: Caller,
  id: string,
  { updates, comment }: IncidentBulkUpdate,
): Promise<Step> {
  return transact(db, async (trx) => {
    const before = await holdIncident(trx, caller, id)
    const at = now()
    const step = await setFields(trx, caller, before, updates, 'incident.updated', at)
    if (comment === undefined) return step
    const note = { content: comment, note_type: 'work_note', is_public: false } as const
    const note_id = await writeNote(trx, caller.id, id, note, at)
    await recordAudit(trx, caller, 'incident.noted', id, { note_id, ...note })
    return step
  })
}
