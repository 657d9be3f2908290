import type { Db, Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { enqueue, type JobOptions } from '../jobs.ts'
import { now } from '../values.ts'
import { enqueueDriveRemoval } from './delivery-removal.ts'

export type Delivery = {
  id: string
  session_id: string
  filename: string
  key: string
  size: number
  mime_type: string
  sha256: string
  tries: number
  mismatches: number
  sealed_upload: string | null
  sent_bytes: number
}

/** Deliveries are tried for as long as it takes: what ends them is a fault that stays. */
const maxAttempts = 100_000

/** In the transaction that marks a file as `pending`. */
export async function enqueueDelivery(
  trx: Trx,
  fileId: string,
  from?: JobOptions['from'],
): Promise<void> {
  const fresh = { tries: 0, mismatches: 0, sealed_upload: null, sent_bytes: 0, created_at: now() }
  await trx
    .insertInto('drive_deliveries')
    .values({ file_id: fileId, ...fresh })
    .onConflict((conflict) => conflict.column('file_id').doUpdateSet(fresh))
    .execute()
  await enqueue(trx, 'deliver_file', { file_id: fileId }, { maxAttempts, from })
}

/** Nothing when the file was deleted, or needs no delivery any more. */
export function findDelivery(db: Db, fileId: string): Promise<Delivery | undefined> {
  return db
    .selectFrom('drive_deliveries')
    .innerJoin('submission_files', 'submission_files.id', 'drive_deliveries.file_id')
    .select(['submission_files.id', 'session_id', 'filename', 'key', 'size', 'mime_type', 'sha256'])
    .select(['tries', 'mismatches', 'sealed_upload', 'sent_bytes'])
    .where('submission_files.id', '=', fileId)
    .executeTakeFirst()
}

export async function countDeliveries(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('drive_deliveries')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

type Progress = {
  tries?: number
  mismatches?: number
  sealed_upload?: string | null
  sent_bytes?: number
}

/** Answers whether the file is still there to be delivered. */
export async function updateDelivery(db: Db, fileId: string, set: Progress): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('drive_deliveries')
    .set(set)
    .where('file_id', '=', fileId)
    .executeTakeFirst()
  return Number(numUpdatedRows) > 0
}

type End =
  | { drive_status: 'synced'; drive_error: null; google_drive_file_id: string }
  | { drive_status: 'failed'; drive_error: string }
  | { drive_status: 'off'; drive_error: null }

/** Of a file that was deleted while it was on its way, the copy goes as well. */
export function endDelivery(db: Db, fileId: string, end: End): Promise<boolean> {
  return transact(db, async (trx) => {
    await trx.deleteFrom('drive_deliveries').where('file_id', '=', fileId).execute()
    const { numUpdatedRows } = await trx
      .updateTable('submission_files')
      .set(end)
      .where('id', '=', fileId)
      .executeTakeFirst()
    if (Number(numUpdatedRows) > 0) return true
    if (end.drive_status === 'synced') {
      await enqueueDriveRemoval(trx, end.google_drive_file_id, fileId)
    }
    return false
  })
}
