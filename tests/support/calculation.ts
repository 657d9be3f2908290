import type { Operator } from '../../schemas/driver-tree/common.ts'
import type { Calculator } from '../../src/driver-tree/calculation/calculator.ts'
import type {
  Factor,
  ModelNode,
  NodeData,
  Series,
  TreeModel,
} from '../../src/driver-tree/calculation/model.ts'

/** What a node has: a number, numbers over keys, nothing, or an operator and its operands. */
export type Described = number | null | NodeData | readonly [Operator, ...string[]]

/** A model whose nodes are called by their labels; the first one is the root. */
export function model(nodes: Record<string, Described>): TreeModel {
  const list = Object.entries(nodes).map(([label, described]): ModelNode => {
    const [operator, ...children] = Array.isArray(described)
      ? (described as [Operator, ...string[]])
      : [null]
    const isData = typeof described === 'object' && described !== null && 'keys' in described
    return {
      id: label,
      label,
      node_type: operator ? '計算' : '入力',
      operator,
      children,
      value: typeof described === 'number' ? described : null,
      data: isData && !operator ? (described as NodeData) : null,
      aggregation: 'sum',
    }
  })
  return { nodes: list, root_id: list[0]?.id ?? null, policies: [] }
}

/** Numbers over periods, and over one axis where keys have a slash: `{ '2024/東京': 1 }`. */
export function data(values: Record<string, number | null>, axes: string[] = []): NodeData {
  return {
    period: '年',
    axes,
    keys: Object.keys(values).map((key) => key.split('/')),
    values: Object.values(values),
  }
}

/** The numbers of a node by key, null for none. */
export function recordsOf(
  { periods, baseline }: Pick<Calculator, 'periods' | 'baseline'>,
  node: string,
  series: (nodeId: string) => Series = baseline,
): Record<string, number | null> {
  const { periods: places, tuples, values } = series(node)
  const records: [string, number | null][] = []
  for (const [at, tuple] of tuples.entries()) {
    for (const [column, place] of (places ?? [null]).entries()) {
      const value = values[at * (places?.length ?? 1) + column] as number
      const names = place === null ? tuple : [periods[place], ...tuple]
      records.push([names.join('/'), Number.isNaN(value) ? null : value])
    }
  }
  return Object.fromEntries(records)
}

export const factor = (
  node_id: string,
  value: number,
  period_from: string | null = null,
  period_to: string | null = null,
): Factor => ({ node_id, value, period_from, period_to })
