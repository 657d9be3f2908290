import type { Calculator } from './calculator.ts'
import { isComparable } from './comparing.ts'
import { isCalculated } from './graph.ts'
import type { Changes, ModelNode, Series, TreeModel } from './model.ts'
import { alignedWith, totalOf } from './totals.ts'

/** What becomes of the root when a driver is less or more by some percent. */
export type Swing = {
  node_id: string
  label: string
  /** What the driver has as it is. */
  value: number | null
  low: number | null
  high: number | null
  low_effect: number | null
  high_effect: number | null
  swing: number | null
}

/** The nodes below a root that are entered rather than calculated, in the order of the model. */
export function driversBelow(model: TreeModel, rootId: string): ModelNode[] {
  const byId = new Map(model.nodes.map((node) => [node.id, node]))
  const found = new Set([rootId])
  for (const id of found) {
    const node = byId.get(id)
    if (node && isCalculated(node)) for (const child of node.children) found.add(child)
  }
  return model.nodes.filter((node) => found.has(node.id) && !isCalculated(node))
}

/**
 * Each driver less and more by some percent, on top of changes; the largest swings first. Where that makes
 * numbers of the root null, or gives it some that it lacks, there is no total to compare.
 */
export async function sensitivityOf(
  calculator: Calculator,
  changes: Changes,
  nodeIds: readonly string[],
  rootId: string,
  percent: number,
): Promise<Swing[]> {
  const byId = new Map(calculator.model.nodes.map((node) => [node.id, node]))
  const { aggregation } = byId.get(rootId) as ModelNode
  const present = await calculator.simulate(changes)
  const model = present.series(rootId)
  const base = totalOf(model, aggregation)
  const measure = (series: Series) => {
    const after = alignedWith(series, model)
    return isComparable(model, after) ? totalOf(after, aggregation) : null
  }
  const multiplied = async (node_id: string, value: number) => {
    const factor = { node_id, value, period_from: null, period_to: null }
    const factors = [...changes.factors, factor]
    const simulation = await calculator.simulate({ ...changes, factors })
    return measure(simulation.series(rootId))
  }
  const swings: Swing[] = []
  for (const id of nodeIds) {
    const node = byId.get(id) as ModelNode
    const low = await multiplied(id, 1 - percent / 100)
    const high = await multiplied(id, 1 + percent / 100)
    swings.push({
      node_id: id,
      label: node.label,
      value: totalOf(present.series(id), node.aggregation),
      low,
      high,
      low_effect: difference(low, base),
      high_effect: difference(high, base),
      swing: swingOf(low, high, base),
    })
  }
  return swings.sort((a, b) => (b.swing ?? -1) - (a.swing ?? -1))
}

function difference(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return null
  return Number.isFinite(a - b) ? a - b : null
}

/** How far apart the ends are, with where the root is now, as both ends may lie on one side of it. */
function swingOf(low: number | null, high: number | null, base: number | null): number | null {
  if (low === null || high === null || base === null) return null
  const swing = Math.max(low, high, base) - Math.min(low, high, base)
  return Number.isFinite(swing) ? swing : null
}
