import { type Static, Type } from '@sinclair/typebox'
import { Email } from '../accounts/users.ts'
import { Id, line, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { ExportFormat } from '../exports.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { ReviewStatus, SubmissionStatus, SubmissionType } from './common.ts'
import { SubmissionFile } from './files.ts'

const SessionId = Type.String({
  format: 'uuid',
  description: 'Random: whoever knows it has the link.',
  examples: ['8f14e45f-ceea-467f-9575-1a6d1c2b7e90'],
})

const submitter_name = Type.String({
  maxLength: 200,
  pattern: line,
  examples: ['山田 太郎'],
})
const comment = nullable(
  Type.String({
    maxLength: 2000,
    description: 'What was said to the submitter with the status.',
    examples: ['契約書の 2 ページ目が切れています。'],
  }),
)
const editable = {
  description: nullable(
    Type.String({ maxLength: 5000, examples: ['2026 年度の業務委託契約の書類です。'] }),
  ),
  due_date: nullable(
    Type.String({
      format: 'date',
      description: 'The last day on which the link opens, in Japan; null for no end.',
      examples: ['2099-03-31'],
    }),
  ),
  requirements: nullable(
    Type.Array(Type.String({ maxLength: 100, pattern: line }), {
      maxItems: 30,
      uniqueItems: true,
      description:
        'The documents that are asked for: document types of the catalogue, or names of one’s own. Null for all that the catalogue requires of this type of submission.',
      examples: [['resident_card', '業務委託契約書']],
    }),
  ),
}

export const SubmissionCompletion = Type.Object(
  {
    required: Type.Integer({ minimum: 0, description: 'How many documents are asked for.' }),
    received: Type.Integer({ minimum: 0, description: 'For how many of them there is a file.' }),
    percentage: Type.Integer({ minimum: 0, maximum: 100, examples: [50] }),
    missing: Type.Array(Type.String(), {
      description: 'Those for which there is no file that still counts.',
      examples: [['seal_certificate']],
    }),
    expired: Type.Array(Type.String(), {
      description: 'Those of the missing for which there is a file that is too old.',
      examples: [[]],
    }),
  },
  { $id: 'SubmissionCompletion' },
)

export const SubmissionSession = Type.Object(
  {
    id: SessionId,
    submitter_name,
    submitter_email: nullable(
      Type.String({
        format: 'email',
        description: 'Null for those who have nothing but the link.',
        examples: ['taro@example.jp'],
      }),
    ),
    submission_type: SubmissionType,
    ...editable,
    status: SubmissionStatus,
    comment,
    review_status: Type.Unsafe<ReviewStatus>({
      ...ReviewStatus,
      description: 'Whether something came that staff have not answered yet.',
    }),
    is_expired: Type.Boolean({ description: 'The due date has passed.', examples: [false] }),
    completion: ref(SubmissionCompletion),
    google_drive_folder_id: nullable(
      Type.String({ description: 'Null until there is a folder, and for those with the link.' }),
    ),
    uploaded_files: Type.Array(ref(SubmissionFile)),
    owner_id: nullable(
      Type.String({ ...Id, description: 'Who opened it. Null for those with the link.' }),
    ),
    closed_at: nullable(Timestamp),
    received_at: nullable(Timestamp),
    reviewed_at: nullable(Timestamp),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'SubmissionSession' },
)
export type SubmissionSession = Static<typeof SubmissionSession>

export const NewSubmissionSession = Type.Object(
  {
    submitter_name,
    submitter_email: Email,
    submission_type: SubmissionType,
    description: Type.Optional(editable.description),
    due_date: Type.Optional(editable.due_date),
    requirements: Type.Optional(editable.requirements),
  },
  { $id: 'NewSubmissionSession', additionalProperties: false },
)
export type NewSubmissionSession = Static<typeof NewSubmissionSession>

export const SubmissionSessionChange = Type.Partial(
  Type.Object({
    ...editable,
    closed: Type.Boolean({ description: 'Whether the link is shut.', examples: [true] }),
  }),
  { $id: 'SubmissionSessionChange', additionalProperties: false, minProperties: 1 },
)
export type SubmissionSessionChange = Static<typeof SubmissionSessionChange>

export const SubmissionStatusChange = Type.Object(
  { status: SubmissionStatus, comment: Type.Optional(comment) },
  { $id: 'SubmissionStatusChange', additionalProperties: false },
)
export type SubmissionStatusChange = Static<typeof SubmissionStatusChange>

const message = Type.String({ examples: ['セッションが作成されました'] })

export const CreatedSubmissionSession = Type.Object(
  {
    session_id: SessionId,
    message,
    url: Type.String({
      description: 'Where the page for the submitter is, on the web client’s address.',
      examples: ['/submission/8f14e45f-ceea-467f-9575-1a6d1c2b7e90'],
    }),
    session: ref(SubmissionSession),
  },
  { $id: 'CreatedSubmissionSession' },
)

export const ChangedSubmissionSession = Type.Object(
  {
    message: Type.String({ examples: ['ステータスが更新されました'] }),
    session: ref(SubmissionSession),
  },
  { $id: 'ChangedSubmissionSession' },
)

const filters = {
  status: Type.Optional(
    Type.Unsafe<SubmissionStatus>({ ...SubmissionStatus, description: 'Only of this status.' }),
  ),
  type: Type.Optional(
    Type.Unsafe<SubmissionType>({ ...SubmissionType, description: 'Only of this type.' }),
  ),
  review_status: Type.Optional(
    Type.Unsafe<ReviewStatus>({
      ...ReviewStatus,
      description: 'Only those where nothing came, that wait for staff, or that are answered.',
    }),
  ),
  due: Type.Optional(
    Type.Unsafe<'overdue' | 'soon' | 'none'>({
      ...oneOf('overdue', 'soon', 'none'),
      description: 'Only those past their day, within a week of it, or without one.',
    }),
  ),
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Part of name, email or description; `%` and `_` mean themselves.',
    }),
  ),
}

