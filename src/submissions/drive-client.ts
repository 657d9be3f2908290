import type { drive_v3 } from 'googleapis/build/src/apis/drive/v3.js'
import type { ServiceAccount } from './drive-credentials.ts'
import { asDriveError } from './drive-errors.ts'

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

const scopes = ['https://www.googleapis.com/auth/drive']

/** Whoever calls decides about trying again: the library must not, for it would do so in a row. */
const once = { retry: false, retryConfig: { retry: 0, noResponseRetries: 0 } }

/** The library is loaded when first used: most services never need it. */
export async function createClient(
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
