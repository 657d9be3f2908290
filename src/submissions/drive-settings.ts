import { hold } from '../../db/hold.ts'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { DriveSettings, NewDriveSettings } from '../../schemas/submissions/drive.ts'
import type { Caller } from '../access.ts'
import { diff, recordAudit } from '../audit.ts'
import { failure, invalid } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { hashOf, now } from '../values.ts'
import { findDriveCredentials, openCredentials } from './drive-credentials.ts'

const rowId = 1

/** Where and how files are copied; version 0 as long as nobody has set it. */
export async function readDriveSettings(db: Db) {
  const row = await db
    .selectFrom('drive_settings')
    .selectAll()
    .where('id', '=', rowId)
    .executeTakeFirst()
  return {
    google_drive_enabled: row?.enabled === 1,
    google_drive_parent_folder_id: row?.parent_folder_id ?? '',
    google_drive_folder_name_format: row?.folder_name_format ?? '[{session_id}]_{submitter_name}',
    google_drive_auto_create_folders: row?.auto_create_folders !== 0,
    google_drive_share_with_submitter: row?.share_with_submitter !== 0,
    version: row?.version ?? 0,
    updated_at: row?.updated_at ?? null,
  }
}

export async function getDriveSettings({
  db,
  secrets,
}: Pick<Deps, 'db' | 'secrets'>): Promise<DriveSettings> {
  const settings = await readDriveSettings(db)
  const stored = await findDriveCredentials(db)
  const isReadable = stored && openCredentials(secrets, stored) !== undefined
  return {
    ...settings,
    credentials_uploaded: stored !== undefined,
    credentials_state: stored ? (isReadable ? 'ready' : 'undecryptable') : 'none',
    client_email: stored?.client_email ?? null,
    project_id: stored?.project_id ?? null,
  }
}

/** The credentials are shown with the settings, and change without them. */
export function driveSettingsEtag(settings: DriveSettings): string {
  const { version, credentials_state, client_email, project_id } = settings
  const besides = hashOf(JSON.stringify([credentials_state, client_email, project_id]))
  return `"${version}.${besides.slice(0, 12)}"`
}

/** Takes back what `getDriveSettings` gave; what is only to be read in it stays as it is. */
export async function setDriveSettings(
  deps: Pick<Deps, 'db' | 'secrets'>,
  caller: Caller,
  input: NewDriveSettings,
  version?: number,
): Promise<DriveSettings> {
  const change = settingsIn(input)
  await transact(deps.db, async (trx) => {
    await hold(trx, 'drive-settings')
    const before = await readDriveSettings(trx)
    if (version !== undefined && version !== before.version) throw failure('stale_version')
    const row = {
      enabled: flagOf(change.google_drive_enabled),
      parent_folder_id: change.google_drive_parent_folder_id,
      folder_name_format: change.google_drive_folder_name_format,
      auto_create_folders: flagOf(change.google_drive_auto_create_folders),
      share_with_submitter: flagOf(change.google_drive_share_with_submitter),
      version: before.version + 1,
      updated_at: now(),
    }
    await trx
      .insertInto('drive_settings')
      .values({ id: rowId, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute()
    await recordAudit(trx, caller, 'drive_settings.updated', null, diff(before, change))
  })
  return getDriveSettings(deps)
}

function settingsIn(input: NewDriveSettings) {
  return {
    google_drive_enabled: input.google_drive_enabled,
    google_drive_parent_folder_id: folderIdIn(input.google_drive_parent_folder_id),
    google_drive_folder_name_format: formatIn(input.google_drive_folder_name_format),
    google_drive_auto_create_folders: input.google_drive_auto_create_folders,
    google_drive_share_with_submitter: input.google_drive_share_with_submitter,
  }
}

/** People paste what the browser shows. */
function folderIdIn(text: string): string {
  const given = text.trim()
  const inUrl = /^https:\/\/drive\.google\.com\/drive\/(?:u\/\d+\/)?folders\/([\w-]+)/.exec(given)
  const id = inUrl?.[1] ?? given
  if (/^[\w-]{0,128}$/.test(id)) return id
  throw invalid({ field: 'google_drive_parent_folder_id', rule: 'drive_folder' })
}

const placeholders = ['{session_id}', '{submitter_name}']

function formatIn(format: string): string {
  const rest = format.replace(/\{(session_id|submitter_name)\}/g, '')
  if (!/[{}\p{Cc}]/u.test(rest) && format.trim() !== '') return format
  const field = 'google_drive_folder_name_format'
  throw invalid({ field, rule: 'drive_folder_name', allowed: placeholders })
}

const maxNameLength = 200

/** The name of a session's folder. Names come from strangers: nothing that bends lines is kept. */
export function folderNameOf(
  format: string,
  { id, submitter_name }: { id: string; submitter_name: string },
): string {
  const values: Record<string, string> = { session_id: id, submitter_name }
  const name = format
    .replace(/\{(session_id|submitter_name)\}/g, (_, each: string) => values[each] ?? '')
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '')
    .trim()
  return [...name].slice(0, maxNameLength).join('').trim() || id
}

function flagOf(value: boolean): 0 | 1 {
  return value ? 1 : 0
}
