import type { ChangeStatus, ChangeType } from '../../../schemas/itsm/common.ts'
import { failure } from '../../failure.ts'
import type { ChangeRow } from './access.ts'

type Table = Record<ChangeStatus, readonly ChangeStatus[]>

const normal: Table = {
  draft: ['submitted', 'cancelled'],
  submitted: ['under_review', 'approved', 'rejected', 'draft', 'cancelled'],
  under_review: ['approved', 'rejected', 'draft', 'cancelled'],
  approved: ['scheduled', 'cancelled'],
  rejected: ['draft'],
  scheduled: ['in_progress', 'approved', 'cancelled'],
  in_progress: ['completed', 'failed', 'backed_out'],
  completed: ['reviewed'],
  failed: ['reviewed'],
  backed_out: ['reviewed'],
  reviewed: [],
  cancelled: [],
}

/** What may come next. Editing what was voted on opens a vote again besides, see `updateChange`. */
const transitions: Record<ChangeType, Table> = {
  normal,
  // Approved by its template: there is nothing to vote on.
  standard: {
    ...normal,
    draft: ['approved', 'cancelled'],
    submitted: ['draft', 'cancelled'],
    under_review: ['draft', 'cancelled'],
    approved: ['scheduled', 'draft', 'cancelled'],
  },
  // It may start before it is approved; votes go on meanwhile.
  emergency: {
    ...normal,
    submitted: [...normal.submitted, 'in_progress'],
    under_review: [...normal.under_review, 'in_progress'],
    approved: [...normal.approved, 'in_progress'],
  },
}

export function legalStatuses({ type, status }: Pick<ChangeRow, 'type' | 'status'>) {
  return transitions[type][status]
}

/**
 * Fails with 409, naming what may come next, unless `to` is part of that. A route that leads there from
 * one status alone says so in `from`: what else leads there is not for it to do.
 */
export function requireTransition(
  change: Pick<ChangeRow, 'type' | 'status'>,
  to: ChangeStatus,
  from: ChangeStatus = change.status,
): void {
  const all = legalStatuses(change)
  if (change.status === from && all.includes(to)) return
  const legal = all.filter((each) => each !== to)
  throw failure('illegal_transition', { from: change.status, to, legal }, { legal })
}
