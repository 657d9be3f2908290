import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, oneOf, ref, Timestamp } from '../common.ts'

export const changeTaskStatuses = [
  'pending',
  'in_progress',
  'completed',
  'failed',
  'skipped',
] as const
export const ChangeTaskStatus = oneOf(...changeTaskStatuses)
export type ChangeTaskStatus = Static<typeof ChangeTaskStatus>

export const maxChangeTasks = 100

const planned = (example: string) =>
  nullable(Type.String({ format: 'date-time', examples: [example] }))

const fields = {
  name: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: line,
    examples: ['証明書を置き換える'],
  }),
  assignee_id: nullable(Type.String({ ...Id, description: 'Who does it.' })),
  planned_start: planned('2026-12-01T11:00:00.000Z'),
  planned_end: planned('2026-12-01T11:30:00.000Z'),
  position: Type.Integer({
    minimum: 0,
    maximum: maxChangeTasks,
    description: 'Where it stands, from 0; those from there on move back. Last, unless it is said.',
    examples: [0],
  }),
  depends_on: Type.Array(Id, {
    maxItems: maxChangeTasks,
    uniqueItems: true,
    description: 'Tasks of the same change that must be completed or skipped before it starts.',
    examples: [[]],
  }),
}

export const ChangeTask = Type.Object(
  {
    id: Id,
    change_id: Id,
    ...fields,
    status: ChangeTaskStatus,
    actual_start: nullable(Timestamp),
    actual_end: nullable(Timestamp),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'ChangeTask' },
)
export type ChangeTask = Static<typeof ChangeTask>

const { name, ...others } = fields

export const NewChangeTask = Type.Object(
  { name, ...Type.Partial(Type.Object(others)).properties },
  { $id: 'NewChangeTask', additionalProperties: false },
)
export type NewChangeTask = Static<typeof NewChangeTask>

export const ChangeTaskUpdate = Type.Partial(Type.Object(fields), {
  $id: 'ChangeTaskUpdate',
  additionalProperties: false,
  minProperties: 1,
})
export type ChangeTaskUpdate = Static<typeof ChangeTaskUpdate>

export const ChangeTaskMove = Type.Object(
  { status: ChangeTaskStatus },
  { $id: 'ChangeTaskMove', additionalProperties: false },
)
export type ChangeTaskMove = Static<typeof ChangeTaskMove>

export const ChangeTaskOrder = Type.Object(
  {
    task_ids: Type.Array(Id, {
      maxItems: maxChangeTasks,
      uniqueItems: true,
      description: 'Every task of the change, in the order that they are to have.',
    }),
  },
  { $id: 'ChangeTaskOrder', additionalProperties: false },
)
export type ChangeTaskOrder = Static<typeof ChangeTaskOrder>

/** A change has few enough tasks for one answer. */
export const ChangeTasks = Type.Object(
  { tasks: Type.Array(ref(ChangeTask), { description: 'In their order.' }) },
  { $id: 'ChangeTasks' },
)

export const ChangeTaskParams = Type.Object({
  id: Type.String({ ...Id, description: 'The id of the change.' }),
  task_id: Type.String({ ...Id, description: 'The id of the task.' }),
})
export type ChangeTaskParams = Static<typeof ChangeTaskParams>
