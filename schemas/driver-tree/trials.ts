import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, ref } from '../common.ts'
import { NodeId, PeriodName } from './parts.ts'

export const PolicyIds = Type.Array(Id, {
  maxItems: 1000,
  uniqueItems: true,
  description: 'The saved policies to apply; without it those that are active.',
})

const TriedPolicy = Type.Object(
  {
    node_id: NodeId,
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 255, examples: ['値上げ'] })),
    value: Type.Number({
      minimum: 0,
      maximum: 1_000_000,
      description: 'What the node is multiplied by.',
      examples: [1.1],
    }),
    period_from: Type.Optional(nullable(PeriodName)),
    period_to: Type.Optional(nullable(PeriodName)),
    cost: Type.Optional(nullable(Type.Number({ minimum: 0, maximum: 1e15, examples: [40] }))),
  },
  { $id: 'TriedPolicy', additionalProperties: false },
)

const TriedInput = Type.Object(
  {
    node_id: NodeId,
    value: Type.Optional(
      Type.Number({
        minimum: -1e15,
        maximum: 1e15,
        description: 'The number that the node gets; this or `multiplier`.',
        examples: [1200],
      }),
    ),
    multiplier: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1_000_000,
        description: 'What its numbers are multiplied by.',
      }),
    ),
    period: Type.Optional(
      Type.Unsafe<string | null>({
        ...nullable(PeriodName),
        description: 'Only in this period.',
      }),
    ),
  },
  { $id: 'TriedInput', additionalProperties: false },
)

/** What is tried; a scenario keeps it. */
export const TreeChanges = Type.Object(
  {
    policy_ids: Type.Optional(PolicyIds),
    policies: Type.Optional(
      Type.Array(ref(TriedPolicy), {
        maxItems: 200,
        description: 'More policies, by way of trial.',
      }),
    ),
    inputs: Type.Optional(
      Type.Array(ref(TriedInput), {
        maxItems: 1000,
        description: 'Other numbers for nodes that are 入力 or 定数.',
      }),
    ),
  },
  { $id: 'TreeChanges', additionalProperties: false },
)
export type TreeChanges = Static<typeof TreeChanges>

export const TreeTrial = Type.Object(
  {
    ...TreeChanges.properties,
    node_ids: Type.Optional(
      Type.Array(Id, {
        maxItems: 1000,
        uniqueItems: true,
        description: 'Show the numbers of these nodes only.',
      }),
    ),
  },
  {
    $id: 'TreeTrial',
    additionalProperties: false,
    examples: [
      {
        policies: [{ node_id: Id.examples[0], name: '値上げ', value: 1.1 }],
        inputs: [{ node_id: Id.examples[0], multiplier: 0.9 }],
      },
    ],
  },
)
export type TreeTrial = Static<typeof TreeTrial>

export const treeTrialSchemas = [TriedPolicy, TriedInput, TreeChanges, TreeTrial] as const
