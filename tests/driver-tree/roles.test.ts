import { projects } from '../support/projects.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import { openSocket, tokenOf } from '../support/socket.ts'
import { createTree, idOf, importInto, nodes, planted, setUp, trees } from '../support/tree-work.ts'

const formulas = ['利益 = 売上 - コスト']
const deletion = (treeId: string) => `/api/v1/driver-tree/${treeId}/delete`

describe('in a project', () => {
  test('viewers look and try, members work, and leaders clear up', async ({ db, signIn }) => {
    const { project, manager, moderator, member, viewer } = await setUp(db, signIn)
    const tree = await planted(member, project, formulas)
    const url = `${trees}/${tree.tree_id}`
    const sales = idOf(tree, '売上')
    await member.patch(`${nodes}/${sales}`, { value: 10 })
    await member.patch(`${nodes}/${idOf(tree, 'コスト')}`, { value: 4 })

    const inputs = [{ node_id: sales, value: 20 }]
    for (const [response, ...figures] of [
      [await viewer.get(url), '利益'],
      [await viewer.get(`${url}/data`), '"baseline":6'],
      [await viewer.post(`${url}/simulate`, { inputs }), '"simulated":16'],
      [await viewer.post(`${url}/sensitivity`, { percent: 10 }), '"swing":2'],
      [await viewer.post(`${url}/goal-seek`, { node_id: sales, target: 7 }), '"value":11'],
    ] as const) {
      expect(response.statusCode, response.body).toBe(200)
      for (const figure of figures) expect(response.body).toContain(figure)
    }
    const writes = (client: Client) => [
      importInto(client, tree.tree_id, ['税 = 利益 * 0.3']),
      client.patch(`${nodes}/${sales}`, { value: 11 }),
      client.post(`${nodes}/${sales}/policy`, { name: '値上げ', value: 1.1 }),
      client.post(`${url}/scenario`, { name: `案 ${client.id}`, changes: { inputs } }),
      client.post(`${trees}?project_id=${project}`, { name: '別' }),
      client.post(`/api/v1/driver-tree/${tree.tree_id}/reset`),
    ]
    const statusesOf = async (client: Client) => {
      const answers = await Promise.all(writes(client))
      return answers.map(({ statusCode }) => statusCode)
    }
    expect(await statusesOf(viewer)).toEqual([403, 403, 403, 403, 403, 403])
    for (const client of [member, moderator, manager]) {
      expect(await statusesOf(client)).toEqual([200, 200, 201, 201, 201, 200])
    }

    const [ofManager, ofModerator] = [
      await createTree(manager, project),
      await createTree(moderator, project),
    ]
    const remove = async (client: Client, treeId: string) =>
      (await client.delete(deletion(treeId))).statusCode
    expect(await remove(viewer, tree.tree_id)).toBe(403)
    expect(await remove(member, ofManager)).toBe(403)
    expect(await remove(moderator, ofManager)).toBe(200)
    expect(await remove(manager, ofModerator)).toBe(200)
    expect(await remove(member, tree.tree_id)).toBe(200)
  })
})

describe('the rooms of a tree and its project', () => {
  test('are heard by viewers, and left by those who are removed', async ({
    app,
    db,
    service,
    signIn,
  }) => {
    const { project, manager, member, outsider } = await setUp(db, signIn)
    const tree = await planted(manager, project, formulas)
    const rooms = [`tree:${tree.tree_id}`, `project:${project}`]
    const enter = (client: Client) =>
      Promise.all(
        rooms.map(async (room) => {
          const socket = await openSocket(app, room, { token: tokenOf(client) })
          await socket.settle()
          return socket
        }),
      )
    for (const room of rooms) {
      const refused = await openSocket(app, room, { token: tokenOf(outsider) })
      expect((await refused.closed).code).toBe(4403)
    }
    const [leaders, members] = [await enter(manager), await enter(member)]
    const [treeRoom, projectRoom] = members
    const { members: listed } = (await manager.get(`${projects}/${project}/members`)).json()
    const { id } = listed.find((each: { user_id: string }) => each.user_id === member.id)
    const membership = `${projects}/${project}/members/${id}`
    const edit = (value: number) => manager.patch(`${nodes}/${idOf(tree, '売上')}`, { value })

    expect((await manager.patch(membership, { role: 'viewer' })).statusCode).toBe(200)
    await service.queue.runDue()
    await projectRoom?.next({ type: 'event', event: 'project.member_changed' })
    await edit(1)
    await treeRoom?.next({ type: 'event', event: 'node.updated' })
    expect((await importInto(member, tree.tree_id, formulas)).statusCode).toBe(403)

    expect((await manager.delete(membership)).statusCode).toBe(204)
    await service.queue.runDue()
    for (const socket of members) expect((await socket.closed).code).toBe(4403)
    await edit(2)
    expect(treeRoom?.received.filter(({ event }) => event === 'node.updated')).toHaveLength(1)
    for (const room of rooms) {
      const refused = await openSocket(app, room, { token: tokenOf(member) })
      expect((await refused.closed).code).toBe(4403)
    }

    const [ofTree, ofProject] = leaders
    expect((await manager.delete(deletion(tree.tree_id))).statusCode).toBe(200)
    expect((await ofTree?.closed)?.code).toBe(4403)
    await ofProject?.settle()
    expect((await manager.delete(`${projects}/${project}`)).statusCode).toBe(204)
    expect((await ofProject?.closed)?.code).toBe(4403)
    await service.queue.runDue()
    expect(service.faults).toEqual([])
  })

  test('are left when the project is deleted with the tree', async ({
    app,
    db,
    service,
    signIn,
  }) => {
    const { project, manager, viewer } = await setUp(db, signIn)
    const tree = await planted(manager, project, formulas)
    const room = `tree:${tree.tree_id}`
    const socket = await openSocket(app, room, { token: tokenOf(viewer) })
    await socket.settle()
    expect((await manager.delete(`${projects}/${project}`)).statusCode).toBe(204)
    expect((await socket.closed).code).toBe(4403)
    await service.queue.runDue()
    expect(service.faults).toEqual([])
  })
})
