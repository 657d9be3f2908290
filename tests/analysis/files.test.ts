import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { furnishSession, register, tryRegister } from '../support/analysis-files.ts'
import { uploadTo } from '../support/project-files.ts'
import { insertMember } from '../support/projects.ts'
import { describe, expect, type Service, test } from '../support/service.ts'
import { block, flat, workbookOf } from '../support/tree-files.ts'

const csv = '年度,部門,売上,コスト\n2023,営業,"1,000",800\n2023,開発,500,400\n2024,営業,1200,900\n'
const other = '01990f6e-5c00-7000-8000-0123456789ab'

async function holdings({ deps }: Service) {
  const tables = await readdir(join(deps.config.dataDir, 'files/analysis-tables')).catch(() => [])
  const parsing = await readdir(join(deps.config.dataDir, 'parsing')).catch(() => [])
  const incoming = await deps.db.selectFrom('incoming_files').select('key').execute()
  return { tables: tables.length, parsing, incoming }
}

const roles = (file: { config_list: { columns: { name: string; role: string }[] }[] }) =>
  file.config_list[0]?.columns.map(({ name, role }) => [name, role])

test('registers all sheets of a workbook, and says why some are of no use', async ({
  signIn,
  db,
  service,
}) => {
  const ann = await signIn()
  const place = await furnishSession(db, ann)
  const book = workbookOf({ 空: [], 表: flat, 実績: block, 見出し: [['年度', '売上']] })
  const response = await tryRegister(ann, place, '売上.xlsx', book)
  expect(response.statusCode, response.body).toBe(201)
  expect(response.headers.etag).toBe('"2"')
  const file = response.json()
  expect(file).toMatchObject({
    project_file_name: '売上.xlsx',
    sheet_name: '表',
    axis_config: { 軸1: '年度', 軸2: '部門' },
    needs_aggregation: false,
    repeated_keys: null,
    is_input: false,
    is_used: false,
    created_by: ann.id,
  })
  const list = file.config_list.map((sheet: Record<string, unknown>) => [
    sheet.sheet_name,
    sheet.layout,
    sheet.axis,
    sheet.row_count,
    sheet.skipped_reason,
  ])
  expect(list).toEqual([
    ['空', null, [], 0, 'sheet_empty'],
    ['表', 'flat', ['年度', '部門'], 3, null],
    ['実績', 'block', ['年度', '部門'], 4, null],
    ['見出し', null, [], 0, 'table_without_rows'],
  ])
  expect(file.config_list[1].columns[0]).toEqual({
    name: '年度',
    role_guess: '推移',
    role: '推移',
    items: ['2023', '2024'],
    text_cells: 0,
  })
  expect((await ann.get(`${place.url}/file`)).json()).toEqual({ files: [file], total: 1 })
  expect((await holdings(service)).parsing).toEqual([])
})

