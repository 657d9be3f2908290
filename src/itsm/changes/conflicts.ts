import type { Db } from '../../../db/tables.ts'
import { now } from '../../values.ts'
import { type ChangeRow, getChangeRow } from './access.ts'
import { changeConflicts } from './change-conflicts.ts'
import { occupied } from './occupied.ts'
import { windowConflicts } from './window-conflicts.ts'

export type Conflict = {
  kind: 'same_ci' | 'related_ci' | 'same_implementer' | 'freeze' | 'outside_maintenance_window'
  /** What blocks keeps a change from being scheduled, but for an emergency with a reason. */
  severity: 'blocks' | 'warns'
  /** Every affected CI that this is about. */
  ci_ids: string[]
  /** The other change, or the window. */
  change_id: string | null
  window_id: string | null
  /** What it is, in a sentence. */
  ja: string
  en: string
}

/** A CI that a change affects. */
export type Affected = { id: string; name: string }

/** A change that has a time. */
export type Planned = ChangeRow & { scheduled_start: string; scheduled_end: string }

/**
 * What stands in the way of a change at the time that it takes, planned or under way; nothing for one
 * without a time. Spans are half-open: what ends when another begins is no clash. In a number of queries that does not depend on
 * how many CIs, changes and windows there are.
 */
export async function findConflicts(db: Db, row: ChangeRow, at = now()): Promise<Conflict[]> {
  const span = occupied(row, at)
  if (span === null) return []
  const change = { ...row, scheduled_start: span.start, scheduled_end: span.end }
  const affected = await db
    .selectFrom('change_cis')
    .innerJoin('cis', 'cis.id', 'change_cis.ci_id')
    .select(['cis.id', 'cis.name'])
    .where('change_id', '=', change.id)
    .orderBy('cis.name_key')
    .orderBy('cis.id')
    .execute()
  const found = [
    ...(await changeConflicts(db, change, affected, at)),
    ...(await windowConflicts(db, change, affected)),
  ]
  return found.sort((a, b) => (a.severity < b.severity ? -1 : a.severity > b.severity ? 1 : 0))
}

export async function listConflicts(db: Db, id: string) {
  const conflicts = await findConflicts(db, await getChangeRow(db, id))
  return { is_blocked: conflicts.some(({ severity }) => severity === 'blocks'), conflicts }
}
