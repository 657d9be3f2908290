import { hold } from '../../../db/hold.ts'
import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { SyncStart } from '../../../schemas/statistics/sync.ts'
import type { Actor } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { enqueue, isOpen, type JobPayloads } from '../../jobs.ts'
import { newId, now } from '../../values.ts'
import { dayInJapan } from '../runs/runs.ts'
import { lastDays } from './days.ts'
import { type Plan, plans } from './plans.ts'
import { markStale } from './state.ts'

type Task = JobPayloads['sync_source']

/**
 * Begins the sync of the latest scheduled day up to `at`: one job a source. What has not succeeded
 * for longer than two scheduled days is stale from now on.
 */
export async function startSync(db: Db, { estat }: Deps['config'], at = new Date()): Promise<void> {
  const [day = dayInJapan(at.toISOString()), , oldest] = lastDays(estat.cron, at, 3)
  await transact(db, async (trx) => {
    await hold(trx, 'statistics')
    await ensureSources(trx, day)
    for (const plan of plans) {
      const { succeeded_on, enabled_on } = await stateOf(trx, plan)
      if (oldest && (succeeded_on ?? enabled_on) < oldest) {
        await markStale(trx, plan.source.id, true)
      }
      const task = await taskOf(trx, plan, day)
      await enqueue(trx, 'sync_source', task, { key: `sync ${plan.source.id} ${day}` })
    }
  })
}

/**
 * Begins a sync at once, on somebody's word; sources that are due or under way already are left to
 * that. Fails with `sync_disabled` where there is no application ID.
 */
export async function requestSync(
  { db, estat }: Pick<Deps, 'db' | 'estat'>,
  actor: Actor,
  { force }: { force: boolean },
): Promise<SyncStart> {
  if (!estat) throw failure('sync_disabled')
  return transact(db, async (trx) => {
    await hold(trx, 'statistics')
    const day = dayInJapan()
    await ensureSources(trx, day)
    const due = await dueTasks(trx)
    const runs: SyncStart['runs'] = []
    for (const plan of plans) {
      const known = due.find(({ source_id }) => source_id === plan.source.id)
      const task = known ?? { ...(await taskOf(trx, plan, day)), force }
      if (!known) await enqueue(trx, 'sync_source', task, { from: actor })
      const { source_id, run_id, scheduled_for, attempt } = task
      runs.push({ id: run_id, source_id, scheduled_for, attempt, is_new: !known })
    }
    await recordAudit(trx, actor, 'statistics_sync.started', null, {
      runs: runs.filter(({ is_new }) => is_new).map(({ id }) => id),
      force,
    })
    return { runs }
  })
}

async function taskOf(trx: Trx, { source }: Plan, day: string): Promise<Task> {
  const { count } = await trx
    .selectFrom('sync_runs')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('source_id', '=', source.id)
    .where('scheduled_for', '=', day)
    .where('kind', '=', 'estat')
    .executeTakeFirstOrThrow()
  return { source_id: source.id, run_id: newId(), scheduled_for: day, attempt: count + 1 }
}

/** What an instance works on, or would take up at once. */
async function dueTasks(trx: Trx): Promise<Task[]> {
  const jobs = await trx
    .selectFrom('jobs')
    .select('payload')
    .where('kind', '=', 'sync_source')
    .where(isOpen)
    .where((eb) => eb.or([eb('run_at', '<=', now()), eb('locked_until', 'is not', null)]))
    .execute()
  return jobs.map(({ payload }) => JSON.parse(payload))
}

function stateOf(trx: Trx, { source }: Plan) {
  return trx
    .selectFrom('sync_states')
    .select(['succeeded_on', 'enabled_on'])
    .where('source_id', '=', source.id)
    .executeTakeFirstOrThrow()
}

/** Sources that are synced for the first time. */
async function ensureSources(trx: Trx, enabled_on: string): Promise<void> {
  await trx
    .insertInto('stat_sources')
    .values(plans.map(({ source }) => source))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const since = now()
  await trx
    .insertInto('sync_states')
    .values(
      plans.map(({ source }) => ({
        source_id: source.id,
        state: 'ok' as const,
        since,
        enabled_on,
        succeeded_on: null,
        claimed_by: null,
        claimed_until: null,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
