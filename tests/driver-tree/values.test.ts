import { readSheetValues } from '../../src/driver-tree/files/values.ts'
import type { Cell } from '../../src/sheet-tables.ts'
import { newId } from '../../src/values.ts'
import { insertProject } from '../support/projects.ts'
import { type Client, describe, expect, type Service, test } from '../support/service.ts'
import {
  block,
  filesUrl,
  flat,
  readTreeFile,
  uploadTreeFile,
  workbookOf,
} from '../support/tree-files.ts'

const callerOf = ({ id }: { id: string }) =>
  ({ id, roles: ['User'], permissions: new Set() }) as never

/** The numbers of the first sheet of a new file, with roles set before. */
async function valuesOf(
  { deps }: Service,
  client: Client,
  rows: Cell[][],
  roles: Record<string, string> = {},
) {
  const { file_id, sheets } = await uploadTreeFile(client, { 表: rows })
  const { columns } = await readTreeFile(client, file_id)
  const sheet_id = sheets[0]?.sheet_id as string
  const change = columns
    .filter(({ columns_name }) => columns_name in roles)
    .map(({ columns_id, columns_name }) => ({ column_id: columns_id, role: roles[columns_name] }))
  if (change.length > 0) {
    const url = `${filesUrl}/${file_id}/${sheet_id}/column`
    const response = await client.patch(url, { columns: change })
    expect(response.json()).toEqual({ success: true })
  }
  return readSheetValues(deps, callerOf(client), sheet_id)
}

const keys = [
  ['2023', '営業'],
  ['2023', '開発'],
  ['2024', '営業'],
]

