import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'

export const linkKinds = [
  'parent',
  'child',
  'duplicate_of',
  'related',
  'problem',
  'change',
  'caused_by',
] as const
export type LinkKind = (typeof linkKinds)[number]

const kind = Type.Unsafe<LinkKind>({
  ...oneOf(...linkKinds),
  description:
    'What the target is to this incident: another incident, for `problem` a problem, for `change` and `caused_by` a change.',
})

export const IncidentLink = Type.Object(
  {
    kind,
    target_id: Id,
    number: nullable(
      Type.String({
        description: 'Of the target. Null for one that is gone.',
        examples: ['INC00000042'],
      }),
    ),
    title: nullable(Type.String()),
    status: nullable(Type.String({ examples: ['in_progress'] })),
    inward: Type.Boolean({ description: 'Whether it was made at the target, and points here.' }),
    created_by: nullable(Id),
    created_at: nullable(Timestamp),
  },
  { $id: 'IncidentLink' },
)
export type IncidentLink = Static<typeof IncidentLink>

export const IncidentLinks = Type.Object(
  { links: Type.Array(ref(IncidentLink)) },
  { $id: 'IncidentLinks' },
)

export const NewIncidentLink = Type.Object(
  {
    kind,
    target_id: Id,
    close: Type.Optional(
      Type.Boolean({
        description:
          'For `duplicate_of`: cancels the duplicate, with a note that names the original.',
      }),
    ),
  },
  { $id: 'NewIncidentLink', additionalProperties: false },
)
export type NewIncidentLink = Static<typeof NewIncidentLink>

export const LinkParams = Type.Object({
  id: Type.String({ ...Id, description: 'The id of the incident.' }),
  kind,
  target_id: Type.String({ ...Id, description: 'The id of what it is linked to.' }),
})
