import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  ChangeTask,
  ChangeTaskMove,
  ChangeTaskOrder,
  ChangeTaskParams,
  ChangeTasks,
} from '../../schemas/itsm/change-tasks.ts'
import type { Routes } from '../../src/fastify.ts'
import { moveTask } from '../../src/itsm/changes/task-moves.ts'
import { orderTasks } from '../../src/itsm/changes/tasks.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['changes']
const ofChange = ['change_not_found', 'change_editor_required', 'change_frozen'] as const
const ofTask = [...ofChange, 'change_task_not_found'] as const

export const changeTaskMoves: Routes = async (app) => {
  const { db } = app

  app.put(
    '/:id/tasks/order',
    {
      config: { permission: 'change.write', failures: ofChange },
      schema: {
        operationId: 'orderChangeTasks',
        summary: 'Put all tasks of a change into another order',
        tags,
        params: IdParams,
        body: ref(ChangeTaskOrder),
        response: { 200: ref(ChangeTasks) },
      },
    },
    ({ params, caller, body }) => orderTasks(db, caller, params.id, body),
  )

  app.put(
    '/:id/tasks/:task_id/status',
    {
      config: {
        permission: 'change.write',
        failures: [...ofTask, 'illegal_transition', 'change_not_started', 'change_task_waits'],
      },
      schema: {
        operationId: 'moveChangeTask',
        summary: 'Start, complete, fail or skip a task',
        description:
          'For those who look after the change, and for the assignee of the task. Its actual times are kept. It starts once the change has, and once the tasks that it waits for are completed or skipped.',
        tags,
        params: ChangeTaskParams,
        headers: IfMatch,
        body: ref(ChangeTaskMove),
        response: { 200: ref(ChangeTask) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const task = await moveTask(db, caller, params, body, versionIn(headers['if-match']))
      return reply.header('etag', etagOf(task)).send(task)
    },
  )
}
