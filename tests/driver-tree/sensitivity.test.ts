import { newId } from '../../src/values.ts'
import { insertPolicy, insertTree } from '../support/driver-trees.ts'
import { insertProject } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import { insertSales, insertThousand, trees } from '../support/tree-calculation.ts'

describe('the sensitivity of a root', () => {
  test('has the widest swing first, as worked by hand', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const { tree_id, ids } = await insertTree(
      db,
      project,
      {
        利益: { operator: '-', children: ['売上', 'コスト'] },
        売上: { operator: '*', children: ['単価', '数量'] },
        単価: { value: 100 },
        数量: { value: 10, node_type: '定数' },
        コスト: { value: 400 },
        別: { value: 1 },
      },
      '利益',
    )
    const asked = await viewer.post(`${trees}/${tree_id}/sensitivity`, { percent: 10 })
    expect(asked.statusCode, asked.body).toBe(200)
    const { root, percent, drivers, total } = asked.json()
    expect(root).toEqual({ node_id: ids.利益, label: '利益', value: 600 })
    expect([percent, total]).toEqual([10, 3])
    const swings = drivers.map(({ label, swing }: { label: string; swing: number }) => [
      label,
      Math.round(swing),
    ])
    expect(swings).toEqual([
      ['単価', 200],
      ['数量', 200],
      ['コスト', 80],
    ])
    expect(drivers[2]).toMatchObject({ node_id: ids.コスト, value: 400 })
    expect(drivers[2].low).toBeCloseTo(640, 9)
    expect(drivers[2].high).toBeCloseTo(560, 9)
    expect(drivers[2].low_effect).toBeCloseTo(40, 9)
    expect(drivers[2].high_effect).toBeCloseTo(-40, 9)
  })

  test('is on top of the policies, or of those that are named', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id, ids } = await insertThousand(db, { viewer })
    await insertPolicy(db, { tree_id, node_id: String(ids.単価) }, { value: 2 })
    const asked = { percent: 50, node_ids: [ids.数量] }
    const present = await viewer.post(`${url}/sensitivity`, asked)
    expect(present.json()).toMatchObject({
      root: { value: 2000 },
      drivers: [{ label: '数量', low: 1000, high: 3000, swing: 2000 }],
      total: 1,
    })
    const bare = await viewer.post(`${url}/sensitivity`, { ...asked, policy_ids: [] })
    expect(bare.json()).toMatchObject({ root: { value: 1000 }, drivers: [{ swing: 1000 }] })
  })

  test('looks at another node where one is named', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, ids } = await insertSales(db, { viewer })
    const asked = await viewer.post(`${url}/sensitivity`, {
      percent: 10,
      root_node_id: ids.数量,
    })
    expect(asked.json()).toMatchObject({ root: { label: '数量', value: 29 }, total: 1 })
  })

  test('refuses what is no driver, and a tree without a root', async ({ db, signIn }) => {
    const [viewer, outsider] = [await signIn(), await signIn()]
    const project = await insertProject(db, { viewer })
    const tree = await insertTree(
      db,
      project,
      { 合計: { operator: '+', children: ['甲'] }, 甲: { value: 1 }, 別: { value: 2 } },
      '合計',
    )
    const url = `${trees}/${tree.tree_id}/sensitivity`
    const { 合計: sum, 別: apart } = tree.ids
    const asked = await viewer.post(url, { percent: 10, node_ids: [sum, apart, newId()] })
    expect(asked.json().status).toBe(422)
    const fields = asked.json().errors.map(({ field }: { field: string }) => field)
    expect(fields).toEqual(['node_ids.0', 'node_ids.1', 'node_ids.2'])
    expect(asked.json().errors[1].message).toContain('別')
    for (const body of [
      {},
      { percent: 0 },
      { percent: 101 },
      { percent: 10, node_ids: [] },
      { percent: 10, root_node_id: newId() },
      { percent: 10, policy_ids: [newId()] },
      { percent: 10, more: 1 },
    ]) {
      expect((await viewer.post(url, body)).statusCode, JSON.stringify(body)).toBe(422)
    }
    const empty = await insertTree(db, project)
    const none = await viewer.post(`${trees}/${empty.tree_id}/sensitivity`, { percent: 10 })
    expect(none.json()).toMatchObject({ status: 409, code: 'tree_without_root' })
    expect((await outsider.post(url, { percent: 10 })).statusCode).toBe(404)
  })

  test('refuses more drivers than it tries at a time', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id, ids } = await insertThousand(db, { viewer })
    const made = Array.from({ length: 2000 }, (_, n) => ({ id: newId(), label: `多${n}` }))
    const { source: _, ...like } = await db
      .selectFrom('driver_tree_nodes')
      .selectAll()
      .where('id', '=', String(ids.単価))
      .executeTakeFirstOrThrow()
    for (let start = 0; start < made.length; start += 500) {
      const part = made.slice(start, start + 500)
      const rows = part.map((each) => ({ ...like, ...each, label_key: each.label }))
      await db.insertInto('driver_tree_nodes').values(rows).execute()
      const edges = part.map(({ id }, n) => ({
        tree_id,
        parent_id: String(ids.売上),
        position: 2 + start + n,
        child_id: id,
      }))
      await db.insertInto('driver_tree_edges').values(edges).execute()
    }
    const refused = await viewer.post(`${url}/sensitivity`, { percent: 1 })
    expect(refused.json()).toMatchObject({ status: 422, code: 'tree_drivers_too_many' })
    expect(refused.json().detail).toContain('2002')
  })
})
