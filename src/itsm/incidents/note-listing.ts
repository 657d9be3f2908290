import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import type { WorkNote } from '../../../schemas/itsm/notes.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { getIncidentRow, overseesIncidents } from './access.ts'
import { namesOf, personOf } from './people.ts'

export type NoteRow = Selectable<Tables['incident_notes']>

/** The notes on an incident that the caller may read, the latest first. */
export async function listNotes(db: Db, caller: Caller, incidentId: string, page: PageQuery) {
  await getIncidentRow(db, caller, incidentId)
  const query = visibleNotes(db, caller, incidentId).selectAll().orderBy('id', 'desc')
  const found = await paginate(query, page, 'notes')
  return { ...found, notes: await describeNotes(db, found.notes) }
}

/** Fails with 404 for one that the caller may not read. */
export async function getNote(
  db: Db,
  caller: Caller,
  incidentId: string,
  id: string,
): Promise<NoteRow> {
  return visibleNotes(db, caller, incidentId)
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('note_not_found', { id }))
}

export async function describeNotes(db: Db, rows: readonly NoteRow[]): Promise<WorkNote[]> {
  const names = await namesOf(
    db,
    rows.map(({ author_id }) => author_id),
  )
  return rows.map(({ is_public, ...row }) => ({
    ...row,
    is_public: is_public === 1,
    author: personOf(row.author_id, names),
  }))
}

/** All for the service desk; what is public for the reporter. */
export function visibleNotes(db: Db, caller: Caller, incidentId: string) {
  const query = db.selectFrom('incident_notes').where('incident_id', '=', incidentId)
  return overseesIncidents(caller) ? query : query.where('is_public', '=', 1)
}
