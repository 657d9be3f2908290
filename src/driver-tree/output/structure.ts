import type { Calculator } from '../calculation/calculator.ts'
import { isCalculated } from '../calculation/graph.ts'
import type { ModelNode } from '../calculation/model.ts'
import { formulaOf } from '../formulas/text.ts'
import type { Cell } from './results.ts'

const header = ['ノード', '種別', '階層', '数式', '演算', '子ノード', '親ノード', '単位', 'ルート']

/** The nodes of a calculator, what is calculated before its operands. */
export function nodesDown({ model, order }: Calculator): ModelNode[] {
  const byId = new Map(model.nodes.map((node) => [node.id, node]))
  return order.toReversed().map((id) => byId.get(id) as ModelNode)
}

/** A line for each node: how it is calculated, from what, and for what. */
export function* structureSheet(
  { model }: Calculator,
  nodes: readonly ModelNode[],
  units: ReadonlyMap<string, string>,
): Generator<Cell[]> {
  const byId = new Map(model.nodes.map((node) => [node.id, node]))
  const { parents, depths } = relationsOf(nodes)
  const labels = (ids: Iterable<string>) =>
    Array.from(ids, (id) => byId.get(id)?.label ?? '').join('、') || null
  yield header
  for (const node of nodes) {
    yield [
      node.label,
      node.node_type,
      depths.get(node.id) ?? 0,
      formulaOf(node, (id) => byId.get(id) as ModelNode),
      node.operator,
      labels(node.children),
      labels(parents.get(node.id) ?? []),
      units.get(node.id) ?? null,
      node.id === model.root_id ? 1 : 0,
    ]
  }
}

/** Of nodes that come before their operands: what uses each, and how far down it stands. */
function relationsOf(nodes: readonly ModelNode[]) {
  const parents = new Map<string, Set<string>>()
  const depths = new Map<string, number>()
  for (const node of nodes) {
    if (!isCalculated(node)) continue
    const depth = (depths.get(node.id) ?? 0) + 1
    for (const child of node.children) {
      const known = parents.get(child) ?? new Set()
      parents.set(child, known.add(node.id))
      depths.set(child, Math.max(depth, depths.get(child) ?? 0))
    }
  }
  return { parents, depths }
}
