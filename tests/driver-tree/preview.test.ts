import { newId } from '../../src/values.ts'
import { insertPolicy, insertTree } from '../support/driver-trees.ts'
import { insertProject } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import { linesOf } from '../support/tree-books.ts'
import { insertSales } from '../support/tree-calculation.ts'

const previewOf = (nodeId: unknown) => `/api/v1/driver-tree/node/${nodeId}/preview/output`

describe('the preview of a node', () => {
  test('is CSV with the columns that the node has', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { tree_id, ids } = await insertSales(db, { viewer })
    const node_id = String(ids.単価)
    await insertPolicy(db, { tree_id, node_id }, { value: 1.5, period_from: '2024' })
    const response = await viewer.get(previewOf(node_id))
    expect(response.statusCode, response.body).toBe(200)
    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8')
    const disposition = response.headers['content-disposition']
    expect(disposition).toContain(`attachment; filename="node_preview_${node_id}.csv"`)
    expect(response.body.startsWith('\ufeff年度,部門,値,シミュレーション値\r\n')).toBe(true)
    expect((await linesOf(response.body)).slice(1)).toEqual([
      ['2023', '営業', '10', '10'],
      ['2024', '営業', '10', '15'],
      ['2023', '開発', '20', '20'],
      ['2024', '開発', '25', '37.5'],
    ])
  })

  test('has one line for a single number, and no formula of strangers', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const { ids } = await insertTree(db, project, {
      定数: { node_type: '定数', value: 12 },
      空: {},
      悪い: {
        data: { period: null, axes: ['=1+1'], keys: [['@SUM(A1)'], ['x"y']], values: [1, null] },
      },
    })
    const body = async (label: string) => (await viewer.get(previewOf(ids[label]))).body.slice(1)
    expect(await body('定数')).toBe('値,シミュレーション値\r\n12,12\r\n')
    expect(await body('空')).toBe('値,シミュレーション値\r\n,\r\n')
    expect(await body('悪い')).toBe(`'=1+1,値,シミュレーション値\r\n'@SUM(A1),1,1\r\n"x""y",,\r\n`)
  })

  test('gives time to a number that a policy changes for some time', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const keys = [['2023'], ['2024']]
    const { tree_id, ids } = await insertTree(db, project, {
      単価: { value: 100 },
      数量: { data: { period: '年度', axes: [], keys, values: [1, 2] } },
    })
    const node_id = String(ids.単価)
    await insertPolicy(db, { tree_id, node_id }, { value: 1.25, period_from: '2024' })
    expect(await linesOf((await viewer.get(previewOf(node_id))).body)).toEqual([
      ['年度', '値', 'シミュレーション値'],
      ['2023', '100', '100'],
      ['2024', '100', '125'],
    ])
  })

  test('is refused to strangers and for no node', async ({ app, db, signIn }) => {
    const [viewer, outsider] = [await signIn(), await signIn()]
    const { ids } = await insertSales(db, { viewer })
    const unknown = await viewer.get(previewOf(newId()))
    expect(unknown.json()).toMatchObject({ status: 404, code: 'tree_node_not_found' })
    const hidden = await outsider.get(previewOf(ids.売上))
    expect(hidden.json()).toMatchObject({ status: 404, code: 'tree_node_not_found' })
    expect((await app.inject(previewOf(ids.売上))).statusCode).toBe(401)
  })
})
