import { transact } from '../../db/transact.ts'
import { forgetTreeFiles } from '../../src/driver-tree/files/removal.ts'
import { describe, expect, test } from '../support/service.ts'
import {
  block,
  filesUrl,
  flat,
  readTreeFile,
  sendTreeFile,
  treeHoldings,
  uploadTreeFile,
  workbookOf,
} from '../support/tree-files.ts'
import { samples, sendForm } from '../support/uploads.ts'

const other = '01990f6e-5c00-7000-8000-0123456789ab'

describe('POST /driver-tree/file', () => {
  test('takes a workbook, and says what each sheet holds', async ({ signIn, db }) => {
    const ann = await signIn()
    const body = workbookOf({
      表紙: [['売上の資料'], ['社外秘']],
      実績: block,
      一覧: flat,
      見出し: [['年度', '売上']],
    })
    const response = await sendTreeFile(ann, '売上（最終）.xlsx', body)
    expect(response.statusCode, response.body).toBe(201)
    const { file_id, filename, sheets } = response.json()
    expect(response.headers.location).toBe(`${filesUrl}/${file_id}`)
    expect(filename).toBe('売上（最終）.xlsx')
    expect(sheets).toEqual(
      [
        { name: '表紙', layout: null, row_count: 0, skipped_reason: 'table_not_found' },
        { name: '実績', layout: 'block', row_count: 4, skipped_reason: null },
        { name: '一覧', layout: 'flat', row_count: 3, skipped_reason: null },
        { name: '見出し', layout: null, row_count: 0, skipped_reason: 'table_without_rows' },
      ].map((sheet) => ({
        ...sheet,
        skipped_message: sheet.skipped_reason && expect.stringMatching(/表が|見出し/),
        sheet_id: expect.any(String),
        text_cells: 0,
        notes: [],
      })),
    )

    const file = await readTreeFile(ann, file_id)
    expect(file).toMatchObject({
      file_id,
      filename,
      sheet_id: sheets[1].sheet_id,
      sheet_name: '実績',
      size: body.length,
      project_file_id: null,
    })
    expect(file.sheets).toHaveLength(4)
    expect(file.columns).toEqual(
      [
        { columns_name: '年度', items: ['2023', '2024'], role: '推移' },
        { columns_name: '部門', items: ['営業', '開発'], role: '軸' },
        { columns_name: '売上', items: ['1000', '500', '1200', '600'], role: '値' },
        { columns_name: 'コスト', items: ['800', '400', '900', '450'], role: '値' },
      ].map((column) => ({ ...column, columns_id: expect.any(String) })),
    )
    expect((await ann.get(filesUrl)).json()).toEqual({
      files: [file],
      total: 1,
      skip: 0,
      limit: 100,
    })
    const audit = await db
      .selectFrom('audit_log')
      .select(['action', 'actor_id'])
      .where('subject_id', '=', file_id)
      .execute()
    expect(audit).toEqual([{ action: 'tree_file.uploaded', actor_id: ann.id }])
  })

  test('takes .xls, and .csv in UTF-8 and Shift_JIS', async ({ signIn }) => {
    const ann = await signIn()
    const csv = '年度,部門,売上\r\n2023,営業,"1,000"\r\n2024,開発,▲200\r\n'
    // 年度,売上
    const head = Buffer.from('944e93782c94848fe3', 'hex')
    expect((await sendTreeFile(ann, 'a.xls', workbookOf({ 表: flat }, 'biff8'))).statusCode).toBe(
      201,
    )
    for (const body of [`\ufeff${csv}`, csv]) {
      const response = await sendTreeFile(ann, 'a.csv', body)
      expect(response.statusCode, response.body).toBe(201)
    }
    const shiftJis = Buffer.concat([head, Buffer.from('\r\n2023,10\r\n2024,20\r\n')])
    const response = await sendTreeFile(ann, 'b.csv', shiftJis)
    expect(response.statusCode, response.body).toBe(201)
    const { columns } = await readTreeFile(ann, response.json().file_id)
    expect(columns.map(({ columns_name, role }) => [columns_name, role])).toEqual([
      ['年度', '推移'],
      ['売上', '値'],
    ])
  })

  test('counts the texts among numbers that it leaves out', async ({ signIn }) => {
    const ann = await signIn()
    const rows = [1, 2, 3, 4, '不明'].map((cell, n) => [`店${n}`, cell])
    const { sheets } = await uploadTreeFile(ann, { 表: [['店', '売上'], ...rows] })
    expect(sheets[0]?.text_cells).toBe(1)
  })

  test('refuses a file without a table, and says why of each sheet', async ({
    signIn,
    service,
  }) => {
    const ann = await signIn()
    const before = await treeHoldings(service)
    const body = workbookOf({ 表紙: [['資料']], 見出し: [['年度', '売上']] })
    const response = await sendTreeFile(ann, 'a.xlsx', body)
    expect(response.statusCode).toBe(422)
    expect(response.json()).toMatchObject({
      code: 'tree_file_without_table',
      sheets: [
        { name: '表紙', skipped_reason: 'table_not_found' },
        { name: '見出し', skipped_reason: 'table_without_rows' },
      ],
      errors: [
        { field: 'sheets.0', message: expect.stringContaining('表が見つかりません') },
        { field: 'sheets.1', message: expect.stringContaining('見出しだけ') },
      ],
    })
    expect(await treeHoldings(service)).toEqual(before)
  })

  test.for([
    ['a.pdf', samples.pdf, 415, 'file_type_not_allowed'],
    ['a.xlsm', 'x', 415, 'file_type_not_allowed'],
    ['a.xlsx', samples.docx, 415, 'file_content_mismatch'],
    ['a.xlsx', samples.pdf, 415, 'file_content_mismatch'],
    ['a.xls', samples.doc, 415, 'file_content_mismatch'],
    ['a.csv', samples.png, 415, 'file_content_mismatch'],
    ['a.csv', '', 422, 'file_empty'],
    ['../a.csv', 'a,b\n1,2', 422, 'invalid_request'],
  ] as const)(
    'refuses %s that holds something else',
    async ([name, body, status, code], { signIn, service }) => {
      const ann = await signIn()
      const before = await treeHoldings(service)
      const response = await sendTreeFile(ann, name, body as Buffer)
      expect([response.statusCode, response.json().code]).toEqual([status, code])
      expect(await treeHoldings(service)).toEqual(before)
    },
  )

  test('refuses more than 50 MB, forms without a file, and nobody', async ({
    signIn,
    app,
    service,
  }) => {
    const ann = await signIn()
    const before = await treeHoldings(service)
    const large = await sendTreeFile(ann, 'a.csv', Buffer.alloc(50 * 2 ** 20 + 1, 'a,b\n1,2\n'))
    expect([large.statusCode, large.json().code]).toEqual([413, 'file_too_large'])
    expect((await sendForm(ann, [], filesUrl)).statusCode).toBe(422)
    expect((await ann.post(filesUrl, { file: 'x' })).statusCode).toBe(415)
    expect((await app.inject({ method: 'POST', url: filesUrl })).statusCode).toBe(401)
    expect((await app.inject(filesUrl)).statusCode).toBe(401)
    expect(await treeHoldings(service)).toEqual(before)
  })

  test('gives the first answer again for the same Idempotency-Key', async ({ signIn }) => {
    const ann = await signIn()
    const send = () =>
      ann.post(
        filesUrl,
        [
          '--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n',
          '年度,売上\n2023,1\n2024,2\n\r\n--x--\r\n',
        ].join(''),
        { 'content-type': 'multipart/form-data; boundary=x', 'idempotency-key': `k-${ann.id}` },
      )
    const [first, second] = [await send(), await send()]
    expect(first.statusCode, first.body).toBe(201)
    expect(second.json()).toEqual(first.json())
    expect((await ann.get(filesUrl)).json().total).toBe(1)
  })
})

