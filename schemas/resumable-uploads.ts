import { type Static, Type } from '@sinclair/typebox'
import { nullable, ref, Timestamp } from './common.ts'
import { UploadedFile } from './uploads.ts'

const id = Type.String({
  format: 'uuid',
  description: 'From the `Location` of its creation.',
  examples: ['0b4f9e5c-6f0f-4a53-9d7b-0f5a3f1d2c4e'],
})

export const ResumableUploadParams = Type.Object({ id })

/** How far a file has come that is sent in pieces. */
export const ResumableUpload = Type.Object(
  {
    id,
    filename: Type.String({ examples: ['契約書.pdf'] }),
    description: nullable(Type.String()),
    size: Type.Integer({ minimum: 1, description: 'Of the whole file, in bytes.' }),
    offset: Type.Integer({
      minimum: 0,
      description: 'How many bytes are kept. All of them: the file has been made.',
    }),
    expires_at: { ...Timestamp, description: 'When what has come is thrown away.' },
    file: Type.Union([ref(UploadedFile), Type.Null()], {
      description: 'Null until it has been made, and again when it has been deleted.',
      examples: [null],
    }),
    created_at: Timestamp,
  },
  { $id: 'ResumableUpload' },
)
export type ResumableUpload = Static<typeof ResumableUpload>

const tus = { 'tus-resumable': Type.Optional(Type.String({ description: 'Must be `1.0.0`.' })) }

export const TusHeaders = Type.Object(tus)

export const CreationHeaders = Type.Object({
  ...tus,
  'upload-length': Type.Integer({ minimum: 1, description: 'The size of the whole file.' }),
  'upload-metadata': Type.String({
    maxLength: 8000,
    description:
      'Pairs of a key and a value in base64, separated by commas: `filename` (or `name`), `description`. Others are kept and not read.',
    examples: ['filename 5aWR57SE5pu4LnBkZg=='],
  }),
  'upload-concat': Type.Optional(Type.String({ description: 'Not supported: refused.' })),
  'upload-defer-length': Type.Optional(Type.String({ description: 'Not supported: refused.' })),
})

export const PatchHeaders = Type.Object({
  ...tus,
  'upload-offset': Type.Integer({ minimum: 0, description: 'Where this piece begins.' }),
  'upload-checksum': Type.Optional(
    Type.String({
      description: '`sha256` (or `sha1`, `md5`), a space, and the hash of this body in base64.',
    }),
  ),
})

/** Read as it comes. */
export const Piece = Type.Unsafe<unknown>({
  contentMediaType: 'application/octet-stream',
  description: 'Bytes of the file, from `Upload-Offset` on.',
})

const header = (description: string, example: string) => ({
  type: 'string',
  description,
  examples: [example],
})

const offset = header('How many bytes are kept.', '4194304')
const expires = header('When it is thrown away if unfinished.', 'Sun, 22 Nov 2026 06:00:00 GMT')
const stored = header(
  'Once the file is made: its name in addresses.',
  '0b4f9e5c-6f0f-4a53-9d7b-0f5a3f1d2c4e.pdf',
)

/** An answer that says everything in its headers. */
const empty = (description: string, headers: Record<string, object> = {}) => ({
  ...Type.Null(),
  description,
  headers,
})

export const TusAbilities = empty('What is spoken', {
  'Tus-Version': header('Versions.', '1.0.0'),
  'Tus-Extension': header('Extensions.', 'creation,termination,expiration,checksum'),
  'Tus-Max-Size': header('How large a file may be, in bytes.', '1073741824'),
  'Tus-Checksum-Algorithm': header('For `Upload-Checksum`.', 'sha1,sha256,md5'),
})

export const Begun = empty('Begun', {
  Location: header(
    'Where the pieces go.',
    '/api/v1/upload/resumable/0b4f9e5c-6f0f-4a53-9d7b-0f5a3f1d2c4e',
  ),
  'Upload-Expires': expires,
})

export const UploadState = empty('How far it has come', {
  'Upload-Offset': offset,
  'Upload-Length': header('The size of the whole file.', '12582912'),
  'Upload-Metadata': header('As it was sent.', 'filename 5aWR57SE5pu4LnBkZg=='),
  'Upload-Stored-Name': stored,
})

export const PieceKept = empty('Kept', {
  'Upload-Offset': offset,
  'Upload-Expires': expires,
  'Upload-Stored-Name': stored,
})

export const Ended = empty('Ended')
