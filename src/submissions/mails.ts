import type { Db } from '../../db/tables.ts'
import type { Deps } from '../fastify.ts'
import type { JobPayloads } from '../jobs.ts'
import { isExpired, type SessionRow } from './access.ts'
import { describeSession } from './descriptions.ts'
import { requiredDocuments } from './documents.ts'

type Reason = JobPayloads['send_session_mail']['reason']

const subjects: Record<Reason, readonly [ja: string, en: string]> = {
  created: ['書類の提出のお願い', 'Please send your documents'],
  needs_reupload: ['書類の再提出のお願い', 'Please send your documents again'],
  approved: ['書類の確認が完了しました', 'Your documents are accepted'],
  due: ['書類の提出期限が近づいています', 'Your documents are due soon'],
}

const leads: Record<Reason, readonly [ja: string, en: string]> = {
  created: [
    '次のリンクから書類を提出してください。アカウントは必要ありません。',
    'Please upload your documents at the link below. You need no account.',
  ],
  needs_reupload: [
    '提出いただいた書類に不備がありました。次のリンクから、もう一度提出してください。',
    'Something is wrong with your documents. Please upload them again at the link below.',
  ],
  approved: [
    '提出いただいた書類を確認しました。手続きは完了です。',
    'We have checked your documents. There is nothing left for you to do.',
  ],
  due: [
    '提出期限が近づいていますが、まだ届いていない書類があります。次のリンクから提出してください。',
    'Your documents are due soon, and some are still missing. Please upload them at the link below.',
  ],
}

/**
 * Writes to a submitter, unless it is no longer true by then: the status has moved on, or the link
 * no longer opens.
 */
export async function sendSessionMail(
  { db, mail, config }: Pick<Deps, 'db' | 'mail' | 'config'>,
  { session_id, reason }: JobPayloads['send_session_mail'],
): Promise<void> {
  const row = await db
    .selectFrom('submission_sessions')
    .selectAll()
    .where('id', '=', session_id)
    .executeTakeFirst()
  if (!row || !isTrue(row, reason)) return
  const missing = reason === 'approved' ? [] : await missingDocuments(db, row)
  const link = `${config.publicUrl}${pageOf(row)}`
  await mail({
    to: row.submitter_email,
    subject: `Kaname: ${subjects[reason].join(' / ')}`,
    text: textOf(row, reason, link, missing).join('\n'),
  })
}

/** Where the web client shows a session to its submitter. */
export function pageOf({ id }: Pick<SessionRow, 'id'>): string {
  return `/submission/${id}`
}

/** By the names that people know them by. */
async function missingDocuments(db: Db, row: SessionRow): Promise<string[]> {
  const { completion } = await describeSession(db, undefined, row)
  const documents = await requiredDocuments(db, row)
  return documents
    .filter(({ document_type }) => completion.missing.includes(document_type))
    .map(({ name_ja, name_en }) => (name_ja === name_en ? name_ja : `${name_ja} (${name_en})`))
}

function isTrue(row: SessionRow, reason: Reason): boolean {
  if (reason === 'approved') return row.status === 'approved'
  if (row.closed_at !== null || isExpired(row)) return false
  return reason === 'needs_reupload' ? row.status === reason : row.status !== 'approved'
}

function textOf(row: SessionRow, reason: Reason, link: string, missing: string[]): string[] {
  const { submitter_name, description, comment, due_date } = row
  const [ja, en] = leads[reason]
  const isAnswer = reason === 'needs_reupload' || reason === 'approved'
  return [
    `${submitter_name} 様`,
    '',
    ja,
    ...(reason === 'approved' ? [] : [link]),
    ...(reason === 'created' && description ? ['', description] : []),
    ...(isAnswer && comment ? ['', `コメント / Comment: ${comment}`] : []),
    ...(missing.length > 0
      ? ['', '必要な書類 / Documents:', ...missing.map((each) => `- ${each}`)]
      : []),
    ...(due_date && reason !== 'approved' ? ['', `提出期限 / Due: ${due_date}`] : []),
    '',
    en,
  ]
}
