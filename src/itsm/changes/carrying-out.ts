import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { ChangeCancellation, ChangeCompletion } from '../../../schemas/itsm/change-moves.ts'
import type { Change } from '../../../schemas/itsm/changes.ts'
import type { ChangeOutcome, ChangeStatus } from '../../../schemas/itsm/common.ts'
import type { Caller } from '../../access.ts'
import { failure, invalid } from '../../failure.ts'
import { later, now } from '../../values.ts'
import { openConditions } from '../cab/decisions.ts'
import { recordHistory } from '../history.ts'
import type { ChangeRow } from './access.ts'
import { announceChange } from './announce.ts'
import { describeChange } from './describe.ts'
import { holdOwnChange, moveChange } from './holding.ts'
import { requireNoFreeze } from './readiness.ts'
import { dayInJapan, utc } from './times.ts'
import { requireTransition } from './transitions.ts'

/** An emergency is reviewed within three days of its start. */
const reviewSeconds = 3 * 86_400

const endings: Record<ChangeOutcome, ChangeStatus> = {
  successful: 'completed',
  with_issues: 'completed',
  failed: 'failed',
  backed_out: 'backed_out',
}

/**
 * Starts a change, from the day on that it is planned for, once the conditions of its approval are met; an
 * emergency at any time, in a hard freeze with a reason.
 */
export function startChange(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
  at = now(),
): Promise<Change> {
  return transact(db, async (trx) => {
    const before = await holdOwnChange(trx, caller, id, version)
    requireTransition(before, 'in_progress')
    requireDay(before, at)
    await requireConditionsMet(trx, before)
    if (before.type === 'emergency') await requireNoFreeze(trx, before, at)
    const wanted = {
      status: 'in_progress',
      actual_start: at,
      review_due_at: before.type === 'emergency' ? later(at, reviewSeconds) : null,
    } as const
    const row = await moveChange(trx, caller, before, 'change.started', wanted, at)
    await announceChange(trx, caller.id, 'change.started', row)
    return describeChange(trx, row)
  })
}

/** Ends a change that was started, well or badly. One that went well has no task left to do. */
export function completeChange(
  db: Db,
  caller: Caller,
  id: string,
  { outcome, actual_end, notes }: ChangeCompletion,
  version?: number,
  at = now(),
): Promise<Change> {
  return transact(db, async (trx) => {
    const before = await holdOwnChange(trx, caller, id, version)
    const status = endings[outcome]
    requireTransition(before, status)
    if (status === 'completed') await requireTasksDone(trx, id)
    const wanted = { status, outcome, actual_end: endOf(before, actual_end, at) }
    const row = await moveChange(trx, caller, before, 'change.completed', wanted, at)
    if (notes) await recordHistory(trx, id, caller.id, { notes: { from: null, to: notes } }, at)
    await announceChange(trx, caller.id, 'change.completed', row)
    return describeChange(trx, row)
  })
}

/** Calls a change off that has not been started. */
export function cancelChange(
  db: Db,
  caller: Caller,
  id: string,
  { reason }: ChangeCancellation,
  version?: number,
  at = now(),
): Promise<Change> {
  return transact(db, async (trx) => {
    const before = await holdOwnChange(trx, caller, id, version)
    requireTransition(before, 'cancelled')
    const wanted = { status: 'cancelled', cancel_reason: reason } as const
    const row = await moveChange(trx, caller, before, 'change.cancelled', wanted, at)
    await announceChange(trx, caller.id, 'change.cancelled', row)
    return describeChange(trx, row)
  })
}

function requireDay({ type, scheduled_start }: ChangeRow, at: string): void {
  if (type === 'emergency' || scheduled_start === null) return
  if (dayInJapan(at) >= dayInJapan(scheduled_start)) return
  throw failure('change_too_early', { scheduled_start }, { scheduled_start })
}

/** An emergency may start before it is approved at all, and so before conditions are met. */
async function requireConditionsMet(trx: Trx, { id, type }: ChangeRow): Promise<void> {
  if (type === 'emergency') return
  const open = await openConditions(trx, id)
  if (open > 0) throw failure('change_conditions_open', { open, id })
}

function endOf({ actual_start }: ChangeRow, said: string | undefined, at: string): string {
  if (said === undefined) return at
  const end = utc('actual_end', said)
  if (end <= at && (actual_start === null || end >= actual_start)) return end
  throw invalid({ field: 'actual_end', rule: 'within_the_work' })
}

async function requireTasksDone(trx: Trx, id: string): Promise<void> {
  const open = await trx
    .selectFrom('change_tasks')
    .select('name')
    .where('change_id', '=', id)
    .where('status', 'in', ['pending', 'in_progress'])
    .orderBy('position')
    .execute()
  const tasks = open.map(({ name }) => name)
  if (tasks.length > 0) throw failure('change_tasks_open', { tasks }, { tasks })
}
