import { newId } from '../../src/values.ts'
import { insertTree } from '../support/driver-trees.ts'
import { describe, expect, test } from '../support/service.ts'
import { createTree, idOf, nodes, planted, rowsOf, setUp, trees } from '../support/tree-work.ts'

const example = ['売上 = 単価 * 数量', '利益 = 売上 - コスト * 0.5']
const deletion = (treeId: string) => `/api/v1/driver-tree/${treeId}/delete`
const resetting = (treeId: string) => `/api/v1/driver-tree/${treeId}/reset`

describe('a tree', () => {
  test('is created without a root, and listed newest first', async ({ db, signIn }) => {
    const { project, member, viewer } = await setUp(db, signIn)
    const url = `${trees}?project_id=${project}`
    const body = { name: ' 売上 ', description: '店舗別' }
    const response = await member.post(url, body)
    expect(response.statusCode, response.body).toBe(201)
    const { tree_id: id } = response.json()
    expect(response.json()).toMatchObject({ name: '売上', description: '店舗別', version: 1 })
    expect(response.headers.location).toBe(`${trees}/${id}`)
    const read = await viewer.get(`${trees}/${id}`)
    expect(read.headers.etag).toBe('"1"')
    expect(read.json()).toEqual({ ...response.json(), root: null, nodes: [], relationship: [] })
    const { tree_id: second } = await planted(member, project, example)
    const list = (await viewer.get(url)).json()
    expect(list).toMatchObject({ total: 2, skip: 0, limit: 100 })
    expect(list.trees).toMatchObject([
      { tree_id: second, node_count: 7, policy_count: 0 },
      { tree_id: id, node_count: 0, created_by: member.id },
    ])
    const page = (await viewer.get(`${url}&skip=1&limit=1`)).json()
    expect(page.trees).toMatchObject([{ tree_id: id }])
    for (const wrong of [{}, { name: '' }, { name: 'a', root: null }, { name: 'a\u202eb' }]) {
      expect((await member.post(url, wrong)).statusCode).toBe(422)
    }
    expect((await member.post(trees, body)).statusCode).toBe(422)
    expect((await member.get(trees)).statusCode).toBe(422)
  })

  test('has the root that was chosen, or the only one there can be', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const { tree_id, ids } = await insertTree(db, project, {
      利益: { operator: '-', children: ['売上', 'コスト'] },
      売上: {},
      コスト: {},
      メモ: {},
    })
    const url = `${trees}/${tree_id}`
    expect((await member.get(url)).json().root.label).toBe('利益')
    const chosen = await member.patch(url, { root_node_id: ids.メモ, name: '別名' })
    expect(chosen.json()).toMatchObject({ name: '別名', root: { label: 'メモ' }, version: 2 })
    for (const root_node_id of [ids.売上, newId(), 'x']) {
      expect((await member.patch(url, { root_node_id })).statusCode).toBe(422)
    }
    expect((await member.patch(url, { root_node_id: null })).json().root.label).toBe('利益')
    expect((await member.patch(url, { name: 'x' }, { 'if-match': '"2"' })).statusCode).toBe(412)
  })

  test('counts every one of twenty edits at once', async ({ db, signIn }) => {
    const { project, member, manager } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const url = `${nodes}/${idOf(tree, '単価')}`
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0
          ? member.patch(url, { value: n })
          : manager.post(`${trees}/${tree.tree_id}/node`, {
              label: `x${n}`,
              node_type: '入力',
              position_x: 0,
              position_y: 0,
            }),
      ),
    )
    expect(answers.every(({ statusCode }) => statusCode < 300)).toBe(true)
    expect((await member.get(url)).json().version).toBe(11)
    const after = (await member.get(`${trees}/${tree.tree_id}`)).json()
    expect(after.version).toBe(tree.version + 20)
    expect(after.nodes).toHaveLength(17)
  })

  test('is reset to its structure', async ({ db, signIn }) => {
    const { project, member, viewer, outsider } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const [price, amount] = [idOf(tree, '単価'), idOf(tree, '数量')]
    const data = { columns: ['月', '値'], records: [{ 月: '1', 値: 2 }] }
    await member.patch(`${nodes}/${price}`, { value: 5, unit: '円' })
    await member.patch(`${nodes}/${amount}`, { data })
    await member.post(`${nodes}/${price}/policy`, { name: '値上げ', value: 1.1 })
    const before = await rowsOf(db, tree.tree_id)
    expect((await viewer.post(resetting(tree.tree_id))).statusCode).toBe(403)
    expect((await outsider.post(resetting(tree.tree_id))).statusCode).toBe(404)
    const stale = await member.post(resetting(tree.tree_id), undefined, { 'if-match': '"1"' })
    expect(stale.statusCode).toBe(412)
    const response = await member.post(resetting(tree.tree_id))
    expect(response.statusCode, response.body).toBe(200)
    expect(response.json().relationship).toEqual(tree.relationship)
    const after = await rowsOf(db, tree.tree_id)
    expect(after.policies).toEqual([])
    expect(after.edges).toEqual(before.edges)
    expect(after.nodes.map(({ label, value, data }) => [label, value, data])).toEqual(
      before.nodes.map(({ label }) => [label, label === '0.5' ? 0.5 : null, null]),
    )
    expect(after.nodes.find(({ id }) => id === price)).toMatchObject({ unit: '円', version: 3 })
  })

  test('is deleted by leaders, and by whoever made it', async ({ db, signIn }) => {
    const { project, manager, moderator, member, viewer, outsider } = await setUp(db, signIn)
    const own = await planted(member, project, example)
    const foreign = [await createTree(manager, project), await createTree(manager, project)]
    expect((await viewer.delete(deletion(own.tree_id))).statusCode).toBe(403)
    expect((await outsider.delete(deletion(own.tree_id))).statusCode).toBe(404)
    const refused = await member.delete(deletion(foreign[0] as string))
    expect(refused.json()).toMatchObject({ status: 403, code: 'project_role_required' })
    const response = await member.delete(deletion(own.tree_id))
    expect(response.json()).toMatchObject({ success: true, deleted_at: expect.any(String) })
    expect(Object.values(await rowsOf(db, own.tree_id)).flat()).toEqual([])
    expect((await moderator.delete(deletion(foreign[0] as string))).statusCode).toBe(200)
    expect((await manager.delete(deletion(foreign[1] as string))).statusCode).toBe(200)
    expect((await manager.delete(deletion(foreign[1] as string))).statusCode).toBe(404)
  })

  test('is for those who are in the project', async ({ app, db, signIn }) => {
    const { project, member, viewer, outsider } = await setUp(db, signIn)
    const id = await createTree(member, project)
    const list = `${trees}?project_id=${project}`
    expect((await viewer.post(list, { name: 'a' })).statusCode).toBe(403)
    expect((await outsider.post(list, { name: 'a' })).json().code).toBe('project_not_found')
    expect((await outsider.get(list)).statusCode).toBe(404)
    expect((await outsider.get(`${trees}/${id}`)).json().code).toBe('tree_not_found')
    expect((await viewer.patch(`${trees}/${id}`, { name: 'a' })).statusCode).toBe(403)
    expect((await outsider.patch(`${trees}/${id}`, { name: 'a' })).statusCode).toBe(404)
    expect((await app.inject(`${trees}/${id}`)).statusCode).toBe(401)
    await db.updateTable('projects').set({ is_active: 0 }).where('id', '=', project).execute()
    for (const answer of [
      await member.post(list, { name: 'a' }),
      await member.patch(`${trees}/${id}`, { name: 'a' }),
      await member.post(resetting(id)),
      await member.delete(deletion(id)),
    ]) {
      expect(answer.json()).toMatchObject({ status: 409, code: 'project_archived' })
    }
    expect((await viewer.get(`${trees}/${id}`)).statusCode).toBe(200)
  })

  test('tells its room what is done to it', async ({ app, db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const told: string[] = []
    const leave = app.channels.join(`tree:${tree.tree_id}`, (message) => told.push(message))
    const node_id = idOf(tree, '単価')
    await member.patch(`${nodes}/${node_id}`, { value: 1 })
    const { created_policy_id: policy_id } = (
      await member.post(`${nodes}/${node_id}/policy`, { name: '値上げ', value: 1.1 })
    ).json()
    await member.delete(`${nodes}/${node_id}/policy/${policy_id}`)
    await member.patch(`${trees}/${tree.tree_id}`, { name: 'x' })
    await member.patch(`${trees}/${tree.tree_id}`, { name: '' })
    await member.delete(`${nodes}/${node_id}`)
    await member.delete(deletion(tree.tree_id))
    leave()
    const [id, by] = [tree.tree_id, member.id]
    const data = (more: object, n: number) => ({ id, by, version: tree.version + n, ...more })
    expect(told.map((message) => JSON.parse(message))).toEqual([
      { type: 'event', event: 'node.updated', data: data({ node_id }, 1) },
      { type: 'event', event: 'policy.created', data: data({ node_id, policy_id }, 2) },
      { type: 'event', event: 'policy.deleted', data: data({ node_id, policy_id }, 3) },
      { type: 'event', event: 'tree.updated', data: data({}, 4) },
      { type: 'event', event: 'node.deleted', data: data({ node_id }, 5) },
      { type: 'event', event: 'tree.deleted', data: data({}, 6) },
    ])
  })
})
