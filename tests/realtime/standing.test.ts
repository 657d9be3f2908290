import { listChanged } from '../../src/accounts/standing.ts'
import { clientOf, describe, expect, signInTo, startService, test } from '../support/service.ts'
import { openSocket, tokenOf } from '../support/socket.ts'

const tokens = '/api/v1/auth/tokens'
const past = '2026-01-01T00:00:00.000Z'

describe('who is connected and may no longer be', () => {
  test('is found by session, API token, account and roles', async ({ db, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const [same, ended, moved, asleep, gone, scripted] = await Promise.all([
      signIn(),
      signIn(),
      signIn(),
      signIn(),
      signIn(),
      signIn(),
    ])
    const standing = [same, ended, moved, asleep, gone].map((each) => ({
      caller: { id: each.id, roles: each.roles, scopes: null, session_id: each.session_id },
      token: tokenOf(each),
    }))
    const made = await scripted.post(tokens, { name: 'script', scopes: ['room.join'] })
    const { id, token } = made.json()
    const caller = { id: scripted.id, roles: scripted.roles, session_id: null }
    const script = { caller: { ...caller, scopes: ['room.join'] }, token }
    expect(await listChanged(db, [...standing, script])).toEqual([])
    expect(await listChanged(db, [])).toEqual([])

    await ended.post('/api/v1/auth/logout')
    await admin.patch(`/api/v1/users/${moved.id}`, { roles: ['Auditor'] })
    await admin.patch(`/api/v1/users/${asleep.id}`, { is_active: false })
    await admin.delete(`/api/v1/users/${gone.id}`)
    await scripted.delete(`${tokens}/${id}`)
    expect(await listChanged(db, [...standing, script])).toEqual([...standing.slice(1), script])
  })

  test('is let go although nobody said so', async () => {
    const service = await startService({ env: { WEBSOCKET_PING: '1s' } })
    const { app, deps, close } = service
    const [ann, bob] = [await signInTo(app), await signInTo(app)]
    const tab = clientOf(app, ann, ann.session_id)
    const [one, two, other] = [
      await openSocket(app, 'general', { token: tokenOf(ann) }),
      await openSocket(app, 'general', { token: tokenOf(tab) }),
      await openSocket(app, 'general', { token: tokenOf(bob) }),
    ]
    for (const each of [one, two, other]) await each.settle()
    await deps.db
      .updateTable('sessions')
      .set({ revoked_at: past })
      .where('id', '=', ann.session_id)
      .execute()
    for (const each of [one, two]) expect((await each.closed).code).toBe(4001)
    await other.settle()
    await other.close()
    await close()
  })
})
