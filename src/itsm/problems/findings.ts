import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { NewRcaFinding, RcaFinding, RcaFindingChange } from '../../../schemas/itsm/rca.ts'
import type { CursorQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { diff } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { paginateByCursor } from '../../page.ts'
import { newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import type { Changes } from '../history.ts'
import { getProblemRow, holdProblem, requireUnfinished } from './access.ts'
import { reviseProblem } from './revise.ts'

export async function listFindings(db: Db, problemId: string, page: CursorQuery) {
  await getProblemRow(db, problemId)
  const query = db.selectFrom('problem_findings').selectAll().where('problem_id', '=', problemId)
  const { findings, next_cursor } = await paginateByCursor(query, page, 'findings')
  return { findings: findings.map(toFinding), next_cursor }
}

export function createFinding(
  db: Db,
  caller: Caller,
  problemId: string,
  { finding_type, description, evidence, impact, recommendation }: NewRcaFinding,
  at = now(),
): Promise<RcaFinding> {
  return transact(db, async (trx) => {
    const problem = await holdProblem(trx, problemId)
    requireUnfinished(problem)
    const row = {
      id: newId(),
      problem_id: problemId,
      finding_type,
      description,
      evidence: evidence ?? null,
      impact: impact ?? null,
      recommendation: recommendation ?? null,
      version: 1,
      created_by: caller.id,
      created_at: at,
      updated_at: at,
    }
    await trx.insertInto('problem_findings').values(row).execute()
    const changes = { [`finding.${row.id}`]: { from: null, to: { finding_type, description } } }
    await reviseProblem(trx, caller, problem, {}, at, changes)
    return toFinding(row)
  })
}

export function updateFinding(
  db: Db,
  caller: Caller,
  problemId: string,
  id: string,
  change: RcaFindingChange,
  version?: number,
  at = now(),
): Promise<RcaFinding> {
  return transact(db, async (trx) => {
    const problem = await holdProblem(trx, problemId)
    requireUnfinished(problem)
    const before = await getFinding(trx, problemId, id, version)
    const row = await trx
      .updateTable('problem_findings')
      .set({ ...change, ...touched() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    const changes = prefixed(id, diff<object>(before, change))
    await reviseProblem(trx, caller, problem, {}, at, changes)
    return toFinding(row)
  })
}

export async function deleteFinding(
  db: Db,
  caller: Caller,
  problemId: string,
  id: string,
  version?: number,
  at = now(),
): Promise<void> {
  await transact(db, async (trx) => {
    const problem = await holdProblem(trx, problemId)
    requireUnfinished(problem)
    const { finding_type, description } = await getFinding(trx, problemId, id, version)
    await trx.deleteFrom('problem_findings').where('id', '=', id).execute()
    const changes = { [`finding.${id}`]: { from: { finding_type, description }, to: null } }
    await reviseProblem(trx, caller, problem, {}, at, changes)
  })
}

type Row = Selectable<Tables['problem_findings']>

async function getFinding(
  db: Db,
  problemId: string,
  id: string,
  version: number | undefined,
): Promise<Row> {
  const row = await db
    .selectFrom('problem_findings')
    .selectAll()
    .where('problem_id', '=', problemId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('rca_finding_not_found', { id }))
  if (version !== undefined && version !== row.version) throw failure('stale_version')
  return row
}

function prefixed(id: string, changes: Changes): Changes {
  return Object.fromEntries(
    Object.entries(changes).map(([field, change]) => [`finding.${id}.${field}`, change]),
  )
}

function toFinding({ problem_id: _, ...row }: Row): RcaFinding {
  return row
}
