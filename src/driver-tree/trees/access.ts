import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { requireProject } from '../../projects/access.ts'
import { shareProject } from '../../projects/hold.ts'
import type { ProjectAction } from '../../projects/roles.ts'
import { touched } from '../../version.ts'

export type TreeRow = Selectable<Tables['driver_trees']>

/** Fails with 404 for a tree of a project that the caller may not know of. */
export async function getTreeRow(
  db: Db,
  caller: Caller,
  id: string,
  action: ProjectAction = 'read',
): Promise<TreeRow> {
  const notFound = () => failure('tree_not_found', { id })
  const tree = await db
    .selectFrom('driver_trees')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(notFound)
  await requireProject(db, caller, tree.project_id, action).catch((error) => {
    throw Object(error).statusCode === 404 ? notFound() : error
  })
  return tree
}

/**
 * Begins every edit of a tree: counts it, and lets one transaction at a time make any. With a
 * `version`, fails with 412 unless the tree still has that one.
 */
export async function touchTree(
  trx: Trx,
  caller: Caller,
  id: string,
  version?: number,
): Promise<TreeRow> {
  const { project_id } = await getTreeRow(trx, caller, id, 'work')
  await shareProject(trx, project_id)
  await getTreeRow(trx, caller, id, 'work')
  const tree = await trx
    .updateTable('driver_trees')
    .set(touched())
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => failure('tree_not_found', { id }))
  if (version !== undefined && tree.version !== version + 1) throw failure('stale_version')
  return tree
}
