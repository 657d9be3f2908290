import { newId } from '../../src/values.ts'
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

const example = ['売上 = 単価 * 数量', '利益 = 売上 - コスト']

describe('an import', () => {
  test('makes one tree of the formulas of the source', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const treeId = await createTree(member, project)
    const response = await importInto(member, treeId, example)
    expect(response.statusCode, response.body).toBe(200)
    const tree = response.json()
    expect(response.headers.etag).toBe(`"${tree.version}"`)
    expect(tree.root).toMatchObject({ label: '利益', node_type: '計算', data: {} })
    expect(tree.nodes.map((node: { label: string }) => node.label).toSorted()).toEqual(
      ['コスト', '利益', '単価', '売上', '数量'].toSorted(),
    )
    expect(formulasOf(tree)).toEqual({ 売上: '* 単価 数量', 利益: '- 売上 コスト' })
    expect(tree.root).toMatchObject({ position_x: 100, position_y: expect.any(Number) })
    expect(tree.import).toEqual({
      created: 5,
      updated: 0,
      unchanged: 0,
      removed: 0,
      bound: [],
      unmatched: [],
      unused: [],
      roots: [{ node_id: tree.root.node_id, label: '利益' }],
    })
    const { import: _, ...read } = tree
    expect((await member.get(`${trees}/${treeId}`)).json()).toEqual(read)
  })

  test('is harmless when it comes again, and keeps what was done to nodes', async ({
    db,
    signIn,
  }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    await member.patch(`${nodes}/${idOf(tree, '単価')}`, { value: 120, unit: '円' })
    await member.post(`${nodes}/${idOf(tree, '単価')}/policy`, { name: '値上げ', value: 1.1 })
    const before = await rowsOf(db, tree.tree_id)
    const again = await importInto(member, tree.tree_id, example)
    expect(again.json().import).toMatchObject({ created: 0, updated: 0, unchanged: 5, removed: 0 })
    const after = await rowsOf(db, tree.tree_id)
    expect({ ...after, tree: [] }).toEqual({ ...before, tree: [] })
  })

  test('takes the place of older definitions and removes parts that nobody uses', async ({
    db,
    signIn,
  }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, ['税 = (売上 - 控除) * 0.1', '売上 = 単価 * 数量'])
    expect(tree.nodes).toHaveLength(7)
    const answer = await importInto(member, tree.tree_id, ['税 = 売上 * 0.08', '総額 = 売上 + 税'])
    const after = answer.json()
    expect(after.import).toMatchObject({ created: 2, removed: 2 })
    expect(formulasOf(after)).toEqual({
      税: '* 売上 0.08',
      売上: '* 単価 数量',
      総額: '+ 売上 税',
    })
    expect(idOf(after, '控除')).toBe(idOf(tree, '控除'))
    expect(after.root).toMatchObject({ label: '総額' })
  })

  test('puts formulas under and over what the tree has', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const below = (await importInto(member, tree.tree_id, ['単価 = 定価 - 値引'])).json()
    expect(below.root.label).toBe('利益')
    const over = (await importInto(member, tree.tree_id, ['現金 = 利益 + 償却'])).json()
    expect(over.root.label).toBe('現金')
    const apart = (await importInto(member, tree.tree_id, ['人口 = 男 + 女'])).json()
    expect(apart.root.label).toBe('現金')
    expect(apart.import.roots).toMatchObject([{ label: '人口' }])
  })

  test('says what is wrong and changes nothing then', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const before = await rowsOf(db, tree.tree_id)
    const cycle = await importInto(member, tree.tree_id, ['新規 = 1', '単価 = 利益 / 数量'])
    expect(cycle.statusCode, cycle.body).toBe(422)
    expect(cycle.json().detail).toMatch(/利益 → 売上 → 単価|売上 → 単価 → 利益|単価 → 利益 → 売上/)
    const contradiction = await importInto(member, tree.tree_id, ['a = b + c', 'a = b * c'])
    expect(contradiction.json()).toMatchObject({ status: 409, code: 'formula_contradiction' })
    for (const [formulas, body] of [
      [['a = b +'], {}],
      [[], {}],
      [[''], {}],
      [['a = a + 1'], {}],
      [['x'.repeat(10_001)], {}],
      [['a = b'], { position_x: 'left' }],
      [['a = b'], { position_x: 1e10 }],
      [['a = b'], { sheet_id: 'sheet' }],
      [['a = b'], { other: 1 }],
      [Array.from({ length: 2001 }, (_, n) => `a${n} = b`), {}],
    ] as const) {
      const answer = await importInto(member, tree.tree_id, [...formulas], body)
      expect(answer.statusCode, answer.body).toBe(422)
    }
    const stale = await member.post(
      `${trees}/${tree.tree_id}`,
      { formulas: ['a = b'] },
      { 'if-match': '"1"' },
    )
    expect(stale.statusCode).toBe(412)
    expect(await rowsOf(db, tree.tree_id)).toEqual(before)
  })

  test('takes ten thousand nodes and no more', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const treeId = await createTree(member, project)
    const formulas = Array.from({ length: 1250 }, (_, n) => {
      const next = n === 1249 ? '' : `+${n + 1}計`
      return `${n}計=${Array.from({ length: 7 }, (_, m) => `${n}x${m}`).join('+')}${next}`
    })
    const response = await importInto(member, treeId, formulas)
    expect(response.statusCode, response.body.slice(0, 500)).toBe(200)
    expect(response.json().nodes).toHaveLength(10_000)
    expect(response.json().root.label).toBe('0計')
    const again = await importInto(member, treeId, formulas)
    expect(again.json().import).toMatchObject({ created: 0, updated: 0, unchanged: 10_000 })
    const full = await importInto(member, treeId, ['もう一つ = 0計 * 2'])
    expect(full.json()).toMatchObject({ status: 422, code: 'tree_full' })
    const node = { label: 'もう一つ', node_type: '入力', position_x: 0, position_y: 0 }
    expect((await member.post(`${trees}/${treeId}/node`, node)).json().code).toBe('tree_full')
    expect((await member.delete(`/api/v1/driver-tree/${treeId}/delete`)).statusCode).toBe(200)
  })

  test('is for those who work in the project', async ({ app, db, signIn }) => {
    const { project, member, viewer, outsider } = await setUp(db, signIn)
    const treeId = await createTree(member, project)
    expect((await importInto(viewer, treeId, example)).statusCode).toBe(403)
    expect((await importInto(outsider, treeId, example)).statusCode).toBe(404)
    expect((await importInto(member, newId(), example)).statusCode).toBe(404)
    const nobody = await app.inject({ method: 'POST', url: `${trees}/${treeId}`, payload: {} })
    expect(nobody.statusCode).toBe(401)
    await db.updateTable('projects').set({ is_active: 0 }).where('id', '=', project).execute()
    expect((await importInto(member, treeId, example)).json().code).toBe('project_archived')
  })
})
