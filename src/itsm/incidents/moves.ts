import type { Trx } from '../../../db/tables.ts'
import type { IncidentPending, IncidentResolution } from '../../../schemas/itsm/incident-moves.ts'
import type { Assignment, Incident } from '../../../schemas/itsm/incidents.ts'
import type { Caller } from '../../access.ts'
import { invalid } from '../../failure.ts'
import type { IncidentRow } from './access.ts'
import { descendantsOf } from './family.ts'
import { holdRow } from './hold.ts'
import { instantOf } from './instants.ts'
import { changing, type Step, setFields, type Told } from './steps.ts'
import { isOpen, requirePlainTransition, requireUnfrozen } from './transitions.ts'

/** Gives an incident to somebody, to a team, or to nobody. */
export function assignIncident(
  told: Told,
  caller: Caller,
  id: string,
  assignment: Assignment,
  version?: number,
): Promise<Incident> {
  return changing(told, caller, id, version, async (trx, before, at) => [
    await setFields(trx, caller, before, assignment, 'incident.assigned', at),
  ])
}

/** Begins to work on it; whoever does, is its assignee if there is none. */
export function startIncident(
  told: Told,
  caller: Caller,
  id: string,
  version?: number,
): Promise<Incident> {
  return changing(told, caller, id, version, async (trx, before, at) => {
    requireUnfrozen(before.status)
    requirePlainTransition(id, before.status, 'in_progress')
    const assignee_id = before.assignee_id ?? caller.id
    const updates = { status: 'in_progress', assignee_id } as const
    return [await setFields(trx, caller, before, updates, 'incident.started', at)]
  })
}

/** Lets it wait for something; with `until`, it comes back by itself then. */
export function suspendIncident(
  told: Told,
  caller: Caller,
  id: string,
  { reason, until }: IncidentPending,
  version?: number,
): Promise<Incident> {
  return changing(told, caller, id, version, async (trx, before, at) => {
    requireUnfrozen(before.status)
    requirePlainTransition(id, before.status, 'pending')
    const pending_until = until === undefined ? null : instantOf('until', until)
    if (pending_until && pending_until <= at) {
      throw invalid({ field: 'until', rule: 'in_the_future' })
    }
    const updates = { status: 'pending', pending_reason: reason, pending_until } as const
    return [await setFields(trx, caller, before, updates, 'incident.suspended', at)]
  })
}

/** Resolves an incident and, if asked, all below it that are open, in one transaction. */
export function resolveIncident(
  told: Told,
  caller: Caller,
  id: string,
  { resolve_children = false, ...resolution }: IncidentResolution,
  version?: number,
): Promise<Incident> {
  return changing(told, caller, id, version, async (trx, before, at) => {
    const steps = [await resolve(trx, caller, before, resolution, at)]
    const below = resolve_children ? await descendantsOf(trx, id) : []
    for (const each of below) {
      const row = await holdRow(trx, each.id)
      if (row && isOpen(row.status)) steps.push(await resolve(trx, caller, row, resolution, at))
    }
    return steps
  })
}

async function resolve(
  trx: Trx,
  caller: Caller,
  before: IncidentRow,
  resolution: Omit<IncidentResolution, 'resolve_children'>,
  at: string,
): Promise<Step> {
  requireUnfrozen(before.status)
  requirePlainTransition(before.id, before.status, 'resolved')
  const updates = { status: 'resolved', resolution_code: null, ...resolution } as const
  return setFields(trx, caller, before, updates, 'incident.resolved', at)
}