describe('readSheetValues', () => {
  test('gives each 値 of a flat table over its 推移 and 軸', async ({ service, signIn }) => {
    const ann = await signIn()
    const { values, ...rest } = await valuesOf(service, ann, flat)
    expect(rest).toEqual({
      sheet_id: expect.any(String),
      sheet_name: '表',
      file_id: expect.any(String),
      file_name: '売上.xlsx',
      project_file_id: null,
    })
    const shared = { period: '年度', years: 'fiscal' as const, axes: ['部門'], keys }
    expect([...values]).toEqual([
      ['売上', { label: '売上', data: { ...shared, values: [1000, 500, 1200] } }],
      ['コスト', { label: 'コスト', data: { ...shared, values: [800, 400, 900] } }],
    ])
  })

  test('gives each 科目 of a block', async ({ service, signIn }) => {
    const ann = await signIn()
    const { values } = await valuesOf(service, ann, block)
    expect([...values.keys()]).toEqual(['売上', 'コスト'])
    expect(values.get('コスト')?.data).toEqual({
      period: '年度',
      years: 'fiscal',
      axes: ['部門'],
      keys: [...keys, ['2024', '開発']],
      values: [800, 400, 900, 450],
    })
  })

  test('gives each 科目 of the long form, and finds labels however they are written', async ({
    service,
    signIn,
  }) => {
    const ann = await signIn()
    const { values } = await valuesOf(service, ann, [
      ['年度', '科目', '値'],
      [2023, '売上', 10],
      [2024, '売上', 20],
      [2023, '＿コスト  Ａ', 5],
      [2023, null, 9],
      [2023, '__proto__', 7],
    ])
    expect([...values.keys()]).toEqual(['売上', '_コスト A', '__proto__'])
    expect(values.get('売上')?.data).toEqual({
      period: '年度',
      years: 'fiscal',
      axes: [],
      keys: [['2023'], ['2024']],
      values: [10, 20],
    })
  })

  test('reads a column as its role says, whatever it seemed to be', async ({ service, signIn }) => {
    const ann = await signIn()
    const rows = [
      ['区分', '等級', '備考', '額'],
      ['2024/1/31', 1, '10', 5],
      ['x', 2, '1,000円', 6],
      ['y', 3, 'なし', 7],
      ['z', 4, '未定', 8],
    ]
    const roles = { 区分: '推移', 等級: '軸', 備考: '値', 額: '利用しない' }
    const { values } = await valuesOf(service, ann, rows, roles)
    expect([...values.keys()]).toEqual(['備考'])
    expect(values.get('備考')?.data).toEqual({
      period: '区分',
      axes: ['等級'],
      keys: [
        ['2024-01-31', '1'],
        ['x', '2'],
        ['y', '3'],
        ['z', '4'],
      ],
      values: [10, 1000, null, null],
    })
  })

  test('takes a single number without time or axes', async ({ service, signIn }) => {
    const ann = await signIn()
    const { values } = await valuesOf(service, ann, [
      ['単価', '数量'],
      [100, 3],
    ])
    expect(values.get('単価')?.data).toEqual({ period: null, axes: [], keys: [[]], values: [100] })
  })

  test('refuses roles that make no table, and says where', async ({ service, signIn }) => {
    const ann = await signIn()
    const refused = (rows: Cell[][], roles: Record<string, string>) =>
      expect(valuesOf(service, ann, rows, roles)).rejects
    await refused(flat, { 部門: '推移' }).toMatchObject({
      failure: 'tree_sheet_periods',
      detail: { sheet: '表', columns: ['年度', '部門'] },
    })
    await refused(flat, { 売上: '軸', コスト: '利用しない' }).toMatchObject({
      failure: 'tree_sheet_no_values',
    })
    await refused(flat, { 部門: '利用しない' }).toMatchObject({
      failure: 'tree_sheet_double_key',
      detail: { sheet: '表', column: '売上', key: '年度=2023' },
    })
    await refused(flat, { 部門: '利用しない', 年度: '利用しない' }).toMatchObject({
      failure: 'tree_sheet_double_key',
      detail: { key: '—' },
    })
    await refused(
      [
        ['年度', '科目', '値'],
        [2023, '売上', 1],
        [2023, '売上 ', 2],
      ],
      {},
    ).toMatchObject({ failure: 'tree_sheet_double_key', detail: { column: '売上' } })
  })

  test('finds no sheet of somebody else, and none without a table', async ({ service, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const { sheets } = await uploadTreeFile(ann, { 表: flat, 紙: [['表紙']] })
    const [table, cover] = sheets.map(({ sheet_id }) => sheet_id)
    const read = (who: Client, id = newId()) => readSheetValues(service.deps, callerOf(who), id)
    await expect(read(bob, table)).rejects.toMatchObject({ failure: 'tree_sheet_not_found' })
    await expect(read(ann)).rejects.toMatchObject({ failure: 'tree_sheet_not_found' })
    await expect(read(ann, cover)).rejects.toMatchObject({ failure: 'tree_sheet_without_table' })
  })
})

describe('POST /driver-tree/file/project', () => {
  async function projectFile({ deps }: Service, owner: Client, name = '実績.xlsx') {
    const project_id = await insertProject(deps.db, { viewer: owner })
    const id = newId()
    const body = workbookOf({ 実績: block })
    const key = `projects/${id}`
    await deps.storage.put(
      key,
      (async function* () {
        yield body
      })(),
      2 ** 20,
    )
    await deps.db
      .insertInto('project_files')
      .values({
        id,
        project_id,
        original_name: name,
        name_key: name,
        version: 1,
        is_latest: 1,
        content_type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        size: body.length,
        sha256: '0'.repeat(64),
        key,
        uploaded_by: null,
        created_at: new Date().toISOString(),
      })
      .execute()
    return { id, key, project_id }
  }

  test('lets a viewer use a file for as long as they are in the project', async ({
    service,
    signIn,
    db,
  }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const { id: project_file_id, key, project_id } = await projectFile(service, ann)
    const url = `${filesUrl}/project`
    const response = await ann.post(url, { project_file_id })
    expect(response.statusCode, response.body).toBe(201)
    const { file_id, sheets } = response.json()
    expect(await readTreeFile(ann, file_id)).toMatchObject({ project_file_id, sheet_name: '実績' })
    const read = () => readSheetValues(service.deps, callerOf(ann), sheets[0].sheet_id)
    expect(await read()).toMatchObject({ project_file_id, file_name: '実績.xlsx' })

    const foreign = await bob.post(url, { project_file_id })
    expect([foreign.statusCode, foreign.json().code]).toEqual([404, 'tree_source_not_found'])
    expect((await ann.post(url, { project_file_id: newId() })).statusCode).toBe(404)

    await db.deleteFrom('project_members').where('project_id', '=', project_id).execute()
    expect((await ann.get(filesUrl)).json().total).toBe(0)
    await expect(read()).rejects.toMatchObject({ failure: 'tree_sheet_not_found' })
    await db
      .updateTable('driver_tree_files')
      .set({ project_file_id: null })
      .where('id', '=', file_id)
      .execute()
    expect((await ann.delete(`${filesUrl}/${file_id}`)).statusCode).toBe(204)
    await service.queue.runDue()
    expect(await service.deps.storage.stat(key)).toBeDefined()
  })

  test('takes only what could be uploaded', async ({ service, signIn }) => {
    const ann = await signIn()
    const { id } = await projectFile(service, ann, '資料.pdf')
    const response = await ann.post(`${filesUrl}/project`, { project_file_id: id })
    expect([response.statusCode, response.json().code]).toEqual([415, 'file_type_not_allowed'])
    expect((await ann.post(`${filesUrl}/project`, {})).statusCode).toBe(422)
  })
})
