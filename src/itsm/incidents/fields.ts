import type { Trx } from '../../../db/tables.ts'
import type { IncidentStatus } from '../../../schemas/itsm/common.ts'
import type { IncidentUpdates } from '../../../schemas/itsm/incidents.ts'
import type { Caller } from '../../access.ts'
import { failure, invalid } from '../../failure.ts'
import { can } from '../../permissions.ts'
import { indexed, requireCis } from '../references.ts'
import type { IncidentRow } from './access.ts'
import { assigned, requireAssignable } from './assignees.ts'
import type { Columns } from './change.ts'
import { instantOf } from './instants.ts'
import { distinctTags } from './labels.ts'
import { requirePlainTransition, requireUnfrozen } from './transitions.ts'

/**
 * The columns that a change of fields comes to for an incident that is held; nothing is written. Fails
 * with 409 for a move that is not in the table or has a route of its own, with 403 for a priority that
 * the caller may not set, and with 422 for what does not go together.
 */
export async function columnsOf(
  trx: Trx,
  caller: Caller,
  before: IncidentRow,
  updates: IncidentUpdates,
  at: string,
): Promise<Columns> {
  requireUnfrozen(before.status)
  const status = statusAfter(before, updates)
  if (status !== before.status) requirePlainTransition(before.id, before.status, status)
  await requireAssignable(trx, updates)
  await requireCis(trx, indexed('affected_ci_ids', updates.affected_ci_ids))
  requireAssignee(before, updates, status)
  return {
    ...described(before, updates),
    ...prioritised(caller, before, updates),
    ...assigned(before, updates),
    ...entered(before, status, at),
    ...pending(before, updates, status, at),
    ...resolved(before, updates, status),
  }
}

/** What goes with entering a state from another one, besides what is said of it. */
export function entered(before: IncidentRow, status: IncidentStatus, at: string): Columns {
  if (status === before.status) return {}
  const isReopened = before.status === 'resolved' || before.status === 'closed'
  return {
    status,
    ...(before.status === 'pending' && { pending_reason: null, pending_until: null }),
    ...(status === 'new' && { assignee_id: null }),
    ...(status === 'resolved' && { resolved_at: at }),
    ...(status === 'closed' && { closed_at: at }),
    ...(isReopened && status === 'in_progress' && reopened(before)),
  }
}

function reopened({ reopen_count }: IncidentRow): Columns {
  return {
    reopen_count: reopen_count + 1,
    resolved_at: null,
    closed_at: null,
    resolution: null,
    resolution_code: null,
  }
}

/** Somebody who is assigned to a new one, or taken off one that was only assigned, moves it by that. */
function statusAfter(
  { status }: IncidentRow,
  { status: wanted, assignee_id }: IncidentUpdates,
): IncidentStatus {
  if (wanted !== undefined) return wanted
  if (status === 'new' && assignee_id) return 'assigned'
  return status === 'assigned' && assignee_id === null ? 'new' : status
}

function requireAssignee(
  before: IncidentRow,
  { assignee_id = before.assignee_id, ...updates }: IncidentUpdates,
  status: IncidentStatus,
): void {
  if (status === 'assigned' && assignee_id === null) {
    throw invalid({ field: 'assignee_id', rule: 'assignee_required' })
  }
  const isContrary = updates.status === 'new' && assignee_id !== before.assignee_id
  if (isContrary && assignee_id !== null) throw invalid({ field: 'assignee_id', rule: 'other' })
}

function described(before: IncidentRow, updates: IncidentUpdates): Columns {
  const { title, description, impact, urgency, category, major } = updates
  const tags = tagsAfter(JSON.parse(before.tags), updates)
  if (tags && tags.length > 20) throw invalid({ field: 'add_tags', rule: 'maxItems', limit: 20 })
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description: description || null }),
    ...(impact !== undefined && { impact }),
    ...(urgency !== undefined && { urgency }),
    ...(category !== undefined && { category }),
    ...(major !== undefined && { major: major ? 1 : 0 }),
    ...(tags && { tags: JSON.stringify(tags) }),
  }
}

function tagsAfter(before: string[], { tags, add_tags, remove_tags }: IncidentUpdates) {
  if (!tags && !add_tags && !remove_tags) return undefined
  const removed = new Set(distinctTags(remove_tags ?? []))
  const all = distinctTags([...(tags ?? before), ...(add_tags ?? [])])
  return all.filter((tag) => !removed.has(tag))
}

function prioritised(caller: Caller, before: IncidentRow, updates: IncidentUpdates): Columns {
  const { priority, priority_reason } = updates
  const isSet = before.priority_reason !== null
  if (priority === undefined && priority_reason === undefined) return {}
  if (priority === null && !isSet && priority_reason === undefined) return {}
  if (!can(caller, 'incident.override')) throw failure('incident_override_required')
  if (priority && priority_reason === undefined) {
    throw invalid({ field: 'priority_reason', rule: 'priority_reason_required' })
  }
  const isLoose = priority === null || (priority === undefined && !isSet)
  if (priority_reason !== undefined && isLoose) {
    throw invalid({ field: 'priority_reason', rule: 'only_with_priority' })
  }
  if (priority === null) return { priority_reason: null }
  return { ...(priority && { priority }), ...(priority_reason && { priority_reason }) }
}

function pending(
  before: IncidentRow,
  { pending_reason, pending_until }: IncidentUpdates,
  status: IncidentStatus,
  at: string,
): Columns {
  if (status !== 'pending') {
    const field = pending_reason ? 'pending_reason' : pending_until ? 'pending_until' : undefined
    if (field) throw invalid({ field, rule: 'only_when_pending' })
    return {}
  }
  if (before.status !== 'pending' && pending_reason === undefined) {
    throw invalid({ field: 'pending_reason', rule: 'pending_reason_required' })
  }
  const until = pending_until && instantOf('pending_until', pending_until)
  if (until && until <= at) throw invalid({ field: 'pending_until', rule: 'in_the_future' })
  return {
    ...(pending_reason !== undefined && { pending_reason }),
    ...(until !== undefined && { pending_until: until }),
  }
}

function resolved(
  before: IncidentRow,
  { resolution, resolution_code }: IncidentUpdates,
  status: IncidentStatus,
): Columns {
  if (status !== 'resolved') {
    const field = resolution ? 'resolution' : resolution_code ? 'resolution_code' : undefined
    if (field) throw invalid({ field, rule: 'only_when_resolved' })
    return {}
  }
  if (before.status !== 'resolved' && resolution === undefined) {
    throw invalid({ field: 'resolution', rule: 'resolution_required' })
  }
  return {
    ...(resolution !== undefined && { resolution }),
    ...(resolution_code !== undefined && { resolution_code }),
  }
}
