import type { Db } from '../../../db/tables.ts'
import type { FileUse } from '../../projects/parts.ts'

/** The trees whose nodes have their data from these files of a project. */
export async function treesUsing(db: Db, fileIds: readonly string[]): Promise<FileUse[]> {
  if (fileIds.length === 0) return []
  const rows = await db
    .selectFrom('driver_tree_nodes as node')
    .innerJoin('driver_trees as tree', 'tree.id', 'node.tree_id')
    .select(['tree.id', 'tree.name', 'node.project_file_id as file_id'])
    .distinct()
    .where('node.project_file_id', 'in', fileIds)
    .orderBy('tree.id')
    .execute()
  return rows.map(({ id, name, file_id }) => ({ kind: 'tree', id, name, file_id: String(file_id) }))
}
