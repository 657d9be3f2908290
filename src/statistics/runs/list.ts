import type { RunKind, RunOutcome, RunRow } from '../../../db/tables/statistics-runs.ts'
import type { Db } from '../../../db/tables.ts'
import type { CursorQuery, PageQuery } from '../../../schemas/pages.ts'
import type { SyncRun, SyncRunDetail } from '../../../schemas/statistics/sync.ts'
import { failure } from '../../failure.ts'
import { messages } from '../../messages.ts'
import { paginate, paginateByCursor } from '../../page.ts'
import { firstIdOf, later, now } from '../../values.ts'
import { isFaultCode } from '../estat/faults.ts'
import type { Key } from '../quality/batch.ts'
import type { QualityResult } from '../quality/checks.ts'

export type RunFilters = {
  kind?: RunKind | undefined
  source_id?: string | undefined
  outcome?: RunOutcome | undefined
}

/** What anybody may see of a run: not which machine it was, nor in what words the machine failed. */
export function toPublicRun(run: RunRow): SyncRun {
  const { instance: _, published, error_code: code, error_message, ...rest } = run
  const isOurs = code !== null && (isFaultCode(code) || Object.hasOwn(messages, code))
  return {
    ...rest,
    published: published || null,
    error_code: code,
    error_message: isOurs ? error_message : null,
  }
}

export async function getPublicRun(db: Db, id: string): Promise<SyncRunDetail> {
  const { errors, warnings, ...run } = await getRun(db, id)
  return { ...toPublicRun(run), errors, warnings }
}

/** Runs, newest first. */
export async function listRuns(
  db: Db,
  { kind, source_id, outcome, ...page }: RunFilters & CursorQuery,
) {
  let query = db.selectFrom('sync_runs').selectAll()
  if (kind) query = query.where('kind', '=', kind)
  if (source_id) query = query.where('source_id', '=', source_id)
  if (outcome) query = query.where('outcome', '=', outcome)
  return paginateByCursor(query, page, 'runs')
}

/** A run with how many errors and warnings it has. */
export async function getRun(
  db: Db,
  id: string,
): Promise<RunRow & { errors: number; warnings: number }> {
  const run = await db.selectFrom('sync_runs').selectAll().where('id', '=', id).executeTakeFirst()
  if (!run) throw failure('run_not_found', { id })
  const counts = await db
    .selectFrom('quality_results')
    .select(['severity', (eb) => eb.fn.countAll<number>().as('count')])
    .where('run_id', '=', id)
    .groupBy('severity')
    .execute()
  const of = (severity: string) => counts.find((row) => row.severity === severity)?.count ?? 0
  return { ...run, errors: of('error'), warnings: of('warning') }
}

export type QualityFilters = {
  run_id?: string | undefined
  check?: string | undefined
  severity?: QualityResult['severity'] | undefined
}

/** Results of checks, those of the newest run first, in the order of the checks. */
export async function listQuality(
  db: Db,
  { run_id, check, severity, ...page }: QualityFilters & PageQuery,
) {
  let query = db.selectFrom('quality_results').selectAll()
  if (run_id) query = query.where('run_id', '=', run_id)
  if (check) query = query.where('check', '=', check)
  if (severity) query = query.where('severity', '=', severity)
  const sorted = query.orderBy('run_id', 'desc').orderBy('position')
  const { results, ...rest } = await paginate(sorted, page, 'results')
  const rows = results.map(({ position: _, sample, ...row }) => ({
    ...row,
    sample: JSON.parse(sample) as Key[],
  }))
  return { results: rows, ...rest }
}

/** What checks found is kept for a year and a month; the runs themselves stay. */
const keptDays = 400

export async function forgetQuality(db: Db, at = now()): Promise<void> {
  const oldest = firstIdOf(later(at, -keptDays * 24 * 60 * 60))
  await db.deleteFrom('quality_results').where('run_id', '<', oldest).execute()
}
