import { driveNotices } from '../../schemas/messages/drive.ts'
import type { DriveConnection } from '../../schemas/submissions/drive.ts'
import type { Deps } from '../fastify.ts'
import type { Language } from '../messages.ts'
import { findDriveCredentials } from './drive-credentials.ts'
import { describeDriveFault } from './drive-faults.ts'
import { readDriveSettings } from './drive-settings.ts'

/** Whether files would arrive, in words. It can be asked before anything is switched on. */
export async function testDriveConnection(
  { db, drive }: Pick<Deps, 'db' | 'drive'>,
  language: Language,
): Promise<DriveConnection> {
  const { google_drive_parent_folder_id } = await readDriveSettings(db)
  const check = await drive.check(google_drive_parent_folder_id)
  if (check.connected) return { ...check, message: driveNotices.connected[language] }
  const { fault } = check.fault
  const stored = await findDriveCredentials(db)
  const said = describeDriveFault(check.fault, language, stored?.client_email)
  return { connected: false, code: fault, ...said }
}
