import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { Operator } from './common.ts'
import { TreeNode } from './nodes.ts'

export const maxNodes = 10_000
export const maxFormulas = 2000

const editable = {
  name: Type.String({ minLength: 1, maxLength: 255, pattern: line, examples: ['売上ツリー'] }),
  description: nullable(Type.String({ maxLength: 5000, examples: ['店舗別の売上'] })),
}
const version = Type.Integer({
  minimum: 1,
  description: 'Counts every edit of the tree, its nodes and its policies; the `ETag` as well.',
  examples: [1],
})

/** Which project something is in, where the source has it in the query. */
export const TreeProjectQuery = Type.Object({
  project_id: Type.String({ ...Id, description: 'The project.' }),
})

export const TreeQuery = Type.Object({
  ...TreeProjectQuery.properties,
  ...pageQuery().properties,
})
export type TreeQuery = Static<typeof TreeQuery>

const summary = {
  tree_id: Id,
  project_id: Id,
  ...editable,
  version,
  created_at: Timestamp,
  updated_at: Timestamp,
}

export const TreeSummary = Type.Object(summary, { $id: 'TreeSummary' })
export type TreeSummary = Static<typeof TreeSummary>

export const ListedTree = Type.Object(
  {
    ...summary,
    created_by: nullable(Id),
    node_count: Type.Integer({ minimum: 0, examples: [5] }),
    policy_count: Type.Integer({ minimum: 0, examples: [0] }),
  },
  { $id: 'ListedTree' },
)
export type ListedTree = Static<typeof ListedTree>

export const TreePage = pageOf('trees', ref(ListedTree), { $id: 'TreePage' })

export const TreeRelation = Type.Object(
  {
    parent_id: Id,
    operator: Operator,
    child_id_list: Type.Array(Id, { description: 'In their order.' }),
  },
  { $id: 'TreeRelation' },
)

const tree = {
  ...summary,
  root: Type.Union([ref(TreeNode), Type.Null()], {
    description:
      'What was chosen as root, or else the only node without a parent (the only one with children, where some stand alone); null where there is none.',
  }),
  nodes: Type.Array(ref(TreeNode), {
    description: 'All of them, also those without relations. Records are with the single node.',
  }),
  relationship: Type.Array(ref(TreeRelation)),
}

export const Tree = Type.Object(tree, { $id: 'Tree' })
export type Tree = Static<typeof Tree>

export const NewTree = Type.Object(
  { name: editable.name, description: Type.Optional(editable.description) },
  { $id: 'NewTree', additionalProperties: false },
)
export type NewTree = Static<typeof NewTree>

export const TreeChange = Type.Partial(
  Type.Object({
    ...editable,
    root_node_id: nullable(
      Type.String({ ...Id, description: 'A node without a parent; null to let it follow.' }),
    ),
  }),
  {
    $id: 'TreeChange',
    additionalProperties: false,
    minProperties: 1,
    examples: [{ name: '売上ツリー', root_node_id: null }],
  },
)
export type TreeChange = Static<typeof TreeChange>

const place = { minimum: -1e9, maximum: 1e9, default: 0, examples: [100] }

export const TreeImport = Type.Object(
  {
    position_x: Type.Number({ ...place, description: 'Where the drawing begins.' }),
    position_y: Type.Number({ ...place, description: 'Where the drawing begins.' }),
    formulas: Type.Array(Type.String({ minLength: 1, maxLength: 10_000 }), {
      maxItems: maxFormulas,
      description: 'One model. It may be empty where there is a sheet.',
      examples: [['売上 = 単価 * 数量', '利益 = 売上 - コスト']],
    }),
    sheet_id: Type.Optional(
      nullable(Type.String({ ...Id, description: 'A sheet of a file of one’s own.' })),
    ),
  },
  { $id: 'TreeImport', additionalProperties: false },
)
export type TreeImport = Static<typeof TreeImport>

const Labelled = Type.Object({ node_id: Id, label: TreeNode.properties.label })
const count = Type.Integer({ minimum: 0, examples: [5] })

export const TreeImportReport = Type.Object(
  {
    created: count,
    updated: count,
    unchanged: count,
    removed: Type.Integer({
      minimum: 0,
      description: 'Parts of formulas that no formula has any more.',
    }),
    bound: Type.Array(Labelled, { description: 'The 入力 nodes that have data of the sheet.' }),
    unmatched: Type.Array(Type.String(), {
      description: 'The labels of 入力 nodes for which the sheet has nothing.',
    }),
    unused: Type.Array(Type.String(), {
      description: 'The columns and 科目 of the sheet that no 入力 node is called.',
    }),
    roots: Type.Array(Labelled, {
      description: 'What the formulas define and do not use. The tree has one root.',
    }),
  },
  { $id: 'TreeImportReport' },
)
export type TreeImportReport = Static<typeof TreeImportReport>

export const ImportedTree = Type.Object(
  { ...tree, import: ref(TreeImportReport) },
  { $id: 'ImportedTree' },
)
export type ImportedTree = Static<typeof ImportedTree>

export const DeletedTree = Type.Object(
  { success: Type.Boolean({ examples: [true] }), deleted_at: Timestamp },
  { $id: 'DeletedTree' },
)

export const TreeOfNode = Type.Object({ tree: ref(Tree) }, { $id: 'TreeOfNode' })
export const CreatedNode = Type.Object(
  { tree: ref(Tree), created_node_id: Id },
  { $id: 'CreatedNode' },
)
export type CreatedNode = Static<typeof CreatedNode>

export const treeSchemas = [
  TreeSummary,
  ListedTree,
  TreePage,
  TreeRelation,
  Tree,
  NewTree,
  TreeChange,
  TreeImport,
  TreeImportReport,
  ImportedTree,
  DeletedTree,
  TreeOfNode,
  CreatedNode,
] as const
