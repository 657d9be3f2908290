import { insertMany } from '../../../db/bulk.ts'
import { hold } from '../../../db/hold.ts'
import type { RunRow } from '../../../db/tables/statistics-runs.ts'
import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { SyncRunDetail } from '../../../schemas/statistics/sync.ts'
import type { Actor } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { now } from '../../values.ts'
import type { Figure } from '../quality/batch.ts'
import { type CheckId, checks } from '../quality/checks.ts'
import { settleRun } from '../sync/state.ts'
import { getPublicRun } from './list.ts'
import { publishFigures } from './publication.ts'

/** How many figures of one run are kept back at most, and how many runs of one source. */
const maxFigures = 250_000
const maxRuns = 10

const columns = [
  'run_id',
  'position',
  'indicator',
  'area',
  'period',
  'value',
  'mark',
  'status',
  'source_id',
  'unit',
] as const

/** Keeps figures back, and lets go of those of the oldest runs of their source. */
export async function quarantine(trx: Trx, run: RunRow, figures: readonly Figure[]): Promise<void> {
  const rows = figures.slice(0, maxFigures).map((figure, position) => ({
    ...figure,
    run_id: run.id,
    position,
    // JSON has no such numbers; they are kept as what they were called.
    ...(figure.value !== null &&
      !Number.isFinite(figure.value) && { value: null, mark: String(figure.value) }),
    unit: figure.unit ?? null,
  }))
  await insertMany(trx, 'quarantined_figures', columns, rows)
  const old = await trx
    .selectFrom('sync_runs')
    .select('id')
    .where('source_id', '=', run.source_id)
    .where('outcome', '=', 'quarantined')
    .orderBy('id', 'desc')
    .offset(maxRuns)
    .limit(100)
    .execute()
  for (const { id } of old) await removeFigures(trx, id)
}

/** Publishes figures that were kept back, on the word of somebody who has looked at them. */
export async function acceptRun(trx: Trx, actor: Actor, id: string): Promise<RunRow> {
  const run = await takeQuarantined(trx, id)
  const errors = await trx
    .selectFrom('quality_results')
    .select('check')
    .distinct()
    .where('run_id', '=', id)
    .where('severity', '=', 'error')
    .execute()
  const final = errors.filter(({ check }) => Object(checks[check as CheckId]).isFinal)
  if (final.length > 0) {
    throw failure('run_not_acceptable', { checks: final.map(({ check }) => check).sort() })
  }
  const figures = await trx
    .selectFrom('quarantined_figures')
    .select(['indicator', 'area', 'period', 'value', 'mark', 'status', 'source_id'])
    .where('run_id', '=', id)
    .orderBy('position')
    .execute()
  if (figures.length === 0 || figures.length === maxFigures) {
    throw failure('run_incomplete', { kept: figures.length })
  }
  const published = await publishFigures(trx, run.published, figures)
  const decided = await decide(trx, run, { ...published, decision: 'accepted' })
  await recordAudit(trx, actor, 'statistics_run.accepted', id, {
    source_id: run.source_id,
    errors: errors.map(({ check }) => check).sort(),
    rows_added: published.rows_added,
    rows_changed: published.rows_changed,
  })
  return decided
}

/** Drops figures that were kept back; the run and its results stay. */
export async function rejectRun(trx: Trx, actor: Actor, id: string): Promise<RunRow> {
  const run = await takeQuarantined(trx, id)
  const decided = await decide(trx, run, { decision: 'rejected' })
  await recordAudit(trx, actor, 'statistics_run.rejected', id, { source_id: run.source_id })
  return decided
}

/** Publishes a run that was kept back, or drops its figures, as somebody decides. */
export async function decideRun(
  db: Db,
  actor: Actor,
  id: string,
  decision: 'accepted' | 'rejected',
): Promise<SyncRunDetail> {
  await transact(db, (trx) => (decision === 'accepted' ? acceptRun : rejectRun)(trx, actor, id))
  return getPublicRun(db, id)
}

async function takeQuarantined(trx: Trx, id: string): Promise<RunRow> {
  await hold(trx, 'statistics')
  const run = await trx.selectFrom('sync_runs').selectAll().where('id', '=', id).executeTakeFirst()
  if (!run) throw failure('run_not_found', { id })
  if (run.outcome !== 'quarantined' || run.decision) {
    throw failure('run_not_quarantined', { outcome: run.decision ?? run.outcome ?? 'running' })
  }
  return run
}

async function decide(trx: Trx, run: RunRow, change: Partial<RunRow>): Promise<RunRow> {
  const decided = { ...run, ...change, decided_at: now() }
  await trx.updateTable('sync_runs').set(decided).where('id', '=', run.id).execute()
  await removeFigures(trx, run.id)
  await settleRun(trx, decided)
  return decided
}

async function removeFigures(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('quarantined_figures').where('run_id', '=', id).execute()
}
