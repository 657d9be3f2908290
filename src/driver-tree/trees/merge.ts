import type { NodeType, Operator } from '../../../schemas/driver-tree/common.ts'
import { failure } from '../../failure.ts'
import { atOnce, type Steps } from '../../slices.ts'
import { newId } from '../../values.ts'
import type { BuiltModel, BuiltNode } from '../formulas/build.ts'
import { cycleSteps } from '../formulas/graph.ts'
import { parentsOf, rootOf, topOf } from './graph.ts'

/** A node as formulas and trees have it in common; nodes are known by their keys. */
export type MergedNode = {
  id: string
  label: string
  key: string
  node_type: NodeType
  operator: Operator | null
  is_intermediate: boolean
  value: number | null
  children: string[]
  /** What the import did: nothing, if it stands in the tree as it was. */
  change: 'created' | 'redefined' | null
}

export type Merged = {
  /** By their keys; those that were removed are not there. */
  nodes: Map<string, MergedNode>
  removed: MergedNode[]
  /** The key of the root. */
  root: string | null
}

/**
 * What a tree is with a model in it. A node that both have keeps its id; a definition takes the place
 * of an older one; parts of formulas that nothing is calculated from any more are removed. Fails with 422
 * for a cycle, naming the labels on its way.
 */
export function mergeModel(
  stored: ReadonlyMap<string, MergedNode>,
  chosenRoot: string | null,
  model: BuiltModel,
): Merged {
  return atOnce(mergeSteps(stored, chosenRoot, model))
}

/** `mergeModel` as steps. */
export function* mergeSteps(
  stored: ReadonlyMap<string, MergedNode>,
  chosenRoot: string | null,
  model: BuiltModel,
): Steps<Merged> {
  const nodes = new Map(stored)
  for (const built of model.nodes) {
    nodes.set(built.key, mergeNode(stored.get(built.key), built))
    yield
  }
  const before = childrenOf(stored)
  yield
  const root = chosenRoot ?? implicitRoot(stored, before) ?? model.roots[0] ?? null
  yield
  const named = new Set(model.nodes.map(({ key }) => key))
  const removed = removeOrphans(nodes, before, (key) => named.has(key) || key === root)
  yield
  const children = childrenOf(nodes)
  yield* requireNoCycle(nodes, children)
  return { nodes, removed, root: root === null ? null : topOf(parentsOf(children), root) }
}

function* requireNoCycle(
  nodes: ReadonlyMap<string, MergedNode>,
  children: ReadonlyMap<string, string[]>,
): Steps<void> {
  const cycle = yield* cycleSteps(nodes.keys(), (key) => children.get(key) ?? [])
  if (!cycle) return
  const path = cycle.map((key) => nodes.get(key)?.label ?? key).join(' → ')
  throw failure('formula_cycle', { path })
}

export function childrenOf(nodes: ReadonlyMap<string, MergedNode>): Map<string, string[]> {
  return new Map(
    [...nodes].flatMap(([key, { children }]) => (children.length > 0 ? [[key, children]] : [])),
  )
}

function mergeNode(stored: MergedNode | undefined, built: BuiltNode): MergedNode {
  if (!stored) return { ...built, id: newId(), change: 'created' }
  if (built.node_type === '入力' || isSame(stored, built)) return stored
  const { node_type, operator, children, value } = built
  const is_intermediate = stored.is_intermediate && built.is_intermediate
  return { ...stored, node_type, operator, children, value, is_intermediate, change: 'redefined' }
}

function isSame(stored: MergedNode, built: BuiltNode): boolean {
  return (
    stored.node_type === built.node_type &&
    stored.operator === built.operator &&
    stored.value === built.value &&
    (built.is_intermediate || !stored.is_intermediate) &&
    stored.children.length === built.children.length &&
    stored.children.every((child, n) => child === built.children[n])
  )
}

/** The root that a tree has without one being chosen; a node that stands alone is not worth that. */
function implicitRoot(
  stored: ReadonlyMap<string, MergedNode>,
  children: ReadonlyMap<string, string[]>,
): string | null {
  const root = rootOf(null, stored.keys(), children)
  return root !== null && children.has(root) ? root : null
}

/** Removes parts of formulas without a parent, and what is then left without one, from `nodes`. */
function removeOrphans(
  nodes: Map<string, MergedNode>,
  before: ReadonlyMap<string, string[]>,
  isKept: (key: string) => boolean,
): MergedNode[] {
  const hadParent = new Set([...before.values()].flat())
  const parents = new Map<string, number>()
  for (const { children } of nodes.values()) {
    for (const child of children) parents.set(child, (parents.get(child) ?? 0) + 1)
  }
  const isPart = (node: MergedNode) =>
    node.is_intermediate || (isLiteral(node) && hadParent.has(node.key))
  const isOrphan = (node: MergedNode) =>
    isPart(node) && !isKept(node.key) && (parents.get(node.key) ?? 0) === 0
  const removed = [...nodes.values()].filter(isOrphan)
  for (const node of removed) {
    nodes.delete(node.key)
    for (const key of node.children) {
      parents.set(key, (parents.get(key) ?? 0) - 1)
      const child = nodes.get(key)
      if (child && isOrphan(child)) removed.push(child)
    }
  }
  return removed
}

/** A number that stood in a formula, and not one that somebody gave a name. */
function isLiteral({ node_type, label, value }: MergedNode): boolean {
  return node_type === '定数' && Number(label) === value
}
