import { transact } from '../../../db/transact.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { enqueue } from '../../jobs.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { touchSession } from '../sessions/access.ts'
import { type Told, tellSession } from '../sessions/tell.ts'
import { keysOfFile } from './keys.ts'
import { getFileRow } from './views.ts'

/** Removes a file with its tables. Fails with 409 `analysis_file_in_use` where a snapshot starts from it. */
export async function deleteFile(
  deps: Told,
  caller: Caller,
  { session_id, file_id }: { session_id: string; file_id: string },
  version: number | undefined,
): Promise<void> {
  const session = await transact(deps.db, async (trx) => {
    const session = await touchSession(trx, caller, session_id, version)
    const file = await getFileRow(trx, session.id, file_id)
    const used = await trx
      .selectFrom('analysis_snapshots')
      .select('id')
      .where('file_id', '=', file_id)
      .limit(1)
      .executeTakeFirst()
    if (used) throw failure('analysis_file_in_use')
    const keys = await keysOfFile(trx, file_id)
    await trx.deleteFrom('analysis_sheets').where('file_id', '=', file_id).execute()
    await trx.deleteFrom('analysis_files').where('id', '=', file_id).execute()
    for (const key of keys) await enqueue(trx, 'remove_file', { key })
    const changes = { session_id: session.id, name: file.project_file_name }
    const { project_id } = session
    await recordProjectAudit(trx, caller, project_id, 'analysis.file_deleted', file_id, changes)
    return session
  })
  tellSession(deps, caller, session, 'file.deleted', { file_id })
}
