import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, ref } from '../common.ts'
import { Aggregation, NodeType, Operator } from './common.ts'

/** How many numbers of a node are answered and taken at once. */
export const maxRecords = 10_000
export const maxChildren = 1000
const maxColumns = 20

/** A number that stays finite. */
const finite = { minimum: -1e300, maximum: 1e300 }
const place = { minimum: -1e9, maximum: 1e9, examples: [100] }

const Cell = Type.Unsafe<string | number | null>({ type: ['string', 'number', 'null'] })
const columnName = Type.String({ minLength: 1, maxLength: 255, examples: ['年度'] })
const records = Type.Array(Type.Record(Type.String(), Cell), {
  maxItems: maxRecords,
  examples: [[{ 年度: '2024', 値: 1200 }]],
})

export const TreeNodeData = Type.Object(
  {
    period: Type.Optional(
      nullable(Type.String({ description: 'Which column is time (推移).', examples: ['年度'] })),
    ),
    columns: Type.Optional(
      Type.Array(columnName, {
        description: 'Time (推移), where there is one, the dimensions (軸), and `値`.',
        examples: [['年度', '値']],
      }),
    ),
    record_count: Type.Optional(
      Type.Integer({ minimum: 0, description: 'How many records there are.', examples: [1] }),
    ),
    records: Type.Optional(records),
  },
  { $id: 'TreeNodeData' },
)
export type TreeNodeData = Static<typeof TreeNodeData>

export const NewTreeNodeData = Type.Object(
  {
    columns: Type.Array(columnName, {
      minItems: 1,
      maxItems: maxColumns,
      examples: [['年度', '値']],
    }),
    records: Type.Array(Type.Record(Type.String({ maxLength: 255 }), Cell), {
      maxItems: maxRecords,
      description:
        'Each has every column: texts, and a number or null as `値`. Each key comes once.',
      examples: [[{ 年度: '2024', 値: 1200 }]],
    }),
    period: Type.Optional(
      nullable(
        Type.String({
          maxLength: 255,
          description:
            'Which column is time; null for none. Not sent: a column called 推移, 年度, 年, 月, 年月, 日付, 四半期 or 期.',
          examples: ['年度'],
        }),
      ),
    ),
    record_count: Type.Optional(Type.Integer({ description: 'Not read.' })),
  },
  { $id: 'NewTreeNodeData', additionalProperties: false },
)
export type NewTreeNodeData = Static<typeof NewTreeNodeData>

export const TreeNodeSource = Type.Object(
  {
    file_name: Type.String({ examples: ['実績.xlsx'] }),
    sheet_name: Type.String({ examples: ['Sheet1'] }),
    column: Type.String({ description: 'The column or 科目.', examples: ['売上'] }),
  },
  { $id: 'TreeNodeSource' },
)
export type TreeNodeSource = Static<typeof TreeNodeSource>

const label = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: line,
  description: 'One node of a tree has it, full-width or not.',
  examples: ['売上'],
})
const editable = {
  label,
  position_x: Type.Number(place),
  position_y: Type.Number(place),
  value: nullable(
    Type.Number({
      ...finite,
      description: 'The single number of an 入力 or 定数.',
      examples: [100],
    }),
  ),
  unit: nullable(Type.String({ minLength: 1, maxLength: 50, pattern: line, examples: ['円'] })),
  aggregation: Type.Unsafe<Aggregation>({
    ...Aggregation,
    description: 'How one number is made of those over all keys.',
  }),
}

const shown = {
  node_id: Id,
  label,
  node_type: NodeType,
  position_x: Type.Number({ examples: [100] }),
  position_y: Type.Number({ examples: [100] }),
  data: ref(TreeNodeData),
  value: nullable(Type.Number({ examples: [100] })),
  unit: editable.unit,
  aggregation: editable.aggregation,
  source: Type.Union([ref(TreeNodeSource), Type.Null()]),
  is_intermediate: Type.Boolean({
    description: 'Whether an import made it of a part of a formula.',
  }),
  version: Type.Integer({ minimum: 1, examples: [1] }),
}

export const TreeNode = Type.Object(shown, { $id: 'TreeNode' })
export type TreeNode = Static<typeof TreeNode>

export const NodeRelation = Type.Object(
  {
    operator: Type.Optional(Operator),
    child_id_list: Type.Optional(Type.Array(Id, { description: 'In their order.' })),
  },
  { $id: 'NodeRelation', description: 'How it is calculated; empty for a node that is not.' },
)

export const TreeNodeDetail = Type.Object(
  { ...shown, tree_id: Id, relationship: ref(NodeRelation) },
  { $id: 'TreeNodeDetail' },
)
export type TreeNodeDetail = Static<typeof TreeNodeDetail>

export const NewTreeNode = Type.Object(
  {
    label,
    node_type: NodeType,
    position_x: editable.position_x,
    position_y: editable.position_y,
    value: Type.Optional(editable.value),
    unit: Type.Optional(editable.unit),
    aggregation: Type.Optional(editable.aggregation),
  },
  {
    $id: 'NewTreeNode',
    additionalProperties: false,
    examples: [{ label: '単価', node_type: '入力', position_x: 100, position_y: 100, value: 1200 }],
  },
)
export type NewTreeNode = Static<typeof NewTreeNode>

export const TreeNodeChange = Type.Partial(
  Type.Object({
    ...editable,
    node_type: NodeType,
    operator: nullable(Operator),
    children_id_list: Type.Array(Id, { maxItems: maxChildren, description: 'In their order.' }),
    data: Type.Union([ref(NewTreeNodeData), Type.Null()]),
  }),
  {
    $id: 'TreeNodeChange',
    additionalProperties: false,
    minProperties: 1,
    examples: [{ label: '新しいノード名', operator: '+', children_id_list: [Id.examples[0]] }],
  },
)
export type TreeNodeChange = Static<typeof TreeNodeChange>

export const treeNodeSchemas = [
  TreeNodeData,
  NewTreeNodeData,
  TreeNodeSource,
  TreeNode,
  NodeRelation,
  TreeNodeDetail,
  NewTreeNode,
  TreeNodeChange,
] as const
