import { newId } from '../../src/values.ts'
import { describe, expect, test } from '../support/service.ts'
import {
  createTree,
  formulasOf,
  idOf,
  importInto,
  nodes,
  planted,
  setUp,
  trees,
} from '../support/tree-work.ts'

const example = ['売上 = 単価 * 数量', '利益 = 売上 - コスト']

describe('a node', () => {
  test('is created, and stands alone', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const treeId = await createTree(member, project)
    const url = `${trees}/${treeId}/node`
    const body = { label: ' 単価 ', node_type: '入力', position_x: 100, position_y: 50.5 }
    const response = await member.post(url, body)
    expect(response.statusCode, response.body).toBe(201)
    const { tree, created_node_id: id } = response.json()
    expect(response.headers.location).toBe(`${nodes}/${id}`)
    expect(tree).toMatchObject({ tree_id: treeId, version: 2, relationship: [] })
    expect(tree.nodes).toEqual([
      {
        node_id: id,
        label: '単価',
        node_type: '入力',
        position_x: 100,
        position_y: 50.5,
        data: {},
        value: null,
        unit: null,
        aggregation: 'sum',
        source: null,
        is_intermediate: false,
        version: 1,
      },
    ])
    const read = await member.get(`${nodes}/${id}`)
    expect(read.headers.etag).toBe('"1"')
    expect(read.json()).toEqual({ ...tree.nodes[0], tree_id: treeId, relationship: {} })
    const constant = await member.post(url, { ...body, label: '１．５', node_type: '定数' })
    expect(constant.json().tree.nodes[1]).toMatchObject({ label: '１．５', value: 1.5 })
    const named = await member.post(url, { ...body, label: '税率', node_type: '定数', value: 0.1 })
    expect(named.statusCode).toBe(201)
    const taken = await member.post(url, { ...body, label: '税率　' })
    expect(taken.json()).toMatchObject({ status: 409, code: 'node_label_taken' })
    for (const wrong of [
      { label: '' },
      { label: '　' },
      { label: 'a\nb' },
      { label: 'x'.repeat(256) },
      { label: '係数', node_type: '定数' },
      { label: '計', node_type: '計算', value: 1 },
      { node_type: 'input' },
      { label: 'y', position_x: '1' },
      { label: 'y', operator: '+' },
    ]) {
      const refused = await member.post(url, { ...body, ...wrong })
      expect(refused.statusCode, JSON.stringify(wrong)).toBe(422)
    }
  })

  test('is calculated from others, and no longer', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, [...example, '人件費 = 人数 * 給与'])
    const [cost, staff, price] = ['コスト', '人件費', '単価'].map((each) => idOf(tree, each))
    await member.patch(`${nodes}/${cost}`, { value: 300 })
    const related = await member.patch(`${nodes}/${cost}`, {
      operator: '+',
      children_id_list: [staff, price?.toUpperCase()],
    })
    expect(related.json()).toMatchObject({
      node_type: '計算',
      value: null,
      version: 3,
      relationship: { operator: '+', child_id_list: [staff, price] },
    })
    const back = await member.patch(`${nodes}/${cost}`, { operator: null, children_id_list: [] })
    expect(back.json()).toMatchObject({ node_type: '入力', relationship: {} })
    const root = idOf(tree, '利益')
    const top = await member.patch(`${nodes}/${cost}`, { operator: '+', children_id_list: [root] })
    expect(top.statusCode).toBe(422)
    expect(top.json().errors).toMatchObject([
      { field: 'children_id_list.0', message: expect.stringContaining('コスト → 利益 → コスト') },
    ])
  })

  test('hands the root on to what it becomes a part of', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const created = await member.post(`${trees}/${tree.tree_id}/node`, {
      label: '現金',
      node_type: '計算',
      position_x: 0,
      position_y: 0,
    })
    expect(created.json().tree.root.label).toBe('利益')
    const { created_node_id: id } = created.json()
    const profit = idOf(tree, '利益')
    await member.patch(`${nodes}/${id}`, { operator: '+', children_id_list: [profit] })
    expect((await member.get(`${trees}/${tree.tree_id}`)).json().root.label).toBe('現金')
  })

  test('is refused relations that cannot be', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const other = await planted(member, project, ['a = b'])
    const [cost, price, amount] = ['コスト', '単価', '数量'].map((each) => idOf(tree, each))
    for (const [operator, children_id_list, field] of [
      ['+', [idOf(other, 'b')], 'children_id_list.0'],
      ['+', [price, newId()], 'children_id_list.1'],
      ['+', [price, price], 'children_id_list.1'],
      ['+', [cost], 'children_id_list.0'],
      ['+', [], 'children_id_list'],
      [null, [price], 'operator'],
      ['IF', [price, amount], 'children_id_list'],
      ['>', [price], 'children_id_list'],
      ['PREV', [price, amount, cost], 'children_id_list'],
      ['%', [price], 'operator'],
      ['+', ['x'], 'children_id_list.0'],
      [undefined, [price], 'operator'],
      ['+', undefined, 'children_id_list'],
    ] as const) {
      const answer = await member.patch(`${nodes}/${cost}`, { operator, children_id_list })
      expect(answer.statusCode, answer.body).toBe(422)
      expect(answer.json().errors[0].field, answer.body).toBe(field)
    }
    expect((await member.get(`${nodes}/${cost}`)).json()).toMatchObject({ version: 1 })
  })

  test('takes a number, or numbers over keys', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, [...example, '売上税 = 売上 * 0.1'])
    const url = `${nodes}/${idOf(tree, '単価')}`
    const data = {
      columns: ['年度', '部門', '値'],
      records: [
        { 年度: 2024, 部門: '営業', 値: 100 },
        { 年度: '2024', 部門: '開発', 値: null },
      ],
    }
    const first = await member.patch(url, { data, aggregation: 'mean' })
    expect(first.statusCode, first.body).toBe(200)
    expect(first.json()).toMatchObject({
      value: null,
      aggregation: 'mean',
      data: {
        period: '年度',
        columns: data.columns,
        record_count: 2,
        records: [{ 年度: '2024', 部門: '営業', 値: 100 }, data.records[1]],
      },
    })
    const shown = (await member.get(`${trees}/${tree.tree_id}`)).json()
    const summary = shown.nodes.find(({ label }: { label: string }) => label === '単価').data
    expect(summary).toEqual({ period: '年度', columns: data.columns, record_count: 2 })
    const returned = await member.patch(url, { data: first.json().data })
    expect(returned.json().data).toEqual(first.json().data)
    const number = await member.patch(url, { value: 12.5 })
    expect(number.json()).toMatchObject({ value: 12.5, data: {} })
    expect((await member.patch(url, { data, value: null })).json().value).toBeNull()
    expect((await member.patch(url, { data: null })).json().data).toEqual({})
    const constant = await member.patch(url, { node_type: '定数', value: 3 })
    expect(constant.json()).toMatchObject({ node_type: '定数', value: 3 })
    expect((await member.patch(url, { data })).statusCode).toBe(422)
    expect((await member.patch(url, { value: null })).statusCode).toBe(422)
    expect((await member.patch(url, { node_type: '入力' })).json()).toMatchObject({ value: 3 })
    const calculated = `${nodes}/${idOf(tree, '売上')}`
    for (const wrong of [{ value: 1 }, { data }, { node_type: '入力' }]) {
      expect((await member.patch(calculated, wrong)).statusCode).toBe(422)
    }
    expect((await member.patch(url, { node_type: '計算' })).statusCode).toBe(422)
    expect((await member.patch(url, { value: 1, data })).statusCode).toBe(422)
    const huge = await member.patch(url, '{"value":1e999}', { 'content-type': 'application/json' })
    expect(huge.statusCode).toBe(422)
    expect((await member.patch(url, {})).statusCode).toBe(422)
  })

  test('is refused data that is not a table', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const url = `${nodes}/${idOf(tree, '単価')}`
    const columns = ['月', '値']
    for (const [data, field] of [
      [{ columns: ['月'], records: [] }, 'data.columns'],
      [{ columns: ['値', '値'], records: [] }, 'data.columns'],
      [{ columns: ['月', '月', '値'], records: [] }, 'data.columns.1'],
      [{ columns, period: '年', records: [] }, 'data.period'],
      [{ columns, records: [{ 月: '1' }] }, 'data.records.0'],
      [{ columns, records: [{ 月: '1', 値: 1, 外: 2 }] }, 'data.records.0'],
      [{ columns, records: [{ 月: null, 値: 1 }] }, 'data.records.0.月'],
      [{ columns, records: [{ 月: '1', 値: '1' }] }, 'data.records.0.値'],
      [
        {
          columns,
          records: [
            { 月: '1', 値: 1 },
            { 月: 1, 値: 2 },
          ],
        },
        'data.records.1',
      ],
    ] as const) {
      const answer = await member.patch(url, { data })
      expect(answer.statusCode, JSON.stringify(data)).toBe(422)
      expect(answer.json().errors[0].field, JSON.stringify(data)).toBe(field)
    }
    const names = { columns: ['toString', 'constructorx', '値'], period: null }
    const odd = { ...names, records: [{ toString: 'a', constructorx: 'b', 値: 1 }] }
    expect((await member.patch(url, { data: odd })).json().data.records).toEqual(odd.records)
  })

  test('shows data of columns of any name', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const data = {
      period: '値',
      axes: ['__proto__', '値', 'a'],
      keys: [['1', '2', '3', '4']],
      values: [5],
    }
    const id = idOf(tree, '単価')
    const row = { data: JSON.stringify(data) }
    await db.updateTable('driver_tree_nodes').set(row).where('id', '=', id).execute()
    const response = await member.get(`${nodes}/${id}`)
    expect(response.body).toContain(
      '"records":[{"値 (2)":"1","__proto__":"2","値 (3)":"3","a":"4","値":5}]',
    )
  })

  test('is deleted, and its children stay', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, [
      '利益 = 売上 - コスト',
      '売上 = 単価 * 数量',
      '判定 = IF(コスト > 売上, コスト, 単価)',
    ])
    const root = await member.delete(`${nodes}/${idOf(tree, '利益')}`)
    expect(root.json()).toMatchObject({ status: 409, code: 'root_node' })
    const sales = await member.delete(`${nodes}/${idOf(tree, '数量')}`)
    expect(sales.statusCode, sales.body).toBe(200)
    expect(formulasOf(sales.json().tree)).toMatchObject({ 売上: '* 単価' })
    const after = (await member.delete(`${nodes}/${idOf(tree, 'コスト')}`)).json().tree
    expect(formulasOf(after)).toEqual({ 売上: '* 単価', 利益: '+ 売上' })
    expect(after.root.label).toBe('利益')
    const choice = after.nodes.find(({ label }: { label: string }) => label === '判定')
    expect(choice).toMatchObject({ node_type: '入力', version: 2 })
    const gone = await member.delete(`${nodes}/${idOf(tree, 'コスト')}`)
    expect(gone.json()).toMatchObject({ status: 404, code: 'tree_node_not_found' })
  })

  test('keeps a label for itself', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, [...example, '税 = (売上 + コスト) * 0.1'])
    const url = `${nodes}/${idOf(tree, '単価')}`
    expect((await member.patch(url, { label: '数量' })).json().code).toBe('node_label_taken')
    expect((await member.patch(url, { label: '単価' })).statusCode).toBe(200)
    const part = tree.nodes.find((node) => node.is_intermediate)
    const named = await member.patch(`${nodes}/${part?.node_id}`, { label: '課税対象' })
    expect(named.json()).toMatchObject({ label: '課税対象', is_intermediate: false })
  })

  test('is changed by one of two who saw the same version', async ({ db, signIn }) => {
    const { project, member, manager } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const url = `${nodes}/${idOf(tree, '単価')}`
    const etag = { 'if-match': String((await member.get(url)).headers.etag) }
    const answers = await Promise.all([
      member.patch(url, { value: 1 }, etag),
      manager.patch(url, { value: 2 }, etag),
    ])
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 412])
    expect((await member.delete(url, undefined, etag)).statusCode).toBe(412)
    expect((await member.get(url, etag)).statusCode).toBe(200)
    const seen = { 'if-none-match': String((await member.get(url)).headers.etag) }
    expect((await member.get(url, seen)).statusCode).toBe(304)
  })

  test('gets no cycle from two who relate at once', async ({ db, signIn }) => {
    const { project, member, manager } = await setUp(db, signIn)
    const tree = await planted(member, project, ['計 = a + b'])
    const [a, b] = [idOf(tree, 'a'), idOf(tree, 'b')]
    const answers = await Promise.all([
      member.patch(`${nodes}/${a}`, { operator: '+', children_id_list: [b] }),
      manager.patch(`${nodes}/${b}`, { operator: '+', children_id_list: [a] }),
    ])
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 422])
  })

  test('is for those who work in the project', async ({ app, db, signIn }) => {
    const { project, manager, moderator, member, viewer, outsider } = await setUp(db, signIn)
    const admin = await signIn('SystemAdmin')
    const tree = await planted(member, project, example)
    const url = `${nodes}/${idOf(tree, '単価')}`
    for (const somebody of [manager, moderator, member, admin]) {
      expect((await somebody.patch(url, { value: 1 })).statusCode).toBe(200)
    }
    expect((await viewer.get(url)).statusCode).toBe(200)
    const create = { label: 'x', node_type: '入力', position_x: 0, position_y: 0 }
    for (const [somebody, status] of [
      [viewer, 403],
      [outsider, 404],
    ] as const) {
      expect((await somebody.patch(url, { value: 1 })).statusCode).toBe(status)
      expect((await somebody.delete(url)).statusCode).toBe(status)
      const created = await somebody.post(`${trees}/${tree.tree_id}/node`, create)
      expect(created.statusCode).toBe(status)
    }
    expect((await outsider.get(url)).json().code).toBe('tree_node_not_found')
    expect((await app.inject(url)).statusCode).toBe(401)
    await db.updateTable('projects').set({ is_active: 0 }).where('id', '=', project).execute()
    expect((await member.patch(url, { value: 1 })).json().code).toBe('project_archived')
    expect((await importInto(member, tree.tree_id, example)).statusCode).toBe(409)
    expect((await viewer.get(url)).statusCode).toBe(200)
  })
})
