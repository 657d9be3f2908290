import type { Db } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { PlannedChange } from '../../../schemas/itsm/change-moves.ts'
import type { Change } from '../../../schemas/itsm/changes.ts'
import type { Caller } from '../../access.ts'
import { invalid } from '../../failure.ts'
import { now } from '../../values.ts'
import { getChangeRow } from './access.ts'
import { announceChange } from './announce.ts'
import { assessChange } from './assessment.ts'
import { requestVotes } from './ballots.ts'
import { describeChange } from './describe.ts'
import { holdOwnChange, moveChange } from './holding.ts'
import { holdCis, requireNoConflict, requireReady, showPlanned } from './readiness.ts'
import { requireTransition } from './transitions.ts'

/** Hands a draft to those who vote on it; a standard change is approved by its template at once. */
export function submitChange(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
  at = now(),
): Promise<PlannedChange> {
  return transact(db, async (trx) => {
    const before = await holdOwnChange(trx, caller, id, version)
    const isStandard = before.type === 'standard'
    const status = isStandard ? 'approved' : 'submitted'
    requireTransition(before, status, 'draft')
    const risk = await assessChange(trx, before)
    await requireReady(trx, { ...before, ...risk })
    const conflicts = await requireNoConflict(trx, before)
    const wanted = {
      status,
      vote_round: before.vote_round + 1,
      decided_at: isStandard ? at : null,
      ...risk,
    } as const
    const row = await moveChange(trx, caller, before, 'change.submitted', wanted, at)
    await announceChange(trx, caller.id, isStandard ? 'change.approved' : 'change.submitted', row)
    if (!isStandard) await requestVotes(trx, caller.id, row)
    return showPlanned(trx, await getChangeRow(trx, id), conflicts)
  })
}

/** Takes a change back to draft: before it is decided on, or after it was rejected. */
export function withdrawChange(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
  at = now(),
): Promise<Change> {
  return transact(db, async (trx) => {
    const before = await holdOwnChange(trx, caller, id, version)
    requireTransition(before, 'draft')
    const wanted = { status: 'draft', decided_at: null } as const
    const row = await moveChange(trx, caller, before, 'change.withdrawn', wanted, at)
    return describeChange(trx, row)
  })
}

/** Puts an approved change into the calendar, unless something blocks it at that time by now. */
export function scheduleChange(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
  at = now(),
): Promise<PlannedChange> {
  return transact(db, async (trx) => {
    const before = await holdOwnChange(trx, caller, id, version)
    requireTransition(before, 'scheduled')
    const missing = (['scheduled_start', 'scheduled_end'] as const).filter((each) => !before[each])
    if (missing.length > 0) {
      throw invalid(...missing.map((field) => ({ field, rule: 'needed_to_schedule' as const })))
    }
    await holdCis(trx, id)
    const conflicts = await requireNoConflict(trx, before)
    const wanted = { status: 'scheduled' } as const
    const row = await moveChange(trx, caller, before, 'change.scheduled', wanted, at)
    await announceChange(trx, caller.id, 'change.scheduled', row)
    return showPlanned(trx, row, conflicts)
  })
}

/** Takes a change out of the calendar; it stays approved. */
export function unscheduleChange(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
  at = now(),
): Promise<Change> {
  return transact(db, async (trx) => {
    const before = await holdOwnChange(trx, caller, id, version)
    requireTransition(before, 'approved', 'scheduled')
    const wanted = { status: 'approved' } as const
    const row = await moveChange(trx, caller, before, 'change.unscheduled', wanted, at)
    return describeChange(trx, row)
  })
}
