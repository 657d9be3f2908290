import { createCalculators } from '../../src/driver-tree/simulation/calculators.ts'
import { newId } from '../../src/values.ts'
import { insertPolicy, insertTree } from '../support/driver-trees.ts'
import { insertProject } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import {
  insertSales,
  insertThousand,
  readData,
  trees,
  yearly,
} from '../support/tree-calculation.ts'

describe('the calculation of a tree', () => {
  test('has every node over years and departments, as worked by hand', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id, ids } = await insertSales(db, { viewer })
    const answer = await readData(viewer, url)
    expect(answer).toMatchObject({
      tree_id,
      version: 1,
      period_name: '年度',
      periods: ['2023', '2024'],
      axes: ['部門'],
      root: { node_id: ids.売上, baseline: 510, simulated: 510, effect: 0, complete: true },
      policies: [],
      drivers: [],
      method: null,
      warnings: [],
      warning_count: 0,
      total: 3,
      skip: 0,
      limit: 100,
    })
    expect(answer.root.by_period).toEqual([
      { period: '2023', baseline: 250, simulated: 250, effect: 0 },
      { period: '2024', baseline: 260, simulated: 260, effect: 0 },
    ])
    const [sales] = answer.calculated_data_list
    expect(sales).toEqual({
      node_id: ids.売上,
      label: '売上',
      node_type: '計算',
      columns: ['年度', '部門', '値', 'シミュレーション値'],
      records: [
        { 年度: '2023', 部門: '営業', 値: 50, シミュレーション値: 50 },
        { 年度: '2024', 部門: '営業', 値: 60, シミュレーション値: 60 },
        { 年度: '2023', 部門: '開発', 値: 200, シミュレーション値: 200 },
        { 年度: '2024', 部門: '開発', 値: 200, シミュレーション値: 200 },
      ],
      total: { baseline: 510, simulated: 510, complete: true },
    })
  })

  test('lets policies of 1.1 and 1.2 make 1320 of 1000', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id, ids } = await insertThousand(db, { viewer })
    const [price, amount] = [String(ids.単価), String(ids.数量)]
    const first = await insertPolicy(db, { tree_id, node_id: price }, { value: 1.1, cost: 40 })
    const second = await insertPolicy(db, { tree_id, node_id: amount }, { value: 1.2 })
    await insertPolicy(db, { tree_id, node_id: amount }, { value: 5, is_active: 0 })
    const { root, policies, drivers, method } = await readData(viewer, url)
    expect(root).toMatchObject({ baseline: 1000, complete: true, by_period: [] })
    expect(root.simulated).toBeCloseTo(1320, 9)
    expect(root.effect).toBeCloseTo(320, 9)
    expect(policies).toHaveLength(2)
    expect(policies[0]).toMatchObject({ policy_id: first, node_id: price, value: 1.1, cost: 40 })
    expect(policies[0].effect).toBeCloseTo(100, 9)
    expect(policies[0].roi).toBeCloseTo(1.5, 9)
    expect(policies[1]).toMatchObject({ policy_id: second, cost: null, roi: null })
    expect(policies[1].effect).toBeCloseTo(200, 9)
    expect(method).toBe('shapley')
    expect(drivers.map(({ label }: { label: string }) => label)).toEqual(['数量', '単価'])
    expect(drivers[0].contribution).toBeCloseTo(210, 9)
    expect(drivers[1].contribution).toBeCloseTo(110, 9)
    expect(drivers[0].contribution + drivers[1].contribution).toBe(root.effect)
    expect(drivers[0].share + drivers[1].share).toBeCloseTo(1, 12)
  })

  test('compounds several policies of one node', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id, ids } = await insertThousand(db, { viewer })
    const node_id = String(ids.単価)
    await insertPolicy(db, { tree_id, node_id }, { value: 1.1 })
    await insertPolicy(db, { tree_id, node_id }, { value: 1.2 })
    const { root, policies, drivers } = await readData(viewer, url)
    expect(root.simulated).toBeCloseTo(1320, 9)
    expect(policies.map(({ effect }: { effect: number }) => Math.round(effect))).toEqual([100, 200])
    expect(drivers).toHaveLength(1)
    expect(drivers[0]).toMatchObject({ contribution: root.effect, alone: root.effect, share: 1 })
  })

  test('applies a policy in its periods only', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id, ids } = await insertSales(db, { viewer })
    const node_id = String(ids.数量)
    await insertPolicy(db, { tree_id, node_id }, { value: 2, period_from: '2024' })
    const { root, warnings } = await readData(viewer, url)
    expect(root).toMatchObject({ baseline: 510, simulated: 770, effect: 260 })
    expect(root.by_period).toEqual([
      { period: '2023', baseline: 250, simulated: 250, effect: 0 },
      { period: '2024', baseline: 260, simulated: 520, effect: 260 },
    ])
    expect(warnings).toEqual([])
    await insertPolicy(db, { tree_id, node_id }, { value: 1, period_to: '2099' })
    await db.updateTable('driver_trees').set({ version: 2 }).where('id', '=', tree_id).execute()
    const later = await readData(viewer, url)
    expect(later.warnings).toMatchObject([{ kind: 'policy_period_unknown', node_id, key: {} }])
    expect(later.warnings[0].message).toContain('2099')
  })

  test('says which node and key a division by zero is at', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const { tree_id, ids } = await insertTree(
      db,
      project,
      {
        単価: { operator: '/', children: ['売上', '数量'] },
        売上: yearly(50, 200, 60, 200),
        数量: yearly(5, 10, 0, 8),
      },
      '単価',
    )
    const answer = await readData(viewer, `${trees}/${tree_id}`)
    expect(answer.warning_count).toBe(1)
    expect(answer.warnings).toMatchObject([
      { kind: 'division_by_zero', node_id: ids.単価, key: { 年度: '2024', 部門: '営業' } },
    ])
    expect(answer.warnings[0].message).toContain('単価')
    expect(answer.warnings[0].message).toContain('年度 2024, 部門 営業')
    expect(answer.root).toMatchObject({ baseline: 55, complete: false })
    expect(answer.calculated_data_list[0].records[1]).toEqual({
      年度: '2024',
      部門: '営業',
      値: null,
      シミュレーション値: null,
    })
    const english = await viewer.get(`${trees}/${tree_id}/data`, { 'accept-language': 'en' })
    expect(english.json().warnings[0].message).toContain('divide by 0')
  })

  test('is empty for an empty tree, and has nodes of one without a root', async ({
    db,
    signIn,
  }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const empty = await insertTree(db, project)
    expect(await readData(viewer, `${trees}/${empty.tree_id}`)).toMatchObject({
      root: null,
      periods: [],
      policies: [],
      drivers: [],
      calculated_data_list: [],
      total: 0,
    })
    const { tree_id, ids } = await insertTree(db, project, { 単価: { value: 3 }, 空: {} })
    await insertPolicy(db, { tree_id, node_id: String(ids.単価) }, { value: 2 })
    const answer = await readData(viewer, `${trees}/${tree_id}`)
    expect(answer).toMatchObject({ root: null, drivers: [], total: 2 })
    expect(answer.policies).toMatchObject([{ effect: null, roi: null }])
    expect(answer.calculated_data_list[0].records).toEqual([{ 値: 3, シミュレーション値: 6 }])
    expect(answer.warnings).toMatchObject([{ kind: 'no_value', node_id: ids.空 }])
  })

  test('keeps names of columns apart, whatever they are', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const axes = ['__proto__', '値', '推移']
    const data = { period: '推移', axes, keys: [['1', 'a', 'b', 'c']], values: [7] }
    const { tree_id } = await insertTree(db, project, { 売上: { data } }, '売上')
    const response = await viewer.get(`${trees}/${tree_id}/data`)
    expect(response.statusCode).toBe(200)
    const text = response.body
    expect(text).toContain('"columns":["推移","__proto__","値 (2)","推移 (2)","値"')
    expect(text).toContain(
      '{"推移":"1","__proto__":"a","値 (2)":"b","推移 (2)":"c","値":7,"シミュレーション値":7}',
    )
    expect(Object.keys(JSON.parse(text).calculated_data_list[0].records[0])).toHaveLength(6)
  })

  test('is paged by nodes, and shows those that are asked for', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, ids } = await insertSales(db, { viewer })
    const labels = (answer: { calculated_data_list: { label: string }[] }) =>
      answer.calculated_data_list.map(({ label }) => label)
    const page = await viewer.get(`${url}/data?skip=1&limit=1`)
    expect(labels(page.json())).toEqual(['単価'])
    expect(page.json()).toMatchObject({ total: 3, skip: 1, limit: 1, root: { baseline: 510 } })
    expect(page.headers['x-total-count']).toBe('3')
    const some = `?node_id=${ids.数量}&node_id=${ids.売上}`
    expect(labels(await readData(viewer, url, some))).toEqual(['売上', '数量'])
    const unknown = await viewer.get(`${url}/data?node_id=${newId()}`)
    expect(unknown.json()).toMatchObject({ status: 422, errors: [{ field: 'node_id.0' }] })
    expect((await viewer.get(`${url}/data?limit=0`)).statusCode).toBe(422)
    expect((await viewer.get(`${url}/data?node_id=x`)).statusCode).toBe(422)
  })

  test('refuses more records than an answer may hold', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const keys = Array.from({ length: 70_000 }, (_, n) => [String(n)])
    const data = { period: null, axes: ['店'], keys, values: keys.map(() => 1) }
    const { tree_id, ids } = await insertTree(
      db,
      project,
      { 合計: { operator: '+', children: ['甲', '乙'] }, 甲: { data }, 乙: { data } },
      '合計',
    )
    const url = `${trees}/${tree_id}`
    const refused = await viewer.get(`${url}/data`)
    expect(refused.json()).toMatchObject({ status: 422, code: 'tree_answer_too_large' })
    expect(refused.json().detail).toContain('210000')
    const one = await readData(viewer, url, `?node_id=${ids.甲}`)
    expect(one).toMatchObject({ root: { baseline: 140_000 }, total: 1 })
    expect(one.calculated_data_list[0].records).toHaveLength(70_000)
  })

  test('has a tag, and is not sent again to whoever has it', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id } = await insertSales(db, { viewer })
    const { headers } = await viewer.get(`${url}/data`)
    expect(headers.etag).toBe('"1.ja"')
    expect(headers.vary).toContain('Accept-Language')
    const again = await viewer.get(`${url}/data`, { 'if-none-match': String(headers.etag) })
    expect(again.statusCode).toBe(304)
    expect(again.body).toBe('')
    const english = { 'if-none-match': String(headers.etag), 'accept-language': 'en' }
    expect((await viewer.get(`${url}/data`, english)).statusCode).toBe(200)
    await db.updateTable('driver_trees').set({ version: 2 }).where('id', '=', tree_id).execute()
    const fresh = await viewer.get(`${url}/data`, { 'if-none-match': String(headers.etag) })
    expect(fresh.statusCode).toBe(200)
    expect(fresh.json().version).toBe(2)
  })

  test('is for members of the project, archived or not', async ({ app, db, signIn }) => {
    const [viewer, outsider, admin] = [await signIn(), await signIn(), await signIn('SystemAdmin')]
    const { url, project } = await insertSales(db, { viewer })
    await db.updateTable('projects').set({ is_active: 0 }).where('id', '=', project).execute()
    expect((await viewer.get(`${url}/data`)).statusCode).toBe(200)
    expect((await admin.get(`${url}/data`)).statusCode).toBe(200)
    const hidden = await outsider.get(`${url}/data`)
    expect(hidden.json()).toMatchObject({ status: 404, code: 'tree_not_found' })
    expect((await viewer.get(`${trees}/${newId()}/data`)).statusCode).toBe(404)
    expect((await app.inject(`${url}/data`)).statusCode).toBe(401)
  })
})

