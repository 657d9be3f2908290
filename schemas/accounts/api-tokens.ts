import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'

const scopes = Type.Array(Type.String({ maxLength: 100, examples: ['account.read'] }), {
  minItems: 1,
  maxItems: 100,
  uniqueItems: true,
  description: 'The permissions the token has, of those its owner has.',
  examples: [['account.read']],
})

const expires_at = Type.String({
  format: 'date-time',
  examples: ['2099-12-31T00:00:00.000Z'],
  description: 'At most 366 days away; 90 days when left out.',
})

export const NewApiToken = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, examples: ['Nightly export'] }),
    scopes,
    expires_at: Type.Optional(expires_at),
  },
  { $id: 'NewApiToken', additionalProperties: false },
)
export type NewApiToken = Static<typeof NewApiToken>

const token = {
  id: Id,
  name: Type.String({ examples: ['Nightly export'] }),
  hint: Type.String({ description: 'The last four characters of the token.', examples: ['x9Qe'] }),
  scopes,
  expires_at: Timestamp,
  last_used_at: nullable(Timestamp),
  created_at: Timestamp,
}

export const ApiToken = Type.Object(token, { $id: 'ApiToken' })
export type ApiToken = Static<typeof ApiToken>

export const CreatedApiToken = Type.Object(
  { ...token, token: Type.String({ description: 'The secret. It is shown this once.' }) },
  { $id: 'CreatedApiToken' },
)
export type CreatedApiToken = Static<typeof CreatedApiToken>

export const ApiTokenQuery = pageQuery()
export const ApiTokenPage = pageOf('tokens', ref(ApiToken), { $id: 'ApiTokenPage' })
