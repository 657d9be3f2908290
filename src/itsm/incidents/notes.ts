import type { Tables, Trx } from '../../../db/tables.ts'
import { newId } from '../../values.ts'
import { refreshClocks } from '../sla/refresh.ts'
import { writeTexts } from './texts.ts'

export type NoteType = Tables['incident_notes']['note_type']

export type NewNote = { content: string; note_type: NoteType; is_public: boolean }

/** Writes a note on an incident, and answers its id. `by` is null for the service itself. */
export async function writeNote(
  trx: Trx,
  by: string | null,
  incidentId: string,
  { content, note_type, is_public }: NewNote,
  at: string,
): Promise<string> {
  const id = newId()
  await trx
    .insertInto('incident_notes')
    .values({
      id,
      incident_id: incidentId,
      note_type,
      is_public: is_public ? 1 : 0,
      content,
      author_id: by,
      version: 1,
      created_at: at,
      updated_at: at,
    })
    .execute()
  await refreshClocks(trx, [incidentId], at)
  await writeTexts(trx, [incidentId])
  return id
}
