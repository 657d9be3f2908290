import type { Aggregation, NodeType, Operator } from '../../../schemas/driver-tree/common.ts'

/** Numbers of an input node over time and axes. */
export type NodeData = {
  /** The name of the column of time (推移); null where the numbers have no time. */
  period: string | null
  /** How its years are counted, where that is known: fiscal ones (年度) are not those of the calendar. */
  years?: 'fiscal' | 'calendar' | undefined
  /** The names of the dimensions (軸). */
  axes: string[]
  /** A key a number: the period, where there is one, and then the value on each axis; each key once. */
  keys: string[][]
  /** As many as there are keys; null for an empty cell. */
  values: (number | null)[]
}

/** A node as the calculation sees it: a single number, numbers over keys, or an operator and operands. */
export type ModelNode = {
  id: string
  label: string
  node_type: NodeType
  operator: Operator | null
  /** The ids of the operands, in their order; the same one may stand there twice. */
  children: readonly string[]
  value: number | null
  data: NodeData | null
  aggregation: Aggregation
}

/** A measure (施策): the value of a node is multiplied, in all periods or from one to another. */
export type ModelPolicy = {
  id: string
  node_id: string
  name: string
  value: number
  is_active: boolean
  period_from: string | null
  period_to: string | null
  cost: number | null
}

/** What is calculated. The nodes form a directed graph without cycles. */
export type TreeModel = {
  nodes: readonly ModelNode[]
  root_id: string | null
  policies: readonly ModelPolicy[]
}

/** The value of a node is multiplied, by a policy or by way of trial. */
export type Factor = {
  node_id: string
  value: number
  period_from: string | null
  period_to: string | null
}

/** An 入力 or 定数 gets another number, everywhere or in one period; or its data as a whole. */
export type InputChange = {
  node_id: string
  period: string | null
} & ({ value: number } | { data: NodeData })

/** What is tried, besides or instead of what is there. */
export type Changes = { factors: readonly Factor[]; inputs: readonly InputChange[] }

/**
 * The numbers of one node. Number `t * width + p` is that of tuple `t` in period `p`, where `width` is
 * `periods.length`, or 1 for a node without time; NaN stands for none.
 */
export type Series = {
  /** Places in the calculator's `periods`, ascending; null for a node without time. */
  periods: readonly number[] | null
  /** Places in the calculator's `axes`, ascending. */
  axes: readonly number[]
  /** The values on those axes; one empty tuple for a node without axes. */
  tuples: readonly (readonly string[])[]
  values: Float64Array
}

/** Why a number is missing, or not what it seems. The texts are the wire's. */
export type WarningKind =
  | 'missing_value'
  | 'missing_operand'
  | 'division_by_zero'
  | 'no_previous_period'
  | 'key_without_partner'
  | 'not_finite'
  | 'no_value'

export type Warning = {
  kind: WarningKind
  node_id: string
  label: string
  /** The period, where there is one, and the value on each axis, by their names. */
  key: Record<string, string>
}

/** The first of them, and how many there are. */
export type Warnings = { list: readonly Warning[]; count: number }
