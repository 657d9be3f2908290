import { describe, expect, test } from '../support/service.ts'
import { furnishTree } from '../support/tree-ground.ts'
import { rowsOf } from '../support/tree-work.ts'

describe('a driver tree', () => {
  test('refuses what is of another tree, to somebody who works in both', async ({ db, signIn }) => {
    const manager = await signIn()
    const own = await furnishTree(db, { manager })
    const other = await furnishTree(db, { manager })
    const before = [await rowsOf(db, own.tree_id), await rowsOf(db, other.tree_id)]
    for (const [method, url, body, status] of foreign(own, other)) {
      const response = await manager[method](`/api/v1/driver-tree${url}`, body as never)
      const where = `${method} ${url} ${JSON.stringify(body)}: ${response.body}`
      expect(response.statusCode, where).toBe(status)
      if (status !== 422) continue
      expect(response.json().errors, where).toEqual([
        { field: expect.stringMatching(/_id|node_ids/), message: expect.any(String) },
      ])
    }
    expect([await rowsOf(db, own.tree_id), await rowsOf(db, other.tree_id)]).toEqual(before)
  })

  test('takes no sheet of somebody else', async ({ db, signIn }) => {
    const manager = await signIn()
    const own = await furnishTree(db, { manager })
    const theirs = await furnishTree(db, { manager: await signIn() })
    const before = await rowsOf(db, own.tree_id)
    const url = `/api/v1/driver-tree/tree/${own.tree_id}`
    const response = await manager.post(url, { formulas: ['a = b'], sheet_id: theirs.sheet_id })
    expect(response.statusCode, response.body).toBe(404)
    expect(response.json().code).toBe('tree_sheet_not_found')
    expect(await rowsOf(db, own.tree_id)).toEqual(before)
  })
})

type TreePlace = Awaited<ReturnType<typeof furnishTree>>
type Request = ['get' | 'post' | 'patch' | 'delete', string, object | undefined, number]

/** Ids of another tree or file in the path of one's own, and in bodies and queries. */
function foreign(own: TreePlace, other: TreePlace): Request[] {
  const tree = `/tree/${own.tree_id}`
  const { node_id, policy_id, scenario_id } = other
  const changes = [
    { policy_ids: [policy_id] },
    { policies: [{ node_id, value: 2 }] },
    { inputs: [{ node_id, value: 2 }] },
  ]
  return [
    ['patch', tree, { root_node_id: node_id }, 422],
    ['patch', `/node/${own.sibling_id}`, { operator: '+', children_id_list: [node_id] }, 422],
    ['patch', `/node/${own.sibling_id}/policy/${own.policy_id}`, { value: 2 }, 404],
    ['delete', `/node/${own.sibling_id}/policy/${own.policy_id}`, undefined, 404],
    ['post', `/file/${own.file_id}/sheet`, { sheet_id: other.sheet_id }, 404],
    [
      'patch',
      `/file/${own.file_id}/${own.sheet_id}/column`,
      { columns: [{ column_id: other.column_id, role: '軸' }] },
      404,
    ],
    ['get', `${tree}/data?node_id=${node_id}`, undefined, 422],
    ['get', `${tree}/scenario/compare?scenario_id=${scenario_id}`, undefined, 404],
    ...changes.map((each): Request => ['post', `${tree}/simulate`, each, 422]),
    ...changes.map(
      (each): Request => ['post', `${tree}/scenario`, { name: '他の木', changes: each }, 422],
    ),
    ...changes.map(
      (each): Request => ['patch', `${tree}/scenario/${own.scenario_id}`, { changes: each }, 422],
    ),
    ['post', `${tree}/simulate`, { node_ids: [node_id] }, 422],
    ['post', `${tree}/sensitivity`, { percent: 10, node_ids: [node_id] }, 422],
    ['post', `${tree}/sensitivity`, { percent: 10, root_node_id: node_id }, 422],
    ['post', `${tree}/sensitivity`, { percent: 10, policy_ids: [policy_id] }, 422],
    ['post', `${tree}/goal-seek`, { node_id, target: 1 }, 422],
    ['post', `${tree}/goal-seek`, { node_id: own.node_id, target: 1, root_node_id: node_id }, 422],
    [
      'post',
      `${tree}/goal-seek`,
      { node_id: own.node_id, target: 1, policy_ids: [policy_id] },
      422,
    ],
  ]
}
