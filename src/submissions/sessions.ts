import { randomUUID } from 'node:crypto'
import type { Updateable } from 'kysely'
import type { Db, Tables, Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type {
  NewSubmissionSession,
  SubmissionSession,
  SubmissionSessionChange,
} from '../../schemas/submissions/sessions.ts'
import type { Caller } from '../access.ts'
import { diff, recordAudit } from '../audit.ts'
import { failure, invalid } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { enqueue } from '../jobs.ts'
import { now } from '../values.ts'
import { touched } from '../version.ts'
import {
  dayInJapan,
  getSession,
  getStaffSession,
  type SessionRow,
  type Viewer,
  working,
} from './access.ts'
import { describeSession } from './descriptions.ts'

/** What is told to the room of a session, besides its database. */
export type Told = Pick<Deps, 'db' | 'channels'>

/** Opens a session for a submitter, who is sent its link. */
export async function createSession(
  db: Db,
  caller: Caller,
  input: NewSubmissionSession,
): Promise<SubmissionSession> {
  const { submitter_name, submitter_email, submission_type, due_date = null } = input
  const at = now()
  requireDay(due_date, at)
  const row = await transact(db, async (trx) => {
    const row = await trx
      .insertInto('submission_sessions')
      .values({
        id: randomUUID(),
        submitter_name: submitter_name.trim(),
        submitter_email,
        submission_type,
        description: input.description || null,
        requirements: requirementsOf(input.requirements),
        status: 'not_uploaded',
        comment: null,
        due_date,
        closed_at: null,
        received_at: null,
        reviewed_at: null,
        reminded_at: null,
        google_drive_folder_id: null,
        owner_id: caller.id,
        version: 1,
        created_at: at,
        updated_at: at,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await recordAudit(trx, caller, 'submission.created', row.id, input)
    await enqueue(
      trx,
      'send_session_mail',
      { session_id: row.id, reason: 'created' },
      { from: caller },
    )
    return row
  })
  return describeSession(db, caller, row, working)
}

/** What a session looks like to whoever has its link, and to its staff. */
export async function showSession(db: Db, viewer: Viewer, id: string): Promise<SubmissionSession> {
  return describeSession(db, viewer, await getSession(db, viewer, id))
}

/** With a `version`, changes that one or fails; without, the last writer wins. */
export async function updateSession(
  told: Told,
  caller: Caller,
  id: string,
  change: SubmissionSessionChange,
  version?: number,
): Promise<SubmissionSession> {
  const row = await transact(told.db, async (trx) => {
    await getStaffSession(trx, caller, id)
    const before = await holdSession(trx, id, version)
    const wanted = columnsOf(before, change)
    const row = await trx
      .updateTable('submission_sessions')
      .set({ ...wanted, ...touched() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await recordAudit(trx, caller, 'submission.updated', id, diff<object>(before, wanted))
    return row
  })
  return tellSession(told, caller, row)
}

/** Tells the room of a session, where only staff are, what it looks like now. */
export async function tellSession(
  { db, channels }: Told,
  caller: Caller,
  row: SessionRow,
): Promise<SubmissionSession> {
  const session = await describeSession(db, caller, row, working)
  const data = session
  channels.publish(`submission:${row.id}`, { type: 'event', event: 'session.updated', data })
  return session
}

/** Holds the row until the transaction ends, so that what is read of it here stays true. */
export async function holdSession(trx: Trx, id: string, version?: number): Promise<SessionRow> {
  const row = await trx
    .updateTable('submission_sessions')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => failure('session_link_not_found'))
  if (version !== undefined && version !== row.version) throw failure('stale_version')
  return row
}

/**
 * Says that a file has come: the session waits for staff again, whatever its status, which stays.
 * Not before the answer it comes after, whatever the clock of that instance says.
 */
export async function touchReceived(trx: Trx, id: string, at = now()): Promise<void> {
  await trx
    .updateTable('submission_sessions')
    .set((eb) => ({
      received_at: eb
        .case()
        .when('reviewed_at', '>', at)
        .then(eb.ref('reviewed_at'))
        .else(at)
        .end(),
    }))
    .where('id', '=', id)
    .execute()
}

function columnsOf(
  before: SessionRow,
  { description, due_date, requirements, closed }: SubmissionSessionChange,
): Updateable<Tables['submission_sessions']> {
  const at = now()
  const isMoved = due_date !== undefined && due_date !== before.due_date
  if (isMoved) requireDay(due_date, at)
  return {
    ...(description !== undefined && { description: description || null }),
    ...(requirements !== undefined && { requirements: requirementsOf(requirements) }),
    ...(isMoved && { due_date, reminded_at: null }),
    ...(closed !== undefined && { closed_at: closed ? (before.closed_at ?? at) : null }),
  }
}

function requirementsOf(requirements: string[] | null | undefined): string | null {
  if (!requirements) return null
  return JSON.stringify([...new Set(requirements.map((each) => each.trim()))])
}

function requireDay(due_date: string | null, at: string): void {
  if (due_date !== null && due_date < dayInJapan(at)) {
    throw invalid({ field: 'due_date', rule: 'past_day' })
  }
}
