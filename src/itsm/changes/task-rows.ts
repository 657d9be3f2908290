import type { Db, Trx } from '../../../db/tables.ts'
import type { ChangeTask } from '../../../schemas/itsm/change-tasks.ts'
import { failure, invalid } from '../../failure.ts'
import { groupBy } from '../../values.ts'

/** The tasks of a change in their order, with what they wait for. */
export async function readTasks(db: Db, changeId: string): Promise<ChangeTask[]> {
  const rows = await db
    .selectFrom('change_tasks')
    .selectAll()
    .where('change_id', '=', changeId)
    .orderBy('position')
    .execute()
  const dependencies = await db
    .selectFrom('change_task_dependencies')
    .innerJoin('change_tasks', 'change_tasks.id', 'task_id')
    .select(['task_id', 'depends_on_id'])
    .where('change_id', '=', changeId)
    .orderBy('depends_on_id')
    .execute()
  const byTask = groupBy(dependencies, ({ task_id }) => task_id)
  return rows.map((row) => ({
    ...row,
    depends_on: (byTask.get(row.id) ?? []).map(({ depends_on_id }) => depends_on_id),
  }))
}

/** Fails with 404 for one that is not among them, and with 412 for one of another version. */
export function findTask(tasks: readonly ChangeTask[], id: string, version?: number): ChangeTask {
  const task = tasks.find((each) => each.id === id)
  if (!task) throw failure('change_task_not_found', { id })
  if (version !== undefined && version !== task.version) throw failure('stale_version')
  return task
}

export async function setDependencies(
  trx: Trx,
  taskId: string,
  dependsOn: readonly string[],
): Promise<void> {
  await trx.deleteFrom('change_task_dependencies').where('task_id', '=', taskId).execute()
  if (dependsOn.length === 0) return
  await trx
    .insertInto('change_task_dependencies')
    .values(dependsOn.map((depends_on_id) => ({ task_id: taskId, depends_on_id })))
    .execute()
}

/** Writes the place of each task where it is another than before. */
export async function arrange(
  trx: Trx,
  before: readonly ChangeTask[],
  order: readonly string[],
): Promise<void> {
  const known = new Map(before.map(({ id, position }) => [id, position]))
  for (const [position, id] of order.entries()) {
    if (known.get(id) === position) continue
    await trx.updateTable('change_tasks').set({ position }).where('id', '=', id).execute()
  }
}

/** Fails with 422 for tasks of elsewhere, for the task itself, and where tasks would wait for each other. */
export function requireAcyclic(
  tasks: readonly Pick<ChangeTask, 'id' | 'depends_on'>[],
  taskId: string,
  dependsOn: readonly string[],
): void {
  const waits = new Map(tasks.map(({ id, depends_on }) => [id, depends_on]))
  const faults = dependsOn.flatMap((id, n) =>
    id !== taskId && waits.has(id)
      ? []
      : [{ field: `depends_on.${n}`, rule: 'unknown_task' as const }],
  )
  if (faults.length > 0) throw invalid(...faults)
  const seen = new Set<string>()
  const ahead = [...dependsOn]
  for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
    if (id === taskId) throw invalid({ field: 'depends_on', rule: 'circular_tasks' })
    if (seen.has(id)) continue
    seen.add(id)
    ahead.push(...(waits.get(id) ?? []))
  }
}
