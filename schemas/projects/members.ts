import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { type MemberRefusal, memberRefusals } from '../messages/projects.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { ProjectParams, ProjectRole } from './common.ts'

export const ProjectMember = Type.Object(
  {
    id: Type.String({ ...Id, description: 'Of the membership: the `member_id` of its routes.' }),
    project_id: Id,
    user_id: Id,
    role: ProjectRole,
    joined_at: Timestamp,
    added_by: nullable(
      Type.String({ ...Id, description: 'Null for whoever created the project.' }),
    ),
    user: Type.Object({
      id: Id,
      email: Type.String({ examples: ['user@example.com'] }),
      display_name: Type.String({ examples: ['山田 太郎'] }),
    }),
  },
  { $id: 'ProjectMember' },
)
export type ProjectMember = Static<typeof ProjectMember>

export const ProjectMemberPage = Type.Object(
  { ...pageOf('members', ref(ProjectMember)).properties, project_id: Id },
  { $id: 'ProjectMemberPage' },
)

export const ProjectMemberQuery = pageQuery()

export const OwnMembership = Type.Object(
  {
    project_id: Id,
    user_id: Id,
    role: ProjectRole,
    is_owner: Type.Boolean({ description: 'Whether the role is `project_manager`.' }),
    is_admin: Type.Boolean({ description: 'Whether the role is `project_manager`.' }),
  },
  { $id: 'OwnMembership' },
)
export type OwnMembership = Static<typeof OwnMembership>

export const NewProjectMember = Type.Object(
  {
    user_id: Id,
    role: Type.Optional(Type.Unsafe<ProjectRole>({ ...ProjectRole, default: 'member' })),
  },
  {
    $id: 'NewProjectMember',
    additionalProperties: false,
    examples: [{ user_id: Id.examples[0], role: 'member' }],
  },
)
export type NewProjectMember = Static<typeof NewProjectMember>

export const NewProjectMembers = Type.Object(
  {
    members: Type.Array(ref(NewProjectMember), {
      minItems: 1,
      maxItems: 100,
      description: 'Each of them is added or fails by itself.',
    }),
  },
  {
    $id: 'NewProjectMembers',
    additionalProperties: false,
    examples: [{ members: [{ user_id: Id.examples[0], role: 'viewer' }] }],
  },
)
export type NewProjectMembers = Static<typeof NewProjectMembers>

export const FailedMember = Type.Object(
  {
    user_id: Id,
    role: ProjectRole,
    error: Type.String({
      description: 'Why, in the language of `Accept-Language`.',
      examples: ['すでにプロジェクトのメンバーです (役割: viewer)。'],
    }),
    code: Type.Unsafe<MemberRefusal>({
      ...oneOf(...(Object.keys(memberRefusals) as MemberRefusal[])),
      description: 'Why, in a word that stays the same.',
      examples: ['already_member'],
    }),
  },
  { $id: 'FailedMember' },
)
export type FailedMember = Static<typeof FailedMember>

export const AddedMembers = Type.Object(
  {
    project_id: Id,
    added: Type.Array(ref(ProjectMember), { description: 'In the order of the request.' }),
    failed: Type.Array(ref(FailedMember), { description: 'In the order of the request.' }),
    total_requested: Type.Integer({ minimum: 1, examples: [2] }),
    total_added: Type.Integer({ minimum: 0, examples: [1] }),
    total_failed: Type.Integer({ minimum: 0, examples: [1] }),
  },
  { $id: 'AddedMembers' },
)
export type AddedMembers = Static<typeof AddedMembers>

export const ProjectMemberChange = Type.Object(
  { role: ProjectRole },
  {
    $id: 'ProjectMemberChange',
    additionalProperties: false,
    examples: [{ role: 'member' }],
  },
)
export type ProjectMemberChange = Static<typeof ProjectMemberChange>

export const ProjectMemberParams = Type.Object({
  ...ProjectParams.properties,
  member_id: Type.String({ ...Id, description: 'The id of the membership.' }),
})

export const projectMemberSchemas = [
  ProjectMember,
  ProjectMemberPage,
  OwnMembership,
  NewProjectMember,
  NewProjectMembers,
  FailedMember,
  AddedMembers,
  ProjectMemberChange,
] as const
