import { Type } from '@sinclair/typebox'
import { Id, nullable, ref, Timestamp } from '../common.ts'
import { cursorPageOf, cursorQuery } from '../pages.ts'

export const FieldChange = Type.Object(
  {
    id: Id,
    field: Type.String({ examples: ['status'] }),
    old_value: Type.Unknown({ description: 'Null for none.', examples: ['new'] }),
    new_value: Type.Unknown({ description: 'Null for none.', examples: ['assigned'] }),
    changed_by: nullable(Type.String({ ...Id, description: 'Null for the service itself.' })),
    changed_at: Timestamp,
  },
  { $id: 'FieldChange' },
)

export const HistoryQuery = cursorQuery()
export const HistoryPage = cursorPageOf('history', ref(FieldChange), { $id: 'HistoryPage' })
