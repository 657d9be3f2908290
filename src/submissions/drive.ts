import type { Db } from '../../db/tables.ts'
import type { Secrets } from '../secrets.ts'
import { type Check, checkParent } from './drive-check.ts'
import { createClient, type DriveClient, type DriveRequest } from './drive-client.ts'
import { findDriveCredentials, openCredentials, type ServiceAccount } from './drive-credentials.ts'
import { asDriveError } from './drive-errors.ts'
import { driveError, driveFaultOf } from './drive-faults.ts'
import { createDriveFetch } from './drive-fetch.ts'
import { ensureFolder, type FolderPlace, removeFile, shareFolder } from './drive-folders.ts'

/** Google Drive as the service account of the stored credentials. What fails is a `DriveError`. */
export type Drive = {
  /** Whether files can be put into that folder. Takes no more than some seconds; never throws. */
  check(parentId: string): Promise<Check>
  /** The folder of a session, made if it is not there; asked twice it is the same. */
  ensureFolder(place: FolderPlace): Promise<string>
  /** Lets somebody read a folder, without a mail about it. */
  share(folderId: string, email: string): Promise<void>
  /** What is gone already is fine. */
  remove(id: string): Promise<void>
  request: DriveRequest
}

export type { DriveRequest }

declare module '../fastify.ts' {
  interface Deps {
    drive: Drive
  }
}

type DriveOptions = {
  db: Db
  secrets: Pick<Secrets, 'open'>
  rootUrl: string
  timeoutMs?: number
  checkMs?: number
  /** What asks Google; the one of the platform unless somebody counts. */
  fetch?: typeof fetch
}

/**
 * The credentials are read each time, so that every instance has those that were uploaded last; a
 * client, and with it its access token, lives as long as they stay the same.
 */
export function createDrive({
  db,
  secrets,
  rootUrl,
  timeoutMs = 60_000,
  checkMs = 10_000,
  fetch,
}: DriveOptions): Drive {
  /** Those that are just being looked for or made. */
  const folders = new Map<string, Promise<string>>()
  let known: { sealed: string; client: Promise<DriveClient> } | undefined

  async function account(): Promise<{ sealed: string; account: ServiceAccount }> {
    const stored = await findDriveCredentials(db)
    if (!stored) throw driveError('credentials_missing')
    const account = openCredentials(secrets, stored)
    if (!account) throw driveError('credentials_undecryptable')
    return { sealed: stored.sealed, account }
  }

  async function client(): Promise<DriveClient> {
    const { sealed, account: opened } = await account()
    if (known?.sealed !== sealed) {
      const send = createDriveFetch({ rootUrl, timeoutMs, send: fetch })
      known = { sealed, client: createClient(opened, send) }
    }
    return known.client
  }

  /** A token that Google no longer takes is replaced, once. */
  async function use<Result>(work: (client: DriveClient) => Promise<Result>): Promise<Result> {
    const used = await client()
    try {
      return await asDriveError(() => work(used))
    } catch (error) {
      if (driveFaultOf(error)?.fault !== 'unauthorised') throw error
      if ((await known?.client) === used) known = undefined
      return asDriveError(async () => work(await client()))
    }
  }

  return {
    check: (parentId) =>
      checkParent(
        async (signal) => {
          // A client of its own: what is to be seen is whether Google gives it a token now.
          const send = createDriveFetch({ rootUrl, timeoutMs: checkMs, signal, send: fetch })
          return createClient((await account()).account, send)
        },
        { parentId, checkMs },
      ),
    ensureFolder: (place) => {
      const key = JSON.stringify([place.parentId, place.sessionId])
      const running = folders.get(key) ?? use((each) => ensureFolder(each, place))
      folders.set(key, running)
      return running.finally(() => folders.delete(key))
    },
    share: (id, email) => use((each) => shareFolder(each, id, email)),
    remove: (id) => use((each) => removeFile(each, id)),
    request: (request) => use((each) => each.request(request)),
  }
}
