import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, Timestamp } from './common.ts'

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
