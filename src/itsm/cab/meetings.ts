import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Meeting, MeetingChange, MeetingQuery, NewMeeting } from '../../../schemas/itsm/cab.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { utc } from '../changes/times.ts'
import { requireBoard } from './board-access.ts'
import { setAgenda, setAttendees } from './meeting-parts.ts'
import { describeMeetings, type MeetingRow } from './meeting-rows.ts'
import { spanFaults } from './spans.ts'

/** By when they start, the latest first. */
export async function listMeetings(db: Db, { skip, limit, board_id, from, to }: MeetingQuery) {
  let query = db
    .selectFrom('cab_meetings')
    .selectAll()
    .orderBy('starts_at', 'desc')
    .orderBy('id', 'desc')
  if (board_id) query = query.where('board_id', '=', board_id)
  if (from !== undefined) query = query.where('starts_at', '>=', utc('from', from))
  if (to !== undefined) query = query.where('starts_at', '<', utc('to', to))
  const { meetings, ...rest } = await paginate(query, { skip, limit }, 'meetings')
  return { ...rest, meetings: await describeMeetings(db, meetings) }
}

export async function getMeeting(db: Db, id: string): Promise<Meeting> {
  const row = await db
    .selectFrom('cab_meetings')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('meeting_not_found', { id }))
  return describeMeeting(db, row)
}

export function createMeeting(db: Db, caller: Caller, input: NewMeeting): Promise<Meeting> {
  return transact(db, async (trx) => {
    const at = now()
    const { agenda = [], attendee_ids = [], place = null, minutes = null } = input
    const { board_id, title } = input
    await requireBoard(trx, board_id)
    const row = await trx
      .insertInto('cab_meetings')
      .values({
        id: newId(),
        board_id,
        title,
        ...checkedSpan(input),
        place,
        minutes,
        closed_at: null,
        created_by: caller.id,
        version: 1,
        created_at: at,
        updated_at: at,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await setAgenda(trx, row.id, agenda)
    await setAttendees(trx, row.id, attendee_ids)
    const meeting = await describeMeeting(trx, row)
    await recordAudit(trx, caller, 'cab_meeting.created', row.id, plain(meeting))
    return meeting
  })
}

/** Until it is closed. */
export function updateMeeting(
  db: Db,
  caller: Caller,
  id: string,
  { agenda, attendee_ids, ...change }: MeetingChange,
  version?: number,
): Promise<Meeting> {
  return transact(db, async (trx) => {
    const held = await holdOpen(trx, id, version)
    const before = await describeMeeting(trx, held)
    const { starts_at, ends_at } = held
    const row = await trx
      .updateTable('cab_meetings')
      .set({ ...change, ...checkedSpan({ starts_at, ends_at, ...change }), ...touched() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    if (agenda) await setAgenda(trx, id, agenda)
    if (attendee_ids) await setAttendees(trx, id, attendee_ids)
    const meeting = await describeMeeting(trx, row)
    const changes = diff<object>(plain(before), plain(meeting))
    await recordAudit(trx, caller, 'cab_meeting.updated', id, changes)
    return meeting
  })
}

/** From then on nothing of it changes; once more changes nothing. */
export function closeMeeting(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
  at = now(),
): Promise<Meeting> {
  return transact(db, async (trx) => {
    const { closed_at } = await holdMeeting(trx, id, version)
    if (closed_at === null) {
      await trx
        .updateTable('cab_meetings')
        .set({ closed_at: at, ...touched() })
        .where('id', '=', id)
        .execute()
      const changes = { closed_at: { from: null, to: at } }
      await recordAudit(trx, caller, 'cab_meeting.closed', id, changes)
    }
    return getMeeting(trx, id)
  })
}

export async function deleteMeeting(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  await transact(db, async (trx) => {
    await holdOpen(trx, id, version)
    await trx.deleteFrom('cab_meetings').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'cab_meeting.deleted', id)
  })
}

async function describeMeeting(db: Db, row: MeetingRow): Promise<Meeting> {
  const [meeting] = await describeMeetings(db, [row])
  return meeting as Meeting
}

async function holdOpen(trx: Trx, id: string, version?: number): Promise<MeetingRow> {
  const row = await holdMeeting(trx, id, version)
  if (row.closed_at !== null) throw failure('meeting_closed')
  return row
}

async function holdMeeting(trx: Trx, id: string, version?: number): Promise<MeetingRow> {
  const row = await trx
    .updateTable('cab_meetings')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => failure('meeting_not_found', { id }))
  if (version !== undefined && version !== row.version) throw failure('stale_version')
  return row
}

function checkedSpan({ starts_at, ends_at }: Pick<NewMeeting, 'starts_at' | 'ends_at'>) {
  const span = { starts_at: utc('starts_at', starts_at), ends_at: utc('ends_at', ends_at) }
  const faults = spanFaults(span.starts_at, span.ends_at, 'ends_at')
  if (faults.length > 0) throw invalid(...faults)
  return span
}

/** What somebody said of it, without what follows from other objects. */
function plain({ agenda, title, starts_at, ends_at, place, minutes, attendee_ids }: Meeting) {
  const items = agenda.map(({ change_id, minutes }) => ({ change_id, minutes }))
  return { title, starts_at, ends_at, place, minutes, agenda: items, attendee_ids }
}
