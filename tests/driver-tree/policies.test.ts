import { newId } from '../../src/values.ts'
import { insertPolicy } from '../support/driver-trees.ts'
import { describe, expect, test } from '../support/service.ts'
import { idOf, nodes, planted, setUp, trees } from '../support/tree-work.ts'

const example = ['売上 = 単価 * 数量']

describe('a policy', () => {
  test('is planned, changed and deleted', async ({ db, signIn }) => {
    const { project, member, viewer } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const node_id = idOf(tree, '売上')
    const url = `${nodes}/${node_id}/policy`
    const response = await member.post(url, { name: ' 値上げ ', value: 1.5 })
    expect(response.statusCode, response.body).toBe(201)
    expect(response.headers.location).toBe(url)
    const { created_policy_id: policy_id, ...answer } = response.json()
    expect(answer).toMatchObject({
      node_id,
      policies: [
        {
          policy_id,
          name: '値上げ',
          value: 1.5,
          description: null,
          is_active: true,
          period_from: null,
          period_to: null,
          cost: null,
          version: 1,
        },
      ],
    })
    await member.post(url, { name: '広告', value: 0, is_active: false, cost: 100 })
    const change = { value: 1.2, period_from: '2024', is_active: false }
    const changed = await member.patch(`${url}/${policy_id}`, change, { 'if-match': '"1"' })
    expect(changed.json().policies).toMatchObject([
      { policy_id, name: '値上げ', version: 2, ...change },
      { name: '広告', value: 0, is_active: false, cost: 100 },
    ])
    const stale = { 'if-match': '"1"' }
    expect((await member.patch(`${url}/${policy_id}`, change, stale)).statusCode).toBe(412)
    expect((await member.delete(`${url}/${policy_id}`, undefined, stale)).statusCode).toBe(412)
    const left = await member.delete(`${url}/${policy_id}`)
    expect(left.json()).toMatchObject({ node_id, policies: [{ name: '広告' }] })
    const rest = { ...left.json(), total: 1, skip: 0, limit: 100 }
    expect((await viewer.get(url)).json()).toEqual(rest)
    const beyond = (await viewer.get(`${url}?skip=1&limit=1`)).json()
    expect(beyond).toMatchObject({ policies: [], total: 1, skip: 1, limit: 1 })
    const read = (await viewer.get(`${trees}/${tree.tree_id}`)).json()
    expect(read.version).toBe(tree.version + 4)
    expect((await member.delete(`${url}/${policy_id}`)).json().code).toBe('tree_policy_not_found')
  })

  test('is refused what is wrong with it', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const url = `${nodes}/${idOf(tree, '売上')}/policy`
    for (const body of [
      {},
      { name: 'a' },
      { name: '', value: 1 },
      { name: 'a', value: -0.1 },
      { name: 'a', value: 1e7 },
      { name: 'a', value: '1' },
      { name: 'a', value: 1, cost: -1 },
      { name: 'a', value: 1, period_from: '' },
      { name: 'a', value: 1, other: 1 },
      { name: 'a', value: 1, period_from: '令和6年度', period_to: '2023' },
    ]) {
      expect((await member.post(url, body)).statusCode, JSON.stringify(body)).toBe(422)
    }
    const other = idOf(tree, '単価')
    const elsewhere = await insertPolicy(db, { tree_id: tree.tree_id, node_id: other })
    expect((await member.patch(`${url}/${elsewhere}`, { value: 1 })).statusCode).toBe(404)
    expect((await member.patch(`${url}/${elsewhere}`, {})).statusCode).toBe(422)
    expect((await member.get(`${nodes}/${newId()}/policy`)).statusCode).toBe(404)
  })

  test('is one of a hundred at most, also for those who come at once', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const node_id = idOf(tree, '売上')
    for (let n = 0; n < 98; n += 1) await insertPolicy(db, { tree_id: tree.tree_id, node_id })
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        member.post(`${nodes}/${node_id}/policy`, { name: 'a', value: 1 }),
      ),
    )
    const statuses = answers.map(({ statusCode }) => statusCode).toSorted()
    expect(statuses).toEqual([201, 201, 409, 409, 409])
  })

  test('is for those who work in the project', async ({ app, db, signIn }) => {
    const { project, member, viewer, outsider } = await setUp(db, signIn)
    const tree = await planted(member, project, example)
    const node_id = idOf(tree, '売上')
    const url = `${nodes}/${node_id}/policy`
    const id = await insertPolicy(db, { tree_id: tree.tree_id, node_id })
    for (const [somebody, status] of [
      [viewer, 403],
      [outsider, 404],
    ] as const) {
      expect((await somebody.post(url, { name: 'a', value: 1 })).statusCode).toBe(status)
      expect((await somebody.patch(`${url}/${id}`, { value: 1 })).statusCode).toBe(status)
      expect((await somebody.delete(`${url}/${id}`)).statusCode).toBe(status)
    }
    expect((await outsider.get(url)).statusCode).toBe(404)
    expect((await app.inject(url)).statusCode).toBe(401)
    await db.updateTable('projects').set({ is_active: 0 }).where('id', '=', project).execute()
    expect((await member.delete(`${url}/${id}`)).json().code).toBe('project_archived')
  })
})
