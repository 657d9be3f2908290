import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  ChangeTask,
  ChangeTaskParams,
  ChangeTasks,
  ChangeTaskUpdate,
  NewChangeTask,
} from '../../schemas/itsm/change-tasks.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  createTask,
  deleteTask,
  getTask,
  listTasks,
  updateTask,
} from '../../src/itsm/changes/tasks.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['changes']
const ofChange = ['change_not_found', 'change_editor_required', 'change_frozen'] as const
const ofTask = [...ofChange, 'change_task_not_found'] as const

export const changeTasks: Routes = async (app) => {
  const { db } = app

  app.get(
    '/:id/tasks',
    {
      config: { permission: 'change.read', failures: ['change_not_found'] },
      schema: {
        operationId: 'listChangeTasks',
        summary: 'List the tasks of a change in their order',
        tags,
        params: IdParams,
        response: { 200: ref(ChangeTasks) },
      },
    },
    ({ params }) => listTasks(db, params.id),
  )

  app.post(
    '/:id/tasks',
    {
      config: { permission: 'change.write', failures: [...ofChange, 'change_tasks_full'] },
      schema: {
        operationId: 'createChangeTask',
        summary: 'Add a task to a change that is not over',
        tags,
        params: IdParams,
        body: ref(NewChangeTask),
        response: { 201: ref(ChangeTask) },
      },
    },
    async ({ params, caller, body }, reply) => {
      const task = await createTask(db, caller, params.id, body)
      const location = `/api/v1/changes/${params.id}/tasks/${task.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(task) })
        .send(task)
    },
  )

  app.get(
    '/:id/tasks/:task_id',
    {
      config: {
        permission: 'change.read',
        failures: ['change_not_found', 'change_task_not_found'],
      },
      schema: {
        operationId: 'getChangeTask',
        summary: 'Get a task of a change',
        tags,
        params: ChangeTaskParams,
        response: { 200: ref(ChangeTask) },
      },
    },
    async ({ params }, reply) => {
      const task = await getTask(db, params)
      return reply.header('etag', etagOf(task)).send(task)
    },
  )

  app.patch(
    '/:id/tasks/:task_id',
    {
      config: { permission: 'change.write', failures: ofTask },
      schema: {
        operationId: 'updateChangeTask',
        summary: 'Change some fields of a task',
        tags,
        params: ChangeTaskParams,
        headers: IfMatch,
        body: ref(ChangeTaskUpdate),
        response: { 200: ref(ChangeTask) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const task = await updateTask(db, caller, params, body, versionIn(headers['if-match']))
      return reply.header('etag', etagOf(task)).send(task)
    },
  )

  app.delete(
    '/:id/tasks/:task_id',
    {
      config: { permission: 'change.write', failures: ofTask },
      schema: {
        operationId: 'deleteChangeTask',
        summary: 'Delete a task; what waited for it no longer does',
        tags,
        params: ChangeTaskParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, caller, headers }, reply) => {
      await deleteTask(db, caller, params, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
