import { type Static, Type } from '@sinclair/typebox'
import { Id, oneOf } from '../common.ts'

/** What is entered, what is calculated from other nodes, and what is a number once and for all. */
export const nodeTypes = ['入力', '計算', '定数'] as const
export const NodeType = oneOf(...nodeTypes)
export type NodeType = Static<typeof NodeType>

/** How a 計算 node is calculated from its children, in their order. */
export const operators = [
  '+',
  '-',
  '*',
  '/',
  'SUM',
  'AVG',
  'MIN',
  'MAX',
  'IF',
  'ROUND',
  'PREV',
  '<',
  '<=',
  '>',
  '>=',
  '=',
  '<>',
] as const
export const Operator = oneOf(...operators)
export type Operator = Static<typeof Operator>

/** What a column of a sheet is: time, a dimension, a value, or nothing that matters. */
export const columnRoles = ['推移', '軸', '値', '利用しない'] as const
export const ColumnRole = oneOf(...columnRoles)
export type ColumnRole = Static<typeof ColumnRole>

/** How one number is made of those of a node over all keys. */
export const aggregations = ['sum', 'mean', 'last'] as const
export const Aggregation = oneOf(...aggregations)
export type Aggregation = Static<typeof Aggregation>

export const TreeParams = Type.Object({
  tree_id: Type.String({ ...Id, description: 'The id of the tree.' }),
})

export const NodeParams = Type.Object({
  node_id: Type.String({ ...Id, description: 'The id of the node.' }),
})
