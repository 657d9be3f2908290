import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type {
  ListedTree,
  NewTree,
  Tree,
  TreeChange,
  TreeQuery,
  TreeSummary,
} from '../../../schemas/driver-tree/trees.ts'
import type { Caller } from '../../access.ts'
import { diff } from '../../audit.ts'
import { invalid } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { requireProject, requireRole } from '../../projects/access.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { shareProject } from '../../projects/hold.ts'
import { newId, now } from '../../values.ts'
import { touchTree } from './access.ts'
import { describeTree, summaryOf } from './reading.ts'
import { type Told, tellTree } from './tell.ts'

/** The trees of a project, newest first. */
export async function listTrees(db: Db, caller: Caller, { project_id, ...page }: TreeQuery) {
  await requireProject(db, caller, project_id, 'read')
  const query = db
    .selectFrom('driver_trees as tree')
    .select(['tree.id as tree_id', 'project_id', 'name', 'description', 'version'])
    .select(['created_by', 'created_at', 'updated_at'])
    .select((eb) => [
      eb
        .selectFrom('driver_tree_nodes')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('tree_id', '=', 'tree.id')
        .as('node_count'),
      eb
        .selectFrom('driver_tree_policies')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('tree_id', '=', 'tree.id')
        .as('policy_count'),
    ])
    .$castTo<ListedTree>()
    .where('project_id', '=', project_id)
    .orderBy('tree.id', 'desc')
  return paginate(query, page, 'trees')
}

/** Creates a tree without nodes in a project that the caller works in. */
export function createTree(
  db: Db,
  caller: Caller,
  project_id: string,
  { name, description = null }: NewTree,
): Promise<TreeSummary> {
  return transact(db, async (trx) => {
    await shareProject(trx, project_id)
    const project = await requireProject(trx, caller, project_id, 'work')
    const [id, at] = [newId(), now()]
    const tree = {
      id,
      project_id: project.id,
      name: name.trim(),
      description,
      root_node_id: null,
      version: 1,
      created_by: caller.id,
      created_at: at,
      updated_at: at,
    }
    await trx.insertInto('driver_trees').values(tree).execute()
    await recordProjectAudit(trx, caller, project.id, 'tree.created', id, {
      name: tree.name,
      description,
    })
    return summaryOf(tree)
  })
}

/** With a `version`, changes that one or fails with 412. */
export async function updateTree(
  told: Told,
  caller: Caller,
  id: string,
  { name, ...change }: TreeChange,
  version?: number,
): Promise<Tree> {
  const tree = await transact(told.db, async (trx) => {
    const before = await touchTree(trx, caller, id, version)
    const wanted = { ...change, ...(name !== undefined && { name: name.trim() }) }
    if (wanted.root_node_id) await requireTop(trx, id, wanted.root_node_id)
    const after = await trx
      .updateTable('driver_trees')
      .set({ ...wanted, updated_at: before.updated_at })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    const changes = diff<object>(before, wanted)
    await recordProjectAudit(trx, caller, before.project_id, 'tree.updated', id, changes)
    return describeTree(trx, after)
  })
  tellTree(told, caller, { id, version: tree.version }, 'tree.updated')
  return tree
}

/**
 * Deletes a tree with all that is in it: managers and moderators of the project any, members those that
 * they created. Answers when.
 */
export async function deleteTree(
  told: Told,
  caller: Caller,
  id: string,
  version?: number,
): Promise<{ success: boolean; deleted_at: string }> {
  const deleted_at = now()
  const tree = await transact(told.db, async (trx) => {
    const row = await touchTree(trx, caller, id, version)
    if (row.created_by !== caller.id) {
      requireRole(await requireProject(trx, caller, row.project_id, 'work'), 'delete_any_work')
    }
    await trx.deleteFrom('driver_trees').where('id', '=', id).execute()
    await recordProjectAudit(trx, caller, row.project_id, 'tree.deleted', id, { name: row.name })
    return row
  })
  tellTree(told, caller, tree, 'tree.deleted')
  return { success: true, deleted_at }
}

/** Fails with 422 unless this is a node of the tree, and one without a parent. */
async function requireTop(trx: Trx, treeId: string, nodeId: string): Promise<void> {
  const node = await trx
    .selectFrom('driver_tree_nodes')
    .select('id')
    .select((eb) =>
      eb
        .selectFrom('driver_tree_edges')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('child_id', '=', 'driver_tree_nodes.id')
        .as('parents'),
    )
    .where('id', '=', nodeId)
    .where('tree_id', '=', treeId)
    .executeTakeFirst()
  if (!node) throw invalid({ field: 'root_node_id', rule: 'unknown_tree_node' })
  if (node.parents !== 0) throw invalid({ field: 'root_node_id', rule: 'root_with_parent' })
}
