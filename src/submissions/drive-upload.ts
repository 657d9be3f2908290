import type { DriveRequest } from './drive.ts'
import { driveError, driveFaultOf } from './drive-faults.ts'

/** What Google asks of every chunk but the last. */
const unit = 256 * 1024
export const chunkBytes = 32 * unit

export type DriveCopy = { id: string; size: number; md5: string }

export type UploadTask = {
  folderId: string
  name: string
  type: string
  size: number
  appProperties: Record<string, string>
  /** Bytes from `start` up to `end`, which is not among them. */
  read(start: number, end: number): Promise<Buffer>
  /** The upload that was begun earlier, maybe by another instance. */
  address: string | undefined
  /** What an earlier try may have brought to its end without our hearing of it. */
  findCopy(): Promise<DriveCopy | undefined>
  /** Keeps the address of the upload, before the first byte goes. */
  onBegin(address: string): Promise<void>
  /** Told how many bytes have arrived; may throw to end it here. */
  onProgress(bytes: number): Promise<void>
  signal: AbortSignal
  chunkBytes?: number
}

/** What is asked about a file that has arrived. */
export const copyFields = 'id,size,md5Checksum'

const notFinished = 308

type State = { copy: DriveCopy } | { next: number }

/**
 * Google's resumable upload, goes on where an earlier try ended. It never tries again by itself but
 * for an upload that Google has forgotten: whoever calls does, and gives the address back.
 */
export async function uploadToDrive(request: DriveRequest, task: UploadTask): Promise<DriveCopy> {
  if (task.address !== undefined) {
    const copy = await unlessForgotten(() => goOn(request, task, task.address as string))
    if (copy) return copy
  }
  const there = await task.findCopy()
  if (there) return there
  const address = await begin(request, task)
  await task.onBegin(address)
  const copy = await unlessForgotten(() => send(request, task, address, 0))
  if (copy) return copy
  throw driveError('unavailable')
}

async function begin(request: DriveRequest, task: UploadTask): Promise<string> {
  const { folderId, name, type, size, appProperties, signal } = task
  const query = new URLSearchParams({
    uploadType: 'resumable',
    supportsAllDrives: 'true',
    fields: copyFields,
  })
  const { headers } = await request({
    method: 'POST',
    url: `https://www.googleapis.com/upload/drive/v3/files?${query}`,
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      'x-upload-content-type': type,
      'x-upload-content-length': String(size),
    },
    body: JSON.stringify({ name, mimeType: type, parents: [folderId], appProperties }),
    signal,
  }).catch((error) => {
    throw driveFaultOf(error)?.fault === 'not_found' ? driveError('parent_not_found') : error
  })
  const address = headers.get('location')
  if (!address) throw driveError('bad_answer')
  return address
}

async function goOn(request: DriveRequest, task: UploadTask, address: string): Promise<DriveCopy> {
  const state = await put(request, task, address)
  return 'copy' in state ? state.copy : send(request, task, address, state.next)
}

async function send(
  request: DriveRequest,
  task: UploadTask,
  address: string,
  from: number,
): Promise<DriveCopy> {
  const step = task.chunkBytes ?? chunkBytes
  let start = from
  for (;;) {
    await task.onProgress(start)
    const end = Math.min(start + step, task.size)
    const state = await put(request, task, address, { start, end })
    if ('copy' in state) return state.copy
    // Nothing of it was kept, or less than before: not now.
    if (state.next <= start) throw driveError('unavailable')
    if (state.next > end) throw driveError('bad_answer')
    start = state.next
  }
}

/** Sends a part, or asks how much has arrived. Never the whole of a part need have been kept. */
async function put(
  request: DriveRequest,
  { read, size, signal }: UploadTask,
  url: string,
  part?: { start: number; end: number },
): Promise<State> {
  const isEmpty = !part || part.start === part.end
  const body = isEmpty ? Buffer.alloc(0) : await read(part.start, part.end)
  const range = isEmpty ? '*' : `${part.start}-${part.end - 1}`
  const { status, headers, data } = await request({
    method: 'PUT',
    url,
    headers: { 'content-range': `bytes ${range}/${size}` },
    body,
    statuses: [notFinished],
    signal,
  })
  return status === notFinished ? { next: keptIn(headers) } : { copy: copyIn(data) }
}

/** No header: nothing has been kept. */
function keptIn(headers: Headers): number {
  const range = headers.get('range')
  if (range === null) return 0
  const last = /^bytes=0-(\d{1,15})$/.exec(range)?.[1]
  if (last === undefined) throw driveError('bad_answer')
  return Number(last) + 1
}

export function copyIn(data: unknown): DriveCopy {
  const { id, size, md5Checksum } = Object(data)
  if (typeof id !== 'string' || !id) throw driveError('bad_answer')
  return { id, size: Number(size), md5: String(md5Checksum) }
}

async function unlessForgotten(work: () => Promise<DriveCopy>): Promise<DriveCopy | undefined> {
  try {
    return await work()
  } catch (error) {
    if (driveFaultOf(error)?.fault === 'not_found') return undefined
    throw error
  }
}
