import { Type } from '@sinclair/typebox'
import { Id, nullable } from '../common.ts'

export const label = Type.String({ description: 'The label of the node.', examples: ['売上'] })
export const NodeId = Type.String({ ...Id, description: 'The id of the node.' })
export const amount = (description: string, example = 1320) =>
  nullable(Type.Number({ description, examples: [example] }))

/** When there is no effect to tell. */
export const EffectWhere = 'null where a number is missing on one side only'

export const Complete = Type.Boolean({
  description:
    'Whether no number is missing, without the changes and with them; where one is, totals are those of what is there.',
})

export const PeriodName = Type.String({ minLength: 1, maxLength: 255, examples: ['2024'] })
