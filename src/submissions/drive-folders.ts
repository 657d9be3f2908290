import type { DriveClient } from './drive-client.ts'
import { asDriveError } from './drive-errors.ts'
import { driveError, driveFaultOf } from './drive-faults.ts'

export const folderType = 'application/vnd.google-apps.folder'

export type FolderPlace = { parentId: string; name: string; sessionId: string }

/** What says whose a folder is, whatever somebody calls it. */
const property = 'kaname_session'

/**
 * Looks for the folder, makes it, and looks again: of two that were made at once the older one
 * stays, and whoever made the other one takes it away again.
 */
export async function ensureFolder(client: DriveClient, place: FolderPlace): Promise<string> {
  const there = await findFolder(client, place)
  if (there) return there
  const made = await makeFolder(client, place)
  const first = (await findFolder(client, place)) ?? made
  if (first !== made) await removeFile(client, made)
  return first
}

async function findFolder({ api }: DriveClient, place: FolderPlace): Promise<string | undefined> {
  const { parentId, sessionId } = place
  const { data } = await api.files.list({
    q: [
      `'${quoted(parentId)}' in parents`,
      `mimeType = '${folderType}'`,
      'trashed = false',
      `appProperties has { key='${property}' and value='${quoted(sessionId)}' }`,
    ].join(' and '),
    orderBy: 'createdTime',
    pageSize: 10,
    fields: 'files(id,createdTime)',
    corpora: 'drive',
    driveId: await driveOf(api, parentId),
    supportsAllDrives: true,
    includeItemsFromAllDrives: true,
  })
  const folders = data.files ?? []
  const age = (each: (typeof folders)[0]) => `${each.createdTime} ${each.id}`
  const [first] = folders.sort((a, b) => (age(a) < age(b) ? -1 : 1))
  return first?.id ?? undefined
}

/** The shared drive of a folder: only what is looked for within one is found for certain. */
async function driveOf(api: DriveClient['api'], folderId: string): Promise<string> {
  const { data } = await asParent(() =>
    api.files.get({ fileId: folderId, fields: 'driveId', supportsAllDrives: true }),
  )
  if (!data.driveId) throw driveError('storage_quota')
  return data.driveId
}

/** What is not found is the parent folder. */
export async function asParent<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await asDriveError(work)
  } catch (error) {
    throw driveFaultOf(error)?.fault === 'not_found' ? driveError('parent_not_found') : error
  }
}

async function makeFolder({ api }: DriveClient, place: FolderPlace): Promise<string> {
  const { parentId, name, sessionId } = place
  const { data } = await asParent(() =>
    api.files.create({
      requestBody: {
        name,
        mimeType: folderType,
        parents: [parentId],
        appProperties: { [property]: sessionId },
      },
      fields: 'id',
      supportsAllDrives: true,
    }),
  )
  if (!data.id) throw driveError('bad_answer')
  return data.id
}

/** Google answers the permission that is there already where somebody has it. */
export async function shareFolder({ api }: DriveClient, id: string, email: string): Promise<void> {
  await api.permissions.create({
    fileId: id,
    requestBody: { type: 'user', role: 'reader', emailAddress: email },
    sendNotificationEmail: false,
    supportsAllDrives: true,
    fields: 'id',
  })
}

/** Content managers of a shared drive may not delete, but put into the trash. */
export async function removeFile({ api }: DriveClient, fileId: string): Promise<void> {
  const remove = () => api.files.delete({ fileId, supportsAllDrives: true })
  const discard = () =>
    api.files.update({
      fileId,
      requestBody: { trashed: true },
      supportsAllDrives: true,
      fields: 'id',
    })
  const fault = await faultIn(remove)
  const left = fault?.fault === 'permission_denied' ? await faultIn(discard) : fault
  if (left && left.fault !== 'not_found') throw driveError(left)
}

async function faultIn(work: () => Promise<unknown>) {
  try {
    await asDriveError(work)
    return undefined
  } catch (error) {
    const fault = driveFaultOf(error)
    if (!fault) throw error
    return fault
  }
}

/** Within a query of Google's. */
function quoted(text: string): string {
  return text.replace(/[\\']/g, '\\$&')
}
