import { type Static, Type } from '@sinclair/typebox'
import { oneOf, ref, Timestamp } from '../common.ts'
import { cursorPageOf, cursorQuery } from '../pages.ts'
import { Named } from './common.ts'

const EntryType = oneOf(
  'status_change',
  'assignment',
  'field_change',
  'work_note',
  'attachment',
  'link',
  'sla',
)

export const TimelineEntry = Type.Object(
  {
    id: Type.String(),
    type: EntryType,
    title: Type.String({
      description: 'In the language of `Accept-Language`.',
      examples: ['状態の変更'],
    }),
    user: Type.Union([ref(Named), Type.Null()], { description: 'Null for the service itself.' }),
    timestamp: Timestamp,
    details: Type.Object(
      {},
      {
        additionalProperties: true,
        description:
          'Of changes `field`, `old_value`, `new_value`; of notes `content`, `note_type`, `is_public`; of attachments `original_name`, `content_type`, `size`, `is_public`; of links `kind`, `target_id`; of the SLA `target`, `level`, `due_at`, `late`.',
      },
    ),
  },
  { $id: 'TimelineEntry' },
)
export type TimelineEntry = Static<typeof TimelineEntry>

export const TimelineQuery = Type.Object({
  ...cursorQuery().properties,
  order: Type.Unsafe<'asc' | 'desc'>({
    ...oneOf('asc', 'desc'),
    default: 'desc',
    description: 'The latest first, or the earliest. A cursor is for the order that it came with.',
  }),
})
export type TimelineQuery = Static<typeof TimelineQuery>

export const TimelinePage = cursorPageOf('entries', ref(TimelineEntry), { $id: 'TimelinePage' })
export type TimelinePage = { entries: TimelineEntry[]; next_cursor: string | null }