test('pages the list, the newest first', async ({ signIn }) => {
  const ann = await signIn()
  const names = ['a.xlsx', 'b.xlsx', 'c.xlsx']
  for (const name of names) await uploadTreeFile(ann, { 表: flat }, name)
  const { files, ...page } = (await ann.get(`${filesUrl}?skip=1&limit=1`)).json()
  expect(page).toEqual({ total: 3, skip: 1, limit: 1 })
  expect(files.map(({ filename }: { filename: string }) => filename)).toEqual(['b.xlsx'])
  expect((await ann.get(`${filesUrl}?limit=1001`)).statusCode).toBe(422)
})

test('shows nobody the files of others, administrators included', async ({ signIn }) => {
  const [ann, bob, admin] = [await signIn(), await signIn(), await signIn('SystemAdmin')]
  const { file_id, sheets } = await uploadTreeFile(ann, { 表: flat })
  const { columns } = await readTreeFile(ann, file_id)
  const [sheet_id, column_id] = [sheets[0]?.sheet_id, columns[0]?.columns_id]
  for (const stranger of [bob, admin]) {
    expect((await stranger.get(filesUrl)).json().total).toBe(0)
    for (const response of [
      await stranger.get(`${filesUrl}/${file_id}`),
      await stranger.post(`${filesUrl}/${file_id}/sheet`, { sheet_id }),
      await stranger.patch(`${filesUrl}/${file_id}/${sheet_id}/column`, {
        columns: [{ column_id, role: '軸' }],
      }),
      await stranger.delete(`${filesUrl}/${file_id}`),
    ]) {
      expect([response.statusCode, response.json().code]).toEqual([404, 'tree_file_not_found'])
    }
  }
  expect((await ann.get(`${filesUrl}/${other}`)).statusCode).toBe(404)
})

test('deletes a file with everything that was made of it', async ({ signIn, service }) => {
  const ann = await signIn()
  await service.queue.runDue()
  const before = await treeHoldings(service)
  const { file_id } = await uploadTreeFile(ann, { 表: flat, 実績: block })
  expect((await treeHoldings(service)).files).toHaveLength(before.files.length + 3)
  expect((await ann.delete(`${filesUrl}/${file_id}`)).statusCode).toBe(204)
  expect((await ann.delete(`${filesUrl}/${file_id}`)).statusCode).toBe(404)
  await service.queue.runDue()
  expect(await treeHoldings(service)).toEqual(before)
})

test('removes the files of somebody who leaves', async ({ signIn, service, db }) => {
  const [ann, bob] = [await signIn(), await signIn()]
  const before = await treeHoldings(service)
  for (let n = 0; n < 3; n += 1) await uploadTreeFile(ann, { 表: flat })
  const kept = await uploadTreeFile(bob, { 表: flat })
  await transact(db, (trx) => forgetTreeFiles(trx, ann.id))
  await service.queue.runDue()
  expect((await ann.get(filesUrl)).json().total).toBe(0)
  expect((await readTreeFile(bob, kept.file_id)).filename).toBe('売上.xlsx')
  expect((await treeHoldings(service)).files).toHaveLength(before.files.length + 2)
})