describe('calculated trees', () => {
  const change = (db: Parameters<typeof insertSales>[0], tree_id: string) =>
    db
      .updateTable('driver_trees')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where('id', '=', tree_id)
      .returning(['id', 'version'])
      .executeTakeFirstOrThrow()

  test('are made once for many who ask at the same time', async ({ db }) => {
    const { tree_id: id } = await insertSales(db)
    const calculators = createCalculators({ maxBytes: 1e6 })
    const readers = Array.from({ length: 20 }, () => calculators.read(db, { id, version: 1 }))
    const made = new Set((await Promise.all(readers)).map(({ calculator }) => calculator))
    expect(made.size).toBe(1)
    expect(await calculators.read(db, { id, version: 1 })).toMatchObject({ model: { version: 1 } })
  })

  test('are of the version that was asked for while it is edited', async ({ db }) => {
    const { tree_id: id, ids } = await insertSales(db)
    const calculators = createCalculators({ maxBytes: 1e6 })
    const early = Array.from({ length: 10 }, () => calculators.read(db, { id, version: 1 }))
    const { version } = await change(db, id)
    const late = Array.from({ length: 10 }, () => calculators.read(db, { id, version }))
    await Promise.all(early)
    for (const { model } of await Promise.all(late)) expect(model.version).toBe(version)
    const { calculator } = await calculators.read(db, { id, version })
    expect([...calculator.baseline(String(ids.売上)).values]).toEqual([50, 60, 200, 200])
  })

  test('take over what an edit of one input leaves as it was', async ({ db }) => {
    const { tree_id: id, ids } = await insertSales(db)
    const calculators = createCalculators({ maxBytes: 1e6 })
    const before = await calculators.read(db, { id, version: 1 })
    const amount = String(ids.数量)
    await db
      .updateTable('driver_tree_nodes')
      .set({ data: JSON.stringify(yearly(5, 10, 6, 9).data), version: 2 })
      .where('id', '=', amount)
      .execute()
    const after = await calculators.read(db, await change(db, id))
    expect(after.calculator.baseline(String(ids.単価)).values).toBe(
      before.calculator.baseline(String(ids.単価)).values,
    )
    expect([...after.calculator.baseline(String(ids.売上)).values]).toEqual([50, 60, 200, 225])
  })

  test('are forgotten, the oldest first, where they take too much', async ({ db }) => {
    const calculators = createCalculators({ maxBytes: 5000 })
    const first = await insertSales(db)
    const kept = await calculators.read(db, { id: first.tree_id, version: 1 })
    const one = calculators.size()
    expect(one).toBeGreaterThan(3000)
    expect((await calculators.read(db, { id: first.tree_id, version: 1 })).calculator).toBe(
      kept.calculator,
    )
    const second = await insertSales(db)
    await calculators.read(db, { id: second.tree_id, version: 1 })
    expect(calculators.size()).toBe(one)
    const again = await calculators.read(db, { id: first.tree_id, version: 1 })
    expect(again.calculator).not.toBe(kept.calculator)
  })
})
