export type DriveEndpoint =
  | 'token'
  | 'about'
  | 'get'
  | 'list'
  | 'create'
  | 'update'
  | 'delete'
  | 'share'
  | 'permissions'
  | 'begin'
  | 'chunk'
  | 'status'
  | 'other'

export type DriveCall = {
  endpoint: DriveEndpoint
  /** Counted for each endpoint from 1, anew with each plan. */
  nth: number
  method: string
  path: string
  query: URLSearchParams
  headers: Record<string, string>
  /** What was sent as JSON or as a form. */
  body: string
  email: string | undefined
  at: number
  status: number
}

export type DriveFault = {
  /** An error of Google's in the place of the answer; nothing happens. */
  status?: number
  reason?: string
  retryAfter?: string
  /** Waits first. */
  latencyMs?: number
  /** Breaks the connection: before the body, in the middle of it, or after all has been done. */
  reset?: 'before' | 'during' | 'after'
  /** Breaks the answer off, of whatever was done. */
  truncated?: boolean
  /** Sends the answer in small pieces. */
  dripMs?: number
  /** Never answers. */
  silent?: boolean
  /** Keeps no more than so many bytes of this chunk. */
  keep?: number
  /** The bytes change on their way. */
  corrupt?: boolean
}

/** What goes wrong with a call, if anything does. */
export type DrivePlan = (call: DriveCall) => DriveFault | undefined

/** `{ chunk: { 2: { reset: 'during' } } }`: the second chunk. */
export type DriveFaults = Partial<Record<DriveEndpoint, Record<number, DriveFault>>>

export function planOf(faults: DrivePlan | DriveFaults): DrivePlan {
  if (typeof faults === 'function') return faults
  return ({ endpoint, nth }) => faults[endpoint]?.[nth]
}
