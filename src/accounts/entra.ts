import { hold } from '../../db/hold.ts'
import type { Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Role, User } from '../../schemas/accounts/users.ts'
import type { Identity, Origin } from '../access.ts'
import { recordAudit } from '../audit.ts'
import type { Config } from '../config.ts'
import { failure } from '../failure.ts'
import type { App } from '../fastify.ts'
import { permissions } from '../permissions.ts'
import { hashOf, newId, now } from '../values.ts'
import { createUser } from './registration.ts'
import { endSessions } from './sessions.ts'
import { keyOf, markSignedIn } from './users.ts'

export type EntraClaims = {
  oid: string
  /** Of the token, so that each is signed in and out once. */
  token_id: string
  expires_at: string
  email: string | undefined
  is_email_verified: boolean
  name: string | undefined
  roles: Role[]
}

export type EntraKeys = {
  issuer: string
  /** Fails with 401 for a token that is not good, and with 503 when the keys cannot be had. */
  verify(token: string): Promise<EntraClaims>
}

declare module '../fastify.ts' {
  interface Deps {
    /** Undefined where no Azure AD tenant is configured. */
    entra: EntraKeys | undefined
  }
}

/**
 * Verifies access tokens of one Azure AD tenant (version 2.0) by its published keys. They are
 * cached for an hour, fetched again when a token names a key that is not among them, and at most
 * once in half a minute for that. The library is loaded with the first token.
 */
export function createEntraKeys(
  { tenantId, clientId, authority }: NonNullable<Config['azure']>,
  { patienceMs = 3000 } = {},
): EntraKeys {
  const issuer = `${authority}/${tenantId}/v2.0`
  const loadKeys = async () => {
    const jose = await import('jose')
    const url = new URL(`${authority}/${tenantId}/discovery/v2.0/keys`)
    const keySet = jose.createRemoteJWKSet(url, {
      cacheMaxAge: 60 * 60 * 1000,
      cooldownDuration: 30_000,
      timeoutDuration: patienceMs,
    })
    return { jose, keySet }
  }
  let keys: ReturnType<typeof loadKeys> | undefined

  return {
    issuer,
    async verify(token) {
      keys ??= loadKeys()
      const { jose, keySet } = await keys
      try {
        const { payload } = await jose.jwtVerify(token, keySet, {
          algorithms: ['RS256'],
          issuer,
          audience: [clientId, `api://${clientId}`],
          clockTolerance: 60,
          requiredClaims: ['exp', 'nbf', 'tid', 'oid', 'scp'],
        })
        if (payload.tid !== tenantId) throw failure('token_invalid')
        return claimsIn(token, payload)
      } catch (error) {
        if (error instanceof jose.errors.JWTExpired) throw failure('token_expired')
        // Everything that is wrong with the token has a class of its own; the rest is the network.
        const isToken =
          'failure' in Object(error) ||
          (error instanceof jose.errors.JOSEError &&
            !(error instanceof jose.errors.JWKSTimeout) &&
            !(error instanceof jose.errors.JWKSInvalid) &&
            error.constructor !== jose.errors.JOSEError)
        throw isToken ? failure('token_invalid') : failure('identity_provider_unavailable')
      }
    },
  }
}

/**
 * Whom a token of Azure AD speaks for: the user of its `oid`, else one whose email Azure AD says is
 * verified, else a new one. Each token is a session here, so that signing out ends it at once.
 */
export async function enterByEntra(
  { db, entra }: Pick<App, 'db'> & { entra: EntraKeys },
  token: string,
  origin: Origin,
): Promise<Identity> {
  const claims = await entra.verify(token)
  const external_key = hashOf(`entra:${claims.token_id}`)
  const session =
    (await findSession(db, external_key)) ??
    (await transact(db, async (trx) => {
      // A page that opens sends several requests at once; one of them signs in.
      await hold(trx, 'entra')
      return (
        (await findSession(trx, external_key)) ??
        openEntraSession(trx, claims, external_key, origin)
      )
    }))
  if (session.revoked_at) throw failure('session_ended')
  if (session.deactivated_at) throw failure('account_inactive')
  const roles: Role[] = [...new Set([...JSON.parse(session.roles), ...claims.roles])]
  return { id: session.user_id, roles, scopes: null, session_id: session.id }
}

