import type { IncidentStatus } from '../../../schemas/itsm/common.ts'
import { failure } from '../../failure.ts'

/** What may come after each state, by whichever route. */
export const transitions = {
  new: ['assigned', 'in_progress', 'pending', 'resolved', 'cancelled'],
  assigned: ['in_progress', 'pending', 'resolved', 'cancelled', 'new'],
  in_progress: ['assigned', 'pending', 'resolved', 'cancelled'],
  pending: ['in_progress', 'assigned', 'resolved', 'cancelled'],
  resolved: ['closed', 'in_progress'],
  closed: ['in_progress'],
  cancelled: [],
} as const satisfies Record<IncidentStatus, readonly IncidentStatus[]>

/** In which there is still something to do for those who work on it. */
export const openStatuses = ['new', 'assigned', 'in_progress', 'pending'] as const

export function isOpen(status: IncidentStatus): boolean {
  return openStatuses.some((each) => each === status)
}

/** In which nothing may be changed any more. */
export function isFrozen(status: IncidentStatus): boolean {
  return status === 'closed' || status === 'cancelled'
}

/** Which route leads to a state, where setting the field is not enough. */
export function routeTo(from: IncidentStatus, to: IncidentStatus): string | undefined {
  if (to === 'closed') return 'close'
  if (to === 'cancelled') return 'cancel'
  return isOpen(from) ? undefined : 'reopen'
}

/** Fails with what may come instead. */
export function requireTransition(from: IncidentStatus, to: IncidentStatus): void {
  const legal: readonly IncidentStatus[] = transitions[from]
  if (!legal.includes(to)) throw failure('illegal_transition', { from, to, legal }, { legal })
}

/** Of the moves that are in the table, those that are made by setting the field, and by no other route. */
export function requirePlainTransition(id: string, from: IncidentStatus, to: IncidentStatus): void {
  requireTransition(from, to)
  const name = routeTo(from, to)
  if (!name) return
  const route = `POST /api/v1/incidents/${id}/${name}`
  const legal = transitions[from]
  throw failure('incident_route_required', { from, to, route, legal }, { legal, route })
}

/** Fails for one that is over: it may at most be reopened. */
export function requireUnfrozen(status: IncidentStatus): void {
  if (!isFrozen(status)) return
  const legal = transitions[status]
  const shown = legal.length > 0 ? legal : ['-']
  throw failure('incident_frozen', { status, legal: shown }, { legal })
}
