import { randomUUID } from 'node:crypto'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { DocumentReview } from '../../schemas/submissions/common.ts'
import type { SubmissionSession } from '../../schemas/submissions/sessions.ts'
import type { Mail } from '../../src/mail.ts'
import { dayInJapan } from '../../src/submissions/access.ts'
import { touchReceived } from '../../src/submissions/sessions.ts'
import { later, newId, now } from '../../src/values.ts'
import { touched } from '../../src/version.ts'
import { type Client, expect } from './service.ts'

export const sessions = '/api/v1/sessions'
export const adminSessions = '/api/v1/admin/sessions'

export const newSession = {
  submitter_name: '山田 太郎',
  submitter_email: 'taro@example.jp',
  submission_type: 'individual',
}

export const dayAfter = (days: number) => dayInJapan(later(now(), days * 86_400))

export async function open(client: Client, input: object = {}): Promise<SubmissionSession> {
  const response = await client.post(sessions, { ...newSession, ...input })
  expect(response.statusCode, response.body).toBe(201)
  return response.json().session
}

/** As if a file had come; what is in it is for other tests. */
export async function receive(
  db: Db,
  session_id: string,
  {
    document_type = null,
    review = 'pending',
  }: {
    document_type?: string | null
    review?: DocumentReview
  } = {},
): Promise<string> {
  const id = newId()
  await transact(db, async (trx) => {
    await trx
      .updateTable('submission_sessions')
      .set(touched())
      .where('id', '=', session_id)
      .execute()
    const uploaded_at = now()
    await trx
      .insertInto('submission_files')
      .values({
        id,
        session_id,
        filename: '住民票.pdf',
        key: `submissions/${id}.pdf`,
        size: 1000,
        mime_type: 'application/pdf',
        sha256: 'cdf9a735b84cd80baeb8afe3623d94e3c966061f3b4bce5a63992569266544e1',
        document_type,
        comment: null,
        review,
        review_comment: null,
        reviewed_by: null,
        reviewed_at: null,
        drive_status: 'off',
        drive_error: null,
        google_drive_file_id: null,
        uploaded_by: null,
        uploaded_at,
      })
      .execute()
    await touchReceived(trx, session_id, uploaded_at)
  })
  return id
}

/** Moves the due date to where no request could put it any more. */
export async function setDueDate(db: Db, id: string, due_date: string): Promise<void> {
  await db.updateTable('submission_sessions').set({ due_date }).where('id', '=', id).execute()
}

export const unknownLink = () => `${sessions}/${randomUUID()}`

/** A post box that keeps what it is given, and what came for one address. */
export function postBox() {
  const mails: Mail[] = []
  return {
    mail: async (mail: Mail) => void mails.push(mail),
    to: (address: string) => mails.filter(({ to }) => to === address),
  }
}
