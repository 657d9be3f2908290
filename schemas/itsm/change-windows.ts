import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { time } from './cab.ts'

const clock = (example: string, description: string) =>
  Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description, examples: [example] })

export const Recurrence = Type.Object(
  {
    time_zone: Type.String({ maxLength: 64, examples: ['Asia/Tokyo'] }),
    weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
      minItems: 1,
      maxItems: 7,
      uniqueItems: true,
      description: 'On which it begins there: 1 Monday to 7 Sunday.',
      examples: [[6]],
    }),
    from: clock('22:00', 'When it begins there. Where clocks skip it, as much later as they skip.'),
    to: clock('05:00', 'When it ends there; on the next day where that is not after `from`.'),
    until: nullable(
      Type.String({
        format: 'date',
        description: 'The last day there on which it begins; null for no end.',
        examples: ['2027-03-31'],
      }),
    ),
  },
  { $id: 'ChangeWindowRecurrence', additionalProperties: false },
)
export type Recurrence = Static<typeof Recurrence>

const recurrence = Type.Union([ref(Recurrence), Type.Null()], {
  description: 'Every week; for maintenance only. It applies from `starts_at` on.',
})

const fields = {
  kind: Type.Unsafe<'freeze' | 'maintenance'>({
    ...oneOf('freeze', 'maintenance'),
    description: 'When nothing changes, or when it does.',
  }),
  severity: Type.Unsafe<'hard' | 'soft' | null>({
    type: ['string', 'null'],
    enum: ['hard', 'soft', null],
    description: 'Of a freeze: `hard` blocks, `soft` warns. Null for maintenance.',
    examples: ['hard'],
  }),
  name: Type.String({ minLength: 1, maxLength: 200, pattern: line, examples: ['年末年始の凍結'] }),
  reason: nullable(Type.String({ maxLength: 2000, examples: ['窓口が閉まるため。'] })),
  starts_at: time('2026-12-28T00:00:00.000Z'),
  ends_at: nullable(
    time('2027-01-04T00:00:00.000Z', 'No longer part of it. Null for one that recurs.'),
  ),
  recurrence,
  ci_ids: Type.Array(Id, {
    maxItems: 500,
    uniqueItems: true,
    description: 'Which CIs it is for; none for all.',
    examples: [[]],
  }),
}

const { kind, name, starts_at, ...rest } = fields

export const NewWindow = Type.Object(
  { kind, name, starts_at, ...Type.Partial(Type.Object(rest)).properties },
  {
    $id: 'NewChangeWindow',
    additionalProperties: false,
    examples: [
      {
        kind: 'freeze',
        severity: 'hard',
        name: '年末年始の凍結',
        starts_at: '2026-12-28T00:00:00.000Z',
        ends_at: '2027-01-04T00:00:00.000Z',
      },
    ],
  },
)
export type NewWindow = Static<typeof NewWindow>

export const WindowChange = Type.Partial(Type.Object({ name, starts_at, ...rest }), {
  $id: 'ChangeWindowChange',
  additionalProperties: false,
  minProperties: 1,
  description: '`recurrence` and `ci_ids` are replaced as wholes.',
})
export type WindowChange = Static<typeof WindowChange>

export const ChangeWindow = Type.Object(
  {
    id: Id,
    ...fields,
    created_by: Id,
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'ChangeWindow' },
)
export type ChangeWindow = Static<typeof ChangeWindow>

export const WindowQuery = Type.Object({
  ...pageQuery().properties,
  kind: Type.Optional(
    Type.Unsafe<'freeze' | 'maintenance'>({ ...kind, description: 'Only of this kind.' }),
  ),
  from: Type.Optional(time('2026-12-01T00:00:00.000Z', 'Only windows that are not over by then.')),
  to: Type.Optional(time('2027-01-01T00:00:00.000Z', 'Only windows that begin before then.')),
})
export type WindowQuery = Static<typeof WindowQuery>
export const WindowPage = pageOf('windows', ref(ChangeWindow), { $id: 'ChangeWindowPage' })

export const windowSchemas = [Recurrence, NewWindow, WindowChange, ChangeWindow, WindowPage]
