import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, ref } from '../common.ts'
import { amount, label, NodeId, PeriodName } from './parts.ts'
import { PolicyIds } from './trials.ts'

const RootId = Type.Optional(
  Type.String({ ...Id, description: 'The node to look at; without it the root of the tree.' }),
)

export const SensitivityQuestion = Type.Object(
  {
    percent: Type.Number({
      exclusiveMinimum: 0,
      maximum: 100,
      description: 'How far each driver goes down and up.',
      examples: [10],
    }),
    node_ids: Type.Optional(
      Type.Array(Id, {
        minItems: 1,
        maxItems: 1000,
        uniqueItems: true,
        description: 'Only these drivers; without it all below the root.',
      }),
    ),
    root_node_id: RootId,
    policy_ids: Type.Optional(PolicyIds),
  },
  { $id: 'SensitivityQuestion', additionalProperties: false, examples: [{ percent: 10 }] },
)
export type SensitivityQuestion = Static<typeof SensitivityQuestion>

const Looked = Type.Object(
  { node_id: NodeId, label, value: amount('Its total at present.') },
  { $id: 'TreeNodeTotal' },
)

export const SensitivityDriver = Type.Object(
  {
    node_id: NodeId,
    label,
    value: amount('The total of the driver at present.', 100),
    low: amount('The root where the driver is lower.', 1188),
    high: amount('The root where the driver is higher.', 1452),
    low_effect: amount('What the root changes by where the driver is lower.', -132),
    high_effect: amount('What the root changes by where the driver is higher.', 132),
    swing: amount('How far the two are apart.', 264),
  },
  { $id: 'SensitivityDriver' },
)

export const Sensitivity = Type.Object(
  {
    root: ref(Looked),
    percent: Type.Number({ examples: [10] }),
    drivers: Type.Array(ref(SensitivityDriver), {
      description: 'The greatest swing first, at most 1,000.',
    }),
    total: Type.Integer({ minimum: 0, description: 'How many drivers were tried.' }),
  },
  { $id: 'Sensitivity' },
)
export type Sensitivity = Static<typeof Sensitivity>

export const GoalQuestion = Type.Object(
  {
    node_id: Type.String({ ...Id, description: 'The driver whose number is sought.' }),
    target: Type.Number({
      minimum: -1e15,
      maximum: 1e15,
      description: 'What the root should become.',
      examples: [2000],
    }),
    period: Type.Optional(
      Type.Unsafe<string | null>({
        ...nullable(PeriodName),
        description: 'Only the driver and the root in this period.',
      }),
    ),
    root_node_id: RootId,
    policy_ids: Type.Optional(PolicyIds),
  },
  {
    $id: 'GoalQuestion',
    additionalProperties: false,
    examples: [{ node_id: Id.examples[0], target: 2000 }],
  },
)
export type GoalQuestion = Static<typeof GoalQuestion>

const NearestGoal = Type.Object(
  {
    value: amount('What the driver would be.', 150),
    factor: amount('What its numbers would be multiplied by.', 1.5),
    root: amount('What the root would be.', 1500),
  },
  { $id: 'NearestGoal' },
)

export const GoalAnswer = Type.Object(
  {
    found: Type.Boolean(),
    reason: nullable(
      Type.String({ enum: ['no_effect', 'not_bracketed', 'not_finite', 'discontinuous'] }),
    ),
    message: Type.String({ description: 'In the language of `Accept-Language`.' }),
    node_id: NodeId,
    label,
    root_node_id: Id,
    target: Type.Number({ examples: [2000] }),
    period: nullable(Type.String({ examples: ['2024'] })),
    value: amount('What the driver must be; null for one that has several numbers.', 200),
    factor: amount(
      'What its numbers must be multiplied by; null for one that has a single one.',
      2,
    ),
    root: amount('What the root then is.', 2000),
    nearest: Type.Union([ref(NearestGoal), Type.Null()], {
      description: 'Where nothing is found, the nearest to the target that was seen.',
    }),
    iterations: Type.Integer({ minimum: 0 }),
  },
  { $id: 'GoalAnswer' },
)
export type GoalAnswer = Static<typeof GoalAnswer>

export const treeQuestionSchemas = [
  SensitivityQuestion,
  Looked,
  SensitivityDriver,
  Sensitivity,
  GoalQuestion,
  NearestGoal,
  GoalAnswer,
] as const
