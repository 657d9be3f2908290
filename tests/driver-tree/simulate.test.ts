import { newId } from '../../src/values.ts'
import { insertPolicy, insertTree } from '../support/driver-trees.ts'
import { insertProject } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import { insertSales, insertThousand, readData, trees } from '../support/tree-calculation.ts'

describe('a simulation', () => {
  test('tries policies and inputs, and saves nothing', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id, ids } = await insertThousand(db, { viewer })
    await insertPolicy(db, { tree_id, node_id: String(ids.単価) }, { value: 1.1 })
    const tried = await viewer.post(`${url}/simulate`, {
      policies: [{ node_id: ids.数量, value: 1.2, cost: 110 }],
      inputs: [{ node_id: ids.数量, value: 20 }],
    })
    expect(tried.statusCode, tried.body).toBe(200)
    const { root, policies, drivers } = tried.json()
    expect(root.baseline).toBe(1000)
    expect(root.simulated).toBeCloseTo(2640, 9)
    expect(policies).toHaveLength(2)
    expect(policies[1]).toMatchObject({ policy_id: null, name: '数量', cost: 110 })
    expect(policies[1].effect).toBeCloseTo(200, 9)
    expect(policies[1].roi).toBeCloseTo(90 / 110, 9)
    const sum = drivers.reduce(
      (total: number, { contribution }: { contribution: number }) => total + contribution,
      0,
    )
    expect(sum).toBeCloseTo(root.effect, 9)
    expect((await readData(viewer, url)).root.simulated).toBeCloseTo(1100, 9)
    const audit = await db.selectFrom('audit_log').select('id').where('actor_id', '=', viewer.id)
    expect(await audit.execute()).toEqual([])
  })

  test('applies the saved policies that are named, active or not', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id, ids } = await insertThousand(db, { viewer })
    const node_id = String(ids.単価)
    await insertPolicy(db, { tree_id, node_id }, { value: 1.5 })
    const idle = await insertPolicy(db, { tree_id, node_id }, { value: 3, is_active: 0 })
    const simulate = async (body: object) =>
      (await viewer.post(`${url}/simulate`, body)).json().root.simulated
    expect(await simulate({})).toBe(1500)
    expect(await simulate({ policy_ids: [] })).toBe(1000)
    expect(await simulate({ policy_ids: [idle] })).toBe(3000)
  })

  test('changes one period alone', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, ids } = await insertSales(db, { viewer })
    const tried = await viewer.post(`${url}/simulate?limit=1`, {
      inputs: [
        { node_id: ids.数量, period: '2023', value: 10 },
        { node_id: ids.数量, period: '2024', multiplier: 2 },
      ],
      node_ids: [ids.数量, ids.売上],
    })
    const { root, calculated_data_list, total } = tried.json()
    expect(root.by_period).toEqual([
      { period: '2023', baseline: 250, simulated: 300, effect: 50 },
      { period: '2024', baseline: 260, simulated: 520, effect: 260 },
    ])
    expect(total).toBe(2)
    expect(calculated_data_list).toHaveLength(1)
    expect(calculated_data_list[0]).toMatchObject({ total: { baseline: 510, simulated: 820 } })
  })

  test('gives a single number time where it changes in some periods', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const data = { period: '年', axes: [], keys: [['2023'], ['2024']], values: [10, 20] }
    const { tree_id, ids } = await insertTree(
      db,
      project,
      {
        売上: { operator: '*', children: ['単価', '数量'] },
        単価: { value: 5 },
        数量: { data },
      },
      '売上',
    )
    const url = `${trees}/${tree_id}`
    const tried = await viewer.post(`${url}/simulate`, {
      inputs: [{ node_id: ids.単価, period: '2024', value: 6 }],
    })
    const { root, calculated_data_list } = tried.json()
    expect(root).toMatchObject({ baseline: 150, simulated: 170, effect: 20 })
    expect(calculated_data_list[1]).toMatchObject({
      columns: ['年', '値', 'シミュレーション値'],
      records: [
        { 年: '2023', 値: 5, シミュレーション値: 5 },
        { 年: '2024', 値: 5, シミュレーション値: 6 },
      ],
    })
  })

  test('names each field that is wrong', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, ids } = await insertSales(db, { viewer })
    const other = await insertSales(db, { viewer })
    const tried = await viewer.post(
      `${url}/simulate`,
      {
        policy_ids: [newId()],
        policies: [
          { node_id: other.ids.単価, value: 2 },
          { node_id: ids.単価, value: 2, period_from: '2025' },
          { node_id: ids.単価, value: 2, period_from: '2024', period_to: '2023' },
        ],
        inputs: [
          { node_id: newId(), value: 1 },
          { node_id: ids.売上, value: 1 },
          { node_id: ids.単価 },
          { node_id: ids.単価, value: 1, multiplier: 1 },
          { node_id: ids.数量, value: 1, period: '2023' },
          { node_id: ids.数量, multiplier: 2, period: '2023' },
          { node_id: ids.数量, value: 1, period: '__proto__' },
        ],
      },
      { 'accept-language': 'en' },
    )
    expect(tried.json()).toMatchObject({ status: 422, code: 'invalid_request' })
    const { errors } = tried.json()
    expect(errors.map(({ field }: { field: string }) => field)).toEqual([
      'policy_ids.0',
      'policies.0.node_id',
      'policies.1.period_from',
      'policies.2.period_to',
      'inputs.0.node_id',
      'inputs.1.node_id',
      'inputs.2',
      'inputs.3',
      'inputs.5',
      'inputs.6.period',
    ])
    expect(errors[2].message).toContain('2023, 2024')
    expect(errors[5].message).toContain('売上')
    const nodes = await viewer.post(`${url}/simulate`, { node_ids: [other.ids.売上] })
    expect(nodes.json().errors).toMatchObject([{ field: 'node_ids.0' }])
  })

  test('bounds what it takes', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, ids } = await insertThousand(db, { viewer })
    const node_id = ids.単価
    const timeless = await viewer.post(`${url}/simulate`, {
      inputs: [{ node_id, value: 1, period: '2023' }],
    })
    expect(timeless.json().errors[0].message).toContain('期間がありません')
    for (const body of [
      { policies: Array.from({ length: 201 }, () => ({ node_id, value: 1 })) },
      { policies: [{ node_id, value: -1 }] },
      { policies: [{ node_id, value: '2' }] },
      { policies: [{ node_id }] },
      { inputs: [{ node_id, value: 1e16 }] },
      { inputs: Array.from({ length: 1001 }, () => ({ node_id, value: 1 })) },
      { inputs: [{ node_id: 'x', value: 1 }] },
      { inputs: [{ node_id, value: null }] },
      { policy_ids: [newId(), newId(), 'x'] },
      { nodes: [] },
      [],
    ]) {
      const { statusCode } = await viewer.post(`${url}/simulate`, body)
      expect(statusCode, JSON.stringify(body).slice(0, 100)).toBe(422)
    }
    const infinite = await viewer.post(`${url}/simulate`, '{"inputs":[{"node_id":"x"}', {
      'content-type': 'application/json',
    })
    expect(infinite.statusCode).toBe(400)
  })

  test('answers null, and says so, where a number becomes too large', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const { tree_id, ids } = await insertTree(
      db,
      project,
      { 積: { operator: '*', children: ['大', '大'] }, 大: { value: 1e150 } },
      '積',
    )
    const url = `${trees}/${tree_id}`
    const policies = Array.from({ length: 5 }, () => ({ node_id: ids.大, value: 1_000_000 }))
    const tried = await viewer.post(`${url}/simulate`, { policies })
    expect(tried.json()).toMatchObject({
      root: { simulated: null, effect: null, complete: false },
      drivers: [{ contribution: null, share: null }],
      warnings: [{ kind: 'not_finite', node_id: ids.積 }],
    })
  })

  test('divides the effect of many drivers so that the parts sum to it', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const labels = Array.from({ length: 12 }, (_, n) => `要因${n}`)
    const { tree_id, ids } = await insertTree(
      db,
      project,
      {
        積: { operator: '*', children: labels },
        ...Object.fromEntries(labels.map((label, n) => [label, { value: 1 + n / 10 }])),
      },
      '積',
    )
    const inputs = labels.map((label, n) => ({ node_id: ids[label], multiplier: 1 + n / 20 }))
    const tried = await viewer.post(`${trees}/${tree_id}/simulate`, { inputs })
    const { root, drivers, method, permutations } = tried.json()
    expect(method).toBe('shapley_sampled')
    expect(permutations).toBeGreaterThan(1)
    const parts = drivers.map(({ contribution }: { contribution: number }) => contribution)
    const sum = parts.reduce((total: number, part: number) => total + part, 0)
    expect(Math.abs(sum / root.effect - 1)).toBeLessThan(1e-9)
    expect(parts).toEqual([...parts].sort((a, b) => Math.abs(b) - Math.abs(a)))
  })

  test('is for members of the project, archived or not', async ({ app, db, signIn }) => {
    const [viewer, outsider] = [await signIn(), await signIn()]
    const { url, project } = await insertThousand(db, { viewer })
    await db.updateTable('projects').set({ is_active: 0 }).where('id', '=', project).execute()
    expect((await viewer.post(`${url}/simulate`, {})).statusCode).toBe(200)
    expect((await outsider.post(`${url}/simulate`, {})).statusCode).toBe(404)
    const nobody = await app.inject({ method: 'POST', url: `${url}/simulate`, payload: {} })
    expect(nobody.statusCode).toBe(401)
  })
})
