import { transact } from '../../../db/transact.ts'
import type { RestoredSnapshot } from '../../../schemas/analysis/snapshots.ts'
import type { Caller } from '../../access.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { holdSession, touchSession } from '../sessions/access.ts'
import { type Told, tellSession } from '../sessions/tell.ts'
import { getSnapshotRow } from './access.ts'

/**
 * Takes a session to one of its snapshots: what is done next branches off there, and nothing is deleted.
 * To be where it is changes nothing. With a `version`, changes that one or fails.
 */
export async function restoreSnapshot(
  told: Told,
  caller: Caller,
  sessionId: string,
  id: string,
  version?: number,
): Promise<RestoredSnapshot> {
  const { session, snapshot, isMoved } = await transact(told.db, async (trx) => {
    const held = await holdSession(trx, caller, sessionId, version)
    const snapshot = await getSnapshotRow(trx, held.id, id)
    if (held.current_snapshot_id === snapshot.id) return { session: held, snapshot, isMoved: false }
    const before = await getSnapshotRow(trx, held.id, held.current_snapshot_id)
    const session = await touchSession(trx, caller, held.id)
    await trx
      .updateTable('analysis_sessions')
      .set({ current_snapshot_id: snapshot.id })
      .where('id', '=', session.id)
      .execute()
    const moved = { from: before.snapshot_order, to: snapshot.snapshot_order }
    const changes = { current_snapshot: moved }
    await recordProjectAudit(
      trx,
      caller,
      session.project_id,
      'analysis.snapshot_restored',
      session.id,
      changes,
    )
    return { session, snapshot, isMoved: true }
  })
  const { id: snapshot_id, snapshot_order } = snapshot
  if (isMoved) tellSession(told, caller, session, 'session.restored', { snapshot_id })
  return {
    session_id: session.id,
    snapshot_id,
    snapshot_order,
    current_snapshot: snapshot_order,
    current_snapshot_id: snapshot_id,
    version: session.version,
    updated_at: session.updated_at,
  }
}
