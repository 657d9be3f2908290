import type { ProjectEvent } from '../../schemas/projects/activity.ts'
import type { Cell } from '../../src/sheet-tables.ts'
import { newCode, projects } from '../support/projects.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import { readData } from '../support/tree-calculation.ts'
import { filesUrl, readTreeFile, uploadTreeFile } from '../support/tree-files.ts'
import { formulasOf, idOf, importInto, nodes, trees } from '../support/tree-work.ts'

const actuals: Cell[][] = [
  ['年度', 2023, 2023, 2024, 2024],
  ['部門', '営業', '開発', '営業', '開発'],
  [],
  ['単価', 100, 200, 110, 210],
  ['数量', 10, 5, 12, 6],
  ['コスト', 800, 400, 900, 450],
  ['為替', 140, 140, 150, 150],
]

const newer: Cell[][] = [
  ['年度', 2024, 2025],
  ['部門', '営業', '営業'],
  [],
  ['単価', 110, 120],
  ['数量', 12, 10],
  ['コスト', 900, 950],
  ['本社費', 50, 60],
]

const formulas = ['売上 = 単価 * 数量', '利益 = 売上 - コスト - 本社費']

async function startProject(manager: Client, member: Client): Promise<string> {
  const created = await manager.post(projects, { name: '中期計画', code: newCode() })
  expect(created.statusCode, created.body).toBe(201)
  const { id } = created.json()
  const added = await manager.post(`${projects}/${id}/members`, { user_id: member.id })
  expect(added.statusCode, added.body).toBe(201)
  return id
}

async function ok(answer: ReturnType<Client['get']>, status = 200) {
  const response = await answer
  expect(response.statusCode, response.body).toBe(status)
  return response.body === '' ? null : response.json()
}

const byLabel = <Value>(list: { label: string; [name: string]: Value | string }[], name: string) =>
  Object.fromEntries(list.map((each) => [each.label, each[name]]))

describe('the life of a tree', () => {
  test('from a workbook to plans, a newer workbook, and an empty form', async ({ signIn }) => {
    const [manager, member] = [await signIn(), await signIn()]
    const project = await startProject(manager, member)

    const { file_id, sheets } = await uploadTreeFile(member, { 表紙: [['計画']], 実績: actuals })
    expect(sheets.map(({ layout }) => layout)).toEqual([null, 'block'])
    const sheet_id = sheets[1]?.sheet_id as string
    await ok(member.post(`${filesUrl}/${file_id}/sheet`, { sheet_id }))
    const { columns } = await readTreeFile(member, file_id)
    expect(columns.map(({ columns_name, role }) => [columns_name, role])).toEqual([
      ['年度', '推移'],
      ['部門', '軸'],
      ['単価', '値'],
      ['数量', '値'],
      ['コスト', '値'],
      ['為替', '値'],
    ])
    const rate = columns.find(({ columns_name }) => columns_name === '為替')?.columns_id
    const unused = { columns: [{ column_id: rate, role: '利用しない' }] }
    await ok(member.patch(`${filesUrl}/${file_id}/${sheet_id}/column`, unused))

    const created = await ok(member.post(`${trees}?project_id=${project}`, { name: '利益' }), 201)
    const url = `${trees}/${created.tree_id}`
    const tree = await ok(importInto(member, created.tree_id, formulas, { sheet_id }))
    expect(tree.root.label).toBe('利益')
    expect(tree.import).toMatchObject({ created: 6, unmatched: ['本社費'], unused: [] })
    expect(tree.import.bound.map(({ label }: { label: string }) => label).sort()).toEqual(
      ['コスト', '単価', '数量'].sort(),
    )
    const missing = await readData(manager, url)
    expect(missing.root).toMatchObject({ node_id: tree.root.node_id, complete: false })
    expect(missing.warnings).toContainEqual(
      expect.objectContaining({ kind: 'no_value', label: '本社費' }),
    )

    await ok(member.patch(`${nodes}/${idOf(tree, '本社費')}`, { value: 50 }))
    const data = await readData(manager, url)
    expect(data).toMatchObject({ period_name: '年度', periods: ['2023', '2024'], axes: ['部門'] })
    expect(data.root).toMatchObject({ label: '利益', baseline: 1830, effect: 0, complete: true })
    expect(data.root.by_period).toMatchObject([{ baseline: 700 }, { baseline: 1130 }])
    const profit = data.calculated_data_list.find((each: { label: string }) => {
      return each.label === '利益'
    })
    expect(profit.records).toEqual(
      [
        ['2023', '営業', 150],
        ['2024', '営業', 370],
        ['2023', '開発', 550],
        ['2024', '開発', 760],
      ].map(([年度, 部門, 値]) => ({ 年度, 部門, 値, シミュレーション値: 値 })),
    )

    const price = { name: '値上げ', value: 1.1, period_from: '2024', cost: 100 }
    const saving = { name: '節約', value: 0.9 }
    await ok(member.post(`${nodes}/${idOf(tree, '単価')}/policy`, price), 201)
    await ok(member.post(`${nodes}/${idOf(tree, 'コスト')}/policy`, saving), 201)
    const planned = await readData(manager, url)
    expect(planned.root.simulated).toBeCloseTo(2343, 8)
    expect(planned.policies[0].effect).toBeCloseTo(258, 8)
    expect(planned.policies[0].roi).toBeCloseTo(1.58, 8)
    const contributions = byLabel<number>(planned.drivers, 'contribution')
    expect(contributions.単価).toBeCloseTo(258, 8)
    expect(contributions.コスト).toBeCloseTo(255, 8)

    const changes = { policy_ids: [], inputs: [{ node_id: idOf(tree, '数量'), multiplier: 2 }] }
    const tried = await ok(manager.post(`${url}/simulate`, changes))
    expect(tried.root).toMatchObject({ baseline: 1830, simulated: 6410, effect: 4580 })
    await ok(member.post(`${url}/scenario`, { name: '倍増', changes }), 201)
    const totals = async () =>
      (await ok(manager.get(`${url}/scenario/compare`))).rows.map((row: { total: number }) =>
        Math.round(row.total),
      )
    expect(await totals()).toEqual([1830, 2343, 6410])
    const tornado = await ok(manager.post(`${url}/sensitivity`, { percent: 10, policy_ids: [] }))
    const swings = byLabel<number>(tornado.drivers, 'swing')
    expect(swings.単価).toBeCloseTo(916, 8)
    expect(swings.コスト).toBeCloseTo(510, 8)
    expect(swings.本社費).toBeCloseTo(40, 8)
    const goal = { node_id: idOf(tree, 'コスト'), target: 2000, policy_ids: [] }
    const sought = await ok(manager.post(`${url}/goal-seek`, goal))
    expect(sought).toMatchObject({ found: true, label: 'コスト', value: null })
    expect(sought.factor).toBeCloseTo(2380 / 2550, 8)
    expect(sought.root).toBeCloseTo(2000, 4)

    const later = await uploadTreeFile(member, { 実績: newer }, '更新.xlsx')
    const again = { sheet_id: later.sheets[0]?.sheet_id }
    const updated = await ok(importInto(member, created.tree_id, [], again))
    expect(updated.import).toMatchObject({ created: 0, updated: 4, unmatched: [], unused: [] })
    expect(idOf(updated, '単価')).toBe(idOf(tree, '単価'))
    const fresh = await readData(manager, url)
    expect(fresh).toMatchObject({ periods: ['2024', '2025'], warnings: [] })
    expect(fresh.root.baseline).toBe(560)
    expect(fresh.root.simulated).toBeCloseTo(997, 8)
    expect(await totals()).toEqual([560, 997, 3080])

    const empty = await ok(member.post(`/api/v1/driver-tree/${created.tree_id}/reset`))
    expect(formulasOf(empty)).toEqual(formulasOf(tree))
    expect(empty.root.label).toBe('利益')
    const nothing = await readData(manager, url)
    expect(nothing).toMatchObject({ periods: [], policies: [], root: { baseline: null } })

    const { events } = await ok(manager.get(`${projects}/${project}/activity`))
    const ofTree = (events as ProjectEvent[]).filter(({ action }) => !action.startsWith('member'))
    expect(ofTree.map(({ action }) => action)).toEqual([
      'tree.reset',
      'tree.imported',
      'scenario.created',
      'tree.policy_created',
      'tree.policy_created',
      'tree.node_updated',
      'tree.imported',
      'tree.created',
      'project.created',
    ])
    expect(ofTree[0]).toMatchObject({ subject_id: created.tree_id, actor: { id: member.id } })
    expect(ofTree[5]?.changes).toMatchObject({ node_id: idOf(tree, '本社費') })
  })
})

