import { insertMember, insertProject, projects } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import { openSocket, tokenOf } from '../support/socket.ts'

describe('the room of a project', () => {
  test('is left by whoever is removed, leaves, or sees it deleted', async ({
    app,
    db,
    service,
    signIn,
  }) => {
    const [ann, bob, eve] = [await signIn(), await signIn(), await signIn()]
    const id = await insertProject(db, { project_manager: ann, viewer: eve })
    const member = await insertMember(db, id, bob.id, 'member')
    const url = `${projects}/${id}`
    const enter = async (client: typeof ann) => {
      const socket = await openSocket(app, `project:${id}`, { token: tokenOf(client) })
      await socket.settle()
      return socket
    }
    const [anns, bobs, eves] = [await enter(ann), await enter(bob), await enter(eve)]
    await expect(
      openSocket(app, `project:${id}`, { token: tokenOf(await signIn()) }).then(
        async (socket) => (await socket.closed).code,
      ),
    ).resolves.toBe(4403)

    await ann.patch(`${url}/members/${member}`, { role: 'viewer' })
    await service.queue.runDue()
    await ann.delete(`${url}/members/${member}`)
    await service.queue.runDue()
    expect((await bobs.closed).code).toBe(4403)
    await eve.delete(`${url}/members/me`)
    await service.queue.runDue()
    expect((await eves.closed).code).toBe(4403)
    await anns.settle()
    await ann.delete(url)
    expect((await anns.closed).code).toBe(4403)
    expect(service.faults).toEqual([])
  })
})
