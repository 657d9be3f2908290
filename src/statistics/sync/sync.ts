import { hostname } from 'node:os'
import type { Db } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import type { JobPayloads } from '../../jobs.ts'
import { later, now } from '../../values.ts'
import { loadCatalogue } from '../catalogue.ts'
import type { Estat } from '../estat/client.ts'
import { failRun, passRun, publishRun } from '../runs/runs.ts'
import { planOf } from './plans.ts'
import { publishedOf, type Reading, readPlan } from './reading.ts'

declare module '../../fastify.ts' {
  interface Deps {
    /** Undefined where there is no application ID. */
    estat: Estat | undefined
  }
}

type Task = JobPayloads['sync_source']

/** No run takes longer; one whose instance died is taken up again by its own job before that. */
const claimSeconds = 3600

/**
 * The job behind one run of one source: looks when e-Stat last changed its table and, if that is
 * news, reads and publishes it. What goes wrong is written down as a failed run, with what follows
 * from it. Thrown is what the database cannot do, and that another run of the source is under way, so
 * that the job comes back. Does nothing where the run is in the books already.
 */
export async function syncSource(
  { db, estat }: Pick<Deps, 'db' | 'estat'>,
  task: Task,
  signal: AbortSignal,
): Promise<void> {
  const { source_id, run_id, scheduled_for, attempt, force } = task
  const plan = planOf(source_id)
  if (!plan || !estat || (await isRecorded(db, run_id))) return
  if (!(await claim(db, task))) throw new Error('Another run of this source is under way.')
  const request = {
    id: run_id,
    kind: 'estat',
    source_id,
    published: '',
    instance: hostname(),
    scheduled_for,
    attempt,
    started_at: now(),
  } as const
  let published = ''
  try {
    published = await publishedOf(estat, plan, signal)
    const last = await lastPublished(db, source_id)
    if (!force && published === last) {
      await passRun(db, { ...request, published })
      return
    }
    const reading = await readPlan(estat, plan, await loadCatalogue(db), signal)
    published = reading.published ?? published
    if (last && reading.figures.length === 0) {
      throw failure('estat_emptied', { table: plan.query.statsDataId })
    }
    await keepLegends(db, source_id, reading)
    signal.throwIfAborted()
    await publishRun(db, { ...request, published }, reading.figures)
  } catch (error) {
    if (signal.aborted) throw error
    if (!(await isRecorded(db, run_id))) await failRun(db, { ...request, published }, error)
  } finally {
    await release(db, task)
  }
}

/** Of several runs of a source one goes on; the one that has it already may begin anew. */
async function claim(db: Db, { source_id, run_id }: Task): Promise<boolean> {
  const at = now()
  const claimed = await db
    .updateTable('sync_states')
    .set({ claimed_by: run_id, claimed_until: later(at, claimSeconds) })
    .where('source_id', '=', source_id)
    .where((eb) =>
      eb.or([
        eb('claimed_by', 'is', null),
        eb('claimed_by', '=', run_id),
        eb('claimed_until', '<', at),
      ]),
    )
    .returning('source_id')
    .executeTakeFirst()
  return claimed !== undefined
}

async function release(db: Db, { source_id, run_id }: Task): Promise<void> {
  await db
    .updateTable('sync_states')
    .set({ claimed_by: null, claimed_until: null })
    .where('source_id', '=', source_id)
    .where('claimed_by', '=', run_id)
    .execute()
}

async function isRecorded(db: Db, runId: string): Promise<boolean> {
  const run = await db
    .selectFrom('sync_runs')
    .select('id')
    .where('id', '=', runId)
    .executeTakeFirst()
  return run !== undefined
}

/** The state of a table whose figures are all taken over; of an empty one there is no such state. */
async function lastPublished(db: Db, sourceId: string): Promise<string | undefined> {
  const run = await db
    .selectFrom('sync_runs')
    .select('published')
    .where('source_id', '=', sourceId)
    .where('kind', '=', 'estat')
    .where('outcome', 'in', ['published', 'unchanged'])
    .where('rows_read', '>', 0)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return run?.published
}

async function keepLegends(db: Db, source_id: string, { notes }: Reading): Promise<void> {
  const legends = new Map(notes.filter(({ mark }) => mark).map(({ mark, text }) => [mark, text]))
  if (legends.size === 0) return
  await transact(db, async (trx) => {
    await trx
      .insertInto('mark_legends')
      .values([...legends].map(([mark, meaning]) => ({ source_id, mark, meaning })))
      .onConflict((conflict) =>
        conflict
          .columns(['source_id', 'mark'])
          .doUpdateSet((eb) => ({ meaning: eb.ref('excluded.meaning') })),
      )
      .execute()
  })
}
