import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf } from '../pages.ts'
import { TreeWarning } from './calculation.ts'
import { TreeParams } from './common.ts'
import { amount, Complete, EffectWhere, label, NodeId } from './parts.ts'
import { TreeChanges } from './trials.ts'

/** How many scenarios a tree has, and how many may be named to be compared. */
export const maxScenarios = 100
const maxCompared = 10

const editable = {
  name: Type.String({
    minLength: 1,
    maxLength: 255,
    pattern: line,
    description: 'One scenario of a tree has it, upper or lower case, wide or narrow.',
    examples: ['値上げ案'],
  }),
  description: nullable(Type.String({ maxLength: 5000, examples: ['四月から単価を上げる'] })),
  changes: ref(TreeChanges),
}

const ScenarioId = Type.String({ ...Id, description: 'The id of the scenario.' })

export const ScenarioParams = Type.Object({
  ...TreeParams.properties,
  scenario_id: ScenarioId,
})

export const TreeScenario = Type.Object(
  {
    scenario_id: ScenarioId,
    tree_id: Type.String({ ...Id, description: 'The id of the tree.' }),
    ...editable,
    created_by: nullable(Id),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'TreeScenario' },
)
export type TreeScenario = Static<typeof TreeScenario>

export const NewTreeScenario = Type.Object(
  {
    name: editable.name,
    description: Type.Optional(editable.description),
    changes: editable.changes,
  },
  {
    $id: 'NewTreeScenario',
    additionalProperties: false,
    examples: [
      {
        name: '値上げ案',
        changes: { policies: [{ node_id: Id.examples[0], value: 1.1, cost: 40 }] },
      },
    ],
  },
)
export type NewTreeScenario = Static<typeof NewTreeScenario>

export const TreeScenarioChange = Type.Partial(Type.Object(editable), {
  $id: 'TreeScenarioChange',
  additionalProperties: false,
  minProperties: 1,
  examples: [{ name: '値上げ案' }],
})
export type TreeScenarioChange = Static<typeof TreeScenarioChange>

export const TreeScenarioPage = pageOf('scenarios', ref(TreeScenario), { $id: 'TreeScenarioPage' })

export const ComparisonQuery = Type.Object({
  scenario_id: Type.Optional(
    Type.Array(Id, {
      maxItems: maxCompared,
      description: 'Only these scenarios, repeated for several; without it all of the tree.',
    }),
  ),
})
export type ComparisonQuery = Static<typeof ComparisonQuery>

export const ComparedPlan = Type.Object(
  {
    kind: Type.Unsafe<'baseline' | 'policies' | 'scenario'>({
      ...oneOf('baseline', 'policies', 'scenario'),
      description: 'Without any policy, with those that are active, or as a scenario has it.',
    }),
    scenario_id: nullable(Id),
    name: nullable(Type.String({ examples: ['値上げ案'] })),
    total: amount('The root, as one number.'),
    effect: amount(`What that is more than the baseline; ${EffectWhere}.`, 320),
    complete: Complete,
    cost: amount('What its policies cost together; null where none has a cost.', 40),
    roi: amount('(effect − cost) ÷ cost; null without a cost.', 7),
    by_period: Type.Array(
      Type.Object({
        period: Type.String({ examples: ['2024'] }),
        value: amount('The root in this period.'),
        effect: amount('What that is more than the baseline.', 320),
      }),
    ),
    warnings: Type.Array(ref(TreeWarning), {
      description: 'What of a scenario could not be applied, for the tree has changed since.',
    }),
  },
  { $id: 'ComparedPlan' },
)
export type ComparedPlan = Static<typeof ComparedPlan>

export const TreeComparison = Type.Object(
  {
    tree_id: Type.String({ ...Id, description: 'The id of the tree.' }),
    version: Type.Integer({ minimum: 1, description: 'Of the tree.', examples: [3] }),
    root: Type.Union([Type.Object({ node_id: NodeId, label }), Type.Null()]),
    period_name: Type.String({ examples: ['推移'] }),
    periods: Type.Array(Type.String(), { examples: [['2023', '2024']] }),
    rows: Type.Array(ref(ComparedPlan), {
      description: 'The baseline, the policies, and then the scenarios, the oldest first.',
    }),
  },
  { $id: 'TreeComparison' },
)
export type TreeComparison = Static<typeof TreeComparison>

export const treeScenarioSchemas = [
  TreeScenario,
  NewTreeScenario,
  TreeScenarioChange,
  TreeScenarioPage,
  ComparedPlan,
  TreeComparison,
] as const
