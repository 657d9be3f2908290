import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { ProblemStatus } from '../../../schemas/itsm/common.ts'
import type { Problem, ProblemTransition } from '../../../schemas/itsm/problems.ts'
import type { Caller } from '../../access.ts'
import { failure, invalid } from '../../failure.ts'
import { can } from '../../permissions.ts'
import { now } from '../../values.ts'
import { notify } from '../notices/notices.ts'
import { numberText } from '../numbers.ts'
import { describeProblem, holdProblem, type ProblemRow } from './access.ts'
import { openChanges } from './changes.ts'
import { reviseProblem } from './revise.ts'
import { leadOf } from './team.ts'

/**
 * Forward by one or more steps, and back to where the search goes on. What is closed comes back only by
 * `reopenProblem`, what is cancelled not at all.
 */
const transitions = {
  draft: [
    'under_investigation',
    'root_cause_analysis',
    'solution_development',
    'solution_testing',
    'resolved',
    'cancelled',
  ],
  under_investigation: [
    'root_cause_analysis',
    'solution_development',
    'solution_testing',
    'resolved',
    'cancelled',
  ],
  root_cause_analysis: [
    'under_investigation',
    'solution_development',
    'solution_testing',
    'resolved',
    'cancelled',
  ],
  solution_development: [
    'under_investigation',
    'root_cause_analysis',
    'solution_testing',
    'resolved',
    'cancelled',
  ],
  solution_testing: [
    'under_investigation',
    'root_cause_analysis',
    'solution_development',
    'resolved',
    'cancelled',
  ],
  resolved: ['under_investigation', 'closed'],
  closed: [],
  cancelled: [],
} as const satisfies Record<ProblemStatus, readonly ProblemStatus[]>

/** Where POST /problems/{id}/transition can lead. */
export function legalFrom(status: ProblemStatus): readonly ProblemStatus[] {
  return transitions[status]
}

/** Fails with 409, which names what is legal, and with 422 for what the new status lacks. */
export function moveProblem(
  db: Db,
  caller: Caller,
  id: string,
  move: ProblemTransition,
  version?: number,
  at = now(),
): Promise<Problem> {
  return transact(db, async (trx) => {
    const before = await holdProblem(trx, id, version)
    requireTransition(before, move.status)
    if (move.status === 'closed') await requireResults(trx, caller, before, move.force)
    const row = await reviseProblem(trx, caller, before, effectOf(before, move, at), at)
    if (move.status === 'resolved') await tellResolved(trx, caller, row)
    return describeProblem(trx, row)
  })
}

/** From resolved or closed back to the investigation; how often is counted. */
export function reopenProblem(
  db: Db,
  caller: Caller,
  id: string,
  reason: string,
  version?: number,
  at = now(),
): Promise<Problem> {
  return transact(db, async (trx) => {
    const before = await holdProblem(trx, id, version)
    const { status: from, reopen_count } = before
    if (from !== 'resolved' && from !== 'closed') {
      const legal = legalFrom(from)
      throw failure('illegal_transition', { from, to: 'under_investigation', legal }, { legal })
    }
    const wanted = {
      ...reopened,
      status_reason: reason,
      reopen_count: reopen_count + 1,
    }
    return describeProblem(trx, await reviseProblem(trx, caller, before, wanted, at))
  })
}

const reopened = {
  status: 'under_investigation',
  resolved_at: null,
  closed_at: null,
} as const

function requireTransition({ id, status: from }: ProblemRow, to: ProblemStatus): void {
  const legal = legalFrom(from)
  if (legal.includes(to)) return
  if (from === 'cancelled') throw failure('problem_is_over', { status: from }, { legal })
  if (from === 'closed') throw failure('problem_reopening_required', { id }, { legal })
  throw failure('illegal_transition', { from, to, legal }, { legal })
}

function effectOf(before: ProblemRow, move: ProblemTransition, at: string) {
  const { status, reason, force: _, ...fields } = move
  const wanted = { ...fields, status, status_reason: reason ?? null }
  if (status === 'cancelled') {
    if (!reason) throw invalid({ field: 'reason', rule: 'cancel_reason_required' })
    return wanted
  }
  if (status === 'closed') {
    return { ...wanted, closed_at: at, first_closed_at: before.first_closed_at ?? at }
  }
  if (status !== 'resolved') {
    const back = before.status === 'resolved' ? { reopen_count: before.reopen_count + 1 } : {}
    return { ...wanted, resolved_at: null, ...back }
  }
  const isNotFound = fields.root_cause_status === 'not_found'
  const cause = isNotFound && reason ? { root_cause_reason: reason } : {}
  const implied = fields.root_cause ? 'found' : before.root_cause_status
  if ((fields.root_cause_status ?? implied) === 'unknown') {
    throw invalid({ field: 'root_cause', rule: 'root_cause_required' })
  }
  return { ...wanted, ...cause, resolved_at: at }
}

/** A change without a result keeps the problem open, but for somebody who may overrule that. */
async function requireResults(
  trx: Trx,
  caller: Caller,
  { id }: ProblemRow,
  force: boolean | undefined,
): Promise<void> {
  const permission = 'change.manage'
  if (force && !can(caller, permission)) throw failure('permission_required', { permission })
  const changes = force ? [] : await openChanges(trx, id)
  if (changes.length > 0) throw failure('problem_changes_open', { changes }, { changes })
}

async function tellResolved(trx: Trx, caller: Caller, row: ProblemRow): Promise<void> {
  const number = numberText('problem', row.number)
  await notify(trx, {
    event: 'problem.resolved',
    subject: { kind: 'problem', id: row.id, number, title: row.title },
    to: [row.assignee_id, row.created_by, await leadOf(trx, row.team_id)],
    by: caller.id,
    text: { ja: `問題 ${number} が解決しました。`, en: `The problem ${number} was resolved.` },
  })
}
