import type { Db } from '../../db/tables.ts'
import type { Identity } from '../access.ts'
import { hashOf, now } from '../values.ts'

/** Somebody who is connected, and by which token. */
export type Standing = { caller: Identity; token: string }

const chunkSize = 500

/**
 * Those whose session, API token, account or roles are no longer what they came in with: a few
 * queries for any number of them. For whoever keeps connections open and asks now and then.
 */
export async function listChanged<Each extends Standing>(
  db: Db,
  all: Iterable<Each>,
  at = now(),
): Promise<Each[]> {
  const standing = [...all]
  const changed: Each[] = []
  for (let n = 0; n < standing.length; n += chunkSize) {
    const chunk = standing.slice(n, n + chunkSize)
    const facts = await factsOf(db, chunk, at)
    changed.push(...chunk.filter((each) => !isAsBefore(facts, each)))
  }
  return changed
}

type Facts = { roles: Map<string, string>; sessions: Set<string>; tokens: Set<string> }

async function factsOf(db: Db, chunk: Standing[], at: string): Promise<Facts> {
  const sessionIds = chunk.flatMap(({ caller }) => caller.session_id ?? [])
  const hashes = chunk.flatMap(({ caller, token }) => (caller.scopes ? hashOf(token) : []))
  const users = await db
    .selectFrom('users')
    .select(['id', 'roles'])
    .where(
      'id',
      'in',
      chunk.map(({ caller }) => caller.id),
    )
    .where('deactivated_at', 'is', null)
    .execute()
  return {
    roles: new Map(users.map(({ id, roles }) => [id, roles])),
    sessions: await standingSessions(db, sessionIds, at),
    tokens: await standingTokens(db, hashes, at),
  }
}

async function standingSessions(db: Db, ids: string[], at: string): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('sessions')
    .select('id')
    .where('id', 'in', ids)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', at)
    .execute()
  return new Set(rows.map(({ id }) => id))
}

async function standingTokens(db: Db, hashes: string[], at: string): Promise<Set<string>> {
  if (hashes.length === 0) return new Set()
  const rows = await db
    .selectFrom('api_tokens')
    .select('hash')
    .where('hash', 'in', hashes)
    .where('expires_at', '>', at)
    .execute()
  return new Set(rows.map(({ hash }) => hash))
}

function isAsBefore({ roles, sessions, tokens }: Facts, { caller, token }: Standing): boolean {
  const { id, session_id, scopes } = caller
  const kept = roles.get(id)
  if (kept === undefined || sorted(JSON.parse(kept)) !== sorted(caller.roles)) return false
  if (session_id !== null && !sessions.has(session_id)) return false
  return scopes === null || tokens.has(hashOf(token))
}

function sorted(names: string[]): string {
  return [...names].sort().join()
}
