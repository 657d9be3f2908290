import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { getTreeRow, type TreeRow, touchTree } from '../trees/access.ts'

export type NodeRow = Selectable<Tables['driver_tree_nodes']>

/** Fails with 404 for a node of a tree that the caller may not know of. Answers the id of the tree. */
export async function requireNode(db: Db, caller: Caller, id: string): Promise<string> {
  const treeId = await treeOf(db, id)
  await hiding(id, getTreeRow(db, caller, treeId))
  return treeId
}

/**
 * Begins an edit of a node, or of what belongs to it, as `touchTree` begins that of a tree. With a
 * `version`, fails with 412 unless the node still has that one.
 */
export async function holdNode(
  trx: Trx,
  caller: Caller,
  id: string,
  version?: number,
): Promise<{ tree: TreeRow; node: NodeRow }> {
  const tree = await hiding(id, touchTree(trx, caller, await treeOf(trx, id)))
  const node = await trx
    .selectFrom('driver_tree_nodes')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('tree_node_not_found', { id }))
  if (version !== undefined && node.version !== version) throw failure('stale_version')
  return { tree, node }
}

async function treeOf(db: Db, id: string): Promise<string> {
  const { tree_id } = await db
    .selectFrom('driver_tree_nodes')
    .select('tree_id')
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('tree_node_not_found', { id }))
  return tree_id
}

/** Whoever may not know of the tree may not know of its nodes. */
async function hiding<Result>(id: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw Object(error).statusCode === 404 ? failure('tree_node_not_found', { id }) : error
  }
}