export const SubmissionSessionQuery = Type.Object({ ...pageQuery().properties, ...filters })
export type SubmissionSessionQuery = Static<typeof SubmissionSessionQuery>

export const SubmissionExportQuery = Type.Object({
  ...filters,
  format: Type.Unsafe<ExportFormat>({
    ...ExportFormat,
    default: 'csv',
    description: 'CSV marked as UTF-8, which opens in a spreadsheet, or a workbook.',
  }),
})
export type SubmissionExportQuery = Static<typeof SubmissionExportQuery>

const count = Type.Integer({ minimum: 0 })

export const SubmissionStatusCounts = Type.Object(
  { not_uploaded: count, needs_reupload: count, approved: count },
  { $id: 'SubmissionStatusCounts' },
)
export type SubmissionStatusCounts = Static<typeof SubmissionStatusCounts>

export const SubmissionSessionPage = Type.Object(
  {
    ...pageOf('sessions', ref(SubmissionSession)).properties,
    status_counts: ref(SubmissionStatusCounts),
  },
  { $id: 'SubmissionSessionPage' },
)

export const SubmissionStatistics = Type.Object(
  {
    total_sessions: count,
    status_counts: ref(SubmissionStatusCounts),
    type_counts: Type.Object({ individual: count, corporate: count }),
    review_counts: Type.Object({ none: count, waiting: count, reviewed: count }),
    open_sessions: Type.Integer({ minimum: 0, description: 'Whose link opens.' }),
    closed_sessions: count,
    expired_sessions: Type.Integer({ minimum: 0, description: 'Past their day, and not closed.' }),
    overdue_sessions: Type.Integer({
      minimum: 0,
      description: 'Past their day, and not approved.',
    }),
    total_files: count,
    total_bytes: count,
    file_counts: Type.Object({ pending: count, accepted: count, rejected: count }),
    months: Type.Array(
      Type.Object({
        month: Type.String({ pattern: '^\\d{4}-\\d{2}$', examples: ['2026-01'] }),
        created: count,
      }),
      { description: 'The last twelve in Japan, the oldest first.' },
    ),
  },
  { $id: 'SubmissionStatistics' },
)
export type SubmissionStatistics = Static<typeof SubmissionStatistics>
