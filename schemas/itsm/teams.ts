import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { Named } from './common.ts'

const editable = {
  name: Type.String({
    minLength: 1,
    maxLength: 100,
    pattern: line,
    description: 'One team has it, upper or lower case, wide or narrow.',
    examples: ['ヘルプデスク'],
  }),
  description: nullable(Type.String({ maxLength: 2000, examples: ['庁内からの問い合わせ窓口'] })),
  lead_id: nullable(Type.String({ ...Id, description: 'Becomes a member where not one yet.' })),
  manager_id: nullable(
    Type.String({ ...Id, description: 'Who hears of what the team was late with.' }),
  ),
}

export const TeamMember = Type.Object(
  {
    id: Id,
    name: Type.String({ examples: ['山田 花子'] }),
    is_active: Type.Boolean({ description: 'Somebody deactivated is told nothing.' }),
  },
  { $id: 'TeamMember' },
)

export const Team = Type.Object(
  {
    id: Id,
    ...editable,
    lead: Type.Union([ref(Named), Type.Null()]),
    manager: Type.Union([ref(Named), Type.Null()]),
    members: Type.Array(ref(TeamMember), { description: 'In the order of their ids.' }),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Team' },
)
export type Team = Static<typeof Team>

const user_ids = Type.Array(Id, { maxItems: 500, uniqueItems: true })

export const NewTeam = Type.Object(
  {
    name: editable.name,
    description: Type.Optional(editable.description),
    lead_id: Type.Optional(editable.lead_id),
    manager_id: Type.Optional(editable.manager_id),
    member_ids: Type.Optional(user_ids),
  },
  { $id: 'NewTeam', additionalProperties: false },
)
export type NewTeam = Static<typeof NewTeam>

export const TeamChange = Type.Partial(Type.Object(editable), {
  $id: 'TeamChange',
  additionalProperties: false,
  minProperties: 1,
})
export type TeamChange = Static<typeof TeamChange>

export const TeamMembers = Type.Object(
  { user_ids },
  { $id: 'TeamMembers', additionalProperties: false },
)
export type TeamMembers = Static<typeof TeamMembers>

export const TeamPage = pageOf('teams', ref(Team), { $id: 'TeamPage' })

export const TeamQuery = Type.Object({
  ...pageQuery().properties,
  search: Type.Optional(
    Type.String({ maxLength: 100, description: 'Part of the name, however it is written.' }),
  ),
  member_id: Type.Optional(
    Type.String({
      pattern: '^(me|[\\da-fA-F]{8}(-[\\da-fA-F]{4}){3}-[\\da-fA-F]{12})$',
      description: 'Only teams of this user; `me` for oneself.',
      examples: ['me'],
    }),
  ),
  sort: Type.Unsafe<'-created_at' | 'name'>({
    ...oneOf('-created_at', 'name'),
    default: '-created_at',
    description: 'What comes first.',
  }),
})
export type TeamQuery = Static<typeof TeamQuery>
