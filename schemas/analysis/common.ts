import { type Static, Type } from '@sinclair/typebox'
import { Id, oneOf } from '../common.ts'

/** The two columns of a table of an analysis that are no axes. */
export const subjectColumn = '科目'
export const valueColumn = '値'

/** Distinct values of a column that a step names. */
export const maxItems = 10_000

const name = { minLength: 1, maxLength: 200 }
export const AxisName = Type.String({
  ...name,
  description: 'An axis of the input.',
  examples: ['年度'],
})
export const SubjectName = Type.String({ ...name, description: 'A 科目.', examples: ['売上'] })
export const ColumnName = Type.String({ ...name, description: 'An axis, `科目` or `値`.' })
export const ItemText = Type.String({
  maxLength: 500,
  description: 'A value of an axis, or a 科目.',
})

export const StepType = oneOf('filter', 'aggregate', 'transform', 'summary')
export type StepType = Static<typeof StepType>

export const StepLink = Type.String({
  minLength: 1,
  maxLength: 40,
  description: '`original`, `step_N` (an earlier step of the order N, from 0), or the id of one.',
  examples: ['step_0'],
})

export const SessionParams = Type.Object({
  session_id: Type.String({ ...Id, description: 'The id of the session.' }),
})
