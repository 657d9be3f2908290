import { setImmediate } from 'node:timers/promises'
import { insertMany } from '../../../db/bulk.ts'
import type { Trx } from '../../../db/tables.ts'
import type { Operator } from '../../../schemas/driver-tree/common.ts'
import type { TreeNodeChange } from '../../../schemas/driver-tree/nodes.ts'
import { type FieldFault, invalid } from '../../failure.ts'
import type { TreeRow } from '../trees/access.ts'
import { parentsOf, pathDown, topOf } from '../trees/graph.ts'
import { childrenIn } from '../trees/reading.ts'
import type { NodeRow } from './access.ts'

/** How many operands an operator takes; the others take one or more. */
const operandCounts: Partial<Record<Operator, [least: number, most: number]>> = {
  IF: [3, 3],
  ROUND: [1, 2],
  PREV: [1, 2],
  '<': [2, 2],
  '<=': [2, 2],
  '>': [2, 2],
  '>=': [2, 2],
  '=': [2, 2],
  '<>': [2, 2],
}

/** Operators of which each operand has a place of its own, so that none can go alone. */
export function hasFixedPlaces(operator: Operator): boolean {
  return operator in operandCounts
}

const chunk = 1000

/** How a node is to be calculated: null for no longer. */
export type Relation = { operator: Operator; children: string[] } | null

/** What a change says of the relation; `undefined` for nothing. Fails with 422 for half of it. */
export function relationIn(change: TreeNodeChange): Relation | undefined {
  const { operator, children_id_list } = change
  if (operator === undefined && children_id_list === undefined) return undefined
  const isHalf = operator === undefined || children_id_list === undefined
  if (isHalf || (operator === null) !== (children_id_list.length === 0)) {
    const field = operator ? 'children_id_list' : 'operator'
    throw invalid({ field, rule: 'operator_with_children' })
  }
  if (operator === null) return null
  return { operator, children: children_id_list.map((id) => id.toLowerCase()) }
}

/**
 * Fails with 422 for operands that the operator does not take, that come twice, that are of another
 * tree, and for a cycle, naming the labels on its way.
 */
export async function requireRelation(
  trx: Trx,
  node: NodeRow,
  { operator, children }: NonNullable<Relation>,
): Promise<void> {
  const [least, most] = operandCounts[operator] ?? [1, Number.POSITIVE_INFINITY]
  if (children.length < least || children.length > most) {
    const expected = most === least ? `${least}` : `${least}–${most}`
    throw invalid({ field: 'children_id_list', rule: 'operand_count', operator, expected })
  }
  const labels = await labelsOf(trx, node.tree_id, children)
  const faults = children.flatMap((child, n): FieldFault[] => {
    const field = `children_id_list.${n}`
    if (child === node.id) return [{ field, rule: 'own_operand' }]
    if (!labels.has(child)) return [{ field, rule: 'unknown_tree_node' }]
    return children.indexOf(child) === n ? [] : [{ field, rule: 'uniqueItems' }]
  })
  if (faults.length > 0) throw invalid(...faults)
  await requireNoCycle(trx, node, children)
}

async function requireNoCycle(trx: Trx, node: NodeRow, children: readonly string[]): Promise<void> {
  const known = await childrenIn(trx, node.tree_id)
  for (const [n, child] of children.entries()) {
    const way = pathDown(known, child, node.id)
    if (!way) continue
    const labels = await labelsOf(trx, node.tree_id, way)
    const path = [node.id, ...way].map((id) => labels.get(id) ?? id).join(' → ')
    throw invalid({ field: `children_id_list.${n}`, rule: 'node_cycle', path })
  }
}

/** Gives nodes of a tree other operands in place of those that they have; an empty list for none. */
export async function setChildren(
  trx: Trx,
  tree_id: string,
  children: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const parents = [...children.keys()]
  for (let start = 0; start < parents.length; start += chunk) {
    const some = parents.slice(start, start + chunk)
    await trx.deleteFrom('driver_tree_edges').where('parent_id', 'in', some).execute()
    await setImmediate()
  }
  const rows = [...children].flatMap(([parent_id, operands]) =>
    operands.map((child_id, position) => ({ tree_id, parent_id, position, child_id })),
  )
  const columns = ['tree_id', 'parent_id', 'position', 'child_id'] as const
  await insertMany(trx, 'driver_tree_edges', columns, rows)
}

/** A root that has got a parent hands that on to what is above it now. */
export async function raiseRoot(trx: Trx, { id, root_node_id }: TreeRow): Promise<void> {
  if (root_node_id === null) return
  const top = topOf(parentsOf(await childrenIn(trx, id)), root_node_id)
  if (top === root_node_id) return
  await trx.updateTable('driver_trees').set({ root_node_id: top }).where('id', '=', id).execute()
}

async function labelsOf(
  trx: Trx,
  treeId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await trx
    .selectFrom('driver_tree_nodes')
    .select(['id', 'label'])
    .where('tree_id', '=', treeId)
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map(({ id, label }) => [id, label]))
}
