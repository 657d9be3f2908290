import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { envelopeOf, pageOf, pageQuery } from '../pages.ts'

export const Role = oneOf(
  'SystemAdmin',
  'User',
  'ServiceDeskAgent',
  'ChangeManager',
  'CabMember',
  'Auditor',
)
export type Role = Static<typeof Role>

const roles = Type.Array(Role, { minItems: 1, uniqueItems: true, examples: [['User']] })

export const Email = Type.String({
  format: 'email',
  maxLength: 254,
  examples: ['hanako@example.jp'],
})

/** No `@`, so that a username is never mistaken for an email; no white space at all. */
export const Username = Type.String({
  minLength: 3,
  maxLength: 50,
  pattern: '^[^\\s@\\u0000-\\u001f]+$',
  examples: ['hanako'],
})

/** Its length is said in characters here; which classes it needs, by `requirePassword`. */
export const Password = Type.String({
  minLength: 8,
  maxLength: 100,
  description: '8 to 100 characters with an upper-case letter, a lower-case letter and a digit.',
  examples: ['Sakura-2026-kaika'],
})

const profile = {
  full_name: nullable(Type.String({ maxLength: 100, examples: ['山田 花子'] })),
  bio: nullable(Type.String({ maxLength: 1000, examples: ['統計課'] })),
  profile_image: nullable(
    Type.String({
      maxLength: 255,
      pattern: '^(https?://|/)',
      description: 'Address of a picture: `https://…`, or a path of this service.',
      examples: ['/api/v1/upload/thumbnails/hanako.jpg'],
    }),
  ),
}
const display_name = Type.String({ minLength: 1, maxLength: 100, examples: ['山田 花子'] })

export const User = Type.Object(
  {
    id: Id,
    username: nullable(Type.String({ examples: ['hanako'] })),
    email: Type.String({ format: 'email', examples: ['hanako@example.jp'] }),
    display_name,
    ...profile,
    azure_oid: nullable(Type.String({ format: 'uuid', description: '`oid` in Azure AD.' })),
    roles: Type.Array(Role, { examples: [['User']] }),
    is_active: Type.Boolean({ examples: [true] }),
    is_superuser: Type.Boolean({ description: 'Has the role SystemAdmin.', examples: [false] }),
    last_login: nullable(Timestamp),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'User' },
)
export type User = Static<typeof User>

const newUser = {
  username: Type.Optional(Username),
  email: Email,
  full_name: Type.Optional(profile.full_name),
  bio: Type.Optional(profile.bio),
}

export const Registration = Type.Object(
  {
    ...newUser,
    password: Password,
    is_active: Type.Optional(Type.Boolean({ description: 'Not read: who registers is active.' })),
  },
  { $id: 'Registration', additionalProperties: false },
)
export type Registration = Static<typeof Registration>

export const NewUser = Type.Object(
  {
    ...newUser,
    display_name: Type.Optional(display_name),
    password: Type.Optional(Password),
    roles: Type.Optional(roles),
    is_active: Type.Optional(Type.Boolean()),
  },
  { $id: 'NewUser', additionalProperties: false },
)
export type NewUser = Static<typeof NewUser>

/** What people may change about themselves. */
export const ProfileChange = Type.Partial(Type.Object({ display_name, ...profile }), {
  $id: 'ProfileChange',
  additionalProperties: false,
  minProperties: 1,
})
export type ProfileChange = Static<typeof ProfileChange>

/** What administrators may change about others. */
export const UserChange = Type.Partial(
  Type.Object({ display_name, ...profile, roles, is_active: Type.Boolean() }),
  { $id: 'UserChange', additionalProperties: false, minProperties: 1 },
)
export type UserChange = Static<typeof UserChange>

const filters = {
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Part of the email, the user name or the display name.',
    }),
  ),
  role: Type.Optional(Type.Unsafe<Role>({ ...Role, description: 'Only users with this role.' })),
  is_active: Type.Optional(Type.Boolean({ description: 'Only active, or only inactive users.' })),
}

export const UserQuery = Type.Object({ ...pageQuery().properties, ...filters })
export type UserQuery = Static<typeof UserQuery>

export const UserPage = pageOf('users', ref(User), { $id: 'UserPage' })

export const UserEnvelope = envelopeOf(ref(User), { $id: 'UserEnvelope' })
