import type { Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Operator } from '../../../schemas/driver-tree/common.ts'
import type { Tree } from '../../../schemas/driver-tree/trees.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { groupBy } from '../../values.ts'
import { touched } from '../../version.ts'
import type { TreeRow } from '../trees/access.ts'
import { rootOf } from '../trees/graph.ts'
import { childrenIn, describeTree } from '../trees/reading.ts'
import { type Told, tellTree } from '../trees/tell.ts'
import { holdNode } from './access.ts'
import { hasFixedPlaces, setChildren } from './relations.ts'

/**
 * Deletes a node; its children stay, and each parent is calculated from what it has left. Fails with
 * 409 for the root. With a `version`, deletes that one or fails with 412.
 */
export async function deleteNode(
  told: Told,
  caller: Caller,
  id: string,
  version?: number,
): Promise<Tree> {
  const tree = await transact(told.db, async (trx) => {
    const { tree, node } = await holdNode(trx, caller, id, version)
    await requireNotRoot(trx, tree, id)
    await releaseParents(trx, tree.id, id)
    await trx.deleteFrom('driver_tree_nodes').where('id', '=', id).execute()
    const changes = { node_id: id, label: node.label }
    await recordProjectAudit(trx, caller, tree.project_id, 'tree.node_deleted', tree.id, changes)
    return describeTree(trx, tree)
  })
  tellTree(told, caller, { id: tree.tree_id, version: tree.version }, 'node.deleted', {
    node_id: id,
  })
  return tree
}

async function releaseParents(trx: Trx, treeId: string, id: string): Promise<void> {
  const parents = await trx
    .selectFrom('driver_tree_nodes')
    .select(['id', 'operator'])
    .where('id', 'in', (eb) =>
      eb.selectFrom('driver_tree_edges').select('parent_id').where('child_id', '=', id),
    )
    .execute()
  const children = await childrenIn(trx, treeId)
  const left = parents.map((parent) => ({
    id: parent.id,
    ...(withoutOperand(parent.operator, children.get(parent.id) ?? [], id) ?? nothingLeft),
  }))
  for (const [operator, some] of groupBy(left, (each) => each.operator)) {
    const node_type = operator === null ? '入力' : '計算'
    await trx
      .updateTable('driver_tree_nodes')
      .set({ ...touched(), is_intermediate: 0, operator, node_type })
      .where(
        'id',
        'in',
        some.map((each) => each.id),
      )
      .execute()
  }
  await setChildren(trx, treeId, new Map(left.map((each) => [each.id, each.children])))
}

const nothingLeft = { operator: null, children: [] }

/**
 * What is left of a calculation when an operand goes: nothing where the others would mean something
 * else (the condition of IF, what a difference is taken from), and else the same with one less.
 */
export function withoutOperand(
  operator: Operator | null,
  children: readonly string[],
  gone: string,
): { operator: Operator; children: string[] } | undefined {
  const left = children.filter((child) => child !== gone)
  if (operator === null || left.length === 0 || hasFixedPlaces(operator)) return undefined
  const isOrdered = operator === '-' || operator === '/'
  if (!isOrdered) return { operator, children: left }
  if (children[0] === gone) return undefined
  // A single operand of `-` would be its negative.
  return { operator: left.length === 1 ? '+' : operator, children: left }
}

async function requireNotRoot(trx: Trx, tree: TreeRow, id: string): Promise<void> {
  const nodes = await trx
    .selectFrom('driver_tree_nodes')
    .select('id')
    .where('tree_id', '=', tree.id)
    .execute()
  const root = rootOf(
    tree.root_node_id,
    nodes.map((each) => each.id),
    await childrenIn(trx, tree.id),
  )
  if (root === id) throw failure('root_node', { id: tree.id })
}
