import { transact } from '../../../db/transact.ts'
import type { Role } from '../../../schemas/accounts/users.ts'
import { openSession } from '../../../src/accounts/sessions.ts'
import { type Permission, permissions } from '../../../src/permissions.ts'
import { newId, now } from '../../../src/values.ts'
import { type Client, clientOf, type Service, signInTo, speaking } from '../service.ts'
import { insiders, type People } from './cases.ts'

export const roles = Object.keys(permissions) as Role[]

export async function gatherPeople(app: Service['app']): Promise<People> {
  const made: [string, Client][] = []
  for (const name of ['own', ...insiders]) made.push([name, await signInTo(app)])
  made.push(['agent', await signInTo(app, 'ServiceDeskAgent')])
  made.push(['auditor', await signInTo(app, 'Auditor')])
  for (const role of roles) made.push([role, await signInTo(app, role)])
  return Object.fromEntries(made) as People
}

/** The same person, with one more session. */
export async function signInAgain(app: Service['app'], client: Client): Promise<Client> {
  const origin = { request_id: newId(), ip: null, user_agent: null }
  const opened = await transact(app.db, (trx) => openSession(trx, app, client.id, origin, now()))
  return clientOf(app, client, opened.session_id)
}

export type Strangers = Awaited<ReturnType<typeof gatherStrangers>>

/** Tokens that are good for nothing any more, or never were, and what they are refused with. */
export async function gatherStrangers(app: Service['app'], own: Client) {
  const ended = await signInAgain(app, own)
  await ended.post('/api/v1/auth/logout')
  const left = await signInTo(app)
  await app.db
    .updateTable('users')
    .set({ deactivated_at: now() })
    .where('id', '=', left.id)
    .execute()
  const claims = { sub: own.id, sid: own.session_id, jti: newId(), type: 'access' as const }
  const late = app.jwt.sign({ ...claims, iat: Math.floor(Date.now() / 1000) - 7200 } as never)
  const revoked = await own.post('/api/v1/auth/tokens', { name: '失効', scopes: ['account.read'] })
  await own.delete(`/api/v1/auth/tokens/${revoked.json().id}`)
  return {
    token_required: undefined,
    session_ended: ended.authorization,
    token_expired: `Bearer ${late}`,
    account_inactive: left.authorization,
    token_invalid: `Bearer ${revoked.json().token}`,
  }
}

/** Tokens of somebody by what they are for, each made once: there is a limit to them. */
export function createTokens(app: Service['app'], { post }: Client) {
  const known = new Map<string, Promise<string>>()
  async function make(permission: Permission): Promise<string> {
    const body = { name: permission, scopes: [permission] }
    const made = await post('/api/v1/auth/tokens', body)
    return speaking(app, `Bearer ${made.json().token}`).authorization
  }
  const only = (permission: Permission) => {
    const made = known.get(permission) ?? make(permission)
    known.set(permission, made)
    return made
  }
  return {
    only,
    /** For something else. */
    other: (permission: Permission) =>
      only(permission === 'account.read' ? 'account.write' : 'account.read'),
  }
}
