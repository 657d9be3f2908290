import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ProblemDetails, ref, Timestamp } from '../common.ts'
import { DocumentReview, DriveStatus } from './common.ts'

/** The names of both screens of the first client: one reads `size`, the other `file_size`. */
export const SubmissionFile = Type.Object(
  {
    id: Id,
    session_id: Type.String({ format: 'uuid', description: 'The link it came by.' }),
    filename: Type.String({ description: 'As its sender called it.', examples: ['住民票.pdf'] }),
    size: Type.Integer({ minimum: 1, description: 'In bytes.', examples: [48213] }),
    file_size: Type.Integer({ minimum: 1, description: 'The same as `size`.', examples: [48213] }),
    mime_type: Type.String({ examples: ['application/pdf'] }),
    sha256: Type.String({
      description: 'In hexadecimal.',
      examples: ['cdf9a735b84cd80baeb8afe3623d94e3c966061f3b4bce5a63992569266544e1'],
    }),
    document_type: nullable(Type.String({ examples: ['resident_card'] })),
    comment: nullable(Type.String({ description: 'What its sender said with it.' })),
    review: Type.Unsafe<DocumentReview>({
      ...DocumentReview,
      description: 'What staff say of it.',
    }),
    review_comment: nullable(Type.String()),
    reviewed_at: nullable(Timestamp),
    reviewed_by: Type.Optional(nullable(Type.String({ description: 'Only for staff.' }))),
    uploaded_by: Type.Optional(
      nullable(
        Type.String({ description: 'Only for staff. Null for the submitter, who has no account.' }),
      ),
    ),
    drive_status: Type.Unsafe<DriveStatus>({
      ...DriveStatus,
      description: 'How far the copy in Drive is; `off` where none is made.',
    }),
    drive_error: nullable(Type.String({ description: 'Null for those with the link.' })),
    google_drive_file_id: nullable(
      Type.String({ description: 'Null until there is a copy, and for those with the link.' }),
    ),
    uploaded_at: Timestamp,
  },
  { $id: 'SubmissionFile' },
)
export type SubmissionFile = Static<typeof SubmissionFile>

export const SubmissionFiles = Type.Array(ref(SubmissionFile), {
  $id: 'SubmissionFiles',
  description: 'The oldest first.',
})

const RefusedFile = Type.Object({
  filename: SubmissionFile.properties.filename,
  problem: ref(ProblemDetails),
})

export const SubmissionUpload = Type.Object(
  {
    message: Type.String({ examples: ['ファイルのアップロードが完了しました'] }),
    uploaded_files: Type.Array(ref(SubmissionFile)),
    failed_files: Type.Array(RefusedFile, {
      description: 'Those that are not stored, and why.',
      examples: [[]],
    }),
  },
  { $id: 'SubmissionUpload' },
)
export type SubmissionUpload = Static<typeof SubmissionUpload>

export const SubmissionReview = Type.Object(
  {
    review: Type.Unsafe<'accepted' | 'rejected'>(oneOf('accepted', 'rejected')),
    comment: Type.Optional(
      nullable(
        Type.String({
          maxLength: 2000,
          description: 'For the submitter.',
          examples: ['2 ページ目が切れています。'],
        }),
      ),
    ),
  },
  { $id: 'SubmissionReview', additionalProperties: false },
)
export type SubmissionReview = Static<typeof SubmissionReview>

/** Any text, so that a link that was cut short is answered like every other that opens nothing. */
export const LinkParams = Type.Object({
  id: Type.String({ maxLength: 100, description: 'The id of the session, as its link has it.' }),
})

export const LinkHeaders = Type.Object({
  'x-session-id': Type.Optional(
    Type.String({
      maxLength: 100,
      description: 'The id of the session, of somebody who has its link and no account.',
    }),
  ),
})

const session_id = Type.Optional(
  Type.String({ maxLength: 100, description: 'As `X-Session-Id`, for addresses in a page.' }),
)
export const LinkQuery = Type.Object({ session_id })

export const SubmissionDownloadQuery = Type.Object({
  session_id,
  inline: Type.Optional(
    Type.Boolean({ description: 'Shows pictures and PDFs in the browser instead of saving them.' }),
  ),
})
