import { describe, expect, test } from '../support/service.ts'
import {
  createTree,
  formulasOf,
  idOf,
  importInto,
  nodes,
  planted,
  rowsOf,
  setUp,
  trees,
} from '../support/tree-work.ts'

const model = ['売上 = 単価 * 数量', '利益 = 売上 - コスト']

describe('what was wrong before', () => {
  test('17: nobody changes a tree of a project that they are not in, or only read', async ({
    db,
    signIn,
  }) => {
    const { project, member, viewer, outsider } = await setUp(db, signIn)
    const tree = await planted(member, project, model)
    const url = `${nodes}/${idOf(tree, '単価')}`
    const made = (await member.post(`${url}/policy`, { name: '値上げ', value: 1.1 })).json()
    const before = await rowsOf(db, tree.tree_id)
    for (const [client, status] of [
      [viewer, 403],
      [outsider, 404],
    ] as const) {
      for (const response of [
        await client.patch(url, { value: 1 }),
        await client.delete(url),
        await client.patch(`${url}/policy/${made.created_policy_id}`, { value: 9 }),
        await importInto(client, tree.tree_id, ['a = b']),
        await client.post(`/api/v1/driver-tree/${tree.tree_id}/reset`),
      ]) {
        expect(response.statusCode, response.body).toBe(status)
      }
    }
    expect(await rowsOf(db, tree.tree_id)).toEqual(before)
  })

  test('18: several formulas are one tree, and none of its nodes is lost', async ({
    db,
    signIn,
  }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, [...model, 'コスト = (人件費 + 家賃) * 1.1'])
    expect(tree.root?.label).toBe('利益')
    const below = new Set(tree.relationship.flatMap(({ child_id_list }) => child_id_list))
    const tops = tree.nodes.filter(({ node_id }) => !below.has(node_id))
    expect(tops.map(({ label }) => label)).toEqual(['利益'])
  })

  test('18: an empty tree is read, and nodes that stand alone are shown', async ({
    db,
    signIn,
  }) => {
    const { project, member } = await setUp(db, signIn)
    const treeId = await createTree(member, project)
    const url = `${trees}/${treeId}`
    expect((await member.get(url)).json()).toMatchObject({ root: null, nodes: [] })
    expect((await member.get(`${url}/data`)).statusCode).toBe(200)
    const place = { position_x: 0, position_y: 0 }
    for (const label of ['甲', '乙']) {
      await member.post(`${url}/node`, { label, node_type: '入力', ...place })
    }
    expect((await member.get(url)).json()).toMatchObject({ root: null, relationship: [] })
    expect((await member.get(url)).json().nodes).toHaveLength(2)
  })

  test('18: numbers are calculated, with policies and what each of them does', async ({
    db,
    signIn,
  }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, ['売上 = 単価 * 数量'])
    await member.patch(`${nodes}/${idOf(tree, '単価')}`, { value: 100 })
    await member.patch(`${nodes}/${idOf(tree, '数量')}`, { value: 10 })
    const policy = { name: '値上げ', value: 1.5, description: '四月から', cost: 200 }
    await member.post(`${nodes}/${idOf(tree, '単価')}/policy`, policy)
    const { body } = await member.get(`${trees}/${tree.tree_id}/data`)
    for (const number of [1000, 1500, 500]) expect(body).toContain(`${number}`)
    const { policies } = (await member.get(`${nodes}/${idOf(tree, '単価')}/policy`)).json()
    expect(policies).toMatchObject([{ ...policy, is_active: true, period_from: null }])
  })

  test('18: a reset takes the numbers and the policies, and leaves the formulas', async ({
    db,
    signIn,
  }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, model)
    await member.patch(`${nodes}/${idOf(tree, '単価')}`, { value: 100 })
    await member.post(`${nodes}/${idOf(tree, '単価')}/policy`, { name: '値上げ', value: 1.5 })
    const reset = await member.post(`/api/v1/driver-tree/${tree.tree_id}/reset`)
    expect(formulasOf(reset.json())).toEqual(formulasOf(tree))
    const { nodes: rows, policies } = await rowsOf(db, tree.tree_id)
    expect(rows.every(({ value, data }) => value === null && data === null)).toBe(true)
    expect(policies).toEqual([])
  })

  test('their own list: nodes know their tree, operands their order, lists their counts', async ({
    db,
    signIn,
  }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, ['差 = 乙 - 甲 - 丙'])
    const { root } = tree
    const node = (await member.get(`${nodes}/${root?.node_id}`)).json()
    expect(node.tree_id).toBe(tree.tree_id)
    expect(formulasOf(tree)).toEqual({ 差: '- 乙 甲 丙' })
    await member.post(`${nodes}/${root?.node_id}/policy`, { name: '値上げ', value: 1.5 })
    const listed = (await member.get(`${trees}?project_id=${project}`)).json()
    expect(listed.trees).toMatchObject([{ node_count: 4, policy_count: 1 }])
    expect((await member.delete(`${nodes}/${root?.node_id}`)).json().code).toBe('root_node')
    const cycle = { operator: '+', children_id_list: [root?.node_id] }
    const refused = await member.patch(`${nodes}/${idOf(tree, '甲')}`, cycle)
    expect(refused.json()).toMatchObject({ status: 422 })
    expect(refused.body).toContain('甲 → 差 → 甲')
  })
})
