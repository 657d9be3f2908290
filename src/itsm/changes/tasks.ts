import type { Db } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import {
  type ChangeTask,
  type ChangeTaskOrder,
  type ChangeTaskParams,
  type ChangeTaskUpdate,
  maxChangeTasks,
  type NewChangeTask,
} from '../../../schemas/itsm/change-tasks.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { recordHistory } from '../history.ts'
import { requireUsers } from '../references.ts'
import { getChangeRow } from './access.ts'
import { holdOwnChange } from './holding.ts'
import { plannedOf, recordTask, requireOpen } from './task-records.ts'
import { arrange, findTask, readTasks, requireAcyclic, setDependencies } from './task-rows.ts'

export async function listTasks(db: Db, id: string): Promise<{ tasks: ChangeTask[] }> {
  await getChangeRow(db, id)
  return { tasks: await readTasks(db, id) }
}

export async function getTask(db: Db, { id, task_id }: ChangeTaskParams): Promise<ChangeTask> {
  await getChangeRow(db, id)
  return findTask(await readTasks(db, id), task_id)
}

export function createTask(
  db: Db,
  caller: Caller,
  id: string,
  input: NewChangeTask,
  at = now(),
): Promise<ChangeTask> {
  return transact(db, async (trx) => {
    requireOpen(await holdOwnChange(trx, caller, id))
    const tasks = await readTasks(trx, id)
    if (tasks.length >= maxChangeTasks)
      throw failure('change_tasks_full', { limit: maxChangeTasks })
    const { position = tasks.length, depends_on = [], ...fields } = input
    const task_id = newId()
    await requireUsers(trx, { assignee_id: input.assignee_id })
    requireAcyclic(tasks, task_id, depends_on)
    const planned = plannedOf(fields)
    await trx
      .insertInto('change_tasks')
      .values({
        ...pending,
        ...planned,
        id: task_id,
        change_id: id,
        created_at: at,
        updated_at: at,
      })
      .execute()
    await setDependencies(trx, task_id, depends_on)
    await arrange(trx, tasks, tasks.map((task) => task.id).toSpliced(position, 0, task_id))
    const change = { task: { from: null, to: { id: task_id, ...input } } }
    await recordHistory(trx, id, caller.id, change, at)
    await recordAudit(trx, caller, 'change_task.created', task_id, { change_id: id, ...input })
    return findTask(await readTasks(trx, id), task_id)
  })
}

/** Changes fields of a task until its change is over. Its status has a route of its own. */
export function updateTask(
  db: Db,
  caller: Caller,
  { id, task_id }: ChangeTaskParams,
  { position, depends_on, ...fields }: ChangeTaskUpdate,
  version?: number,
  at = now(),
): Promise<ChangeTask> {
  return transact(db, async (trx) => {
    requireOpen(await holdOwnChange(trx, caller, id))
    const tasks = await readTasks(trx, id)
    const before = findTask(tasks, task_id, version)
    await requireUsers(trx, { assignee_id: fields.assignee_id })
    const wanted = plannedOf(fields, before)
    await trx
      .updateTable('change_tasks')
      .set({ ...wanted, ...touched() })
      .where('id', '=', task_id)
      .execute()
    if (depends_on) {
      requireAcyclic(tasks, task_id, depends_on)
      await setDependencies(trx, task_id, depends_on)
    }
    if (position !== undefined) {
      const others = tasks.map((task) => task.id).filter((each) => each !== task_id)
      await arrange(trx, tasks, others.toSpliced(position, 0, task_id))
    }
    const task = findTask(await readTasks(trx, id), task_id)
    const changes = diff<object>(before, {
      ...wanted,
      position: task.position,
      depends_on: task.depends_on,
    })
    await recordTask(trx, caller, id, task_id, 'change_task.updated', changes, at)
    return task
  })
}

export function deleteTask(
  db: Db,
  caller: Caller,
  { id, task_id }: ChangeTaskParams,
  version?: number,
  at = now(),
): Promise<void> {
  return transact(db, async (trx) => {
    requireOpen(await holdOwnChange(trx, caller, id))
    const tasks = await readTasks(trx, id)
    const { name, status } = findTask(tasks, task_id, version)
    await trx.deleteFrom('change_tasks').where('id', '=', task_id).execute()
    const left = tasks.map((task) => task.id).filter((each) => each !== task_id)
    await arrange(trx, tasks, left)
    const change = { task: { from: { id: task_id, name, status }, to: null } }
    await recordHistory(trx, id, caller.id, change, at)
    await recordAudit(trx, caller, 'change_task.deleted', task_id, { change_id: id, name, status })
  })
}

/** Puts all tasks of a change into another order. */
export function orderTasks(
  db: Db,
  caller: Caller,
  id: string,
  { task_ids }: ChangeTaskOrder,
  at = now(),
): Promise<{ tasks: ChangeTask[] }> {
  return transact(db, async (trx) => {
    requireOpen(await holdOwnChange(trx, caller, id))
    const tasks = await readTasks(trx, id)
    const from = tasks.map((task) => task.id)
    const isWhole = task_ids.length === from.length && from.every((each) => task_ids.includes(each))
    if (!isWhole) throw invalid({ field: 'task_ids', rule: 'all_tasks' })
    await arrange(trx, tasks, task_ids)
    const changes = diff<object>({ task_order: from }, { task_order: task_ids })
    await recordHistory(trx, id, caller.id, changes, at)
    await recordAudit(trx, caller, 'change.tasks_ordered', id, changes)
    return { tasks: await readTasks(trx, id) }
  })
}

/** What a task has not come to yet. It stands last, until it is put in its place. */
const pending = {
  assignee_id: null,
  status: 'pending',
  planned_start: null,
  planned_end: null,
  actual_start: null,
  actual_end: null,
  position: maxChangeTasks,
  version: 1,
} as const
