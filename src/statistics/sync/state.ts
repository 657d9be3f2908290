import { sql } from 'kysely'
import { hold } from '../../../db/hold.ts'
import type { RunRow, SyncState } from '../../../db/tables/statistics-runs.ts'
import type { Trx } from '../../../db/tables.ts'
import { enqueue } from '../../jobs.ts'
import { later, newId, now } from '../../values.ts'
import { planOf } from './plans.ts'

/** How many minutes after a failed try the next one is; after the last one it is for the next day. */
export const pauses = [5, 15, 60, 180] as const

/**
 * What a run of a synced source means for it, in the transaction of the run: another try, a new
 * state, whether its figures are stale, and one alert when it stops or begins to be as it should.
 */
export async function settleRun(trx: Trx, run: RunRow): Promise<void> {
  if (run.kind !== 'estat' || run.decision === 'rejected') return
  await hold(trx, 'statistics')
  const known = await trx
    .selectFrom('sync_states')
    .select(['state', 'since', 'succeeded_on'])
    .where('source_id', '=', run.source_id)
    .executeTakeFirst()
  if (!known || (run.decision && (await isOvertaken(trx, run)))) return
  const state = stateAfter(run, known.state)
  const isChanged = state !== known.state
  const isGood = run.outcome === 'published' || run.outcome === 'unchanged'
  await trx
    .updateTable('sync_states')
    .set({
      state,
      ...(isChanged && { since: now() }),
      ...(isGood && run.scheduled_for > (known.succeeded_on ?? '')
        ? { succeeded_on: run.scheduled_for }
        : {}),
      claimed_by: null,
      claimed_until: null,
    })
    .where('source_id', '=', run.source_id)
    .execute()
  if (run.outcome === 'failed') await tryAgain(trx, run)
  if (isGood || state !== 'ok') await markStale(trx, run.source_id, !isGood)
  if (isChanged && (state === 'ok' || known.state === 'ok')) {
    const alert = { run_id: run.id, state }
    await enqueue(trx, 'announce_sync', alert, { key: `announce ${run.id} ${state}` })
  }
}

/** A failure is none yet while there are tries left. */
function stateAfter({ outcome, attempt }: RunRow, before: SyncState): SyncState {
  if (outcome === 'quarantined') return 'quarantined'
  if (outcome !== 'failed') return 'ok'
  return pauses[attempt - 1] === undefined ? 'failing' : before
}

async function tryAgain(trx: Trx, { source_id, scheduled_for, attempt }: RunRow): Promise<void> {
  const pause = pauses[attempt - 1]
  if (pause === undefined) return
  await enqueue(
    trx,
    'sync_source',
    { source_id, run_id: newId(), scheduled_for, attempt: attempt + 1 },
    {
      key: `sync ${source_id} ${scheduled_for} ${attempt + 1}`,
      runAt: later(now(), pause * 60),
    },
  )
}

/** Whether the source has had a newer run than one that somebody decided about. */
async function isOvertaken(trx: Trx, { id, source_id }: RunRow): Promise<boolean> {
  const newer = await trx
    .selectFrom('sync_runs')
    .select('id')
    .where('source_id', '=', source_id)
    .where('id', '>', id)
    .limit(1)
    .executeTakeFirst()
  return newer !== undefined
}

/**
 * Says of the figures of a source, and of those it supersedes, that newer ones could not be had, or
 * no longer. Answers that are kept say so too, since the version of the figures grows with it.
 */
export async function markStale(trx: Trx, sourceId: string, isStale: boolean): Promise<void> {
  const changed = await trx
    .updateTable('stat_sources')
    .set({ stale_since: isStale ? now() : null })
    .where('id', 'in', [sourceId, ...(planOf(sourceId)?.supersedes ?? [])])
    .where('stale_since', isStale ? 'is' : 'is not', null)
    .returning('id')
    .execute()
  if (changed.length === 0) return
  await trx
    .updateTable('statistics_state')
    .set({ version: sql<number>`version + 1`, changed_at: now() })
    .execute()
}
