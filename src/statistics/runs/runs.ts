import { setImmediate } from 'node:timers/promises'
import { insertMany } from '../../../db/bulk.ts'
import { hold } from '../../../db/hold.ts'
import type { RunKind, RunOutcome, RunRow } from '../../../db/tables/statistics-runs.ts'
import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Actor } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { newId, now } from '../../values.ts'
import { type Catalogue, loadCatalogue, readEdition } from '../catalogue.ts'
import { faultOf } from '../estat/faults.ts'
import type { Figure } from '../quality/batch.ts'
import { type QualityResult, runChecks } from '../quality/checks.ts'
import { relatedTo } from '../quality/sums.ts'
import { readObservations } from '../store.ts'
import { settleRun } from '../sync/state.ts'
import { publishFigures } from './publication.ts'
import { quarantine } from './quarantine.ts'

export type RunRequest = {
  /** A new one unless it is told: a run that may begin twice is written down once. */
  id?: string | undefined
  kind: RunKind
  source_id: string
  /** When the source says that it published: a year, a month or a day. */
  published: string
  instance: string
  /** The day in Japan that it is meant for; today unless it is told. */
  scheduled_for?: string | undefined
  attempt?: number | undefined
  /** Holds only part of what the source has, on purpose. */
  isPart?: boolean | undefined
  started_at?: string | undefined
  /** Who sent the figures; nobody did where the service fetched them. */
  actor?: Actor | undefined
}

/** How often figures are checked again because others were published in the meantime. */
const maxRounds = 3

/**
 * The one way in for figures: checks them, letting others go first in between, and publishes them
 * or keeps them back, with the results and the run, in one transaction. Figures that hold are left
 * as they are when anything is wrong. What the service itself could not do is thrown, after the run
 * was written down as failed.
 */
export async function publishRun(
  db: Db,
  request: RunRequest,
  figures: readonly Figure[],
): Promise<RunRow> {
  const started = { started_at: now(), ...request }
  try {
    for (let round = 1; ; round += 1) {
      const run = await checkAndPublish(db, started, figures, round === maxRounds)
      if (run) return run
    }
  } catch (error) {
    await failRun(db, started, error, figures.length).catch(() => {})
    throw error
  }
}

/** Undefined when others published between the checks and the transaction. */
async function checkAndPublish(
  db: Db,
  request: RunRequest,
  figures: readonly Figure[],
  isLast: boolean,
): Promise<RunRow | undefined> {
  const catalogue = await loadCatalogue(db)
  requireSource(catalogue, request.source_id)
  const { results, merged } = await check(db, catalogue, request, figures)
  const isWrong = results.some(({ severity }) => severity === 'error')
  return transact(db, async (trx) => {
    await hold(trx, 'statistics')
    if (!isLast && (await readEdition(trx)).edition !== catalogue.edition) return undefined
    const run = rowOf(request, figures.length)
    if (isWrong) {
      Object.assign(run, { outcome: 'quarantined' })
      await record(trx, run, results, request.actor)
      await quarantine(trx, run, merged)
    } else {
      Object.assign(run, await publishFigures(trx, request.published, merged))
      await record(trx, run, results, request.actor)
    }
    return run
  })
}

/** Writes down a run that never came to its figures, or broke off with them. */
export async function failRun(
  db: Db,
  request: RunRequest,
  error: unknown,
  rowsRead = 0,
): Promise<RunRow> {
  const { failure: code, code: systemCode, message } = Object(error)
  const fault = faultOf(error)?.fault
  const run = {
    ...rowOf(request, rowsRead),
    outcome: 'failed' as RunOutcome,
    error_code: String(code ?? fault ?? systemCode ?? 'internal_error').slice(0, 100),
    error_message: String(message ?? error).slice(0, 500),
  }
  await transact(db, (trx) => record(trx, run, [], request.actor))
  return run
}

/** Writes down a run that found nothing newer than what the source had published before. */
export async function passRun(db: Db, request: RunRequest): Promise<RunRow> {
  const run = { ...rowOf(request, 0), outcome: 'unchanged' as RunOutcome }
  await transact(db, (trx) => record(trx, run, []))
  return run
}

async function check(
  db: Db,
  catalogue: Catalogue,
  { published, isPart, started_at }: RunRequest,
  figures: readonly Figure[],
): Promise<{ results: QualityResult[]; merged: Figure[] }> {
  const indicators = relatedTo(new Set(figures.map(({ indicator }) => indicator)))
  const held = await readObservations(db, { indicators })
  const today = dayInJapan(started_at)
  const steps = runChecks({ published, today, figures, held, catalogue, isPart })
  const results: QualityResult[] = []
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return { results, merged: step.value }
    results.push(...step.value)
    await setImmediate()
  }
}

export function requireSource({ sources }: Catalogue, id: string): void {
  // What is worked out here comes from nowhere else.
  const known = [...sources.keys()].filter((each) => each !== 'derived')
  if (!known.includes(id)) throw failure('source_not_found', { id, known })
}

function rowOf(request: RunRequest, rows_read: number): RunRow {
  const { kind, source_id, published, instance, attempt = 1, started_at = now() } = request
  return {
    id: request.id ?? newId(),
    kind,
    source_id,
    scheduled_for: request.scheduled_for ?? dayInJapan(started_at),
    attempt,
    started_at,
    ended_at: null,
    outcome: null,
    rows_read,
    rows_added: 0,
    rows_changed: 0,
    published,
    vintage: null,
    error_code: null,
    error_message: null,
    instance,
    decision: null,
    decided_at: null,
  }
}

async function record(
  trx: Trx,
  run: RunRow,
  results: readonly QualityResult[],
  actor?: Actor,
): Promise<void> {
  run.ended_at = now()
  await trx.insertInto('sync_runs').values(run).execute()
  await insertMany(
    trx,
    'quality_results',
    [
      'run_id',
      'position',
      'check',
      'severity',
      'scope',
      'observed',
      'expected',
      'failing',
      'sample',
    ],
    results.map(({ sample, ...result }, position) => ({
      ...result,
      run_id: run.id,
      position,
      sample: JSON.stringify(sample),
    })),
  )
  if (actor) {
    const { source_id, published, outcome, rows_read } = run
    const change = { source_id, published, outcome, rows_read }
    await recordAudit(trx, actor, 'statistics_run.imported', run.id, change)
  }
  await settleRun(trx, run)
}

/** The day it is in Japan, which has had no summer time since 1951. */
export function dayInJapan(at = now()): string {
  return new Date(Date.parse(at) + 9 * 3600 * 1000).toISOString().slice(0, 10)
}
