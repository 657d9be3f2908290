import { newId } from '../../src/values.ts'
import {
  gatherPeople,
  nameOf,
  operationsBelow,
  type People,
  type Place,
  type Row,
  tryOperation,
} from '../support/access-matrix.ts'
import { uploadTo } from '../support/project-files.ts'
import { describe, expect, test as serviceTest } from '../support/service.ts'
import { furnishTree } from '../support/tree-ground.ts'
import { rowsOf } from '../support/tree-work.ts'

const test = serviceTest.extend<{ people: People }>({
  people: [async ({ app }, use) => use(await gatherPeople(app)), { scope: 'file' }],
})

const everybody: Row = { statuses: [200, 200, 200, 200, 200, 200], archived: 200 }
const reading: Row = { statuses: [200, 200, 200, 200, 200, 404], archived: 200 }
const working: Row = { statuses: [200, 200, 200, 403, 200, 404], archived: 409 }
const creating: Row = { statuses: [201, 201, 201, 403, 201, 404], archived: 409 }
/** Of a file of the manager's own, whatever they and others are in a project. */
const owning: Row = { statuses: [200, 404, 404, 404, 404, 404], archived: 200 }
const inProject = ({ project_id }: Place) => `project_id=${project_id}`
const position = { position_x: 0, position_y: 0 }

/** Of manager, moderator, member, viewer, SystemAdmin and outsider. */
const rows: Record<string, Row> = {
  'GET /driver-tree/file': everybody,
  // Whoever is let in is told that it is no table, which takes no process to find out.
  'POST /driver-tree/file': {
    statuses: [415, 415, 415, 415, 415, 415],
    archived: 415,
    form: [{ name: 'file', filename: '売上.txt', body: 'a' }],
  },
  // What is read in an archived project may be read for trees of another.
  'POST /driver-tree/file/project': {
    statuses: [415, 415, 415, 415, 415, 404],
    archived: 415,
    body: ({ project_file_id }) => ({ project_file_id }),
  },
  'GET /driver-tree/file/{file_id}': owning,
  'DELETE /driver-tree/file/{file_id}': {
    statuses: [204, 404, 404, 404, 404, 404],
    archived: 204,
  },
  'POST /driver-tree/file/{file_id}/sheet': {
    ...owning,
    body: ({ sheet_id }) => ({ sheet_id }),
  },
  'PATCH /driver-tree/file/{file_id}/{sheet_id}/column': {
    ...owning,
    body: ({ column_id }) => ({ columns: [{ column_id, role: '軸' }] }),
  },
  'POST /driver-tree/tree': { ...creating, query: inProject, body: () => ({ name: '新しい木' }) },
  'GET /driver-tree/tree': { ...reading, query: inProject },
  'GET /driver-tree/tree/{tree_id}': reading,
  'PATCH /driver-tree/tree/{tree_id}': { ...working, body: () => ({ name: '別の名前' }) },
  'POST /driver-tree/tree/{tree_id}': {
    ...working,
    body: () => ({ ...position, formulas: ['利益 = 売上 - コスト'] }),
  },
  // It clears the policies.
  'POST /driver-tree/{tree_id}/reset': { ...working, isOnce: true },
  // Nobody here created the tree: a member deletes their own.
  'DELETE /driver-tree/{tree_id}/delete': {
    statuses: [200, 200, 403, 403, 200, 404],
    archived: 409,
  },
  'POST /driver-tree/tree/{tree_id}/node': {
    ...creating,
    body: () => ({ label: newId(), node_type: '入力', ...position }),
  },
  'GET /driver-tree/node/{node_id}': reading,
  'PATCH /driver-tree/node/{node_id}': { ...working, body: () => ({ value: 5 }) },
  'DELETE /driver-tree/node/{node_id}': working,
  'POST /driver-tree/node/{node_id}/policy': {
    ...creating,
    body: () => ({ name: '値上げ', value: 1.2 }),
  },
  'GET /driver-tree/node/{node_id}/policy': reading,
  'PATCH /driver-tree/node/{node_id}/policy/{policy_id}': {
    ...working,
    body: () => ({ value: 1.3 }),
  },
  'DELETE /driver-tree/node/{node_id}/policy/{policy_id}': working,
  'GET /driver-tree/tree/{tree_id}/data': reading,
  'POST /driver-tree/tree/{tree_id}/simulate': { ...reading, body: () => ({}) },
  'POST /driver-tree/tree/{tree_id}/sensitivity': { ...reading, body: () => ({ percent: 10 }) },
  'POST /driver-tree/tree/{tree_id}/goal-seek': {
    ...reading,
    body: ({ node_id }) => ({ node_id, target: 2000 }),
  },
  'GET /driver-tree/tree/{tree_id}/scenario': reading,
  'POST /driver-tree/tree/{tree_id}/scenario': {
    ...creating,
    body: () => ({ name: newId(), changes: {} }),
  },
  'GET /driver-tree/tree/{tree_id}/scenario/{scenario_id}': reading,
  'PATCH /driver-tree/tree/{tree_id}/scenario/{scenario_id}': {
    ...working,
    body: () => ({ name: '改めた案' }),
  },
  'DELETE /driver-tree/tree/{tree_id}/scenario/{scenario_id}': {
    statuses: [204, 204, 204, 403, 204, 404],
    archived: 409,
  },
  'GET /driver-tree/tree/{tree_id}/scenario/{scenario_id}/data': reading,
  'GET /driver-tree/tree/{tree_id}/scenario/compare': reading,
  'GET /driver-tree/category': everybody,
  'GET /driver-tree/formula': {
    ...everybody,
    query: () => new URLSearchParams({ driver_tree: '貸出額×利率型', KPI: '売上' }).toString(),
  },
  'GET /driver-tree/tree/{tree_id}/output': { ...reading, query: () => 'format=csv' },
  'GET /driver-tree/node/{node_id}/preview/output': reading,
  'GET /driver-tree/tree/{tree_id}/tree.svg': reading,
}

