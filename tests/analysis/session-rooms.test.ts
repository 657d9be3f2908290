import { sessionsUrl } from '../support/analysis.ts'
import { insertIssue, openSession, work } from '../support/analysis-sessions.ts'
import { projects } from '../support/projects.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import { openSocket, tokenOf } from '../support/socket.ts'
import { setUp } from '../support/tree-work.ts'

describe('the room of a session', () => {
  test('hears what is done to it, and lets no stranger in', async ({
    app,
    db,
    service,
    signIn,
  }) => {
    const { project, manager, member, viewer, outsider } = await setUp(db, signIn)
    const opened = await openSession(member, project, await insertIssue(db))
    const { session_id: id, current_snapshot_id } = opened
    const url = `${sessionsUrl}/${id}`
    const enter = async (client: Client) => {
      const socket = await openSocket(app, `session:${id}`, { token: tokenOf(client) })
      await socket.settle()
      return socket
    }
    const refused = await openSocket(app, `session:${id}`, { token: tokenOf(outsider) })
    expect((await refused.closed).code).toBe(4403)
    const [viewers, managers] = [await enter(viewer), await enter(manager)]

    await member.patch(url, { name: '別名' })
    await work(db, member, id, (draft) => draft)
    await member.post(`${url}/snapshot/${current_snapshot_id}`)
    const by = member.id
    for (const socket of [viewers, managers]) {
      const event = { type: 'event', room: `session:${id}` }
      const updated = { ...event, event: 'session.updated', data: { id, version: 2, by } }
      expect(await socket.next({ event: 'session.updated' })).toMatchObject(updated)
      const data = { id, version: 4, by, snapshot_id: current_snapshot_id }
      const restored = { ...event, event: 'session.restored', data }
      expect(await socket.next({ event: 'session.restored' })).toMatchObject(restored)
    }
    await viewer.delete(`${projects}/${project}/members/me`)
    await service.queue.runDue()
    expect((await viewers.closed).code).toBe(4403)
    expect((await member.delete(url)).statusCode).toBe(204)
    expect((await managers.closed).code).toBe(4403)
    await service.queue.runDue()
    expect(service.faults).toEqual([])
  })
})
