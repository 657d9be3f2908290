import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { IncidentStatus, Named, Priority } from './common.ts'

export const ciKinds = [
  'service',
  'application',
  'server',
  'database',
  'network',
  'storage',
  'endpoint',
  'facility',
  'document',
  'other',
] as const
export const CiKind = oneOf(...ciKinds)
export type CiKind = Static<typeof CiKind>

const editable = {
  name: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: line,
    description: 'One item has it, upper or lower case, wide or narrow.',
    examples: ['庁内メール'],
  }),
  kind: CiKind,
  description: nullable(Type.String({ maxLength: 5000, examples: ['職員用のメールサービス'] })),
  owner_team_id: nullable(Type.String({ ...Id, description: 'The team that looks after it.' })),
  depends_on: Type.Array(Id, {
    maxItems: 200,
    uniqueItems: true,
    description: 'The items that it does not work without.',
  }),
}

export const Ci = Type.Object(
  {
    id: Id,
    ...editable,
    owner_team: Type.Union([ref(Named), Type.Null()]),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Ci' },
)
export type Ci = Static<typeof Ci>

export const NewCi = Type.Object(
  {
    name: editable.name,
    kind: editable.kind,
    description: Type.Optional(editable.description),
    owner_team_id: Type.Optional(editable.owner_team_id),
    depends_on: Type.Optional(
      Type.Unsafe<string[]>({ ...editable.depends_on, default: [], examples: [[]] }),
    ),
  },
  { $id: 'NewCi', additionalProperties: false },
)
export type NewCi = Static<typeof NewCi>

export const CiChange = Type.Partial(Type.Object(editable), {
  $id: 'CiChange',
  additionalProperties: false,
  minProperties: 1,
})
export type CiChange = Static<typeof CiChange>

export const CiPage = pageOf('cis', ref(Ci), { $id: 'CiPage' })

export const CiQuery = Type.Object({
  ...pageQuery().properties,
  kind: Type.Optional(Type.Unsafe<CiKind>({ ...CiKind, description: 'Only those of this kind.' })),
  owner_team_id: Type.Optional(
    Type.String({ ...Id, description: 'Only those that this team looks after.' }),
  ),
  depends_on: Type.Optional(
    Type.String({ ...Id, description: 'Only those that depend on this item, with none between.' }),
  ),
  search: Type.Optional(
    Type.String({ maxLength: 100, description: 'Part of the name, however it is written.' }),
  ),
  sort: Type.Unsafe<'-created_at' | 'name'>({
    ...oneOf('-created_at', 'name'),
    default: '-created_at',
    description: 'What comes first.',
  }),
})
export type CiQuery = Static<typeof CiQuery>

/** How far somebody may look, and how much they are shown. */
export const maxDepth = 5
export const maxRelated = 1000

export const RelatedQuery = Type.Object({
  depth: Type.Integer({
    minimum: 1,
    maximum: maxDepth,
    default: 2,
    description: 'How many dependencies away an item may be.',
  }),
})
export type RelatedQuery = Static<typeof RelatedQuery>

const direction = oneOf('upstream', 'downstream')

export const RelatedCi = Type.Object(
  {
    id: Id,
    name: editable.name,
    kind: CiKind,
    direction: Type.Unsafe<Static<typeof direction>>({
      ...direction,
      description:
        '`upstream`: the item that was asked about needs it. `downstream`: it needs the item that was asked about.',
    }),
    distance: Type.Integer({ minimum: 1, description: 'By the shortest way.', examples: [1] }),
  },
  { $id: 'RelatedCi' },
)

export const RelatedCis = Type.Object(
  {
    related: Type.Array(ref(RelatedCi), { description: 'The nearest first.' }),
    truncated: Type.Boolean({ description: `Whether there are more than these ${maxRelated}.` }),
  },
  { $id: 'RelatedCis' },
)

export const CiIncident = Type.Object(
  {
    id: Id,
    incident_number: Type.String({ examples: ['INC00000042'] }),
    title: Type.String({ examples: ['庁内メールが送信できない'] }),
    status: IncidentStatus,
    priority: Priority,
    opened_at: Timestamp,
  },
  { $id: 'CiIncident' },
)

export const CiIncidentPage = Type.Object(
  {
    ...pageOf('incidents', ref(CiIncident)).properties,
    open_count: Type.Integer({
      minimum: 0,
      description: 'How many are neither resolved, closed nor cancelled.',
    }),
  },
  { $id: 'CiIncidentPage' },
)

export const CiIncidentQuery = Type.Object({
  ...pageQuery().properties,
  open: Type.Optional(
    Type.Boolean({ description: 'Only those that are open, or only those that are not.' }),
  ),
})
export type CiIncidentQuery = Static<typeof CiIncidentQuery>
