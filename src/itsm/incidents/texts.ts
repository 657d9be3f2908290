import { insertMany } from '../../../db/bulk.ts'
import type { Trx } from '../../../db/tables.ts'
import { groupBy } from '../../values.ts'
import type { IncidentRow } from './access.ts'

const columns = ['number', 'incident_id', 'public_text', 'internal_text'] as const

type Titled = Pick<IncidentRow, 'id' | 'number' | 'title' | 'description'>
type Note = { is_public: 0 | 1; content: string }

/** Ends every text, so that its last characters begin pieces of the index as well. */
const end = '\n\n'

/**
 * Writes anew what searches look through, for incidents whose title, description or notes have changed in
 * this transaction, or that are new in it: four statements, however many. In lower case, and what is
 * internal apart, so that no search of a reporter meets it.
 */
export async function writeTexts(trx: Trx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const incidents = await trx
    .selectFrom('incidents')
    .select(['id', 'number', 'title', 'description'])
    .where('id', 'in', ids)
    .execute()
  const notes = await trx
    .selectFrom('incident_notes')
    .select(['incident_id', 'is_public', 'content'])
    .where('incident_id', 'in', ids)
    .orderBy('id')
    .execute()
  const notesOf = groupBy(notes, ({ incident_id }) => incident_id)
  const rows = incidents.map((incident) => rowOf(incident, notesOf.get(incident.id)))
  await trx.deleteFrom('incident_texts').where('incident_id', 'in', ids).execute()
  await insertMany(trx, 'incident_texts', columns, rows)
}

/** Of an incident that is new, and has no notes. */
export function addTexts(trx: Trx, incident: Titled): Promise<void> {
  return insertMany(trx, 'incident_texts', columns, [rowOf(incident)])
}

function rowOf({ id, number, title, description }: Titled, notes: readonly Note[] = []) {
  const said = (isPublic: 0 | 1) =>
    notes.flatMap((note) => (note.is_public === isPublic ? note.content : []))
  return {
    number,
    incident_id: id,
    public_text: textOf([title, description ?? '', ...said(1)]),
    internal_text: textOf(said(0)),
  }
}

function textOf(parts: readonly string[]): string {
  return `${parts.join('\n').toLowerCase()}${end}`
}
