import type { Trx } from '../../../db/tables.ts'
import { priorities } from '../../../schemas/itsm/common.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { invalid } from '../../failure.ts'
import { touched } from '../../version.ts'
import { type Changes, recordHistory } from '../history.ts'
import { notify } from '../notices/notices.ts'
import { numberText } from '../numbers.ts'
import type { ProblemRow } from './access.ts'

/** What is told apart from what is only kept beside it. */
const unrecorded = ['search_text', 'priority_rank', 'reopen_count', 'first_closed_at'] as const

type Wanted = Partial<ProblemRow>

/**
 * Changes fields of a problem that is held by the transaction, with history and audit; `besides` is what
 * changed in tables of its own. Every change of a problem goes through this.
 */
export async function reviseProblem(
  trx: Trx,
  caller: Caller,
  before: ProblemRow,
  change: Wanted,
  at: string,
  besides: Changes = {},
): Promise<ProblemRow> {
  const wanted = { ...change, ...derived(before, change, at) }
  const row = await trx
    .updateTable('problems')
    .set({ ...wanted, ...touched() })
    .where('id', '=', before.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  const changes = Object.entries({ ...diff<object>(before, wanted), ...besides }).filter(
    ([field]) => !unrecorded.some((each) => each === field),
  )
  await recordHistory(trx, before.id, caller.id, readable(changes), at)
  await recordAudit(trx, caller, 'problem.updated', before.id, readable(changes))
  await tellNewAssignee(trx, caller, before, row)
  return row
}

/** What follows from other fields: the rank, what is searched, and what is known of the root cause. */
export function derived(before: ProblemRow, change: Wanted, at: string) {
  const cause = rootCauseOf(before, change, at)
  const after = { ...before, ...change, ...cause }
  requireConsistent(after)
  return {
    ...cause,
    priority_rank: priorities.indexOf(after.priority) + 1,
    search_text: searchTextOf(after),
  }
}

export function searchTextOf(
  row: Pick<ProblemRow, 'title' | 'description' | 'root_cause' | 'workaround'>,
): string {
  return [row.title, row.description, row.root_cause, row.workaround]
    .filter(Boolean)
    .join('\n')
    .toLowerCase()
}

function rootCauseOf(
  before: ProblemRow,
  change: Wanted,
  at: string,
): Pick<ProblemRow, 'root_cause_status'> & Partial<Pick<ProblemRow, 'root_cause_at'>> {
  const isSet = change.root_cause !== undefined
  const implied = isSet ? (change.root_cause ? 'found' : 'unknown') : before.root_cause_status
  const root_cause_status = change.root_cause_status ?? implied
  if (root_cause_status === before.root_cause_status) return { root_cause_status }
  return { root_cause_status, root_cause_at: root_cause_status === 'found' ? at : null }
}

function requireConsistent(row: ProblemRow): void {
  if (row.root_cause_status === 'found' && !row.root_cause?.trim()) {
    throw invalid({ field: 'root_cause', rule: 'root_cause_required' })
  }
  if (row.root_cause_status === 'not_found' && !row.root_cause_reason?.trim()) {
    throw invalid({ field: 'root_cause_reason', rule: 'not_found_reason_required' })
  }
  if (row.known_error === 1 && !row.workaround?.trim()) {
    throw invalid({ field: 'workaround', rule: 'workaround_required' })
  }
}

/** In the words of the wire. */
function readable(changes: [string, Changes[string]][]): Changes {
  const shown: Record<string, (value: unknown) => unknown> = {
    known_error: (value) => value === 1,
    affected_services: (value) => JSON.parse(String(value)),
  }
  return Object.fromEntries(
    changes.map(([field, { from, to }]) => {
      const show = shown[field]
      return [field, show ? { from: show(from), to: show(to) } : { from, to }]
    }),
  )
}

async function tellNewAssignee(trx: Trx, caller: Caller, before: ProblemRow, row: ProblemRow) {
  if (row.assignee_id === null || row.assignee_id === before.assignee_id) return
  const number = numberText('problem', row.number)
  await notify(trx, {
    event: 'problem.updated',
    subject: { kind: 'problem', id: row.id, number, title: row.title },
    to: [row.assignee_id],
    by: caller.id,
    text: {
      ja: `問題 ${number} の担当になりました。`,
      en: `The problem ${number} was assigned to you.`,
    },
  })
}
