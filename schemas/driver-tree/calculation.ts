import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref } from '../common.ts'
import { pageQuery } from '../pages.ts'
import { NodeType } from './common.ts'
import { amount, Complete, EffectWhere, label, NodeId, PeriodName } from './parts.ts'
import { treeQuestionSchemas } from './questions.ts'
import { treeTrialSchemas } from './trials.ts'

const compared = {
  baseline: amount('Without any policy or change; null where nothing can be calculated.', 1000),
  simulated: amount('With the policies and changes; null where nothing can be calculated.'),
}
const effect = amount(`How much the policies and changes add; ${EffectWhere}.`, 320)

export const TreePeriodTotal = Type.Object(
  { period: PeriodName, ...compared, effect },
  { $id: 'TreePeriodTotal' },
)
export type TreePeriodTotal = Static<typeof TreePeriodTotal>

export const TreeRootTotal = Type.Object(
  {
    node_id: NodeId,
    label,
    ...compared,
    effect,
    complete: Complete,
    by_period: Type.Array(ref(TreePeriodTotal), {
      description: 'In the order of time; empty for a root without time.',
    }),
  },
  { $id: 'TreeRootTotal' },
)
export type TreeRootTotal = Static<typeof TreeRootTotal>

export const TreePolicyEffect = Type.Object(
  {
    policy_id: nullable(Type.String({ ...Id, description: 'Null for one that is only tried.' })),
    node_id: NodeId,
    name: Type.String({ examples: ['値上げ'] }),
    value: Type.Number({ description: 'What the node is multiplied by.', examples: [1.1] }),
    effect: amount(
      'What this policy adds to the root by itself. Policies compound: effects of several need not add up to the whole. Null for those past the first 200.',
      100,
    ),
    cost: amount('What it costs.', 40),
    roi: amount('(effect − cost) ÷ cost; null without a cost.', 1.5),
  },
  { $id: 'TreePolicyEffect' },
)
export type TreePolicyEffect = Static<typeof TreePolicyEffect>

export const TreeDriverEffect = Type.Object(
  {
    node_id: NodeId,
    label,
    contribution: amount(
      'Its part of the effect on the root; those of all drivers, added in their order, are the effect. Null where the effect is, or that of some of them together.',
      105,
    ),
    alone: amount('What it adds to the root by itself.', 100),
    share: amount('Its part of the effect as a fraction; null where there is no effect.', 0.33),
  },
  { $id: 'TreeDriverEffect' },
)
export type TreeDriverEffect = Static<typeof TreeDriverEffect>

export const treeWarningKinds = [
  'missing_value',
  'missing_operand',
  'division_by_zero',
  'no_previous_period',
  'key_without_partner',
  'not_finite',
  'no_value',
  'mixed_years',
  'policy_period_unknown',
  'change_not_applied',
] as const

export const TreeWarning = Type.Object(
  {
    kind: oneOf(...treeWarningKinds),
    node_id: nullable(Type.String({ ...Id, description: 'The node where it happened.' })),
    label: nullable(label),
    key: Type.Record(Type.String(), Type.String(), {
      description: 'The period and the value on each axis, by their names.',
      examples: [{ 推移: '2024', 部門: '営業' }],
    }),
    message: Type.String({ description: 'In the language of `Accept-Language`.' }),
  },
  { $id: 'TreeWarning' },
)
export type TreeWarning = Static<typeof TreeWarning>

export const CalculatedNode = Type.Object(
  {
    node_id: NodeId,
    label,
    node_type: NodeType,
    columns: Type.Array(Type.String(), {
      description:
        'The names of the fields of a record: the period where there is one, the axes, 値 (without policies) and シミュレーション値. An axis of such a name gets a number behind it.',
      examples: [['推移', '部門', '値', 'シミュレーション値']],
    }),
    records: Type.Array(
      Type.Unsafe<Record<string, string | number | null>>({
        type: 'object',
        additionalProperties: { type: ['string', 'number', 'null'] },
        examples: [{ 推移: '2024', 部門: '営業', 値: 1000, シミュレーション値: 1320 }],
      }),
    ),
    total: Type.Object(
      { ...compared, complete: Complete },
      { description: 'One number of all records, as the aggregation of the node says.' },
    ),
  },
  { $id: 'CalculatedNode' },
)

export const TreeData = Type.Object(
  {
    tree_id: Type.String({ ...Id, description: 'The id of the tree.' }),
    version: Type.Integer({
      minimum: 1,
      description: 'Of the tree that was calculated.',
      examples: [3],
    }),
    period_name: Type.String({
      description: 'What the column of time is called.',
      examples: ['推移'],
    }),
    periods: Type.Array(Type.String(), {
      description: 'In the order of time.',
      examples: [['2023', '2024']],
    }),
    axes: Type.Array(Type.String(), { examples: [['部門']] }),
    root: Type.Union([ref(TreeRootTotal), Type.Null()]),
    policies: Type.Array(ref(TreePolicyEffect), { description: 'Those that are applied.' }),
    drivers: Type.Array(ref(TreeDriverEffect), {
      description: 'The nodes that policies and changes are about; the largest contribution first.',
    }),
    method: nullable(
      Type.String({
        enum: ['shapley', 'shapley_sampled'],
        description:
          'How the effect was divided: by the Shapley value (Shapley 1953), exactly, or from sampled orders of the drivers (Castro, Gómez and Tejada 2009). Both add up to the effect. Null where nothing was divided.',
      }),
    ),
    permutations: nullable(
      Type.Integer({ description: 'How many orders were sampled; null where all of them count.' }),
    ),
    warnings: Type.Array(ref(TreeWarning), { description: 'The first 1,000.' }),
    warning_count: Type.Integer({ minimum: 0 }),
    calculated_data_list: Type.Array(ref(CalculatedNode)),
    total: Type.Integer({ minimum: 0, description: 'How many nodes there are on all pages.' }),
    skip: Type.Integer({ minimum: 0 }),
    limit: Type.Integer({ minimum: 1 }),
  },
  { $id: 'TreeData' },
)

export const TreePageQuery = pageQuery()

export const TreeDataQuery = Type.Object({
  ...TreePageQuery.properties,
  node_id: Type.Optional(
    Type.Array(Id, { maxItems: 1000, description: 'Only these nodes; repeated for several.' }),
  ),
})
export type TreeDataQuery = Static<typeof TreeDataQuery>

export const treeCalculationSchemas = [
  TreePeriodTotal,
  TreeRootTotal,
  TreePolicyEffect,
  TreeDriverEffect,
  TreeWarning,
  CalculatedNode,
  TreeData,
  ...treeTrialSchemas,
  ...treeQuestionSchemas,
] as const
