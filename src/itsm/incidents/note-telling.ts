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
  const to = [readerOf(by, incident, is_public)]
  await announce(trx, by, 'incident.noted', incident, to, { note_id })
}

function readerOf(by: string, { reporter_id, assignee_id }: IncidentRow, isPublic: boolean) {
  if (!isPublic) return null
  return by === reporter_id ? assignee_id : reporter_id
}

/**
 * Tells those whom a note mentions: of one that is new, all but whom `announceNote` has told of it; of one
 * that said something `before`, those whom that did not mention.
 */
export async function announceMentions(
  trx: Trx,
  by: string,
  incident: IncidentRow,
  note_id: string,
  { content, is_public }: Written,
  before?: string,
): Promise<void> {
  const known = new Set(mentionsIn(before ?? ''))
  const keys = mentionsIn(content).filter((key) => !known.has(key))
  const told = before === undefined ? readerOf(by, incident, is_public) : null
  const found = await findMentioned(trx, keys, incident, is_public)
  const to = found.filter((id) => id !== told)
  if (to.length === 0) return
  await announce(trx, by, 'incident.mentioned', incident, to, { note_id })
}
