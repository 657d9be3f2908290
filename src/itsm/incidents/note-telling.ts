import type { Trx } from '../../../db/tables.ts'
import type { IncidentRow } from './access.ts'
import { announce } from './announce.ts'
import { findMentioned, mentionsIn } from './mentions.ts'
import type { NewNote } from './notes.ts'

type Written = Pick<NewNote, 'content' | 'is_public'>

/** Hands on that there is a note: to the reporter what is public, to the assignee what the reporter says. */
export async function announceNote(
  trx: Trx,
  by: string,
  incident: IncidentRow,
  note_id: string,
  { is_public }: Pick<Written, 'is_public'>,
): Promise<void> {
  const { reporter_id, assignee_id } = incident
  const to = is_public ? [by === reporter_id ? assignee_id : reporter_id] : []
  await announce(trx, by, 'incident.noted', incident, to, { note_id })
}

/** Tells those whom a note mentions, but for whom it mentioned `before`. */
export async function announceMentions(
  trx: Trx,
  by: string,
  incident: IncidentRow,
  note_id: string,
  { content, is_public }: Written,
  before = '',
): Promise<void> {
  const known = new Set(mentionsIn(before))
  const keys = mentionsIn(content).filter((key) => !known.has(key))
  const to = await findMentioned(trx, keys, incident, is_public)
  if (to.length === 0) return
  await announce(trx, by, 'incident.mentioned', incident, to, { note_id })
}
