import type { Db } from '../../../db/tables.ts'
import type { ChangeRow } from './access.ts'

export type Conflict = {
  kind: 'same_ci' | 'related_ci' | 'same_implementer' | 'freeze' | 'outside_maintenance_window'
  /** What blocks keeps a change from being scheduled, but for an emergency with a reason. */
  severity: 'blocks' | 'warns'
  /** Every affected CI that this is about. */
  ci_ids: string[]
  /** The other change, or the window. */
  change_id: string | null
  window_id: string | null
}

/** What stands in the way of a change at the time it is planned for; nothing for one without a time. */
export async function findConflicts(_db: Db, _change: ChangeRow): Promise<Conflict[]> {
  return []
}