describe('the input', () => {
  test('is a branch of its own, and gives its rows in long form', async ({ signIn, db }) => {
    const ann = await signIn()
    const place = await furnishSession(db, ann)
    expect((await ann.get(`${place.url}/input/rows`)).json().code).toBe('analysis_no_input')
    const { id } = await register(ann, place, '売上.csv', csv)
    const first = (await ann.post(`${place.url}/input`, { file_id: id })).json()
    expect(first).toMatchObject({
      input_file_id: id,
      input_file_name: '売上.csv',
      sheet_name: 'CSV',
      snapshot_order: 1,
      is_changed: true,
    })
    const again = (await ann.post(`${place.url}/input`, { file_id: id })).json()
    expect(again).toEqual({ ...first, is_changed: false })
    const page = (await ann.get(`${place.url}/input/rows?skip=1&limit=3`)).json()
    expect(page).toEqual({
      columns: ['年度', '部門', '科目', '値'],
      rows: [
        ['2023', '営業', 'コスト', 800],
        ['2023', '開発', '売上', 500],
        ['2023', '開発', 'コスト', 400],
      ],
      total: 6,
      skip: 1,
      limit: 3,
      input_file_id: id,
      sheet_name: 'CSV',
    })
    const cleared = (await ann.post(`${place.url}/input`, { file_id: null })).json()
    expect(cleared).toMatchObject({ input_file_id: null, snapshot_order: 2, is_changed: true })
    const snapshots = await db
      .selectFrom('analysis_snapshots')
      .select(['snapshot_order', 'parent_id', 'reason', 'file_id'])
      .where('session_id', '=', place.session_id)
      .orderBy('snapshot_order')
      .execute()
    expect(snapshots.slice(1)).toEqual([
      { snapshot_order: 1, parent_id: place.snapshot_id, reason: 'input', file_id: id },
      { snapshot_order: 2, parent_id: place.snapshot_id, reason: 'input', file_id: null },
    ])
    expect((await ann.post(`${place.url}/input`, { file_id: other })).statusCode).toBe(404)
  })

  test('takes a new configuration on to a child of its snapshot', async ({ signIn, db }) => {
    const ann = await signIn()
    const place = await furnishSession(db, ann)
    const { id } = await register(ann, place, '売上.csv', csv)
    const { snapshot_id } = (await ann.post(`${place.url}/input`, { file_id: id })).json()
    const config = { sheet_name: 'CSV', axis_config: { x: '部門' } }
    const response = await ann.patch(`${place.url}/file/${id}/config`, config)
    expect(response.statusCode, response.body).toBe(200)
    expect(response.json()).toMatchObject({
      axis_config: { 軸1: '部門' },
      needs_aggregation: true,
      repeated_keys: { count: 1, first: { 部門: '営業' } },
      is_input: true,
    })
    const last = await db
      .selectFrom('analysis_snapshots')
      .select(['snapshot_order', 'parent_id', 'reason'])
      .where('session_id', '=', place.session_id)
      .orderBy('snapshot_order', 'desc')
      .executeTakeFirst()
    expect(last).toEqual({ snapshot_order: 2, parent_id: snapshot_id, reason: 'config' })
    const same = await ann.patch(`${place.url}/file/${id}/config`, config)
    expect(same.headers.etag).toBe(response.headers.etag)
    const page = (await ann.get(`${place.url}/input/rows`)).json()
    expect([page.columns, page.rows[0]]).toEqual([
      ['部門', '科目', '値'],
      ['営業', '売上', 1000],
    ])
  })
})

describe('a configuration', () => {
  test('gives roles to columns, and refuses what makes no table', async ({ signIn, db }) => {
    const ann = await signIn()
    const place = await furnishSession(db, ann)
    const { id } = await register(ann, place, '売上.csv', csv)
    const url = `${place.url}/file/${id}/config`
    const before = (await ann.get(`${place.url}/file`)).json()
    const wrong: [object, string, string][] = [
      [{ sheet_name: 'なし' }, 'sheet_name', 'CSV'],
      [{ axis_config: { a: '地域' } }, 'axis_config.a', '年度, 部門'],
      [{ axis_config: { a: '部門', b: '部門' } }, 'axis_config.b', '部門'],
      [{ columns: [{ name: '地域', role: '軸' }] }, 'columns.0.name', '年度, 部門, 売上, コスト'],
      [{ columns: [{ name: '部門', role: '推移' }] }, 'columns', '年度, 部門'],
      [
        { columns: ['売上', 'コスト'].map((name) => ({ name, role: '利用しない' })) },
        'columns',
        '売上, コスト',
      ],
      [{ axis_config: {}, columns: [{ name: '部門', role: '軸' }] }, 'columns', 'axis_config'],
      [{ columns: [{ name: '部門', role: '科目' }] }, 'columns.0.role', ''],
      [{ other: 1 }, 'other', ''],
    ]
    for (const [body, field, says] of wrong) {
      const response = await ann.patch(url, body, { 'accept-language': 'en' })
      expect([response.statusCode, response.json().errors[0].field], response.body).toEqual([
        422,
        field,
      ])
      expect(response.json().errors[0].message).toContain(says)
    }
    expect((await ann.get(`${place.url}/file`)).json()).toEqual(before)
    const right = await ann.patch(url, {
      columns: [
        { name: 'コスト', role: '利用しない' },
        { name: '年度', role: '軸' },
      ],
    })
    expect(roles(right.json())).toEqual([
      ['年度', '軸'],
      ['部門', '軸'],
      ['売上', '値'],
      ['コスト', '利用しない'],
    ])
    expect(right.json().needs_aggregation).toBe(false)
  })

  test('counts keys that stand more than once', async ({ signIn, db }) => {
    const ann = await signIn()
    const place = await furnishSession(db, ann)
    const text = '年度,部門,売上\n2023,営業,1\n2024,開発,2\n2024,開発,3\n2023,営業,4\n'
    const file = await register(ann, place, '売上.csv', text)
    expect(file).toMatchObject({
      needs_aggregation: true,
      repeated_keys: { count: 2, first: { 年度: '2023', 部門: '営業' } },
    })
  })

  test('of two people at once is whole, whoever comes last', async ({ signIn, db }) => {
    const ann = await signIn()
    const place = await furnishSession(db, ann)
    const { id } = await register(ann, place, '売上.csv', csv)
    await ann.post(`${place.url}/input`, { file_id: id })
    const wanted = [
      [{ name: '部門', role: '利用しない' }],
      [{ name: 'コスト', role: '利用しない' }],
    ]
    const both = await Promise.all(
      wanted.map((columns) => ann.patch(`${place.url}/file/${id}/config`, { columns })),
    )
    expect(both.map(({ statusCode }) => statusCode)).toEqual([200, 200])
    const { files } = (await ann.get(`${place.url}/file`)).json()
    expect(roles(files[0])?.map(([, role]) => role)).toEqual([
      '推移',
      '利用しない',
      '値',
      '利用しない',
    ])
    const orders = await db
      .selectFrom('analysis_snapshots')
      .select('snapshot_order')
      .where('session_id', '=', place.session_id)
      .orderBy('snapshot_order')
      .execute()
    expect(orders.map((each) => each.snapshot_order)).toEqual([0, 1, 2, 3])
  })
})

