import { newId } from '../../src/values.ts'
import { insertPolicy, insertTree } from '../support/driver-trees.ts'
import { insertProject } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import { insertSales, insertThousand, trees } from '../support/tree-calculation.ts'

describe('a goal', () => {
  test('is reached by a value of one driver', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, ids } = await insertThousand(db, { viewer })
    const sought = await viewer.post(`${url}/goal-seek`, { node_id: ids.単価, target: 2000 })
    expect(sought.statusCode, sought.body).toBe(200)
    const answer = sought.json()
    expect(answer).toMatchObject({
      found: true,
      reason: null,
      node_id: ids.単価,
      root_node_id: ids.売上,
      target: 2000,
      period: null,
      factor: null,
    })
    expect(answer.value).toBeCloseTo(200, 6)
    expect(answer.root).toBeCloseTo(2000, 6)
    expect(answer.message).toContain('単価')
  })

  test('is sought on top of the policies', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id, ids } = await insertThousand(db, { viewer })
    await insertPolicy(db, { tree_id, node_id: String(ids.数量) }, { value: 2 })
    const seek = async (body: object) =>
      (await viewer.post(`${url}/goal-seek`, { node_id: ids.単価, target: 3000, ...body })).json()
    expect((await seek({})).value).toBeCloseTo(150, 6)
    expect((await seek({ policy_ids: [] })).value).toBeCloseTo(300, 6)
  })

  test('is reached by a factor, in all periods or in one', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, ids } = await insertSales(db, { viewer })
    const seek = async (body: object) =>
      (await viewer.post(`${url}/goal-seek`, { node_id: ids.数量, ...body })).json()
    const whole = await seek({ target: 1020 })
    expect(whole).toMatchObject({ found: true, value: null })
    expect(whole.factor).toBeCloseTo(2, 6)
    const late = await seek({ target: 130, period: '2024' })
    expect(late).toMatchObject({ found: true, period: '2024' })
    expect(late.factor).toBeCloseTo(0.5, 6)
    expect(late.message).toContain(' 倍')
  })

  test('is said to have no solution, and why', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const { tree_id, ids } = await insertTree(
      db,
      project,
      {
        合計: { operator: '+', children: ['二乗', '消える'] },
        二乗: { operator: '*', children: ['甲', '甲'] },
        消える: { operator: '*', children: ['乙', '零'] },
        甲: { value: 3 },
        乙: { value: 5 },
        零: { value: 0, node_type: '定数' },
      },
      '合計',
    )
    const url = `${trees}/${tree_id}/goal-seek`
    const seek = async (body: object) => (await viewer.post(url, body)).json()
    const negative = await seek({ node_id: ids.甲, target: -4 })
    expect(negative).toMatchObject({ found: false, reason: 'not_bracketed', value: null })
    expect(negative.message).toContain('目標に届きません')
    expect(negative.nearest).toEqual({ value: 0, factor: null, root: 0 })
    expect(negative.message).toContain('最も近いのは 0 のときの 0 です')
    const vain = await seek({ node_id: ids.乙, target: 20 })
    expect(vain).toMatchObject({ found: false, reason: 'no_effect', factor: null, root: null })
    const english = await viewer.post(
      url,
      { node_id: ids.乙, target: 20 },
      { 'accept-language': 'en' },
    )
    expect(english.json().message).toContain('does not change')
  })

  test('refuses what cannot be sought', async ({ app, db, signIn }) => {
    const [viewer, outsider] = [await signIn(), await signIn()]
    const { url, ids, project } = await insertSales(db, { viewer })
    const node_id = ids.数量
    for (const [body, field] of [
      [{ target: 1 }, 'node_id'],
      [{ node_id }, 'target'],
      [{ node_id, target: 1e16 }, 'target'],
      [{ node_id: ids.売上, target: 1 }, 'node_id'],
      [{ node_id: newId(), target: 1 }, 'node_id'],
      [{ node_id, target: 1, period: '2030' }, 'period'],
      [{ node_id, target: 1, root_node_id: ids.単価 }, 'node_id'],
      [{ node_id, target: 1, root_node_id: newId() }, 'root_node_id'],
    ] as const) {
      const refused = await viewer.post(`${url}/goal-seek`, body)
      expect(refused.json(), JSON.stringify(body)).toMatchObject({
        status: 422,
        errors: [{ field }],
      })
    }
    const empty = await insertTree(db, project)
    const none = await viewer.post(`${trees}/${empty.tree_id}/goal-seek`, { node_id, target: 1 })
    expect(none.json()).toMatchObject({ status: 409, code: 'tree_without_root' })
    const body = { node_id, target: 1 }
    expect((await outsider.post(`${url}/goal-seek`, body)).statusCode).toBe(404)
    const nobody = await app.inject({ method: 'POST', url: `${url}/goal-seek`, payload: body })
    expect(nobody.statusCode).toBe(401)
  })
})
