import { engineOf } from '../../db/open.ts'
import type { Trx } from '../../db/tables.ts'
import type { Caller } from '../access.ts'
import { failure } from '../failure.ts'
import { holdMembers, type ProjectSeen, requireProject } from './access.ts'
import type { ProjectAction } from './roles.ts'

/**
 * Lets nobody change these users until the transaction ends, and answers which of them are not deactivated. Users
 * are held before projects, and both in the order of their ids: whoever waits for the other is let through.
 */
export async function holdUsers(trx: Trx, ids: readonly string[]): Promise<Set<string>> {
  const query = trx
    .selectFrom('users')
    .select(['id', 'deactivated_at'])
    .where('id', 'in', ids)
    .orderBy('id')
  // One transaction at a time is what SQLite has anyway.
  const held = engineOf(trx) === 'postgres' ? query.forNoKeyUpdate() : query
  const rows = await held.execute()
  return new Set(rows.flatMap(({ id, deactivated_at }) => (deactivated_at === null ? [id] : [])))
}

/**
 * Lets nobody deactivate or delete the account of the caller until the transaction ends. Fails with `account_inactive` where
 * that has happened: what they began before would belong to nobody.
 */
export async function holdCaller(trx: Trx, { id }: Caller): Promise<void> {
  if (!(await holdUsers(trx, [id])).has(id)) throw failure('account_inactive')
}

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
