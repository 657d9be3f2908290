import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import { type Problem, type RcaPhase, rcaProgress } from '../../../schemas/itsm/problems.ts'
import type { RcaDocument, RcaMethod, RcaSaved } from '../../../schemas/itsm/rca.ts'
import type { Caller } from '../../access.ts'
import { failure, invalid } from '../../failure.ts'
import { now } from '../../values.ts'
import { describeProblem, getProblemRow, holdProblem, requireUnfinished } from './access.ts'
import { faultsIn } from './rca-checks.ts'
import { reviseProblem } from './revise.ts'

const versionsShown = 100

/** The phase, and the latest document of each method. */
export async function getRca(db: Db, problemId: string) {
  const { rca_phase } = await getProblemRow(db, problemId)
  const rows = await db
    .selectFrom('problem_rca as saved')
    .selectAll('saved')
    .where('problem_id', '=', problemId)
    .where('version', '=', (eb) =>
      eb
        .selectFrom('problem_rca as latest')
        .whereRef('latest.problem_id', '=', 'saved.problem_id')
        .whereRef('latest.method', '=', 'saved.method')
        .select(({ fn }) => fn.max('latest.version').as('version')),
    )
    .orderBy('method')
    .execute()
  const { finding_count } = await db
    .selectFrom('problem_findings')
    .where('problem_id', '=', problemId)
    .select(({ fn }) => fn.countAll<number>().as('finding_count'))
    .executeTakeFirstOrThrow()
  const progress = rcaProgress[rca_phase]
  return { phase: rca_phase, progress, documents: rows.map(toSaved), finding_count }
}

export async function getRcaDocument(
  db: Db,
  problemId: string,
  method: RcaMethod,
): Promise<RcaSaved> {
  const [latest] = await versionsOf(db, problemId, method, 1)
  if (latest) return latest
  await getProblemRow(db, problemId)
  throw failure('rca_document_not_found', { method })
}

export async function listRcaVersions(db: Db, problemId: string, method: RcaMethod) {
  await getProblemRow(db, problemId)
  return { versions: await versionsOf(db, problemId, method, versionsShown) }
}

/** Keeps the versions before it. With a `version`, only where that is the latest. */
export function saveRcaDocument(
  db: Db,
  caller: Caller,
  problemId: string,
  method: RcaMethod,
  document: RcaDocument,
  version?: number,
  at = now(),
): Promise<RcaSaved> {
  return transact(db, async (trx) => {
    const problem = await holdProblem(trx, problemId)
    requireUnfinished(problem)
    const faults = faultsIn(method, document)
    if (faults.length > 0) throw invalid(...faults)
    const [latest] = await versionsOf(trx, problemId, method, 1)
    if (version !== undefined && version !== latest?.version) throw failure('stale_version')
    const row = {
      problem_id: problemId,
      method,
      version: (latest?.version ?? 0) + 1,
      document: JSON.stringify(document),
      saved_by: caller.id,
      saved_at: at,
    }
    await trx.insertInto('problem_rca').values(row).execute()
    const changes = { [`rca.${method}`]: { from: latest?.version ?? null, to: row.version } }
    await reviseProblem(trx, caller, problem, {}, at, changes)
    return toSaved(row)
  })
}

export function setRcaPhase(
  db: Db,
  caller: Caller,
  problemId: string,
  rca_phase: RcaPhase,
  version?: number,
  at = now(),
): Promise<Problem> {
  return transact(db, async (trx) => {
    const problem = await holdProblem(trx, problemId, version)
    requireUnfinished(problem)
    return describeProblem(trx, await reviseProblem(trx, caller, problem, { rca_phase }, at))
  })
}

async function versionsOf(db: Db, problemId: string, method: RcaMethod, limit: number) {
  const rows = await db
    .selectFrom('problem_rca')
    .selectAll()
    .where('problem_id', '=', problemId)
    .where('method', '=', method)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toSaved)
}

function toSaved({ problem_id: _, ...row }: Selectable<Tables['problem_rca']>): RcaSaved {
  return { ...row, document: JSON.parse(row.document) }
}
