import { engineOf } from '../../db/open.ts'
import type { Trx } from '../../db/tables.ts'
import type { Caller } from '../access.ts'
import { holdMembers, type ProjectSeen, requireProject } from './access.ts'
import type { ProjectAction } from './roles.ts'

/**
 * Lets nobody archive or delete a project, or change its files or who is in it, until the transaction ends; many may
 * work in it at the same time. What the caller may do is to be looked at after that.
 */
export async function shareProject(trx: Trx, id: string): Promise<void> {
  const query = trx.selectFrom('projects').select('id').where('id', '=', id)
  // One transaction at a time is what SQLite has anyway.
  const held = engineOf(trx) === 'postgres' ? query.forShare() : query
  await held.execute()
}

/** Holds who is in a project. What the caller may do is looked at again: somebody may have changed it meanwhile. */
export async function holdProject(
  trx: Trx,
  caller: Caller,
  id: string,
  action: ProjectAction,
): Promise<ProjectSeen> {
  await requireProject(trx, caller, id, action)
  await holdMembers(trx, id)
  return requireProject(trx, caller, id, action)
}
