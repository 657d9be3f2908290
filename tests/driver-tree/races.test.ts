import type { LightMyRequestResponse } from 'fastify'
import { findCycle } from '../../src/driver-tree/formulas/graph.ts'
import { groupBy } from '../../src/values.ts'
import { type Client, describe, expect, type Service, test } from '../support/service.ts'
import { idOf, importInto, nodes, planted, rowsOf, setUp, trees } from '../support/tree-work.ts'

const model = [
  '利益 = 売上 - コスト',
  '売上 = 単価 * 数量',
  'コスト = 人件費 + 家賃 + 広告費',
  '別表 = 甲 + 乙',
]

describe('many who edit one tree', () => {
  test('leave a tree that holds together, and each edit is counted', async ({ db, signIn }) => {
    const { project, manager, moderator, member } = await setUp(db, signIn)
    const tree = await planted(member, project, model)
    const { tree_id } = tree
    const id = (label: string) => idOf(tree, label)
    const policyUrl = `${nodes}/${id('広告費')}/policy`
    const made = (await member.post(policyUrl, { name: '先の', value: 2 })).json()
    const policy = `${policyUrl}/${made.created_policy_id}`
    const place = { position_x: 0, position_y: 0 }
    const relate = (by: Client, label: string, operator: string, ...children: string[]) =>
      by.patch(`${nodes}/${id(label)}`, { operator, children_id_list: children.map(id) })
    const put = (by: Client, label: string) =>
      by.post(`${trees}/${tree_id}/node`, { label, node_type: '入力', ...place })

    const edits = (by: Client, n: number): Promise<LightMyRequestResponse>[] => [
      importInto(by, tree_id, [`売上 = 単価 * 数量 * 係数${n}`]),
      // Any two of these would be a cycle.
      importInto(by, tree_id, [['単価 = 利幅 * 2', '利幅 = 単価 / 3', '単価 = 利幅 + 1'][n] ?? '']),
      relate(by, ...((n % 2 ? ['甲', '+', '乙'] : ['乙', '+', '甲']) as [string, string, string])),
      relate(by, 'コスト', '+', '人件費', ...(n === 1 ? [] : ['広告費'])),
      put(by, '同じ名前'),
      put(by, `新しい${n}`),
      by.post(policyUrl, { name: `施策${n}`, value: 1 + n }),
      n === 1 ? by.delete(policy) : by.patch(policy, { value: 3 + n }),
      by.patch(`${trees}/${tree_id}`, { root_node_id: id(n === 0 ? '別表' : '利益') }),
      by.delete(`${nodes}/${id(['家賃', '数量', '甲'][n] ?? '')}`),
      by.patch(`${nodes}/${id('人件費')}`, { value: n }),
      by.post(`${trees}/${tree_id}/scenario`, { name: `案${n}`, changes: {} }),
      n === 2 ? by.post(`/api/v1/driver-tree/${tree_id}/reset`) : by.get(`${trees}/${tree_id}`),
      by.get(`${trees}/${tree_id}/data`),
    ]
    const { version } = (await member.get(`${trees}/${tree_id}`)).json()
    const answers = await Promise.all([manager, moderator, member].flatMap(edits))
    const said = answers.map(({ statusCode, body }) => `${statusCode} ${body.slice(0, 200)}`)
    expect(answers.length).toBeGreaterThan(40)
    for (const each of said) expect(each).toMatch(/^(200|201|404|409|422) /)
    const isWrite = ({ raw }: LightMyRequestResponse) => raw.req.method !== 'GET'
    const done = answers.filter((each) => isWrite(each) && each.statusCode < 300)
    expect(done.length, said.join('\n')).toBeGreaterThan(20)
    await requireWhole(db, tree_id)
    const after = (await member.get(`${trees}/${tree_id}`)).json()
    expect(after.version).toBe(version + done.length)
    const twice = answers.filter(({ body }) => body.includes('node_label_taken'))
    expect(twice).toHaveLength(2)
  })

  test('change nothing once it has changed since they saw it', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const { tree_id } = await planted(member, project, model)
    const seen = (await member.get(`${trees}/${tree_id}`)).headers.etag as string
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        member.post(
          `${trees}/${tree_id}`,
          { position_x: 0, position_y: 0, formulas: [`利益 = 売上 - コスト - 税${n}`] },
          { 'if-match': seen },
        ),
      ),
    )
    const statuses = answers.map(({ statusCode }) => statusCode).sort()
    expect(statuses).toEqual([200, 412, 412, 412, 412, 412, 412, 412])
    await requireWhole(db, tree_id)
    const { nodes } = await rowsOf(db, tree_id)
    expect(nodes.filter(({ label }) => label.startsWith('税'))).toHaveLength(1)
  })
})

/** That the graph has no cycle, no gap among operands, and no root that is not one. */
async function requireWhole(db: Service['deps']['db'], treeId: string): Promise<void> {
  const { tree, nodes, edges } = await rowsOf(db, treeId)
  const ids = new Set(nodes.map(({ id }) => id))
  const children = groupBy(edges, ({ parent_id }) => parent_id)
  for (const [parent, operands] of children) {
    expect(operands.map(({ position }) => position)).toEqual(operands.map((_, n) => n))
    for (const { child_id } of operands) expect(ids).toContain(child_id)
    expect(ids).toContain(parent)
  }
  const operandsOf = (id: string) => (children.get(id) ?? []).map(({ child_id }) => child_id)
  expect(findCycle(ids, operandsOf)).toBeNull()
  for (const { id, label, operator, node_type, data } of nodes) {
    expect([operator !== null, node_type === '計算'], label).toEqual([
      children.has(id),
      children.has(id),
    ])
    if (operator !== null) expect(data).toBeNull()
  }
  expect(new Set(nodes.map(({ label_key }) => label_key)).size).toBe(nodes.length)
  const root = tree[0]?.root_node_id
  if (!root) return
  expect(ids).toContain(root)
  expect(edges.some(({ child_id }) => child_id === root)).toBe(false)
}
