import { newId } from '../../src/values.ts'
import { expect, test } from '../support/service.ts'
import { block, filesUrl, flat, readTreeFile, uploadTreeFile } from '../support/tree-files.ts'

test('selects another sheet, and keeps the roles of the first', async ({ signIn }) => {
  const ann = await signIn()
  const { file_id, sheets } = await uploadTreeFile(ann, { 一覧: flat, 実績: block, 紙: [['表紙']] })
  const [first, second, cover] = sheets.map(({ sheet_id }) => sheet_id)
  const select = (sheet_id: unknown) => ann.post(`${filesUrl}/${file_id}/sheet`, { sheet_id })
  const { columns } = await readTreeFile(ann, file_id)
  const change = { columns: [{ column_id: columns[3]?.columns_id, role: '利用しない' }] }
  const set = await ann.patch(`${filesUrl}/${file_id}/${first}/column`, change)
  expect([set.statusCode, set.json()]).toEqual([200, { success: true }])

  const response = await select(second)
  expect([response.statusCode, response.json()]).toEqual([200, { success: true }])
  expect(await readTreeFile(ann, file_id)).toMatchObject({ sheet_id: second, sheet_name: '実績' })
  expect((await select(first)).statusCode).toBe(200)
  const roles = (await readTreeFile(ann, file_id)).columns.map(({ role }) => role)
  expect(roles).toEqual(['推移', '軸', '値', '利用しない'])

  const useless = await select(cover)
  expect([useless.statusCode, useless.json().code]).toEqual([422, 'tree_sheet_without_table'])
  expect((await select(newId())).json().code).toBe('tree_sheet_not_found')
  expect((await select('x')).statusCode).toBe(422)
  expect(
    (await ann.post(`${filesUrl}/${file_id}/sheet`, { sheet_id: first, x: 1 })).statusCode,
  ).toBe(422)
})

test('finds no sheet and no column of another file', async ({ signIn }) => {
  const ann = await signIn()
  const [one, two] = [
    await uploadTreeFile(ann, { 表: flat }),
    await uploadTreeFile(ann, { 表: flat }),
  ]
  const { columns } = await readTreeFile(ann, two.file_id)
  const change = { columns: [{ column_id: columns[0]?.columns_id, role: '軸' }] }
  const sheetOf = ({ sheets }: typeof one) => sheets[0]?.sheet_id
  const urlOf = (file: typeof one, sheet: typeof one) =>
    `${filesUrl}/${file.file_id}/${sheetOf(sheet)}/column`
  expect((await ann.patch(urlOf(one, two), change)).json().code).toBe('tree_sheet_not_found')
  expect((await ann.patch(urlOf(one, one), change)).json().code).toBe('tree_column_not_found')
  expect((await readTreeFile(ann, two.file_id)).columns[0]?.role).toBe('推移')
})

test('takes any role, but each column once and only roles there are', async ({ signIn }) => {
  const ann = await signIn()
  const { file_id, sheets } = await uploadTreeFile(ann, { 表: flat })
  const url = `${filesUrl}/${file_id}/${sheets[0]?.sheet_id}/column`
  const ids = (await readTreeFile(ann, file_id)).columns.map(({ columns_id }) => columns_id)
  const set = (...roles: [number, string][]) =>
    ann.patch(url, { columns: roles.map(([n, role]) => ({ column_id: ids[n], role })) })
  expect((await set([0, '推移'], [1, '推移'], [2, '軸'])).statusCode).toBe(200)
  const twice = await set([0, '軸'], [1, '軸'], [0, '値'])
  expect([twice.statusCode, twice.json().errors]).toEqual([
    422,
    [{ field: 'columns.2.column_id', message: expect.any(String) }],
  ])
  expect((await set([0, '時間'])).statusCode).toBe(422)
  expect((await set()).statusCode).toBe(422)
  expect((await ann.patch(url, { columns: [{ column_id: ids[0] }] })).statusCode).toBe(422)
  const roles = (await readTreeFile(ann, file_id)).columns.map(({ role }) => role)
  expect(roles).toEqual(['推移', '推移', '軸', '値'])
})
