import type { Trx } from '../../../db/tables.ts'
import type { ChangeTask } from '../../../schemas/itsm/change-tasks.ts'
import type { Caller } from '../../access.ts'
import { type diff, recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { recordHistory } from '../history.ts'
import type { ChangeRow } from './access.ts'
import { requirePeriod, utc } from './times.ts'

const over: readonly ChangeRow['status'][] = [
  'completed',
  'failed',
  'backed_out',
  'reviewed',
  'cancelled',
]

/** What changed of a task stands in the history of its change. */
export async function recordTask(
  trx: Trx,
  caller: Caller,
  id: string,
  task_id: string,
  action: `change_task.${string}`,
  changes: ReturnType<typeof diff>,
  at: string,
): Promise<void> {
  const side = (which: 'from' | 'to') =>
    Object.fromEntries(Object.entries(changes).map(([field, each]) => [field, each[which]]))
  if (Object.keys(changes).length > 0) {
    const task = { from: { id: task_id, ...side('from') }, to: { id: task_id, ...side('to') } }
    await recordHistory(trx, id, caller.id, { task }, at)
  }
  await recordAudit(trx, caller, action, task_id, { change_id: id, ...changes })
}

export function requireOpen({ status }: ChangeRow): void {
  if (over.includes(status)) throw failure('change_frozen', { status })
}

type Planned = Pick<ChangeTask, 'planned_start' | 'planned_end'>

/** The fields with their times in UTC; whatever is not sent stays, and still has to come in order. */
export function plannedOf<Fields extends Partial<Planned>>(
  fields: Fields,
  before: Planned = { planned_start: null, planned_end: null },
): Fields {
  const times = Object.fromEntries(
    (['planned_start', 'planned_end'] as const)
      .filter((field) => fields[field] !== undefined)
      .map((field) => [field, fields[field] ? utc(field, fields[field]) : null]),
  )
  const { planned_start, planned_end } = { ...before, ...times }
  requirePeriod(planned_start, planned_end, 'planned_end')
  return { ...fields, ...times }
}