test('deletes a file with its tables, unless a snapshot starts from it', async ({
  signIn,
  db,
  service,
}) => {
  const ann = await signIn()
  const place = await furnishSession(db, ann)
  await service.queue.runDue()
  const before = await holdings(service)
  const { id } = await register(ann, place, '売上.xlsx', workbookOf({ 表: flat, 実績: block }))
  expect((await holdings(service)).tables).toBe(before.tables + 2)
  expect((await ann.delete(`${place.url}/file/${id}`)).statusCode).toBe(204)
  expect((await ann.delete(`${place.url}/file/${id}`)).statusCode).toBe(404)
  await service.queue.runDue()
  expect(await holdings(service)).toEqual(before)
  const used = await register(ann, place, '別.csv', csv)
  await ann.post(`${place.url}/input`, { file_id: used.id })
  await ann.post(`${place.url}/input`, { file_id: null })
  const refused = await ann.delete(`${place.url}/file/${used.id}`)
  expect([refused.statusCode, refused.json().code]).toEqual([409, 'analysis_file_in_use'])
})

test('takes files of the project only, from those who work in it', async ({ signIn, db }) => {
  const [ann, vic, bob] = [await signIn(), await signIn(), await signIn()]
  const [place, elsewhere] = [await furnishSession(db, ann), await furnishSession(db, ann)]
  await insertMember(db, place.project_id, vic.id, 'viewer')
  const foreign = await uploadTo(ann, elsewhere.project_id, '売上.csv', csv)
  const own = await uploadTo(ann, place.project_id, '売上.csv', csv)
  const text = await uploadTo(ann, place.project_id, '売上.txt', 'a')
  const send = (client: typeof ann, project_file_id: string, headers = {}) =>
    client.post(`${place.url}/file`, { project_file_id }, headers)
  expect((await send(ann, foreign.id)).json().code).toBe('analysis_source_not_found')
  expect((await send(ann, text.id)).statusCode).toBe(415)
  expect((await send(vic, own.id)).statusCode).toBe(403)
  expect((await send(bob, own.id)).json().code).toBe('analysis_session_not_found')
  expect((await send(ann, own.id, { 'if-match': '"9"' })).statusCode).toBe(412)
  expect((await ann.post(`${place.url}/file`, { project_file_id: 1 })).statusCode).toBe(422)
  const made = await send(ann, own.id, { 'if-match': '"1"' })
  expect(made.statusCode).toBe(201)
  const { id } = made.json()
  expect((await vic.get(`${place.url}/file`)).json().total).toBe(1)
  expect((await bob.get(`${place.url}/file`)).statusCode).toBe(404)
  expect((await ann.delete(`${elsewhere.url}/file/${id}`)).statusCode).toBe(404)
  expect((await ann.post(`${elsewhere.url}/input`, { file_id: id })).statusCode).toBe(404)
  for (const [method, path, body] of [
    ['patch', `/file/${id}/config`, { axis_config: {} }],
    ['post', '/input', { file_id: id }],
    ['delete', `/file/${id}`, undefined],
  ] as const) {
    expect((await vic[method](place.url + path, body)).statusCode).toBe(403)
    const stale = await ann[method](place.url + path, body, { 'if-match': '"1"' })
    expect(stale.statusCode, path).toBe(412)
  }
})
