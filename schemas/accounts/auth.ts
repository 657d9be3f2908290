import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { Email, Password, User } from './users.ts'

/** OAuth2's password form; of its fields only the first two are read. */
export const SignIn = Type.Object(
  {
    username: Type.String({
      minLength: 1,
      maxLength: 254,
      description: 'User name or email.',
      examples: ['hanako'],
    }),
    password: Type.String({ minLength: 1, maxLength: 1000, examples: ['Sakura-2026-kaika'] }),
    grant_type: Type.Optional(Type.String({ description: 'Not read.' })),
    scope: Type.Optional(Type.String({ description: 'Not read.' })),
    client_id: Type.Optional(Type.String({ description: 'Not read.' })),
    client_secret: Type.Optional(Type.String({ description: 'Not read.' })),
  },
  { $id: 'SignIn', additionalProperties: false },
)
export type SignIn = Static<typeof SignIn>

export const SignedIn = Type.Object(
  {
    access_token: Type.String({ description: 'For the Authorization header: `Bearer …`.' }),
    refresh_token: Type.String({ description: 'Good for one use at /api/v1/auth/refresh.' }),
    token_type: Type.Unsafe<'bearer'>({ type: 'string', enum: ['bearer'] }),
    expires_in: Type.Integer({ description: 'Seconds the access token lives.', examples: [900] }),
    user: ref(User),
  },
  { $id: 'SignedIn' },
)
export type SignedIn = Static<typeof SignedIn>

export const Refresh = Type.Object(
  { refresh_token: Type.String({ minLength: 1, maxLength: 200 }) },
  { $id: 'Refresh', additionalProperties: false },
)
export type Refresh = Static<typeof Refresh>

export const Session = Type.Object(
  {
    id: Id,
    ip: nullable(Type.String({ examples: ['203.0.113.7'] })),
    user_agent: nullable(Type.String({ examples: ['Mozilla/5.0'] })),
    is_current: Type.Boolean({ description: 'The session of this request.', examples: [true] }),
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
  },
  { $id: 'Session' },
)
export type Session = Static<typeof Session>

export const SessionQuery = pageQuery()
export const SessionPage = pageOf('sessions', ref(Session), { $id: 'SessionPage' })

export const PasswordChange = Type.Object(
  {
    current_password: Type.String({ minLength: 1, maxLength: 1000 }),
    new_password: Password,
  },
  { $id: 'PasswordChange', additionalProperties: false },
)
export type PasswordChange = Static<typeof PasswordChange>

export const PasswordForgotten = Type.Object(
  { email: Email },
  { $id: 'PasswordForgotten', additionalProperties: false },
)
export type PasswordForgotten = Static<typeof PasswordForgotten>

export const PasswordReset = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 200, description: 'From the link in the mail.' }),
    new_password: Password,
  },
  { $id: 'PasswordReset', additionalProperties: false },
)
export type PasswordReset = Static<typeof PasswordReset>

export const Message = Type.Object({ message: Type.String() }, { $id: 'Message' })
export type Message = Static<typeof Message>
