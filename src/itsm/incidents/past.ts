import type { Db } from '../../../db/tables.ts'
import type { CursorQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { paginateByCursor } from '../../page.ts'
import { parsed } from '../history.ts'
import { getIncidentRow, overseesIncidents } from './access.ts'

/** What the reporter sees of the fields that changed. */
const publicFields = [
  'title',
  'description',
  'status',
  'priority',
  'impact',
  'urgency',
  'category',
  'reporter_id',
  'assignee_id',
  'team_id',
  'tags',
  'major',
  'resolution',
  'resolution_code',
  'pending_reason',
  'pending_until',
  'opened_at',
  'resolved_at',
  'closed_at',
]

/** Every field that changed of an incident, as far as the caller may see it, the latest writing first. */
export async function listIncidentHistory(db: Db, caller: Caller, id: string, page: CursorQuery) {
  await getIncidentRow(db, caller, id)
  const query = visiblePast(db, caller, id).select([
    'id',
    'field',
    'old_value',
    'new_value',
    'changed_by',
    'changed_at',
  ])
  const { history, next_cursor } = await paginateByCursor(query, page, 'history')
  return { history: history.map(parsed), next_cursor }
}

/** Not what notes said before they were changed: that may be why they were. */
export function visiblePast(db: Db, caller: Caller, id: string) {
  const query = db.selectFrom('itsm_history').where('subject_id', '=', id)
  return overseesIncidents(caller) ? query : query.where('field', 'in', publicFields)
}
