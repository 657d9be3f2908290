import { type CellObject, read } from 'xlsx'
import { newId } from '../../src/values.ts'
import { insertPolicy, insertTree } from '../support/driver-trees.ts'
import { insertProject } from '../support/projects.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import { linesOf } from '../support/tree-books.ts'
import { insertSales, trees } from '../support/tree-calculation.ts'

const hostile = '=HYPERLINK("http://example.com","押す")'

async function download(client: Client, url: string, format?: string) {
  const query = format ? `?format=${format}` : ''
  const response = await client.get(`${url}/output${query}`)
  expect(response.statusCode, response.body.slice(0, 300)).toBe(200)
  return response
}

/** Sheets as rows of cells. */
function sheetsIn(bytes: Buffer): Record<string, (CellObject | undefined)[][]> {
  const { Sheets } = read(bytes, { dense: true, cellFormula: true })
  return Object.fromEntries(
    Object.entries(Sheets).map(([name, sheet]) => [name, sheet['!data'] ?? []]),
  ) as Record<string, (CellObject | undefined)[][]>
}

const valuesIn = (rows: (CellObject | undefined)[][] = []) =>
  rows.map((row) => Array.from(row, (cell) => cell?.v ?? null))

describe('the output of a tree', () => {
  test('is a workbook with results, structure, policies and formulas', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id, ids } = await insertSales(db, { viewer })
    const node_id = String(ids.単価)
    await insertPolicy(db, { tree_id, node_id }, { value: 2, period_from: '2024', cost: 30 })
    await insertPolicy(db, { tree_id, node_id }, { value: 9, is_active: 0, name: '見送り' })
    const response = await download(viewer, url)
    expect(response.headers['content-disposition']).toContain(`"simulation_${tree_id}.xlsx"`)
    const sheets = sheetsIn(response.rawPayload)
    expect(Object.keys(sheets)).toEqual(['シミュレーション結果', 'ツリー構造', '施策', '計算'])
    const results = valuesIn(sheets.シミュレーション結果)
    expect(results[0]).toEqual([
      ...['ノード', '種別', '年度', '部門'],
      ...['基準値', 'シミュレーション値', '差分'],
    ])
    expect(results).toHaveLength(13)
    expect(results).toContainEqual(['売上', '計算', '2024', '開発', 200, 400, 200])
    expect(results).toContainEqual(['売上', '計算', '2023', '開発', 200, 200, 0])
    expect(sheets.シミュレーション結果?.flat().filter((cell) => cell?.f)).toEqual([])
    expect(valuesIn(sheets.ツリー構造)[1]).toEqual([
      ...['売上', '計算', 0, '売上 = 単価 * 数量', '*', '単価、数量'],
      ...[null, null, 1],
    ])
    expect(valuesIn(sheets.施策)).toEqual([
      ['施策', 'ノード', '倍率', '有効', '開始', '終了', '費用'],
      ['値上げ', '単価', 2, 1, '2024', null, 30],
      ['見送り', '単価', 9, 0],
    ])
    const sales = sheets.計算?.filter((row) => row[0]?.v === '売上') ?? []
    expect(sales).toHaveLength(2)
    expect(sales[0]?.flatMap((cell) => (cell?.f ? [cell.v] : []))).toEqual([50, 60, 50, 120])
    const prices = sheets.計算?.find((row) => row[0]?.v === '単価') ?? []
    expect(prices.at(-1)?.f).toContain("IF('施策'!$D$2=1,'施策'!$C$2,1)")
  })

  test('is a long table as CSV that is safe to open', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const { tree_id, ids } = await insertTree(db, project, {
      [hostile]: { value: -5 },
      '+1, "引用"\n改行': {
        data: {
          period: '=期',
          axes: ['@軸', 'ノード'],
          keys: [['-1', '=A1', 'x']],
          values: [null],
        },
      },
    })
    await insertPolicy(db, { tree_id, node_id: String(ids[hostile]) }, { value: 2 })
    const response = await download(viewer, `${trees}/${tree_id}`, 'csv')
    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(response.headers['content-disposition']).toContain(`"simulation_${tree_id}.csv"`)
    expect(response.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    expect(response.body).toContain('\r\n')
    const [header, ...rows] = await linesOf(response.body)
    expect(header?.slice(0, 5)).toEqual(['ノード', '種別', "'=期", "'@軸", 'ノード (2)'])
    expect(header).toHaveLength(8)
    expect(rows).toContainEqual([`'${hostile}`, '入力', '', '', '', '-5', '-10', '-5'])
    const other = [`'+1, "引用"\n改行`, '入力', "'-1", "'=A1", 'x', '', '', '']
    expect(rows).toContainEqual(other)
    const sheets = sheetsIn((await download(viewer, `${trees}/${tree_id}`)).rawPayload)
    expect(valuesIn(sheets.計算).flat()).toContain(hostile)
    const formulas = sheets.計算?.flat().flatMap((cell) => (cell?.f ? [cell.f] : [])) ?? []
    for (const formula of formulas) expect(formula).not.toContain('HYPERLINK')
  })

  test('is one document as JSON', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { url, tree_id, ids, project } = await insertSales(db, { viewer })
    const policy_id = await insertPolicy(db, { tree_id, node_id: String(ids.単価) }, { value: 2 })
    const response = await download(viewer, url, 'json')
    expect(response.headers['content-disposition']).toContain(`"simulation_${tree_id}.json"`)
    const { tree, nodes, relations, policies, records } = response.json()
    expect(tree).toMatchObject({ tree_id, project_id: project, root_node_id: ids.売上, version: 1 })
    expect(tree).toMatchObject({ period_name: '年度', periods: ['2023', '2024'], axes: ['部門'] })
    expect(nodes[0]).toMatchObject({ label: '売上', formula: '売上 = 単価 * 数量', unit: null })
    expect(nodes[0]).toMatchObject({ baseline: 510, simulated: 1020 })
    const child_id_list = [ids.単価, ids.数量]
    expect(relations).toEqual([{ parent_id: ids.売上, operator: '*', child_id_list }])
    expect(policies).toMatchObject([{ policy_id, node_id: ids.単価, value: 2, is_active: true }])
    expect(records).toHaveLength(12)
    expect(records[0]).toEqual({
      node_id: ids.売上,
      period: '2023',
      axes: { 部門: '営業' },
      baseline: 50,
      simulated: 100,
      difference: 50,
    })
  })

  test('keeps axes called as members of objects are', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const axes = ['__proto__', 'constructor']
    const keys = [['2024', '甲', '乙']]
    const { tree_id } = await insertTree(db, project, {
      __proto__値: { data: { period: '年', axes, keys, values: [1] } },
    })
    const url = `${trees}/${tree_id}`
    const { body } = await download(viewer, url, 'json')
    expect(body).toContain('"axes":{"__proto__":"甲","constructor":"乙"}')
    const [header, row] = await linesOf((await download(viewer, url, 'csv')).body)
    expect(header?.slice(3, 5)).toEqual(axes)
    expect(row?.slice(2)).toEqual(['2024', '甲', '乙', '1', '1', '0'])
  })

  test('leaves out what nobody expects and leaves empty what is missing', async ({
    db,
    signIn,
  }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const data = (keys: string[][], values: (number | null)[]) => ({
      data: { period: '年度', axes: ['部門'], keys, values },
    })
    const { tree_id } = await insertTree(db, project, {
      甲: data(
        [
          ['2023', '営業'],
          ['2024', '開発'],
        ],
        [1, null],
      ),
    })
    const { body } = await download(viewer, `${trees}/${tree_id}`, 'csv')
    expect((await linesOf(body)).slice(1)).toEqual([
      ['甲', '入力', '2023', '営業', '1', '1', '0'],
      ['甲', '入力', '2024', '開発', '', '', ''],
    ])
  })

  test.for(['xlsx', 'csv', 'json'])(
    'has nothing but headers for an empty tree: %s',
    async (format, { db, signIn }) => {
      const viewer = await signIn()
      const project = await insertProject(db, { viewer })
      const { tree_id } = await insertTree(db, project)
      const response = await download(viewer, `${trees}/${tree_id}`, format)
      if (format === 'json') expect(response.json()).toMatchObject({ nodes: [], records: [] })
      if (format === 'csv') expect(await linesOf(response.body)).toHaveLength(1)
      if (format === 'xlsx') {
        const sheets = Object.values(sheetsIn(response.rawPayload))
        expect(sheets.map((rows) => rows.length)).toEqual([1, 1, 1, 1])
      }
    },
  )

  test('is refused to strangers, for no tree and in other formats', async ({ app, db, signIn }) => {
    const [viewer, outsider] = [await signIn(), await signIn()]
    const { url } = await insertSales(db, { viewer })
    const wrong = await viewer.get(`${url}/output?format=pdf`)
    expect(wrong.statusCode).toBe(422)
    expect(wrong.json().errors[0].field).toBe('format')
    expect((await outsider.get(`${url}/output`)).json().code).toBe('tree_not_found')
    expect((await viewer.get(`${trees}/${newId()}/output`)).statusCode).toBe(404)
    expect((await app.inject(`${url}/output`)).statusCode).toBe(401)
  })

  test('says so where a formula would be longer than a spreadsheet takes', async ({
    db,
    signIn,
  }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const { tree_id, ids } = await insertTree(db, project, {
      和: { operator: '+', children: ['項'] },
      項: { value: 1 },
    })
    const [parent_id, child_id] = [String(ids.和), String(ids.項)]
    const edges = Array.from({ length: 1500 }, (_, at) => ({
      tree_id,
      parent_id,
      position: at + 1,
      child_id,
    }))
    await db.insertInto('driver_tree_edges').values(edges).execute()
    const refused = await viewer.get(`${trees}/${tree_id}/output`)
    expect(refused.json()).toMatchObject({ status: 422, code: 'tree_formula_too_long' })
    const { body } = await download(viewer, `${trees}/${tree_id}`, 'csv')
    expect((await linesOf(body))[1]).toEqual(['和', '計算', '', '1501', '1501', '0'])
  })

  test('streams 2,000 nodes over 24 periods', async ({ db, signIn }) => {
    const viewer = await signIn()
    const { tree_id, ids } = await insertTree(db, await insertProject(db, { viewer }), { 元: {} })
    const first = await db
      .selectFrom('driver_tree_nodes')
      .selectAll()
      .where('id', '=', String(ids.元))
      .executeTakeFirstOrThrow()
    const keys = Array.from({ length: 24 }, (_, month) => [`第${month + 1}期`])
    const data = JSON.stringify({ period: '期', axes: [], keys, values: keys.map((_, at) => at) })
    const nodes = Array.from({ length: 2000 }, (_, at) => {
      const label = `科目${at}`
      return { ...first, id: newId(), label, label_key: label, data }
    })
    for (let at = 0; at < nodes.length; at += 500) {
      await db
        .insertInto('driver_tree_nodes')
        .values(nodes.slice(at, at + 500))
        .execute()
    }
    const url = `${trees}/${tree_id}`
    const lines = (await download(viewer, url, 'csv')).body.split('\r\n')
    expect(lines).toHaveLength(1 + 1 + 48_000 + 1)
    expect((await download(viewer, url, 'json')).json().records).toHaveLength(48_001)
  })
})
