import type { DriveClient } from './drive-client.ts'
import { asDriveError } from './drive-errors.ts'
import { type DriveFault, driveError, driveFaultOf } from './drive-faults.ts'
import { asParent, folderType } from './drive-folders.ts'

export type Check =
  | { connected: true; folder_name: string; drive_kind: 'shared_drive' }
  | { connected: false; fault: DriveFault }

type Options = { parentId: string; checkMs: number }

/**
 * Goes the way that a file will go, as far as that leaves no trace: decrypt, sign, get a token, ask
 * who one is, look at the folder. In the end a fault says what to do before any upload fails.
 */
export async function checkParent(
  open: (signal: AbortSignal) => Promise<DriveClient>,
  { parentId, checkMs }: Options,
): Promise<Check> {
  const end = AbortSignal.timeout(checkMs)
  try {
    return await asDriveError(async () => lookAt(await open(end), parentId))
  } catch (error) {
    const fault = driveFaultOf(error)
    if (!fault) throw error
    return { connected: false, fault }
  }
}

async function lookAt({ api }: DriveClient, parentId: string): Promise<Check> {
  await api.about.get({ fields: 'user' })
  if (!parentId) throw driveError('parent_not_set')
  const { data } = await asParent(() =>
    api.files.get({
      fileId: parentId,
      supportsAllDrives: true,
      fields: 'id,name,mimeType,driveId,trashed,capabilities(canAddChildren)',
    }),
  )
  if (data.mimeType !== folderType) throw driveError('parent_not_folder')
  if (data.trashed) throw driveError('parent_trashed')
  if (!data.driveId) throw driveError('storage_quota')
  if (!data.capabilities?.canAddChildren) throw driveError('parent_read_only')
  return { connected: true, folder_name: String(data.name ?? ''), drive_kind: 'shared_drive' }
}
