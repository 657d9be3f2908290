import type { DriverTreeTables } from '../../db/tables/driver-tree.ts'
import type { NodeData } from '../../src/driver-tree/calculation/model.ts'
import { labelKeyOf } from '../../src/driver-tree/labels.ts'
import { dataColumns } from '../../src/driver-tree/nodes/wire.ts'
import type { Deps } from '../../src/fastify.ts'
import { newId, now } from '../../src/values.ts'

type Db = Deps['db']
type NodeRow = DriverTreeTables['driver_tree_nodes']
type NewNode = Partial<Omit<NodeRow, 'data'>> & { data?: NodeData; children?: string[] }

/** A tree in the database, as written by hand: labels, and the labels of operands. */
export async function insertTree(
  db: Db,
  project_id: string,
  nodes: Record<string, NewNode> = {},
  root?: string,
): Promise<{ tree_id: string; ids: Record<string, string> }> {
  const tree_id = newId()
  const at = now()
  const ids = Object.fromEntries(Object.keys(nodes).map((label) => [label, newId()]))
  await db
    .insertInto('driver_trees')
    .values({
      id: tree_id,
      project_id,
      name: '売上ツリー',
      description: null,
      root_node_id: root === undefined ? null : (ids[root] ?? null),
      version: 1,
      created_by: null,
      created_at: at,
      updated_at: at,
    })
    .execute()
  for (const [label, { children = [], data, ...node }] of Object.entries(nodes)) {
    await db
      .insertInto('driver_tree_nodes')
      .values({
        id: ids[label] as string,
        tree_id,
        label,
        label_key: labelKeyOf(label),
        node_type: node.operator ? '計算' : '入力',
        operator: null,
        is_intermediate: 0,
        value: null,
        ...dataColumns(data ?? null),
        source: null,
        project_file_id: null,
        unit: null,
        aggregation: 'sum',
        position_x: 0,
        position_y: 0,
        version: 1,
        created_at: at,
        updated_at: at,
        ...node,
      })
      .execute()
  }
  for (const [label, { children = [] }] of Object.entries(nodes)) {
    for (const [position, child] of children.entries()) {
      await db
        .insertInto('driver_tree_edges')
        .values({
          tree_id,
          parent_id: ids[label] as string,
          position,
          child_id: ids[child] as string,
        })
        .execute()
    }
  }
  return { tree_id, ids }
}

export async function insertPolicy(
  db: Db,
  { tree_id, node_id }: { tree_id: string; node_id: string },
  policy: Partial<DriverTreeTables['driver_tree_policies']> = {},
): Promise<string> {
  const id = newId()
  const at = now()
  await db
    .insertInto('driver_tree_policies')
    .values({
      id,
      tree_id,
      node_id,
      name: '値上げ',
      description: null,
      value: 1.1,
      is_active: 1,
      period_from: null,
      period_to: null,
      cost: null,
      version: 1,
      created_at: at,
      updated_at: at,
      ...policy,
    })
    .execute()
  return id
}
