import { hold } from '../../db/hold.ts'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { ApiToken, CreatedApiToken, NewApiToken } from '../../schemas/accounts/api-tokens.ts'
import type { PageQuery } from '../../schemas/pages.ts'
import { apiTokenPrefix, type Caller, type Identity } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { failure, invalid } from '../failure.ts'
import { instantOf } from '../instants.ts'
import { paginate } from '../page.ts'
import { grantable } from '../permissions.ts'
import { hashOf, later, newId, newSecret, now } from '../values.ts'
import { recordAccessChange } from './access-changes.ts'

const day = 24 * 60 * 60
const usualDays = 90
const longestDays = 366
const maxTokens = 50

/** A use is written down once in so many seconds; every request would be a write otherwise. */
const useSeconds = 60

const columns = [
  'id',
  'name',
  'hint',
  'scopes',
  'expires_at',
  'last_used_at',
  'created_at',
] as const

export async function listApiTokens(db: Db, caller: Caller, page: PageQuery) {
  const query = db
    .selectFrom('api_tokens')
    .select(columns)
    .where('user_id', '=', caller.id)
    .orderBy('id', 'desc')
  const { tokens, ...rest } = await paginate(query, page, 'tokens')
  return { tokens: tokens.map(toApiToken), ...rest }
}

export async function getApiToken(db: Db, caller: Caller, id: string): Promise<ApiToken> {
  const row = await db
    .selectFrom('api_tokens')
    .select(columns)
    .where('id', '=', id)
    .where('user_id', '=', caller.id)
    .executeTakeFirstOrThrow(() => failure('api_token_not_found', { id }))
  return toApiToken(row)
}

/** The secret is in this answer and nowhere else; what is kept is its hash. */
export async function createApiToken(
  db: Db,
  caller: Caller,
  { name, scopes, expires_at }: NewApiToken,
  at = now(),
): Promise<CreatedApiToken> {
  requireScopes(caller, scopes)
  const expires = expires_at ? instantOf('expires_at', expires_at) : later(at, usualDays * day)
  if (expires <= at) throw invalid({ field: 'expires_at', rule: 'in_past' })
  if (expires > later(at, longestDays * day)) {
    throw invalid({ field: 'expires_at', rule: 'too_far', days: longestDays })
  }
  const token = `${apiTokenPrefix}${newSecret()}`
  return transact(db, async (trx) => {
    await hold(trx, 'api tokens')
    const { total } = await listApiTokens(trx, caller, { skip: 0, limit: 1 })
    if (total >= maxTokens) throw failure('too_many_tokens', { limit: maxTokens })
    const row = await trx
      .insertInto('api_tokens')
      .values({
        id: newId(),
        user_id: caller.id,
        name,
        hash: hashOf(token),
        hint: token.slice(-4),
        scopes: JSON.stringify(scopes),
        expires_at: expires,
        last_used_at: null,
        created_at: at,
      })
      .returning(columns)
      .executeTakeFirstOrThrow()
    await recordAudit(trx, caller, 'api_token.created', row.id, {
      name,
      scopes,
      expires_at: expires,
    })
    return { ...toApiToken(row), token }
  })
}

export function deleteApiToken(db: Db, caller: Caller, id: string): Promise<void> {
  return transact(db, async (trx) => {
    await trx
      .deleteFrom('api_tokens')
      .where('id', '=', id)
      .where('user_id', '=', caller.id)
      .returning('id')
      .executeTakeFirstOrThrow(() => failure('api_token_not_found', { id }))
    await recordAccessChange(trx, caller.id)
    await recordAudit(trx, caller, 'api_token.deleted', id)
  })
}

/** Whom an API token speaks for, and what it may do of what its owner may. */
export async function identifyApiToken(db: Db, token: string, at = now()): Promise<Identity> {
  const found = await db
    .selectFrom('api_tokens')
    .innerJoin('users', 'users.id', 'api_tokens.user_id')
    .select([
      'api_tokens.id',
      'user_id',
      'scopes',
      'expires_at',
      'last_used_at',
      'roles',
      'deactivated_at',
    ])
    .where('hash', '=', hashOf(token))
    .executeTakeFirst()
  if (!found) throw failure('token_invalid')
  if (found.expires_at <= at) throw failure('api_token_expired')
  if (found.deactivated_at) throw failure('account_inactive')
  if ((found.last_used_at ?? '') < later(at, -useSeconds)) {
    // On a full disk nothing can be written, and much can still be read.
    await db
      .updateTable('api_tokens')
      .set({ last_used_at: at })
      .where('id', '=', found.id)
      .execute()
      .catch(() => {})
  }
  const { user_id: id, roles, scopes, expires_at } = found
  const parsed = { roles: JSON.parse(roles), scopes: JSON.parse(scopes) }
  return { id, ...parsed, session_id: null, expires_at }
}

function requireScopes(caller: Caller, scopes: string[]): void {
  const allowed: string[] = grantable(caller)
  const faults = scopes.flatMap((scope, index) =>
    allowed.includes(scope)
      ? []
      : [{ field: `scopes.${index}`, rule: 'scope_unknown' as const, scope }],
  )
  if (faults.length > 0) throw invalid(...faults)
}

function toApiToken({ scopes, ...row }: Omit<ApiToken, 'scopes'> & { scopes: string }): ApiToken {
  return { ...row, scopes: JSON.parse(scopes) }
}
