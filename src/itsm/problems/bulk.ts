import type { Db } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { ProblemBulkUpdate } from '../../../schemas/itsm/problems.ts'
import type { Caller } from '../../access.ts'
import type { Failure } from '../../failure.ts'
import type { Language } from '../../messages.ts'
import { describe } from '../../problem-details.ts'
import { now } from '../../values.ts'
import { moveProblem } from './moves.ts'
import { getProblem, updateProblem } from './problems.ts'

/** Changes each for itself, so that one that fails keeps none of the others back. */
export async function updateProblems(
  db: Db,
  caller: Caller,
  { problem_ids, updates, reason }: ProblemBulkUpdate,
  language: Language,
  at = now(),
) {
  const results = []
  for (const id of problem_ids) {
    const result = await updateOne(db, caller, id, updates, reason, at).then(
      ({ version }) => ({ id, updated: true, version, code: null, detail: null }),
      (error) => ({ id, updated: false, version: null, ...told(error, language) }),
    )
    results.push(result)
  }
  const updated_count = results.filter(({ updated }) => updated).length
  return { updated_count, failed_count: results.length - updated_count, results }
}

function updateOne(
  db: Db,
  caller: Caller,
  id: string,
  { status, ...fields }: ProblemBulkUpdate['updates'],
  reason: string | undefined,
  at: string,
) {
  return transact(db, async (trx) => {
    const hasFields = Object.keys(fields).length > 0
    const row = hasFields
      ? await updateProblem(trx, caller, id, fields, undefined, at)
      : await getProblem(trx, id)
    if (status === undefined || status === row.status) return row
    return moveProblem(trx, caller, id, { status, ...(reason && { reason }) }, undefined, at)
  })
}

/** What is no failure of ours is the caller's to see as a 500. */
function told(error: Partial<Failure>, language: Language) {
  if (!error.failure) throw error
  const { code, detail, errors } = describe(error as Failure, language, '', '')
  const faults = errors?.map(({ field, message }) => `${field}: ${message}`).join(' ')
  return { code, detail: faults ?? detail }
}
