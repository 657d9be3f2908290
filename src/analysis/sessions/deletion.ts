import { transact } from '../../../db/transact.ts'
import type { Caller } from '../../access.ts'
import type { Deps } from '../../fastify.ts'
import { requireProject, requireRole } from '../../projects/access.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { touchSession } from './access.ts'
import { eraseSession } from './erasing.ts'
import { type Told, tellSession } from './tell.ts'

/**
 * Deletes a session with all that is in it, its tables in the storage too: managers and moderators of the
 * project any, members those that they opened.
 */
export async function deleteSession(
  told: Told & Pick<Deps, 'engine'>,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  const session = await transact(told.db, async (trx) => {
    const row = await touchSession(trx, caller, id, version, { isAlsoInactive: true })
    if (row.created_by !== caller.id) {
      requireRole(await requireProject(trx, caller, row.project_id, 'work'), 'delete_any_work')
    }
    await eraseSession(trx, row.id)
    const { name } = row
    await recordProjectAudit(trx, caller, row.project_id, 'analysis.session_deleted', row.id, {
      name,
    })
    return row
  })
  tellSession(told, caller, session, 'session.deleted')
  await told.engine.forget(session.id)
}
