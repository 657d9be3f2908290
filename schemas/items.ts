import { type Static, Type } from '@sinclair/typebox'
import { User } from './accounts/users.ts'
import { Id, nullable, oneOf, ref, Timestamp } from './common.ts'
import { cursorPageOf, cursorQuery, envelopeOf, pageQuery } from './pages.ts'

export const itemStatuses = ['draft', 'published', 'archived'] as const
export const ItemStatus = oneOf(...itemStatuses)
export type ItemStatus = Static<typeof ItemStatus>

/** At least one character that is no white space, which is cut off at both ends. */
const Tag = Type.String({ maxLength: 50, pattern: '\\S', examples: ['調査'] })

const editable = {
  title: Type.String({ minLength: 1, maxLength: 200, examples: ['現地調査メモ'] }),
  description: nullable(Type.String({ maxLength: 5000, examples: ['8月の聞き取り'] })),
  status: Type.Unsafe<ItemStatus>({
    ...ItemStatus,
    description: 'Everybody reads what is published; the rest, its owner and SystemAdmin.',
  }),
  tags: Type.Array(Tag, {
    maxItems: 10,
    description: 'White space around a tag is cut off; of tags that are the same, one is kept.',
    examples: [['調査', '2026']],
  }),
}

/** What everybody sees of the owner who sees the item. */
export const ItemOwner = Type.Object(
  {
    ...Type.Pick(User, [
      'id',
      'username',
      'email',
      'display_name',
      'full_name',
      'bio',
      'profile_image',
      'is_active',
      'is_superuser',
      'created_at',
      'updated_at',
    ]).properties,
  },
  { $id: 'ItemOwner' },
)
export type ItemOwner = Static<typeof ItemOwner>

export const Item = Type.Object(
  {
    id: Id,
    ...editable,
    owner_id: Id,
    owner: ref(ItemOwner),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Item' },
)
export type Item = Static<typeof Item>

export const NewItem = Type.Object(
  {
    title: editable.title,
    description: Type.Optional(editable.description),
    status: Type.Optional(Type.Unsafe<ItemStatus>({ ...editable.status, default: 'draft' })),
    tags: Type.Optional(editable.tags),
  },
  { $id: 'NewItem', additionalProperties: false },
)
export type NewItem = Static<typeof NewItem>

export const ItemChange = Type.Partial(Type.Object(editable), {
  $id: 'ItemChange',
  additionalProperties: false,
  minProperties: 1,
})
export type ItemChange = Static<typeof ItemChange>

const ItemSort = oneOf('-created_at', 'created_at', '-updated_at', 'updated_at', 'title', '-title')
export type ItemSort = Static<typeof ItemSort>

export const ItemQuery = Type.Object({
  ...pageQuery({ limit: 50, max: 100 }).properties,
  ...Type.Pick(cursorQuery(), ['cursor']).properties,
  status: Type.Optional(
    Type.Unsafe<ItemStatus>({ ...ItemStatus, description: 'Only items of this status.' }),
  ),
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Part of the title, in upper or lower case; `%` and `_` mean themselves.',
    }),
  ),
  owner_id: Type.Optional(
    Type.String({ ...Id, description: 'Only items of this user; of others, published ones.' }),
  ),
  tag: Type.Optional(Type.String({ ...Tag, description: 'Only items with exactly this tag.' })),
  sort: Type.Unsafe<ItemSort>({
    ...ItemSort,
    default: '-created_at',
    description:
      'The order, with `-` from the greatest to the least. Titles go by code point of their lower case.',
  }),
})
export type ItemQuery = Static<typeof ItemQuery>

export const ItemEnvelope = Type.Object(
  {
    ...envelopeOf(ref(Item)).properties,
    next_cursor: nullable(
      Type.String({ description: 'What to send as `cursor` next. Null on the last page.' }),
    ),
  },
  { $id: 'ItemEnvelope' },
)

export const ItemEvent = Type.Object(
  {
    id: Id,
    actor_id: nullable(Id),
    action: Type.String({ examples: ['item.updated'] }),
    changes: Type.Record(Type.String(), Type.Unknown(), {
      description: 'Field by field, `from` what `to` what; for a new item, what it was made with.',
      examples: [{ status: { from: 'draft', to: 'published' } }],
    }),
    created_at: Timestamp,
  },
  { $id: 'ItemEvent' },
)

export const ItemHistoryQuery = cursorQuery()
export const ItemHistory = cursorPageOf('events', ref(ItemEvent), { $id: 'ItemHistory' })
