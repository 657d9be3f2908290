import type { Trx } from '../../../db/tables.ts'
import type { NewMeeting } from '../../../schemas/itsm/cab.ts'
import { type FieldFault, invalid } from '../../failure.ts'
import { indexed, requireUsers } from '../references.ts'

/** Puts changes on an agenda in the order given; fails with 422 for one that is not there, or there twice. */
export async function setAgenda(
  trx: Trx,
  meeting_id: string,
  agenda: NonNullable<NewMeeting['agenda']>,
): Promise<void> {
  const ids = agenda.map(({ change_id }) => change_id)
  const rows =
    ids.length === 0
      ? []
      : await trx.selectFrom('changes').select('id').where('id', 'in', ids).execute()
  const known = new Set(rows.map(({ id }) => id))
  const faults = ids.flatMap((id, n): FieldFault[] => {
    const field = `agenda.${n}.change_id`
    if (!known.has(id)) return [{ field, rule: 'unknown_change' }]
    return ids.indexOf(id) === n ? [] : [{ field, rule: 'twice' }]
  })
  if (faults.length > 0) throw invalid(...faults)
  await trx.deleteFrom('cab_agenda').where('meeting_id', '=', meeting_id).execute()
  if (agenda.length === 0) return
  await trx
    .insertInto('cab_agenda')
    .values(
      agenda.map(({ change_id, minutes = null }, position) => ({
        meeting_id,
        position,
        change_id,
        minutes,
      })),
    )
    .execute()
}

export async function setAttendees(
  trx: Trx,
  meeting_id: string,
  ids: readonly string[],
): Promise<void> {
  await requireUsers(trx, indexed('attendee_ids', ids))
  await trx.deleteFrom('cab_attendees').where('meeting_id', '=', meeting_id).execute()
  if (ids.length === 0) return
  await trx
    .insertInto('cab_attendees')
    .values(ids.map((user_id) => ({ meeting_id, user_id })))
    .execute()
}
