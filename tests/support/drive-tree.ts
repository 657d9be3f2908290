import { randomBytes } from 'node:crypto'
import { notFound, refuse } from './drive-answers.ts'
import { matches, termsIn } from './drive-query.ts'

export const folderType = 'application/vnd.google-apps.folder'

const roles = ['reader', 'commenter', 'writer', 'fileOrganizer', 'organizer', 'owner'] as const
export type DriveRole = (typeof roles)[number]

export type Permission = { id: string; type: string; role: DriveRole; emailAddress: string }

export type DriveFile = {
  id: string
  name: string
  mimeType: string
  parents: string[]
  /** Only in shared drives; the drive itself has its own. */
  driveId?: string
  explicitlyTrashed: boolean
  appProperties: Record<string, string>
  createdTime: string
  permissions: Permission[]
  /** Of those that have bytes. */
  size?: string
  md5Checksum?: string
  sha256Checksum?: string
}

export const fileFields = [
  ...['kind', 'id', 'name', 'mimeType', 'parents', 'driveId', 'trashed', 'explicitlyTrashed'],
  ...['appProperties', 'createdTime', 'permissions', 'size', 'md5Checksum', 'sha256Checksum'],
  ...['capabilities', 'webViewLink'],
]

export type DriveTree = ReturnType<typeof createTree>

type Place = { name: string; parents?: string[]; mimeType?: string }
type Visibility = { supportsAllDrives: boolean }

/** Files and folders of shared drives and of people's own drives, and who may do what with them. */
export function createTree() {
  const files = new Map<string, DriveFile>()
  let clock = Date.parse('2026-01-05T00:00:00.000Z')

  const newId = () => randomBytes(21).toString('base64url').replace(/^[-_]/, '1')
  const parentOf = (file: DriveFile) => files.get(file.parents[0] ?? '')

  function add(place: Place, more: Partial<DriveFile> = {}): DriveFile {
    clock += 1000
    const parent = files.get(place.parents?.[0] ?? '')
    const file: DriveFile = {
      id: newId(),
      mimeType: folderType,
      explicitlyTrashed: false,
      appProperties: {},
      createdTime: new Date(clock).toISOString(),
      permissions: [],
      ...place,
      parents: place.parents ?? [],
      ...(parent?.driveId !== undefined && { driveId: parent.driveId }),
      ...more,
    }
    files.set(file.id, file)
    return file
  }

  function grant(id: string, email: string, role: DriveRole): Permission {
    const file = files.get(id) as DriveFile
    const there = file.permissions.find(({ emailAddress }) => emailAddress === email)
    if (there) return Object.assign(there, { role })
    const made = { id: `${BigInt(`0x${randomBytes(8).toString('hex')}`)}`, type: 'user', role }
    const permission = { ...made, emailAddress: email }
    file.permissions.push(permission)
    return permission
  }

  /** A role holds for everything below; -1 for none. */
  function rankOf(email: string, file: DriveFile): number {
    const own = file.permissions.find(({ emailAddress }) => emailAddress === email)
    const parent = parentOf(file)
    const above = parent ? rankOf(email, parent) : -1
    return Math.max(own ? roles.indexOf(own.role) : -1, above)
  }
  const may = (email: string, file: DriveFile, role: DriveRole) =>
    rankOf(email, file) >= roles.indexOf(role)

  function isTrashed(file: DriveFile): boolean {
    const parent = parentOf(file)
    return file.explicitlyTrashed || (parent !== undefined && isTrashed(parent))
  }

  /** What is not shared with somebody is not there for them, nor what their request excludes. */
  function look(email: string, id: string, { supportsAllDrives }: Visibility): DriveFile {
    const file = files.get(id)
    if (!file || rankOf(email, file) < 0) throw notFound(id)
    if (file.driveId && !supportsAllDrives) throw notFound(id)
    return file
  }

  function requireRole(email: string, file: DriveFile, role: DriveRole): void {
    if (may(email, file, role)) return
    const text = 'The user does not have sufficient permissions for this file.'
    throw refuse(403, 'insufficientFilePermissions', text)
  }

  /** Whoever has no storage may make folders anywhere, and files in shared drives only. */
  function requirePlace(email: string, parents: string[], mimeType: string, seen: Visibility) {
    const [parentId] = parents
    const parent = parentId === undefined ? undefined : look(email, parentId, seen)
    if (parents.length > 1) throw refuse(403, 'cannotAddParent', 'One parent only.')
    if (parent && parent.mimeType !== folderType) throw refuse(403, 'parentNotAFolder')
    if (parent) requireRole(email, parent, 'writer')
    if (mimeType !== folderType && !parent?.driveId) {
      const text = 'Service Accounts do not have storage quota. Leverage shared drives instead.'
      throw refuse(403, 'storageQuotaExceeded', text)
    }
  }

  function shown(email: string, file: DriveFile) {
    const isFolder = file.mimeType === folderType
    const canDelete = may(email, file, file.driveId ? 'organizer' : 'owner')
    const capabilities = {
      canAddChildren: isFolder && may(email, file, 'writer'),
      canEdit: may(email, file, 'writer'),
      canTrash: may(email, file, file.driveId ? 'fileOrganizer' : 'owner'),
      canDelete,
    }
    const webViewLink = `https://drive.google.com/file/d/${file.id}/view`
    return { kind: 'drive#file', ...file, trashed: isTrashed(file), capabilities, webViewLink }
  }

  function drop(id: string): void {
    for (const each of [...files.values()]) if (each.parents.includes(id)) drop(each.id)
    files.delete(id)
  }

  return {
    files,
    add,
    grant,
    look,
    requireRole,
    requirePlace,
    shown,
    drop,
    isTrashed,
    /** A shared drive is the folder at its own top. */
    addSharedDrive(name: string): DriveFile {
      const drive = add({ name })
      return Object.assign(drive, { driveId: drive.id })
    },
    /** Files in a folder that are not in the trash. */
    childrenOf: (id: string) =>
      [...files.values()].filter((file) => file.parents.includes(id) && !isTrashed(file)),
    /** Everything that somebody may find, oldest first. */
    find(email: string, query: string, withSharedDrives: boolean): DriveFile[] {
      const terms = termsIn(query)
      const parent = terms.find(({ kind }) => kind === 'parent')
      if (parent) look(email, parent.value, { supportsAllDrives: true })
      return [...files.values()].filter(
        (file) =>
          may(email, file, 'reader') &&
          (withSharedDrives || !file.driveId) &&
          file.id !== file.driveId &&
          terms.every((term) => matches(file, isTrashed(file), term)),
      )
    },
  }
}
