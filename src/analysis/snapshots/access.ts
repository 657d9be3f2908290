import type { Db } from '../../../db/tables.ts'
import { failure } from '../../failure.ts'
import type { SnapshotRow } from './drafts.ts'

/** Fails with 404 for a snapshot of another session. Whoever asks may read the session. */
export function getSnapshotRow(db: Db, sessionId: string, id: string): Promise<SnapshotRow> {
  return db
    .selectFrom('analysis_snapshots')
    .selectAll()
    .where('id', '=', id)
    .where('session_id', '=', sessionId)
    .executeTakeFirstOrThrow(() => failure('analysis_snapshot_not_found', { id }))
}
