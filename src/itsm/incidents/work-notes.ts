import type { Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { NewWorkNote, WorkNote, WorkNoteChange } from '../../../schemas/itsm/notes.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { can } from '../../permissions.ts'
import { now } from '../../values.ts'
import { touched } from '../../version.ts'
import { recordHistory } from '../history.ts'
import { refreshClocks } from '../sla/refresh.ts'
import type { IncidentRow } from './access.ts'
import { holdIncident, requireStaffOrReporter } from './hold.ts'
import { describeNotes, getNote, type NoteRow } from './note-listing.ts'
import { announceMentions, announceNote } from './note-telling.ts'
import { type NewNote, type NoteType, writeNote } from './notes.ts'
import type { Told } from './steps.ts'
import { tellIncident } from './tell.ts'
import { writeTexts } from './texts.ts'
import { requireUnfrozen } from './transitions.ts'

/** Writes a note: the service desk on any incident, the reporter a public one on their own. */
export async function addNote(
  told: Told,
  caller: Caller,
  incidentId: string,
  input: NewWorkNote,
): Promise<WorkNote> {
  const note = await transact(told.db, async (trx) => {
    const incident = await holdIncident(trx, caller, incidentId)
    const at = now()
    const wanted = withDefaults(caller, input)
    requireMayWrite(caller, incident, wanted)
    const id = await writeNote(trx, caller.id, incidentId, wanted, at)
    await recordAudit(trx, caller, 'incident.noted', incidentId, { note_id: id, ...wanted })
    await announceNote(trx, caller.id, incident, id, wanted)
    await announceMentions(trx, caller.id, incident, id, wanted)
    return (await describeNotes(trx, [await getNote(trx, caller, incidentId, id)]))[0] as WorkNote
  })
  tellIncident(told, incidentId, 'incident.noted', { note_id: note.id })
  return note
}

/** Changes one’s own note; who may override, anybody’s. What it said before stays in the history. */
export async function changeNote(
  told: Told,
  caller: Caller,
  incidentId: string,
  noteId: string,
  change: WorkNoteChange,
  version?: number,
): Promise<WorkNote> {
  const note = await transact(told.db, async (trx) => {
    const { incident, row } = await holdNote(trx, caller, incidentId, noteId, version)
    const at = now()
    const from = stated(row)
    const to = { ...from, ...change }
    requireMayWrite(caller, incident, to)
    await trx
      .updateTable('incident_notes')
      .set({ ...columnsOf(to), ...touched() })
      .where('id', '=', noteId)
      .execute()
    await recordHistory(trx, incidentId, caller.id, { [`note:${noteId}`]: { from, to } }, at)
    await refreshClocks(trx, [incidentId], at)
    await writeTexts(trx, [incidentId])
    await recordAudit(trx, caller, 'incident.note_changed', incidentId, {
      note_id: noteId,
      from,
      to,
    })
    await announceMentions(trx, caller.id, incident, noteId, to, from.content)
    const written = await getNote(trx, caller, incidentId, noteId)
    return (await describeNotes(trx, [written]))[0] as WorkNote
  })
  tellIncident(told, incidentId, 'incident.noted', { note_id: noteId })
  return note
}

export async function removeNote(
  told: Told,
  caller: Caller,
  incidentId: string,
  noteId: string,
  version?: number,
): Promise<void> {
  await transact(told.db, async (trx) => {
    const { incident, row } = await holdNote(trx, caller, incidentId, noteId, version)
    const at = now()
    const from = stated(row)
    requireMayWrite(caller, incident, from)
    await trx.deleteFrom('incident_notes').where('id', '=', noteId).execute()
    await recordHistory(trx, incidentId, caller.id, { [`note:${noteId}`]: { from, to: null } }, at)
    await refreshClocks(trx, [incidentId], at)
    await writeTexts(trx, [incidentId])
    await recordAudit(trx, caller, 'incident.note_deleted', incidentId, { note_id: noteId, from })
  })
  tellIncident(told, incidentId, 'incident.noted', { note_id: noteId })
}

async function holdNote(
  trx: Trx,
  caller: Caller,
  incidentId: string,
  noteId: string,
  version: number | undefined,
) {
  const incident = await holdIncident(trx, caller, incidentId)
  const row = await getNote(trx, caller, incidentId, noteId)
  const isTheirs = row.author_id === caller.id || can(caller, 'incident.override')
  if (!isTheirs) throw failure('note_author_required')
  if (version !== undefined && version !== row.version) throw failure('stale_version')
  return { incident, row }
}

function withDefaults(caller: Caller, input: NewWorkNote): NewNote {
  const usual: NoteType = can(caller, 'incident.work') ? 'work_note' : 'customer_note'
  const { content, note_type = usual, is_public = note_type === 'customer_note' } = input
  return { content, note_type, is_public }
}

function requireMayWrite(caller: Caller, incident: IncidentRow, note: NewNote): void {
  requireStaffOrReporter(caller, incident)
  if (can(caller, 'incident.work')) return
  requireUnfrozen(incident.status)
  const isPlain = note.note_type === 'customer_note' && note.is_public
  if (!isPlain) throw failure('note_public_required')
}

function stated({ is_public, note_type, content }: NoteRow): NewNote {
  return { is_public: is_public === 1, note_type, content }
}

function columnsOf({ content, note_type, is_public }: NewNote) {
  return {
    content,
    note_type,
    is_public: is_public ? 1 : 0,
  } as const
}
