import { transact } from '../../../db/transact.ts'
import type { SnapshotReason } from '../../../schemas/analysis/snapshots.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { getWorkingSession, type SessionRow, touchSession } from '../sessions/access.ts'
import { tellSession } from '../sessions/tell.ts'
import { type SnapshotRow, saveSnapshot } from '../snapshots/drafts.ts'
import type { Draft } from './model.ts'
import { type Opened, openWorkingSession } from './open.ts'

export type Working = Pick<Deps, 'db' | 'channels' | 'engine'>

/** What a change makes of a draft, and what is written down of it. */
export type Edited<Answer> = { draft: Draft; audit: object; answer: Answer }

export type Saved<Answer> = { session: SessionRow; snapshot: SnapshotRow; answer: Answer }

/** How often a change is tried again on what other instances have made meanwhile. */
const maxAttempts = 8

const overtaken = Symbol('overtaken')

/**
 * Saves a change of the steps as a snapshot of its own. `edit` runs outside of the transaction, as it
 * calculates, and again where others were quicker; it answers the same draft to save nothing. With a
 * `version`, fails with 412 unless the session has that one; else with 409 where others keep being quicker.
 * Changes of one session that this process makes come one after the other.
 */
export async function saveSteps<Answer>(
  deps: Working,
  caller: Caller,
  sessionId: string,
  reason: SnapshotReason,
  version: number | undefined,
  edit: (opened: Opened) => Promise<Edited<Answer>>,
): Promise<Saved<Answer>> {
  // Nobody waits in the line of a session that they may not know of.
  await getWorkingSession(deps.db, caller, sessionId)
  return deps.engine.inLine(sessionId, async () => {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const opened = await openWorkingSession(deps, caller, sessionId)
      if (version !== undefined && opened.session.version !== version) {
        throw failure('stale_version')
      }
      const edited = await edit(opened)
      const { answer } = edited
      if (edited.draft === opened.draft) return { ...opened, answer }
      const saved = await save(deps, caller, opened, reason, version, edited).catch((error) => {
        if (error !== overtaken) throw error
      })
      if (!saved) continue
      const { session, snapshot } = saved
      tellSession(deps, caller, session, 'session.snapshot', { snapshot_id: snapshot.id })
      return { ...saved, answer }
    }
    throw failure('analysis_changing', undefined, { retry_after: 2 })
  })
}

function save(
  { db }: Working,
  caller: Caller,
  opened: Opened,
  reason: SnapshotReason,
  version: number | undefined,
  { draft, audit }: Edited<unknown>,
): Promise<{ session: SessionRow; snapshot: SnapshotRow }> {
  return transact(db, async (trx) => {
    const session = await touchSession(trx, caller, opened.session.id, version)
    if (session.version !== opened.session.version + 1) throw overtaken
    const parent_id = opened.snapshot.id
    const snapshot = await saveSnapshot(trx, caller, session, { parent_id, reason, draft })
    const changes = { snapshot_id: snapshot.id, ...audit }
    const { project_id, id } = session
    await recordProjectAudit(trx, caller, project_id, `analysis.${reason}`, id, changes)
    return { session, snapshot }
  })
}
