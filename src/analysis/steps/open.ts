import type { Db } from '../../../db/tables.ts'
import { readTogether } from '../../../db/transact.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import type { Tables } from '../engine.ts'
import { getSessionRow, getWorkingSession, type SessionRow } from '../sessions/access.ts'
import { readDraft, type SnapshotRow } from '../snapshots/drafts.ts'
import { evaluate, type Outcome } from './evaluate.ts'
import type { Draft } from './model.ts'

export type Opened = { session: SessionRow; snapshot: SnapshotRow; draft: Draft }

/**
 * A session with the snapshot that it is at, or with another one of its own, and what that holds. Fails
 * with 404 for a session that the caller may not know of, and for a snapshot that it has not.
 */
export function openSession(
  { db }: Pick<Deps, 'db'>,
  caller: Caller,
  sessionId: string,
  snapshotId?: string,
): Promise<Opened> {
  return readTogether(db, async (reading) => {
    const session = await getSessionRow(reading, caller, sessionId)
    return { session, ...(await openSnapshot(reading, session, snapshotId)) }
  })
}

/** Like `openSession` for somebody who is going to work in it: fails with 409 for one that is put away. */
export function openWorkingSession(
  { db }: Pick<Deps, 'db'>,
  caller: Caller,
  sessionId: string,
): Promise<Opened> {
  return readTogether(db, async (reading) => {
    const session = await getWorkingSession(reading, caller, sessionId)
    return { session, ...(await openSnapshot(reading, session)) }
  })
}

/** A snapshot of a session that was read already, or the one that it is at. */
export async function openSnapshot(
  db: Db,
  session: SessionRow,
  snapshotId = session.current_snapshot_id,
): Promise<{ snapshot: SnapshotRow; draft: Draft }> {
  const snapshot = await db
    .selectFrom('analysis_snapshots')
    .selectAll()
    .where('id', '=', snapshotId)
    .where('session_id', '=', session.id)
    .executeTakeFirstOrThrow(() => failure('analysis_snapshot_not_found', { id: snapshotId }))
  return { snapshot, draft: await readDraft(db, snapshot.id) }
}

/**
 * Calculates what a session holds and works with it while its tables are at hand. Fails with 409
 * `analysis_no_input` where nothing is chosen to be analysed, and as the engine does.
 */
export function withOutcomes<Result>(
  { engine }: Pick<Deps, 'engine'>,
  { session, draft }: { session: { id: string }; draft: Draft },
  work: (tables: Tables, outcomes: Outcome[]) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  requireInput(draft)
  return engine.use(
    session.id,
    async (tables) => work(tables, await evaluate(tables, draft)),
    signal,
  )
}

/** Fails with 409 where nothing is chosen to be analysed. */
export function requireInput(draft: Draft): void {
  if (draft.input === null) throw failure('analysis_no_input')
}

/** What every route that calculates may answer besides. */
export const engineFailures = [
  'analysis_too_busy',
  'analysis_too_slow',
  'analysis_out_of_memory',
  'analysis_answer_too_large',
] as const
