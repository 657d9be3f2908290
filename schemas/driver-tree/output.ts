import { type Static, Type } from '@sinclair/typebox'
import { fileOf, Id, nullable, oneOf, ref } from '../common.ts'
import { exportTypes } from '../exports.ts'
import { Aggregation, NodeType, Operator } from './common.ts'

export const treeOutputTypes = { ...exportTypes, json: 'application/json' }

export const TreeOutputQuery = Type.Object({
  format: Type.Optional(
    Type.Unsafe<keyof typeof treeOutputTypes>({
      ...oneOf('xlsx', 'csv', 'json'),
      default: 'xlsx',
      description: 'A workbook that calculates, the long table alone, or all of it for programs.',
    }),
  ),
})
export type TreeOutputQuery = Static<typeof TreeOutputQuery>

const number = (description: string) =>
  nullable(Type.Number({ description: `${description}; null for none.`, examples: [1200] }))

export const TreeOutputNode = Type.Object(
  {
    node_id: Id,
    label: Type.String({ examples: ['売上'] }),
    node_type: NodeType,
    formula: nullable(Type.String({ examples: ['売上 = 単価 * 数量'] })),
    unit: nullable(Type.String({ examples: ['円'] })),
    aggregation: Aggregation,
    value: number('The single number of an 入力 or 定数'),
    baseline: number('All of its numbers as one, without policies'),
    simulated: number('The same with the policies that are active'),
  },
  { $id: 'TreeOutputNode' },
)
export type TreeOutputNode = Static<typeof TreeOutputNode>

export const TreeOutputRelation = Type.Object(
  { parent_id: Id, operator: Operator, child_id_list: Type.Array(Id) },
  { $id: 'TreeOutputRelation' },
)

export const TreeOutputPolicy = Type.Object(
  {
    policy_id: Id,
    node_id: Id,
    name: Type.String({ examples: ['値上げ'] }),
    value: Type.Number({ description: 'The node is multiplied by it.', examples: [1.1] }),
    is_active: Type.Boolean(),
    period_from: nullable(Type.String({ examples: ['2024'] })),
    period_to: nullable(Type.String({ examples: ['2025'] })),
    cost: nullable(Type.Number({ examples: [500000] })),
  },
  { $id: 'TreeOutputPolicy' },
)

export const TreeOutputRecord = Type.Object(
  {
    node_id: Id,
    period: nullable(Type.String({ examples: ['2024'] })),
    axes: Type.Record(Type.String(), Type.String(), { examples: [{ 部門: '営業' }] }),
    baseline: number('Without policies'),
    simulated: number('With the policies that are active'),
    difference: number('Simulated less baseline'),
  },
  { $id: 'TreeOutputRecord' },
)

export const TreeOutput = Type.Object(
  {
    tree: Type.Object({
      tree_id: Id,
      project_id: Id,
      name: Type.String({ examples: ['売上ツリー'] }),
      description: nullable(Type.String()),
      root_node_id: nullable(Id),
      version: Type.Integer({ minimum: 1, examples: [1] }),
      period_name: Type.String({ examples: ['年度'] }),
      periods: Type.Array(Type.String(), { examples: [['2023', '2024']] }),
      axes: Type.Array(Type.String(), { examples: [['部門']] }),
    }),
    nodes: Type.Array(ref(TreeOutputNode)),
    relations: Type.Array(ref(TreeOutputRelation)),
    policies: Type.Array(ref(TreeOutputPolicy)),
    records: Type.Array(ref(TreeOutputRecord)),
  },
  { $id: 'TreeOutput' },
)

const files = fileOf(treeOutputTypes.xlsx, treeOutputTypes.csv)

/** The answer in each format. */
export const treeOutputFile = {
  ...files,
  content: { ...files.content, [treeOutputTypes.json]: { schema: ref(TreeOutput) } },
}

export const treeOutputSchemas = [
  TreeOutputNode,
  TreeOutputRelation,
  TreeOutputPolicy,
  TreeOutputRecord,
  TreeOutput,
] as const
