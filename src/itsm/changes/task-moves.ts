import type { Db } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type {
  ChangeTask,
  ChangeTaskMove,
  ChangeTaskParams,
  ChangeTaskStatus,
} from '../../../schemas/itsm/change-tasks.ts'
import type { Caller } from '../../access.ts'
import { diff } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { now } from '../../values.ts'
import { touched } from '../../version.ts'
import { type ChangeRow, holdChange } from './access.ts'
import { mayEdit } from './holding.ts'
import { recordTask, requireOpen } from './task-records.ts'
import { findTask, readTasks } from './task-rows.ts'

const transitions = {
  pending: ['in_progress', 'skipped'],
  in_progress: ['completed', 'failed', 'skipped', 'pending'],
  completed: ['in_progress'],
  failed: ['in_progress', 'skipped'],
  skipped: ['pending'],
} as const satisfies Record<ChangeTaskStatus, readonly ChangeTaskStatus[]>

/** What is done, as against what is only decided about. */
const working: readonly ChangeTaskStatus[] = ['in_progress', 'completed', 'failed']

/**
 * Moves a task on, for those who look after the change and for its assignee. It starts once the change
 * has, and once every task that it waits for is completed or skipped.
 */
export function moveTask(
  db: Db,
  caller: Caller,
  { id, task_id }: ChangeTaskParams,
  { status }: ChangeTaskMove,
  version?: number,
  at = now(),
): Promise<ChangeTask> {
  return transact(db, async (trx) => {
    const change = await holdChange(trx, id)
    const tasks = await readTasks(trx, id)
    const before = findTask(tasks, task_id)
    const isTheirs = mayEdit(caller, change) || before.assignee_id === caller.id
    if (!isTheirs) throw failure('change_editor_required')
    findTask(tasks, task_id, version)
    requireMove(change, before, status)
    if (status === 'in_progress') requireTurn(tasks, before)
    const wanted = { status, ...timesOf(before, status, at) }
    await trx
      .updateTable('change_tasks')
      .set({ ...wanted, ...touched() })
      .where('id', '=', task_id)
      .execute()
    const changes = diff<object>(before, wanted)
    await recordTask(trx, caller, id, task_id, 'change_task.moved', changes, at)
    return findTask(await readTasks(trx, id), task_id)
  })
}

function requireMove(change: ChangeRow, { status: from }: ChangeTask, to: ChangeTaskStatus): void {
  requireOpen(change)
  const legal: readonly ChangeTaskStatus[] = transitions[from]
  if (!legal.includes(to)) throw failure('illegal_transition', { from, to, legal }, { legal })
  if (working.includes(to) && change.status !== 'in_progress') throw failure('change_not_started')
}

function requireTurn(tasks: readonly ChangeTask[], { depends_on }: ChangeTask): void {
  const waiting = tasks
    .filter(({ id }) => depends_on.includes(id))
    .filter(({ status }) => status !== 'completed' && status !== 'skipped')
    .map(({ name }) => name)
  if (waiting.length > 0) throw failure('change_task_waits', { tasks: waiting }, { tasks: waiting })
}

/** When it really began and ended; work that is taken up again has not ended. */
function timesOf({ actual_start }: ChangeTask, status: ChangeTaskStatus, at: string) {
  if (status === 'pending') return { actual_start: null, actual_end: null }
  if (status === 'in_progress') return { actual_start: actual_start ?? at, actual_end: null }
  return { actual_start, actual_end: actual_start === null ? null : at }
}
