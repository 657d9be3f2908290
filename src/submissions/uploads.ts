import type { Db, Trx } from '../../db/tables.ts'
import type { ProblemDetails } from '../../schemas/common.ts'
import { maxSubmissionMegabytes, submissionFormats } from '../../schemas/submissions/documents.ts'
import type { SubmissionUpload } from '../../schemas/submissions/files.ts'
import { type Arrival, keptOf, receiveAll } from '../arrivals.ts'
import { recordAudit } from '../audit.ts'
import { type Failure, failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { claimIncoming, settle } from '../incoming.ts'
import { requireBelow } from '../limit.ts'
import type { FilesForm, ReceivedFile } from '../multipart.ts'
import { newId, now } from '../values.ts'
import { getSession, isStaffOf, type SessionRow, working } from './access.ts'
import { enqueueDelivery } from './deliveries.ts'
import { readDriveSettings } from './drive-settings.ts'
import { type FileRow, tell, toFile, touchSession } from './files.ts'
import { type Arrived, megabyte, roomIn } from './room.ts'
import { touchReceived } from './sessions.ts'
import type { Visitor } from './visitors.ts'

type UploadDeps = Pick<Deps, 'db' | 'storage' | 'channels' | 'counters'>
type Results = Pick<SubmissionUpload, 'uploaded_files' | 'failed_files'>
type FailedFile = Results['failed_files'][number]
type Describe = (fault: Failure) => ProblemDetails

export const maxFileBytes = maxSubmissionMegabytes * megabyte

/** Of one session, so that a link that gets about cannot fill the line. */
const maxFormsPerMinute = 30

const place = { folder: 'submissions', maxBytes: maxFileBytes, extensions: submissionFormats }

/**
 * Takes in the files of a form, each for itself; when the form itself is wrong or breaks off, none.
 * The session is looked at before anything of the form is read, and again while it is held.
 */
export async function uploadFiles(
  deps: UploadDeps,
  visitor: Visitor,
  sessionId: string,
  { files, texts }: Pick<FilesForm, 'files' | 'texts'>,
  describe: Describe,
): Promise<Results> {
  const { id } = await getUnfinished(deps.db, visitor, sessionId)
  await requireBelow(deps.counters, `submission-upload:${id}`, maxFormsPerMinute)
  const arrivals = await receiveAll(deps, place, stoppedWhenTooLarge(files))
  const { rows, failed_files, isStaff } = await settle(deps, keptOf(arrivals), async (trx) => {
    await touchSession(trx, id)
    const session = await getUnfinished(trx, visitor, id)
    const isStaff = isStaffOf(visitor.viewer, session, working)
    const { google_drive_enabled } = await readDriveSettings(trx)
    const shared = {
      session_id: id,
      comment: texts.comment || null,
      drive_status: google_drive_enabled ? ('pending' as const) : ('off' as const),
      uploaded_by: isStaff ? visitor.actor.id : null,
    }
    const room = await roomIn(trx, session, texts.document_type || null)
    const written = await writeFiles(trx, room, arrivals, shared, describe)
    await recordReceipt(trx, visitor, id, written.rows)
    return { ...written, isStaff }
  })
  for (const row of rows) tell(deps.channels, row, 'file.uploaded', toFile(row, true))
  return { uploaded_files: rows.map((row) => toFile(row, isStaff)), failed_files }
}

/** Fails with `session_link_not_found`, `submission_approved`. */
async function getUnfinished(db: Db, { viewer }: Visitor, id: string): Promise<SessionRow> {
  const session = await getSession(db, viewer, id, working)
  if (session.status === 'approved') throw failure('submission_approved')
  return session
}

/** A form that begins with a file that is too large is not read any further. */
async function* stoppedWhenTooLarge(files: AsyncIterable<ReceivedFile>) {
  let isFirst = true
  for await (const { name, body } of files) {
    let bytes = 0
    async function* counted() {
      for await (const chunk of body) {
        bytes += chunk.length
        yield chunk
      }
    }
    yield { name, body: counted() }
    if (isFirst && bytes > maxFileBytes) throw failure('file_too_large', { limit: maxFileBytes })
    isFirst = false
  }
}

type Shared = Pick<FileRow, 'session_id' | 'comment' | 'drive_status' | 'uploaded_by'>

/** Fails when there is not one that can be written. */
async function writeFiles(
  trx: Trx,
  room: Awaited<ReturnType<typeof roomIn>>,
  arrivals: Arrival[],
  shared: Shared,
  describe: Describe,
) {
  const rows: FileRow[] = []
  const faults: Failure[] = []
  const failed_files: FailedFile[] = []
  const document_type = room.document?.document_type ?? null
  for (const each of arrivals) {
    const fault = 'fault' in each ? each.fault : room.take(each)
    if (!fault) rows.push(await insertFile(trx, each as Arrived, { ...shared, document_type }))
    else {
      faults.push(fault)
      failed_files.push({ filename: each.name, problem: describe(fault) })
    }
  }
  if (rows.length === 0) throw nothingStored(faults, failed_files)
  return { rows, failed_files }
}

async function insertFile(
  trx: Trx,
  { file, kept }: Arrived,
  shared: Shared & Pick<FileRow, 'document_type'>,
): Promise<FileRow> {
  await claimIncoming(trx, kept)
  const row: FileRow = {
    ...shared,
    ...kept,
    id: newId(),
    filename: file.name,
    mime_type: file.type,
    review: 'pending',
    review_comment: null,
    reviewed_by: null,
    reviewed_at: null,
    drive_error: null,
    google_drive_file_id: null,
    uploaded_at: now(),
  }
  await trx.insertInto('submission_files').values(row).execute()
  if (row.drive_status === 'pending') await enqueueDelivery(trx, row.id)
  return row
}

/** That something came makes it wait for staff, and says nothing of how it is. */
async function recordReceipt(
  trx: Trx,
  { actor }: Visitor,
  sessionId: string,
  rows: FileRow[],
): Promise<void> {
  await touchReceived(trx, sessionId)
  const files = rows.map(({ id, filename, size }) => ({ id, name: filename, size }))
  await recordAudit(trx, actor, 'submission.uploaded', sessionId, { files })
}

/** Of a single file the answer is what is wrong with it. */
function nothingStored(faults: Failure[], failed_files: FailedFile[]): Failure {
  const [first] = faults
  if (!first || faults.length > 1) {
    return failure('no_document_stored', undefined, { failed_files })
  }
  return Object.assign(first, { extra: { ...first.extra, failed_files } })
}
