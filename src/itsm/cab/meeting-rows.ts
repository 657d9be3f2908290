import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import type { Meeting } from '../../../schemas/itsm/cab.ts'
import { groupBy } from '../../values.ts'
import { numberText } from '../numbers.ts'
import { shownOnAgenda } from './agenda.ts'

export type MeetingRow = Selectable<Tables['cab_meetings']>

/** Meetings as they are shown, in as many queries for a page as for one. */
export async function describeMeetings(db: Db, rows: readonly MeetingRow[]): Promise<Meeting[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const agendas = groupBy(await agendaOf(db, ids), ({ meeting_id }) => meeting_id)
  const attending = groupBy(await attendeesOf(db, ids), ({ meeting_id }) => meeting_id)
  const boards = await db
    .selectFrom('cab_boards')
    .select(['id', 'name'])
    .where(
      'id',
      'in',
      rows.map(({ board_id }) => board_id),
    )
    .execute()
  return rows.map((row) => {
    const attendees = (attending.get(row.id) ?? []).map(({ id, name }) => ({ id, name }))
    const board = boards.find(({ id }) => id === row.board_id)
    return {
      ...row,
      board: { id: row.board_id, name: board?.name ?? '' },
      agenda: (agendas.get(row.id) ?? []).map(({ meeting_id: _, number, ...item }) => ({
        ...item,
        change_number: numberText('change', number),
      })),
      attendees,
      attendee_ids: attendees.map(({ id }) => id),
    }
  })
}

function agendaOf(db: Db, ids: readonly string[]) {
  return db
    .selectFrom('cab_agenda')
    .innerJoin('changes', 'changes.id', 'cab_agenda.change_id')
    .select(['cab_agenda.meeting_id', 'cab_agenda.minutes', ...shownOnAgenda])
    .where('cab_agenda.meeting_id', 'in', ids)
    .orderBy('cab_agenda.position')
    .execute()
}

function attendeesOf(db: Db, ids: readonly string[]) {
  return db
    .selectFrom('cab_attendees')
    .innerJoin('users', 'users.id', 'cab_attendees.user_id')
    .select(['cab_attendees.meeting_id', 'users.id', 'users.display_name as name'])
    .where('cab_attendees.meeting_id', 'in', ids)
    .orderBy('users.display_name')
    .orderBy('users.id')
    .execute()
}
