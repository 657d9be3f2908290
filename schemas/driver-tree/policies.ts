import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'

export const maxPolicies = 100

const period = nullable(Type.String({ minLength: 1, maxLength: 255, examples: ['2024'] }))
const editable = {
  name: Type.String({ minLength: 1, maxLength: 255, pattern: line, examples: ['値上げ'] }),
  value: Type.Number({
    minimum: 0,
    maximum: 1_000_000,
    description: 'What the value of the node is multiplied by: 1.5 is 50 % more, 0.9 is 10 % less.',
    examples: [1.5],
  }),
  description: nullable(Type.String({ maxLength: 5000, examples: ['四月から単価を上げる'] })),
  is_active: Type.Boolean({ examples: [true] }),
  period_from: Type.Unsafe<string | null>({
    ...period,
    description: 'The first period in which it works; null from the beginning.',
  }),
  period_to: Type.Unsafe<string | null>({
    ...period,
    description: 'The last period in which it works; null to the end.',
  }),
  cost: nullable(Type.Number({ minimum: 0, maximum: 1e15, examples: [500000] })),
}

export const TreePolicy = Type.Object(
  {
    policy_id: Id,
    ...editable,
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'TreePolicy' },
)
export type TreePolicy = Static<typeof TreePolicy>

export const NodePolicies = Type.Object(
  {
    node_id: Id,
    policies: Type.Array(ref(TreePolicy), { description: 'The oldest first.' }),
    created_policy_id: Type.Optional(
      Type.String({ ...Id, description: 'The one that this request created.' }),
    ),
  },
  { $id: 'NodePolicies' },
)
export type NodePolicies = Static<typeof NodePolicies>

export const TreePolicyPage = Type.Object(
  { node_id: Id, ...pageOf('policies', ref(TreePolicy)).properties },
  { $id: 'TreePolicyPage', description: 'The oldest first.' },
)
export type TreePolicyPage = Static<typeof TreePolicyPage>

export const TreePolicyQuery = pageQuery()

const { name, value, ...others } = editable

export const NewTreePolicy = Type.Composite(
  [Type.Object({ name, value }), Type.Partial(Type.Object(others))],
  {
    $id: 'NewTreePolicy',
    additionalProperties: false,
    examples: [{ name: '値上げ', value: 1.5, period_from: '2024', cost: 500000 }],
  },
)
export type NewTreePolicy = Static<typeof NewTreePolicy>

export const TreePolicyChange = Type.Partial(Type.Object(editable), {
  $id: 'TreePolicyChange',
  additionalProperties: false,
  minProperties: 1,
  examples: [{ value: 1.2, is_active: true }],
})
export type TreePolicyChange = Static<typeof TreePolicyChange>

export const PolicyParams = Type.Object({
  node_id: Type.String({ ...Id, description: 'The id of the node.' }),
  policy_id: Type.String({ ...Id, description: 'The id of the policy.' }),
})

export const treePolicySchemas = [
  TreePolicy,
  NodePolicies,
  TreePolicyPage,
  NewTreePolicy,
  TreePolicyChange,
] as const
