import type { Db } from '../../db/tables.ts'
import type { ReviewStatus } from '../../schemas/submissions/common.ts'
import type { SubmissionSession } from '../../schemas/submissions/sessions.ts'
import { hashOf, now } from '../values.ts'
import { isExpired, isStaffOf, reading, type SessionRow, type Viewer } from './access.ts'
import { completionOf } from './completion.ts'
import { documentsOf, readCatalogue } from './documents.ts'
import { listSessionFiles } from './files.ts'

/** Something came since the latest answer of staff, or nothing did. */
export function reviewStatusOf({
  received_at,
  reviewed_at,
}: Pick<SessionRow, 'received_at' | 'reviewed_at'>): ReviewStatus {
  if (received_at === null) return 'none'
  return reviewed_at === null || received_at >= reviewed_at ? 'waiting' : 'reviewed'
}

export async function describeSession(
  db: Db,
  viewer: Viewer,
  row: SessionRow,
  by = reading,
): Promise<SubmissionSession> {
  return (await describeSessions(db, viewer, [row], by))[0] as SubmissionSession
}

/** With the files of all of them in one query. */
export async function describeSessions(
  db: Db,
  viewer: Viewer,
  rows: readonly SessionRow[],
  by = reading,
): Promise<SubmissionSession[]> {
  if (rows.length === 0) return []
  const at = now()
  const catalogue = await readCatalogue(db)
  const files = await listSessionFiles(
    db,
    rows.map(({ id }) => id),
    rows.every((row) => isStaffOf(viewer, row, by)),
  )
  return rows.map((row) => {
    const own = files.get(row.id) ?? []
    const completion = completionOf(documentsOf(catalogue, row), own, at)
    return { ...shownOf(row, isStaffOf(viewer, row, by), at), completion, uploaded_files: own }
  })
}

/** Files and the passing of days change what it looks like without a new version. */
export function sessionEtag(session: SubmissionSession): string {
  return `"${session.version}.${hashOf(JSON.stringify(session)).slice(0, 16)}"`
}

/** Whoever has nothing but the link learns of no address, and of nobody who works here. */
function shownOf(row: SessionRow, isStaff: boolean, at: string) {
  const { id, submitter_name, submission_type, description, status, comment, due_date } = row
  const { closed_at, received_at, reviewed_at, version, created_at, updated_at } = row
  const requirements: string[] | null = row.requirements && JSON.parse(row.requirements)
  return {
    id,
    submitter_name,
    submitter_email: isStaff ? row.submitter_email : null,
    submission_type,
    description,
    requirements,
    status,
    comment,
    review_status: reviewStatusOf(row),
    due_date,
    is_expired: isExpired(row, at),
    google_drive_folder_id: isStaff ? row.google_drive_folder_id : null,
    owner_id: isStaff ? row.owner_id : null,
    closed_at,
    received_at,
    reviewed_at,
    version,
    created_at,
    updated_at,
  }
}
