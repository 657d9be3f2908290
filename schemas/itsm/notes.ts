import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { Named } from './common.ts'

const NoteType = oneOf('work_note', 'customer_note', 'resolution_note')

type NoteType = Static<typeof NoteType>

const written = {
  content: Type.String({
    minLength: 1,
    maxLength: 20_000,
    pattern: '\\S',
    description: '`@username` or `@email` tells somebody who may read the note.',
    examples: ['再起動で復旧した。@hanako 確認をお願いします。'],
  }),
  note_type: NoteType,
  is_public: Type.Boolean({ description: 'Whether the reporter reads it.' }),
}

export const WorkNote = Type.Object(
  {
    id: Id,
    incident_id: Id,
    ...written,
    author_id: nullable(Type.String({ ...Id, description: 'Null for the service itself.' })),
    author: Type.Union([ref(Named), Type.Null()]),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'WorkNote' },
)
export type WorkNote = Static<typeof WorkNote>

export const WorkNoteQuery = pageQuery()
export const WorkNotePage = pageOf('notes', ref(WorkNote), { $id: 'WorkNotePage' })

export const NewWorkNote = Type.Object(
  {
    content: written.content,
    note_type: Type.Optional(
      Type.Unsafe<NoteType>({
        ...NoteType,
        description: '`work_note` if not said; for the reporter, `customer_note`.',
      }),
    ),
    is_public: Type.Optional(
      Type.Boolean({ description: 'If not said, true for `customer_note` alone.' }),
    ),
  },
  { $id: 'NewWorkNote', additionalProperties: false },
)
export type NewWorkNote = Static<typeof NewWorkNote>

export const WorkNoteChange = Type.Partial(Type.Object(written), {
  $id: 'WorkNoteChange',
  additionalProperties: false,
  minProperties: 1,
})
export type WorkNoteChange = Static<typeof WorkNoteChange>

export const WorkNoteParams = Type.Object({
  id: Type.String({ ...Id, description: 'The id of the incident.' }),
  note_id: Type.String({ ...Id, description: 'The id of the note.' }),
})
