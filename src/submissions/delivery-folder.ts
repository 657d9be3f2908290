import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Deps } from '../fastify.ts'
import { enqueue } from '../jobs.ts'
import type { SessionRow } from './access.ts'
import { driveError, driveFaultOf } from './drive-faults.ts'
import { folderNameOf, readDriveSettings } from './drive-settings.ts'

type Settings = Awaited<ReturnType<typeof readDriveSettings>>

/** How often to try what is no file: for about a week. */
export const maxAttempts = 40

/** Where the files of a session go: its own folder, made when there is none, or the one of all. */
export async function folderOf(
  { db, drive }: Pick<Deps, 'db' | 'drive'>,
  session: SessionRow,
  settings: Settings,
): Promise<string> {
  const parentId = settings.google_drive_parent_folder_id
  if (!parentId) throw driveError('parent_not_set')
  if (!settings.google_drive_auto_create_folders) return parentId
  const known = session.google_drive_folder_id
  if (known !== null && (await isThere(drive, known))) return known
  const name = folderNameOf(settings.google_drive_folder_name_format, session)
  const made = await drive.ensureFolder({ parentId, name, sessionId: session.id })
  await transact(db, async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('submission_sessions')
      .set({ google_drive_folder_id: made })
      .where('id', '=', session.id)
      .where('google_drive_folder_id', 'is not distinct from', known)
      .executeTakeFirst()
    if (Number(numUpdatedRows) === 0 || !settings.google_drive_share_with_submitter) return
    await enqueue(trx, 'share_folder', { session_id: session.id }, { maxAttempts })
  })
  return made
}

/** People delete folders, and what is put into one in the trash nobody finds. */
async function isThere({ request }: Deps['drive'], id: string): Promise<boolean> {
  try {
    const path = `https://www.googleapis.com/drive/v3/files/${encodeURIComponent(id)}`
    const url = `${path}?supportsAllDrives=true&fields=id,trashed`
    const { data } = await request({ method: 'GET', url })
    return Object(data).trashed !== true
  } catch (error) {
    if (driveFaultOf(error)?.fault === 'not_found') return false
    throw error
  }
}

/** Lets the submitter read what they sent, when that is still wanted. */
export async function shareFolder(
  { db, drive }: Pick<Deps, 'db' | 'drive'>,
  { session_id }: { session_id: string },
): Promise<void> {
  const settings = await readDriveSettings(db)
  const session = await findSession(db, session_id)
  const isWanted = settings.google_drive_enabled && settings.google_drive_share_with_submitter
  if (!isWanted || !session?.google_drive_folder_id) return
  await drive.share(session.google_drive_folder_id, session.submitter_email)
}

export function findSession(
  db: Db,
  id: string,
): Promise<Selectable<Tables['submission_sessions']> | undefined> {
  return db.selectFrom('submission_sessions').selectAll().where('id', '=', id).executeTakeFirst()
}
