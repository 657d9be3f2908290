import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { SubmissionFile, SubmissionReview } from '../../schemas/submissions/files.ts'
import { type Caller, requireCan } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { enqueue } from '../jobs.ts'
import { groupBy, now } from '../values.ts'
import { touched } from '../version.ts'
import { getSession, isExpired, isStaffOf, reading, type SessionRow, working } from './access.ts'
import { enqueueDriveRemoval } from './delivery-removal.ts'
import type { Visitor } from './visitors.ts'

export type FileRow = Selectable<Tables['submission_files']>
type FileDeps = Pick<Deps, 'db' | 'channels'>
type Found = { row: FileRow; session: SessionRow; isStaff: boolean }

/** The files of a page of sessions, each by its session, the oldest first, as staff see them. */
export async function listSessionFiles(
  db: Db,
  sessionIds: string[],
  isStaff = true,
): Promise<Map<string, SubmissionFile[]>> {
  if (sessionIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('submission_files')
    .selectAll()
    .where('session_id', 'in', sessionIds)
    .orderBy('session_id')
    .orderBy('id')
    .execute()
  return groupBy(
    rows.map((row) => toFile(row, isStaff)),
    ({ session_id }) => session_id,
  )
}

/** Fails with `session_link_not_found`. */
export async function listFilesOf(
  db: Db,
  { viewer }: Visitor,
  sessionId: string,
): Promise<SubmissionFile[]> {
  const session = await getSession(db, viewer, sessionId)
  const files = await listSessionFiles(db, [session.id], isStaffOf(viewer, session))
  return files.get(session.id) ?? []
}

/** Fails with `submission_file_not_found`, and with 401 for somebody who shows nothing at all. */
export async function getFile(db: Db, visitor: Visitor, id: string): Promise<SubmissionFile> {
  const { row, isStaff } = await findFile(db, visitor, id)
  return toFile(row, isStaff)
}

/** A file with its place in the storage, in the words of `sendFile`. */
export async function getStoredFile(db: Db, visitor: Visitor, id: string) {
  const { row } = await findFile(db, visitor, id)
  const { filename, mime_type, uploaded_at, ...rest } = row
  return { ...rest, original_name: filename, content_type: mime_type, created_at: uploaded_at }
}

/** Staff may do so at any time, those with the link until the submission is approved. */
export async function deleteFile(
  { db, channels }: FileDeps,
  visitor: Visitor,
  id: string,
): Promise<void> {
  const { session_id } = (await findFile(db, visitor, id, working)).row
  await transact(db, async (trx) => {
    await touchSession(trx, session_id)
    const { row, session, isStaff } = await findFile(trx, visitor, id, working)
    if (isStaff) requireCan('submission.write', visitor.viewer)
    else if (session.status === 'approved') throw failure('submission_approved')
    await trx.deleteFrom('submission_files').where('id', '=', id).execute()
    await settleSession(trx, session)
    await enqueue(trx, 'remove_file', { key: row.key })
    await enqueueDriveRemoval(trx, row.google_drive_file_id, id)
    const changes = { session_id, name: row.filename }
    await recordAudit(trx, visitor.actor, 'submission_file.deleted', id, changes)
  })
  tell(channels, { session_id }, 'file.deleted', { id, session_id })
}

/** When nothing is left to look at, staff have answered what came. */
export async function reviewFile(
  { db, channels }: FileDeps,
  caller: Caller,
  id: string,
  { review, comment = null }: SubmissionReview,
): Promise<SubmissionFile> {
  const staff = { viewer: caller, actor: caller }
  const { session_id } = (await findFile(db, staff, id, working)).row
  const file = await transact(db, async (trx) => {
    await touchSession(trx, session_id)
    const { session, row } = await findFile(trx, staff, id, working)
    const verdict = {
      review,
      review_comment: comment || null,
      reviewed_by: caller.id,
      reviewed_at: now(),
    }
    await trx.updateTable('submission_files').set(verdict).where('id', '=', id).execute()
    await settleSession(trx, session)
    await recordAudit(trx, caller, 'submission_file.reviewed', id, { review, comment })
    return toFile({ ...row, ...verdict }, true)
  })
  tell(channels, file, 'file.reviewed', file)
  return file
}

/** Whoever has nothing but the link learns of nobody who works here, and nothing of their Drive. */
export function toFile(row: FileRow, isStaff: boolean): SubmissionFile {
  const { key: _, reviewed_by, uploaded_by, ...rest } = row
  const known = { ...rest, file_size: row.size }
  return isStaff
    ? { ...known, reviewed_by, uploaded_by }
    : { ...known, drive_error: null, google_drive_file_id: null }
}

/** Opens every transaction about the files of a session: of two at once each sees the other. */
export async function touchSession(trx: Trx, id: string): Promise<void> {
  await trx.updateTable('submission_sessions').set(touched()).where('id', '=', id).execute()
}

/** Tells those who look at a session. */
export function tell(
  channels: Deps['channels'],
  { session_id }: Pick<FileRow, 'session_id'>,
  event: `file.${string}`,
  data: object,
): void {
  channels.publish(`submission:${session_id}`, { type: 'event', event, data })
}

async function findFile(
  db: Db,
  { viewer, link, refusal }: Visitor,
  id: string,
  by = reading,
): Promise<Found> {
  if (!viewer && link === undefined) throw refusal ?? failure('token_required')
  const row = await db
    .selectFrom('submission_files')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('submission_file_not_found'))
  const session = await db
    .selectFrom('submission_sessions')
    .selectAll()
    .where('id', '=', row.session_id)
    .executeTakeFirstOrThrow(() => failure('submission_file_not_found'))
  if (isStaffOf(viewer, session, by)) return { row, session, isStaff: true }
  const isOpen = !session.closed_at && !isExpired(session)
  if (link === session.id && isOpen) return { row, session, isStaff: false }
  throw failure('submission_file_not_found')
}

/** When the latest file of a held session came; and, if all have their verdict, when that was. */
async function settleSession(trx: Trx, { id, ...before }: SessionRow): Promise<void> {
  const files = await trx
    .selectFrom('submission_files')
    .select(['uploaded_at', 'reviewed_at'])
    .where('session_id', '=', id)
    .execute()
  const verdicts = files.flatMap(({ reviewed_at }) => reviewed_at ?? [])
  const isReviewed = files.length > 0 && verdicts.length === files.length
  await trx
    .updateTable('submission_sessions')
    .set({
      received_at: latestOf(files.map(({ uploaded_at }) => uploaded_at)),
      reviewed_at: isReviewed
        ? latestOf([...verdicts, before.reviewed_at ?? ''])
        : before.reviewed_at,
    })
    .where('id', '=', id)
    .execute()
}

function latestOf(times: string[]): string | null {
  return times.sort().at(-1) ?? null
}