describe('the root', () => {
  test('is the same wherever it is named', async ({ db, signIn }) => {
    const [manager, member] = [await signIn(), await signIn()]
    const project = await startProject(manager, member)
    const made = await ok(member.post(`${trees}?project_id=${project}`, { name: '手作り' }), 201)
    const url = `${trees}/${made.tree_id}`
    const add = async (label: string, value?: number) => {
      const node = { label, node_type: '入力', position_x: 0, position_y: 0, value }
      return (await ok(member.post(`${url}/node`, node), 201)).created_node_id as string
    }
    const roots = async () => {
      const tree = await ok(member.get(url))
      const { root } = await readData(member, url)
      expect(root?.node_id ?? null).toBe(tree.root?.node_id ?? null)
      return root?.label ?? null
    }
    const only = await add('利益')
    expect(await roots()).toBe('利益')
    const [sales, costs] = [await add('売上', 7), await add('コスト', 3)]
    expect(await roots()).toBeNull()
    await ok(member.patch(`${nodes}/${only}`, { operator: '-', children_id_list: [sales, costs] }))
    const { root_node_id } = await db
      .selectFrom('driver_trees')
      .select('root_node_id')
      .where('id', '=', made.tree_id)
      .executeTakeFirstOrThrow()
    expect(root_node_id).toBeNull()
    expect(await roots()).toBe('利益')
    expect((await readData(member, url)).root).toMatchObject({ baseline: 4 })
    const goal = await ok(member.post(`${url}/goal-seek`, { node_id: sales, target: 10 }))
    expect(goal).toMatchObject({ found: true, root_node_id: only, value: 13 })
    expect((await ok(member.get(`${url}/scenario/compare`))).root.label).toBe('利益')
    const memo = await add('メモ', 1)
    expect(await roots()).toBe('利益')
    await ok(member.patch(url, { root_node_id: memo }))
    expect(await roots()).toBe('メモ')
  })
})
