import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Redelivery } from '../../schemas/submissions/delivery.ts'
import type { Caller } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { failure } from '../failure.ts'
import { getStaffSession } from './access.ts'
import { enqueueDelivery } from './deliveries.ts'
import { readDriveSettings } from './drive-settings.ts'

/** Sends again what has not arrived and is not on its way. */
export async function redeliver(
  db: Db,
  caller: Caller,
  sessionId: string,
): Promise<Omit<Redelivery, 'message'>> {
  await getStaffSession(db, caller, sessionId)
  return transact(db, async (trx) => {
    const { google_drive_enabled } = await readDriveSettings(trx)
    if (!google_drive_enabled) throw failure('drive_disabled')
    const files = await trx
      .updateTable('submission_files')
      .set({ drive_status: 'pending', drive_error: null })
      .where('session_id', '=', sessionId)
      .where('drive_status', 'in', ['failed', 'off'])
      .returning('id')
      .execute()
    for (const { id } of files) await enqueueDelivery(trx, id, caller)
    await recordAudit(trx, caller, 'submission_session.redelivered', sessionId, {
      files: files.length,
    })
    return { queued: files.length }
  })
}