describe('every operation on driver trees', () => {
  test('answers each person as the table says', async ({ app, db, people }) => {
    const operations = operationsBelow(app, '/driver-tree')
    expect(operations.length).toBeGreaterThan(30)
    const stored = await furnishTree(db, people)
    const { id: project_file_id } = await uploadTo(people.manager, stored.project_id, '実績.txt')
    const furnish = async () => ({ ...(await furnishTree(db, people)), project_file_id })
    const matrix = { app, db, people, furnish, place: { ...stored, project_file_id } }
    // What is deleted is asked for last, so that all else is there.
    operations.sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))
    for (const operation of operations) {
      const name = nameOf(operation)
      expect(rows, 'each operation has a row').toHaveProperty([name])
      await tryOperation(matrix, operation, rows[name] as Row)
    }
  })

  test('refuses what is of another tree, to somebody who works in both', async ({ db, people }) => {
    const { manager } = people
    const own = await furnishTree(db, people)
    const other = await furnishTree(db, people)
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

  test('takes no sheet of somebody else', async ({ db, people }) => {
    const own = await furnishTree(db, people)
    const theirs = await furnishTree(db, { manager: people.outsider })
    const { manager } = people
    const before = await rowsOf(db, own.tree_id)
    const url = `/api/v1/driver-tree/tree/${own.tree_id}`
    const response = await manager.post(url, { formulas: ['a = b'], sheet_id: theirs.sheet_id })
    expect(response.statusCode, response.body).toBe(404)
    expect(response.json().code).toBe('tree_sheet_not_found')
    expect(await rowsOf(db, own.tree_id)).toEqual(before)
  })
})

type Request = ['get' | 'post' | 'patch' | 'delete', string, object | undefined, number]

/** Ids of another tree or file in the path of one's own, and in bodies and queries. */
function foreign(own: Place, other: Place): Request[] {
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
