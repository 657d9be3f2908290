import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { ChangeStatus } from '../../../schemas/itsm/common.ts'
import type { Caller } from '../../access.ts'
import { failure, invalid } from '../../failure.ts'
import { now } from '../../values.ts'
import { numberText } from '../numbers.ts'
import { getProblemRow, holdProblem } from './access.ts'
import { reviseProblem } from './revise.ts'

/** Statuses of a change that is over, one way or the other. */
const results: readonly ChangeStatus[] = [
  'completed',
  'failed',
  'backed_out',
  'reviewed',
  'rejected',
  'cancelled',
]

export async function listLinkedChanges(db: Db, problemId: string) {
  await getProblemRow(db, problemId)
  return { changes: await linkedChanges(db, problemId) }
}

/** Fails with 422 for unknown ones; what is linked already stays so. */
export function linkChanges(
  db: Db,
  caller: Caller,
  problemId: string,
  changeIds: readonly string[],
  at = now(),
) {
  return transact(db, async (trx) => {
    const problem = await holdProblem(trx, problemId)
    await requireChanges(trx, changeIds)
    const rows = changeIds.map((change_id) => ({
      problem_id: problemId,
      change_id,
      created_by: caller.id,
      created_at: at,
    }))
    const added = await trx
      .insertInto('problem_changes')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .returning('change_id')
      .execute()
    if (added.length > 0) {
      const to = added.map(({ change_id }) => change_id).sort()
      await reviseProblem(trx, caller, problem, {}, at, { linked_changes: { from: null, to } })
    }
    return { changes: await linkedChanges(trx, problemId) }
  })
}

export async function unlinkChange(
  db: Db,
  caller: Caller,
  problemId: string,
  changeId: string,
  at = now(),
): Promise<void> {
  await transact(db, async (trx) => {
    const problem = await holdProblem(trx, problemId)
    await trx
      .deleteFrom('problem_changes')
      .where('problem_id', '=', problemId)
      .where('change_id', '=', changeId)
      .returning('change_id')
      .executeTakeFirstOrThrow(() => failure('problem_link_not_found', { id: changeId }))
    const linked_changes = { from: [changeId], to: null }
    await reviseProblem(trx, caller, problem, {}, at, { linked_changes })
  })
}

/** A change that is deleted leaves the problems that it was to mend, and their history says so. */
export async function leaveProblems(
  trx: Trx,
  caller: Caller,
  changeId: string,
  at: string,
): Promise<void> {
  const links = await trx
    .deleteFrom('problem_changes')
    .where('change_id', '=', changeId)
    .returning('problem_id')
    .execute()
  for (const problemId of links.map(({ problem_id }) => problem_id).sort()) {
    const problem = await holdProblem(trx, problemId)
    const linked_changes = { from: [changeId], to: null }
    await reviseProblem(trx, caller, problem, {}, at, { linked_changes })
  }
}

/** The numbers of linked changes that have no result yet. */
export async function openChanges(db: Db, problemId: string): Promise<string[]> {
  const changes = await linkedChanges(db, problemId)
  return changes.filter(({ has_result }) => !has_result).map(({ change_number }) => change_number)
}

async function linkedChanges(db: Db, problemId: string) {
  const rows = await db
    .selectFrom('problem_changes as links')
    .innerJoin('changes', 'changes.id', 'links.change_id')
    .where('links.problem_id', '=', problemId)
    .orderBy('changes.number')
    .select(['changes.id', 'changes.number', 'changes.title', 'changes.status', 'changes.outcome'])
    .execute()
  return rows.map(({ number, ...row }) => ({
    ...row,
    change_number: numberText('change', number),
    has_result: results.includes(row.status),
  }))
}

async function requireChanges(db: Db, ids: readonly string[]): Promise<void> {
  const rows = await db.selectFrom('changes').select('id').where('id', 'in', ids).execute()
  const known = new Set(rows.map(({ id }) => id))
  const faults = ids.flatMap((id, n) =>
    known.has(id) ? [] : [{ field: `change_ids.${n}`, rule: 'unknown_change' as const }],
  )
  if (faults.length > 0) throw invalid(...faults)
}
