import type { Trx } from '../../db/tables.ts'
import type { Deps } from '../fastify.ts'
import { enqueue } from '../jobs.ts'
import { maxAttempts } from './delivery-folder.ts'
import type { DriveRequest } from './drive.ts'
import { readDriveSettings } from './drive-settings.ts'
import { copyFields } from './drive-upload.ts'

/** What says whose a copy is, whatever it is called and wherever somebody moved it to. */
export const fileProperty = 'kaname_file'

/**
 * In the transaction that deletes a file. It may have arrived without our having heard of it: those
 * that were on their way are looked for.
 */
export async function enqueueDriveRemoval(
  trx: Trx,
  driveFileId: string | null,
  fileId: string,
): Promise<void> {
  const { google_drive_enabled } = await readDriveSettings(trx)
  if (driveFileId === null && !google_drive_enabled) return
  const payload = { file_id: fileId, drive_file_id: driveFileId }
  await enqueue(trx, 'remove_drive_file', payload, { maxAttempts })
}

export async function removeFromDrive(
  { drive }: Pick<Deps, 'drive'>,
  { file_id, drive_file_id }: { file_id: string; drive_file_id: string | null },
): Promise<void> {
  if (drive_file_id !== null) await drive.remove(drive_file_id)
  for (const copy of await findCopies(drive.request, file_id)) {
    await drive.remove(String(Object(copy).id))
  }
}

/** Everything on Drive that was made of a file, the oldest first. */
export async function findCopies(request: DriveRequest, fileId: string): Promise<unknown[]> {
  const query = new URLSearchParams({
    // An id of ours has nothing in it that ends a text.
    q: `trashed = false and appProperties has { key='${fileProperty}' and value='${fileId}' }`,
    orderBy: 'createdTime',
    fields: `files(${copyFields})`,
    spaces: 'drive',
    corpora: 'allDrives',
    supportsAllDrives: 'true',
    includeItemsFromAllDrives: 'true',
  })
  const url = `https://www.googleapis.com/drive/v3/files?${query}`
  const { data } = await request({ method: 'GET', url })
  const { files } = Object(data)
  return Array.isArray(files) ? files : []
}
