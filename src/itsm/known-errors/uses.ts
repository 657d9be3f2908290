import { sql } from 'kysely'
import type { Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { now } from '../../values.ts'
import { getIncidentRow, type IncidentRow } from '../incidents/access.ts'
import { announceMentions, announceNote } from '../incidents/note-telling.ts'
import { writeNote } from '../incidents/notes.ts'
import { tellIncident } from '../incidents/tell.ts'
import { holdKnownError, type KnownErrorRow } from './access.ts'

/**
 * Says that a known error was of use in an incident: counted once for each incident, whoever says so and
 * however often. With `add_note`, its workaround is written on the incident, once as well.
 */
export async function useKnownError(
  told: Pick<Deps, 'db' | 'channels'>,
  caller: Caller,
  incidentId: string,
  id: string,
  add_note = false,
  at = now(),
) {
  const { written, ...answer } = await transact(told.db, async (trx) => {
    const incident = await getIncidentRow(trx, caller, incidentId)
    const known = await holdKnownError(trx, caller, id)
    const is_first = await countUse(trx, caller, incidentId, id, at)
    const { note_id: before } = await trx
      .selectFrom('known_error_uses')
      .select('note_id')
      .where('known_error_id', '=', id)
      .where('incident_id', '=', incidentId)
      .executeTakeFirstOrThrow()
    const written = add_note && before === null
    const note_id = written ? await noteOn(trx, caller, incident, known, at) : before
    if (is_first || written) {
      const changes = { incident_id: incidentId, note_id }
      await recordAudit(trx, caller, 'known_error.used', id, changes)
    }
    const usage_count = known.usage_count + (is_first ? 1 : 0)
    const last_used_at = is_first ? at : known.last_used_at
    return { written, is_first, usage_count, last_used_at, note_id }
  })
  if (written) tellIncident(told, incidentId, 'incident.noted', { note_id: answer.note_id })
  return answer
}

/** Whether it is the first time. */
async function countUse(
  trx: Trx,
  caller: Caller,
  incident_id: string,
  id: string,
  at: string,
): Promise<boolean> {
  const added = await trx
    .insertInto('known_error_uses')
    .values({ known_error_id: id, incident_id, used_by: caller.id, used_at: at, note_id: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('known_error_id')
    .executeTakeFirst()
  if (!added) return false
  await trx
    .updateTable('known_errors')
    .set({ usage_count: sql<number>`usage_count + 1`, last_used_at: at })
    .where('id', '=', id)
    .execute()
  return true
}

async function noteOn(
  trx: Trx,
  caller: Caller,
  incident: IncidentRow,
  { id, title, workaround }: KnownErrorRow,
  at: string,
): Promise<string> {
  if (!workaround?.trim()) throw failure('known_error_without_workaround')
  const note = {
    content: `${title}\n${workaround}`,
    note_type: 'work_note' as const,
    is_public: false,
  }
  const note_id = await writeNote(trx, caller.id, incident.id, note, at)
  await announceNote(trx, caller.id, incident, note_id, note)
  await announceMentions(trx, caller.id, incident, note_id, note)
  await trx
    .updateTable('known_error_uses')
    .set({ note_id })
    .where('known_error_id', '=', id)
    .where('incident_id', '=', incident.id)
    .execute()
  return note_id
}
