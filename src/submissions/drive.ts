import type { drive_v3 } from 'googleapis/build/src/apis/drive/v3.js'
import type { Db } from '../../db/tables.ts'
import type { Secrets } from '../secrets.ts'
import { type Check, checkParent } from './drive-check.ts'
import { findDriveCredentials, openCredentials, type ServiceAccount } from './drive-credentials.ts'
import { asDriveError } from './drive-errors.ts'
import { driveError } from './drive-faults.ts'
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

/** Anything else that Google's API takes, with an access token; `Location`s of Google included. */
export type DriveRequest = (request: {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As Google's manual gives it, on www.googleapis.com. */
  url: string
  headers?: Record<string, string>
  body?: Buffer | string
  /** What is no error besides 2xx: 308 while an upload is under way. */
  statuses?: readonly number[]
  signal?: AbortSignal
}) => Promise<{ status: number; headers: Headers; data: unknown }>

/** The library's client. Never to be logged: it holds the private key. */
export type DriveClient = { api: drive_v3.Drive; request: DriveRequest }

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
}: DriveOptions): Drive {
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
      const send = createDriveFetch({ rootUrl, timeoutMs })
      known = { sealed, client: createClient(opened, send) }
    }
    return known.client
  }

  return {
    check: (parentId) =>
      checkParent(
        async (signal) => {
          // A client of its own: what is to be seen is whether Google gives it a token now.
          const send = createDriveFetch({ rootUrl, timeoutMs: checkMs, signal })
          return createClient((await account()).account, send)
        },
        { parentId, checkMs },
      ),
    ensureFolder: (place) => asDriveError(async () => ensureFolder(await client(), place)),
    share: (id, email) => asDriveError(async () => shareFolder(await client(), id, email)),
    remove: (id) => asDriveError(async () => removeFile(await client(), id)),
    request: (request) => asDriveError(async () => (await client()).request(request)),
  }
}

const scopes = ['https://www.googleapis.com/auth/drive']

/** Whoever calls decides about trying again: the library must not, for it would do so in a row. */
const once = { retry: false, retryConfig: { retry: 0, noResponseRetries: 0 } }

/** The library is loaded when first used: most services never need it. */
async function createClient(
  { client_email, private_key }: ServiceAccount,
  send: typeof fetch,
): Promise<DriveClient> {
  const { drive, auth } = await import('googleapis/build/src/apis/drive/index.js')
  const jwt = new auth.JWT({
    email: client_email,
    key: private_key,
    scopes,
    // It would print requests when a variable of the environment says so.
    useAuthRequestParameters: false,
    transporterOptions: { fetchImplementation: send, ...once },
  })
  const request: DriveRequest = ({ method, url, headers, body, statuses = [], signal }) =>
    asDriveError(async () => {
      const response = await jwt.request({
        method,
        url,
        headers: headers ?? {},
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
        ...once,
        validateStatus: (status) => (status >= 200 && status < 300) || statuses.includes(status),
      })
      return { status: response.status, headers: response.headers, data: response.data }
    })
  return { api: drive({ version: 'v3', auth: jwt, ...once }), request }
}
