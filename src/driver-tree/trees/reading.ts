import { sql } from 'kysely'
import type { Db } from '../../../db/tables.ts'
import { readTogether } from '../../../db/transact.ts'
import type { Operator } from '../../../schemas/driver-tree/common.ts'
import type { Tree, TreeSummary } from '../../../schemas/driver-tree/trees.ts'
import type { Caller } from '../../access.ts'
import { readInSlices } from '../../slices.ts'
import { groupBy } from '../../values.ts'
import { type ShownNode, selectNodes, toNode } from '../nodes/wire.ts'
import { getTreeRow, type TreeRow } from './access.ts'
import { rootOf } from './graph.ts'

/** How many nodes are read before others may run. */
const pageSize = 1000

/** A tree with all its nodes and relations, as one moment has them. */
export function getTree(db: Db, caller: Caller, id: string): Promise<Tree> {
  return readTogether(db, async (reading) => {
    const tree = await getTreeRow(reading, caller, id)
    return describeTree(reading, tree)
  })
}

/** Whoever asks knows that the caller may read it. */
export async function describeTree(db: Db, tree: TreeRow): Promise<Tree> {
  const rows = await readNodes(db, tree.id)
  const children = await childrenIn(db, tree.id)
  const nodes = rows.map(toNode)
  const rootId = rootOf(
    tree.root_node_id,
    rows.map(({ id }) => id),
    children,
  )
  return {
    ...summaryOf(tree),
    root: nodes.find(({ node_id }) => node_id === rootId) ?? null,
    nodes,
    relationship: rows.flatMap(({ id, operator }) => relationOf(id, operator, children)),
  }
}

export function summaryOf(tree: TreeRow): TreeSummary {
  const { id: tree_id, root_node_id: _, created_by: __, ...summary } = tree
  return { tree_id, ...summary }
}

/** The ids of the operands of each node that has some, in their order. */
export async function childrenIn(db: Db, treeId: string): Promise<Map<string, string[]>> {
  const edges = await readEdges(db, treeId)
  const grouped = groupBy(edges, ({ parent_id }) => parent_id)
  return new Map([...grouped].map(([id, list]) => [id, list.map(({ child_id }) => child_id)]))
}

/** The relations of a tree, those of one parent together and in their order. */
export function readEdges(db: Db, treeId: string) {
  const query = db
    .selectFrom('driver_tree_edges')
    .select(['parent_id', 'position', 'child_id'])
    .where('tree_id', '=', treeId)
    .orderBy('parent_id')
    .orderBy('position')
    .limit(pageSize)
  return readInSlices<{ parent_id: string; position: number; child_id: string }>(
    pageSize,
    (last) => {
      const { parent_id, position } = last ?? { parent_id: '', position: 0 }
      return query
        .where(sql<boolean>`(parent_id, position) > (${parent_id}, ${position})`)
        .execute()
    },
  )
}

function readNodes(db: Db, treeId: string): Promise<ShownNode[]> {
  const query = selectNodes(db).where('tree_id', '=', treeId).orderBy('id').limit(pageSize)
  return readInSlices<ShownNode>(pageSize, (last) =>
    query.where('id', '>', last?.id ?? '').execute(),
  )
}

function relationOf(
  parent_id: string,
  operator: Operator | null,
  children: ReadonlyMap<string, string[]>,
) {
  const child_id_list = children.get(parent_id)
  return operator && child_id_list ? [{ parent_id, operator, child_id_list }] : []
}
