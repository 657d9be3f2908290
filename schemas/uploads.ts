import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, ProblemDetails, ref, Timestamp } from './common.ts'
import { pageOf, pageQuery } from './pages.ts'

/** As the Vue guide shows it, and what else is known of it. */
export const UploadedFile = Type.Object(
  {
    id: Id,
    filename: Type.String({ description: 'As the client called it.', examples: ['契約書.pdf'] }),
    stored_name: Type.String({
      description: 'What it is called in addresses.',
      examples: ['0b4f9e5c-6f0f-4a53-9d7b-0f5a3f1d2c4e.pdf'],
    }),
    size: Type.Integer({ minimum: 1, description: 'In bytes.' }),
    content_type: Type.String({ examples: ['application/pdf'] }),
    url: Type.String({
      examples: ['/api/v1/upload/files/0b4f9e5c-6f0f-4a53-9d7b-0f5a3f1d2c4e.pdf'],
    }),
    thumbnail_url: nullable(Type.String({ description: 'Null for what is no picture.' })),
    description: nullable(Type.String()),
    sha256: Type.String({ description: 'In hexadecimal.' }),
    created_at: Timestamp,
  },
  { $id: 'UploadedFile' },
)
export type UploadedFile = Static<typeof UploadedFile>

/** Between source 002, whose clients read a list of files, and what became of each. */
export const FileResult = Type.Object(
  {
    success: Type.Boolean({ description: 'Whether this file is stored.' }),
    filename: UploadedFile.properties.filename,
    ...Type.Partial(Type.Omit(UploadedFile, ['filename'])).properties,
    problem: Type.Optional(
      Type.Unsafe<ProblemDetails>({
        ...ref(ProblemDetails),
        description: 'Why it is not stored. Instead of all other fields.',
      }),
    ),
  },
  { $id: 'FileResult' },
)
export type FileResult = Static<typeof FileResult>

export const FileResults = Type.Array(ref(FileResult), {
  $id: 'FileResults',
  description: 'One for each file, in the order in which they were sent.',
  examples: [
    [
      {
        success: true,
        filename: '契約書.pdf',
        id: '01990f6e-5c00-7000-8000-0123456789ab',
        stored_name: '0b4f9e5c-6f0f-4a53-9d7b-0f5a3f1d2c4e.pdf',
        size: 48213,
        content_type: 'application/pdf',
        url: '/api/v1/upload/files/0b4f9e5c-6f0f-4a53-9d7b-0f5a3f1d2c4e.pdf',
        thumbnail_url: null,
        description: null,
        sha256: 'cdf9a735b84cd80baeb8afe3623d94e3c966061f3b4bce5a63992569266544e1',
        created_at: '2026-01-02T03:04:05.678Z',
      },
      {
        success: false,
        filename: 'setup.exe',
        problem: {
          type: 'https://httpstatuses.com/415',
          title: 'Unsupported Media Type',
          status: 415,
          detail: 'Send a file of one of these types: .jpg, .png, .pdf.',
          instance: '/api/v1/upload/files/multiple',
          request_id: 'a1b2c3',
          code: 'file_type_not_allowed',
        },
      },
    ],
  ],
})

export const UploadedFilePage = pageOf('files', ref(UploadedFile), { $id: 'UploadedFilePage' })

export const FileQuery = Type.Object({
  ...pageQuery().properties,
  owner_id: Type.Optional(
    Type.String({
      format: 'uuid',
      description: 'Whose files; one’s own without it. Others’ need `upload.manage`.',
    }),
  ),
})
export type FileQuery = Static<typeof FileQuery>

export const FileParams = Type.Object({
  stored_name: Type.String({ maxLength: 100, description: 'What it is called in addresses.' }),
})

const inline = Type.Optional(
  Type.Boolean({ description: 'Shows pictures and PDFs in the browser instead of saving them.' }),
)
export const ShownQuery = Type.Object({ inline })

const week = 7 * 24 * 3600

export const NewLink = Type.Object(
  {
    expires_in: Type.Optional(
      Type.Integer({
        minimum: 60,
        maximum: week,
        default: 3600,
        description: 'Seconds until it expires.',
      }),
    ),
  },
  { $id: 'NewLink', additionalProperties: false },
)
export type NewLink = Static<typeof NewLink>

export const FileLink = Type.Object(
  {
    url: Type.String({
      format: 'uri',
      examples: [
        'https://kaname.example.jp/api/v1/upload/links/0b4f9e5c-6f0f-4a53-9d7b-0f5a3f1d2c4e.pdf?expires=1767323045&signature=q2n8',
      ],
    }),
    expires_at: Timestamp,
  },
  { $id: 'FileLink' },
)
export type FileLink = Static<typeof FileLink>

export const LinkQuery = Type.Object({
  expires: Type.Integer({
    minimum: 0,
    maximum: 8_640_000_000_000,
    description: 'When it expires, in seconds since 1970.',
  }),
  signature: Type.String({ maxLength: 100, description: 'Made with the link.' }),
  inline,
})
export type LinkQuery = Static<typeof LinkQuery>
