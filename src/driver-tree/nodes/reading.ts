import type { Db } from '../../../db/tables.ts'
import { readTogether } from '../../../db/transact.ts'
import type { TreeNodeDetail } from '../../../schemas/driver-tree/nodes.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { requireNode } from './access.ts'
import { selectNodes, toData, toNode } from './wire.ts'

/** A node with its records and its relation. */
export function getNode(db: Db, caller: Caller, id: string): Promise<TreeNodeDetail> {
  return readTogether(db, async (reading) => {
    await requireNode(reading, caller, id)
    return describeNode(reading, id)
  })
}

/** Whoever asks knows that the caller may read it. */
export async function describeNode(db: Db, id: string): Promise<TreeNodeDetail> {
  const row = await selectNodes(db)
    .select('data')
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('tree_node_not_found', { id }))
  const edges = await db
    .selectFrom('driver_tree_edges')
    .select('child_id')
    .where('parent_id', '=', id)
    .orderBy('position')
    .execute()
  const child_id_list = edges.map(({ child_id }) => child_id)
  return {
    ...toNode(row),
    data: row.data === null ? {} : toData(JSON.parse(row.data)),
    tree_id: row.tree_id,
    relationship: row.operator === null ? {} : { operator: row.operator, child_id_list },
  }
}
