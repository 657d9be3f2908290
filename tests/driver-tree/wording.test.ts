import { describe, expect, test } from '../support/service.ts'
import { idOf, nodes, planted, setUp, trees } from '../support/tree-work.ts'

const english = { 'accept-language': 'en' }

describe('what a person is told', () => {
  test('of a wrong field needs no knowledge of patterns and schemas', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, ['売上 = 単価 * 数量'])
    const url = `${trees}/${tree.tree_id}`
    const said = async (request: ReturnType<typeof member.post>) => {
      const response = await request
      expect(response.statusCode, response.body).toBe(422)
      return response.json().errors.map(({ message }: { message: string }) => message)
    }
    expect(await said(member.patch(url, { name: ' ' }))).toEqual([
      '空白以外の文字を含む 1 行にしてください。改行、制御文字、幅のない文字、書字方向を変える文字は使えません。',
    ])
    expect(await said(member.patch(url, { name: 'a\nb' }, english))).toEqual([
      'must be one line with something to be seen, without control characters, characters of no width, and marks of direction',
    ])
    const nothing = { percent: 0 }
    expect(await said(member.post(`${url}/sensitivity`, nothing))).toEqual([
      '0 より大きくしてください。',
    ])
    expect(await said(member.post(`${url}/sensitivity`, nothing, english))).toEqual([
      'must be more than 0',
    ])
    const operator = { operator: '%', children_id_list: [] }
    const node = `${nodes}/${idOf(tree, '売上')}`
    expect(await said(member.patch(node, operator, english))).toEqual([
      expect.stringMatching(/^must be one of \+, .*, <>, null$/),
    ])
    const policy = { name: 'a', value: 1, period_from: '2024', period_to: '2023' }
    expect(await said(member.post(`${node}/policy`, policy, english))).toEqual([
      'must not come before period_from',
    ])
  })

  test('of a goal is a number, or a factor for several numbers', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, ['売上 = 単価 * 数量'])
    const [price, count] = [idOf(tree, '単価'), idOf(tree, '数量')]
    const records = [2023, 2024].map((year) => ({ 年度: `${year}`, 値: 5 }))
    await member.patch(`${nodes}/${count}`, { data: { columns: ['年度', '値'], records } })
    await member.patch(`${nodes}/${price}`, { value: 10 })
    const seek = async (node_id: string) => {
      const question = { node_id, target: 200 }
      return (await member.post(`${trees}/${tree.tree_id}/goal-seek`, question, english)).json()
    }
    expect(await seek(price)).toMatchObject({
      value: 20,
      factor: null,
      message: 'The target is reached where 単価 is 20.',
    })
    expect(await seek(count)).toMatchObject({
      value: null,
      factor: 2,
      message: 'The target is reached where all numbers of 数量 are multiplied by 2.',
    })
  })
})
