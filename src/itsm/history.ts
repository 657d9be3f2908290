import type { Db, Trx } from '../../db/tables.ts'
import type { CursorQuery } from '../../schemas/pages.ts'
import { paginateByCursor } from '../page.ts'
import { newId } from '../values.ts'

/** Field by field, as `diff` of src/audit.ts gives it. */
export type Changes = Record<string, { from: unknown; to: unknown }>

/**
 * Writes down every field that changed of an incident, a problem or a change, together with the change
 * itself. `by` is null for the service itself.
 */
export async function recordHistory(
  trx: Trx,
  subjectId: string,
  by: string | null,
  changes: Changes,
  at: string,
): Promise<void> {
  const rows = historyOf(by, changes, at).map((row) => ({
    id: newId(),
    subject_id: subjectId,
    ...row,
  }))
  if (rows.length > 0) await trx.insertInto('itsm_history').values(rows).execute()
}

/** What is written down of changes, whatever they are changes of. */
export function historyOf(by: string | null, changes: Changes, at: string) {
  return Object.entries(changes).map(([field, { from, to }]) => ({
    field,
    old_value: textOf(from),
    new_value: textOf(to),
    changed_by: by,
    changed_at: at,
  }))
}

/** What changed of one of them, the latest writing first. */
export async function listHistory(db: Db, subjectId: string, page: CursorQuery) {
  const query = db
    .selectFrom('itsm_history')
    .select(['id', 'field', 'old_value', 'new_value', 'changed_by', 'changed_at'])
    .where('subject_id', '=', subjectId)
  const { history, next_cursor } = await paginateByCursor(query, page, 'history')
  return { history: history.map(parsed), next_cursor }
}

type Stored = { old_value: string | null; new_value: string | null }

export function parsed<Row extends Stored>(row: Row) {
  return { ...row, old_value: jsonOf(row.old_value), new_value: jsonOf(row.new_value) }
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value)
}

function jsonOf(text: string | null): unknown {
  return text === null ? null : JSON.parse(text)
}
