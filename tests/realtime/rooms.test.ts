import { describe, expect, test } from '../support/service.ts'
import { eventually, openSocket, tokenOf } from '../support/socket.ts'

describe('a room', () => {
  test('carries what somebody says to everybody in it', async ({ app, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const first = await openSocket(app, 'general', { token: tokenOf(ann) })
    await first.settle()
    const second = await openSocket(app, 'general', { token: tokenOf(bob) })
    expect(await first.next('user_connected')).toEqual({
      type: 'user_connected',
      user_id: bob.id,
      timestamp: expect.any(String),
    })
    second.send({ content: ' こんにちは ' })
    for (const each of [first, second]) {
      expect(await each.next('message')).toMatchObject({
        content: 'こんにちは',
        user: { id: bob.id, username: bob.username, full_name: null },
        room: 'general',
      })
    }
    await second.close()
    expect(await first.next('user_disconnected')).toMatchObject({ user_id: bob.id })
    await first.close()
    await eventually(async () => (await app.presence.usersIn('general')).length === 0)
  })
})
