import type { Selectable } from 'kysely'
import { insertMany } from '../../../db/bulk.ts'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { maxSnapshots, type SnapshotReason } from '../../../schemas/analysis/snapshots.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { newId, now } from '../../values.ts'
import type { SessionRow } from '../sessions/access.ts'
import type { Draft, Step } from '../steps/model.ts'

export type SnapshotRow = Selectable<Tables['analysis_snapshots']>

/** The state that a snapshot holds, to look at or to go on from. */
export async function readDraft(db: Db, snapshotId: string): Promise<Draft> {
  const { input } = await db
    .selectFrom('analysis_snapshots')
    .select('input')
    .where('id', '=', snapshotId)
    .executeTakeFirstOrThrow()
  const rows = await db
    .selectFrom('analysis_snapshot_steps')
    .innerJoin('analysis_step_versions as step', 'step.id', 'version_id')
    .select(['step.id as version_id', 'step_id', 'name', 'type', 'step.input', 'config'])
    .where('snapshot_id', '=', snapshotId)
    .orderBy('position')
    .execute()
  const steps = rows.map(({ config, ...row }) => ({ ...row, config: JSON.parse(config) }) as Step)
  return { input: input === null ? null : JSON.parse(input), steps }
}

type Made = {
  /** Null for the first of a session. */
  parent_id: string | null
  reason: SnapshotReason
  draft: Draft
  /** False for a branch that nobody is moved to. */
  isCurrent?: boolean
  /** The id that the session was written with, for its first. */
  id?: string
}

/**
 * Keeps a state as a child of another, and makes it the one that the session is at. To be called after
 * `touchSession`, so that the numbers of snapshots have no gaps. Fails with 409
 * `analysis_too_many_snapshots` where the session is full.
 */
export async function saveSnapshot(
  trx: Trx,
  caller: Caller,
  session: SessionRow,
  { parent_id, reason, draft, isCurrent = true, id = newId() }: Made,
): Promise<SnapshotRow> {
  const { last } = await trx
    .selectFrom('analysis_snapshots')
    .select((eb) => eb.fn.max('snapshot_order').as('last'))
    .where('session_id', '=', session.id)
    .executeTakeFirstOrThrow()
  const snapshot_order = (last ?? -1) + 1
  if (snapshot_order >= maxSnapshots) {
    throw failure('analysis_too_many_snapshots', { limit: maxSnapshots })
  }
  const snapshot: SnapshotRow = {
    id,
    session_id: session.id,
    parent_id,
    snapshot_order,
    reason,
    input: draft.input && JSON.stringify(draft.input),
    file_id: draft.input?.file_id ?? null,
    created_by: caller.id,
    created_at: now(),
  }
  await trx.insertInto('analysis_snapshots').values(snapshot).execute()
  await saveSteps(trx, snapshot, draft.steps)
  if (isCurrent) {
    await trx
      .updateTable('analysis_sessions')
      .set({ current_snapshot_id: snapshot.id })
      .where('id', '=', session.id)
      .execute()
  }
  return snapshot
}

async function saveSteps(trx: Trx, snapshot: SnapshotRow, steps: readonly Step[]): Promise<void> {
  const kept = steps.map((step) => ({ ...step, version_id: step.version_id ?? newId() }))
  const fresh = kept.flatMap((step, position) => {
    if (steps[position]?.version_id !== undefined) return []
    const { version_id: id, step_id, name, type, input } = step
    const { session_id, created_at } = snapshot
    const config = JSON.stringify(step.config)
    return [{ id, session_id, step_id, name, type, input, config, created_at }]
  })
  await insertMany(
    trx,
    'analysis_step_versions',
    ['id', 'session_id', 'step_id', 'name', 'type', 'input', 'config', 'created_at'],
    fresh,
  )
  await insertMany(
    trx,
    'analysis_snapshot_steps',
    ['snapshot_id', 'position', 'version_id'],
    kept.map(({ version_id }, position) => ({ snapshot_id: snapshot.id, position, version_id })),
  )
}