function claimsIn(token: string, payload: Record<string, unknown>): EntraClaims {
  const text = (name: string) => (typeof payload[name] === 'string' ? payload[name] : undefined)
  const email = text('email') ?? text('preferred_username') ?? text('upn')
  const verified = [payload.email_verified, payload.xms_edov]
  return {
    oid: String(payload.oid).toLowerCase(),
    token_id: text('uti') ?? text('jti') ?? token,
    expires_at: new Date(Number(payload.exp) * 1000).toISOString(),
    email: email && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? email : undefined,
    is_email_verified:
      text('email') !== undefined &&
      verified.some((each) => [true, 1, '1', 'true'].includes(each as never)),
    name: text('name')?.slice(0, 100),
    roles: [payload.roles]
      .flat()
      .filter((role) => Object.hasOwn(permissions, String(role))) as Role[],
  }
}

function findSession(db: App['db'], external_key: string) {
  return db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['sessions.id', 'user_id', 'revoked_at', 'roles', 'deactivated_at'])
    .where('external_key', '=', external_key)
    .executeTakeFirst()
}

async function openEntraSession(
  trx: Trx,
  claims: EntraClaims,
  external_key: string,
  origin: Origin,
) {
  const at = now()
  const user_id = await ensureUser(trx, claims, origin)
  const { ip, user_agent } = origin
  const row = {
    id: newId(),
    user_id,
    external_key,
    ip,
    user_agent,
    created_at: at,
    last_used_at: at,
    expires_at: claims.expires_at,
    revoked_at: null,
  }
  await trx.insertInto('sessions').values(row).execute()
  await markSignedIn(trx, origin, user_id, at)
  const user = await trx
    .selectFrom('users')
    .select(['roles', 'deactivated_at'])
    .where('id', '=', user_id)
    .executeTakeFirstOrThrow()
  return { ...row, ...user, id: row.id }
}

async function ensureUser(trx: Trx, claims: EntraClaims, origin: Origin): Promise<string> {
  const { oid: azure_oid, email, name } = claims
  const known = await trx
    .selectFrom('users')
    .select('id')
    .where('azure_oid', '=', azure_oid)
    .executeTakeFirst()
  if (known) return known.id
  if (!email) throw failure('token_invalid')
  const same = await trx
    .selectFrom('users')
    .select(['id', 'azure_oid'])
    .where('email_key', '=', keyOf(email))
    .executeTakeFirst()
  if (same) return linkUser(trx, same, claims, origin)
  const user: User = await createUser(trx, {
    email,
    azure_oid,
    ...(name && { display_name: name }),
  })
  await recordAudit(trx, { ...origin, id: user.id }, 'user.created', user.id, { by: 'entra' })
  return user.id
}

/**
 * Whoever registered with this email here may not have been its owner: their password, sessions and
 * API tokens end when its owner, by the word of Azure AD, takes the account over.
 */
async function linkUser(
  trx: Trx,
  { id, azure_oid }: { id: string; azure_oid: string | null },
  { oid, is_email_verified }: EntraClaims,
  origin: Origin,
): Promise<string> {
  if (azure_oid || !is_email_verified) throw failure('account_link_refused')
  await trx
    .updateTable('users')
    .set({ azure_oid: oid, password_hash: null, updated_at: now() })
    .where('id', '=', id)
    .execute()
  await endSessions(trx, id)
  await trx.deleteFrom('api_tokens').where('user_id', '=', id).execute()
  await recordAudit(trx, { ...origin, id }, 'user.updated', id, {
    azure_oid: { from: null, to: oid },
  })
  return id
}
