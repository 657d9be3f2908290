import { readSheetValues } from '../../src/driver-tree/files/values.ts'
import { describe, expect, test } from '../support/service.ts'
import {
  filesUrl,
  flat,
  readTreeFile,
  sendTreeFile,
  treeHoldings,
  uploadTreeFile,
  workbookOf,
} from '../support/tree-files.ts'
import { bombOf, partsOf, sheetXml, stringsXml, stylesXml, zipOf } from '../support/workbooks.ts'

const callerOf = ({ id }: { id: string }) =>
  ({ id, roles: ['User'], permissions: new Set() }) as never

const csv = '年月,店舗,売上\r\n2024年1月,新宿,"1,000"\r\n2024年2月,新宿,▲200\r\n'
/** The same in Shift_JIS. */
const shiftJis = Buffer.from(
  [
    '944e8c8e2c935895dc2c94848fe30d0a',
    '32303234944e318c8e2c90568f682c22312c303030220d0a',
    '32303234944e328c8e2c90568f682c81a33230300d0a',
  ].join(''),
  'hex',
)
const utf16 = Buffer.from(`\ufeff${csv}`, 'utf16le')

test.for<[string, Buffer]>([
  ['UTF-8', Buffer.from(csv)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${csv}`)],
  ['UTF-16', utf16],
  ['UTF-16 of the other order', Buffer.from(utf16).swap16()],
  ['Shift_JIS', shiftJis],
  ['tabs', Buffer.from(csv.replace('"1,000"', '1000').replaceAll(',', '\t'))],
])('reads the same of a CSV file in %s', async ([, body], { signIn, service }) => {
  const ann = await signIn()
  const response = await sendTreeFile(ann, 'a.csv', body)
  expect(response.statusCode, response.body).toBe(201)
  const { columns, sheet_id } = await readTreeFile(ann, response.json().file_id)
  expect(columns.map(({ columns_name, role }) => [columns_name, role])).toEqual([
    ['年月', '推移'],
    ['店舗', '軸'],
    ['売上', '値'],
  ])
  const { values } = await readSheetValues(service.deps, callerOf(ann), sheet_id as string)
  expect(values.get('売上')?.data).toEqual({
    period: '年月',
    axes: ['店舗'],
    keys: [
      ['2024-01', '新宿'],
      ['2024-02', '新宿'],
    ],
    values: [1000, -200],
  })
})

test('reads dates, percent, merged headers and hidden sheets of a workbook', async ({
  signIn,
  service,
}) => {
  const ann = await signIn()
  const strings = stringsXml(
    ['売上', '率', '年度', '部門', '営業', '開発'].map((t) => `<t>${t}</t>`),
  )
  const styles = stylesXml(['yyyy"年"m"月"', '0.0%', 'yyyy/m/d'])
  const cell = (ref: string, value: number, style = 0) =>
    `<c r="${ref}" s="${style}"><v>${value}</v></c>`
  const text = (ref: string, at: number) => `<c r="${ref}" t="s"><v>${at}</v></c>`
  const months = [
    `<row r="1">${cell('B1', 45292, 1)}${cell('C1', 45323, 1)}</row>`,
    `<row r="3">${text('A3', 0)}${cell('B3', 1000)}${cell('C3', 1200)}</row>`,
    `<row r="4">${text('A4', 1)}${cell('B4', 0.125, 2)}${cell('C4', 0.5, 2)}</row>`,
  ]
  const merged = [
    `<row r="1">${text('A1', 2)}${cell('B1', 2023)}${cell('C1', 9999)}${cell('D1', 2024)}</row>`,
    `<row r="2">${text('A2', 3)}${text('B2', 4)}${text('C2', 5)}${text('D2', 4)}${text('E2', 5)}</row>`,
    `<row r="4">${text('A4', 0)}${[1, 2, 3, 4].map((n) => cell(`${'ABCDE'[n]}4`, n)).join('')}</row>`,
  ]
  const merges = '<mergeCells><mergeCell ref="B1:C1"/><mergeCell ref="D1:E1"/></mergeCells>'
  const parts = partsOf(
    [
      { name: '月次', xml: sheetXml(months.join('')) },
      { name: '隠し', xml: sheetXml(merged.join(''), merges), state: 'hidden' },
    ],
    { strings, styles },
  )
  const response = await sendTreeFile(ann, 'a.xlsx', zipOf(parts))
  expect(response.statusCode, response.body).toBe(201)
  const { sheets } = response.json()
  const read = (id: string) => readSheetValues(service.deps, callerOf(ann), id)
  const monthly = await read(sheets[0].sheet_id)
  expect(monthly.values.get('率')?.data).toMatchObject({
    keys: [['2024-01'], ['2024-02']],
    values: [0.125, 0.5],
  })
  const hidden = await read(sheets[1].sheet_id)
  expect(hidden.values.get('売上')?.data).toEqual({
    period: '年度',
    years: 'fiscal',
    axes: ['部門'],
    keys: [
      ['2023', '営業'],
      ['2023', '開発'],
      ['2024', '営業'],
      ['2024', '開発'],
    ],
    values: [1, 2, 3, 4],
  })
})

test('joins sheets that spell their periods in their own ways', async ({ signIn, service }) => {
  const ann = await signIn()
  const periodsOf = async (...periods: (string | number)[]) => {
    const rows = periods.map((period, n) => [period, n])
    const { sheets } = await uploadTreeFile(ann, { 表: [['年度', '売上'], ...rows] })
    const id = sheets[0]?.sheet_id as string
    const { values } = await readSheetValues(service.deps, callerOf(ann), id)
    return values.get('売上')?.data.keys.flat()
  }
  expect(await periodsOf(2023, 2024)).toEqual(['2023', '2024'])
  expect(await periodsOf('2023年', '2024年')).toEqual(['2023', '2024'])
  expect(await periodsOf('令和5年度', '令和6年度')).toEqual(['2023', '2024'])
})

test('says what to know of a sheet in the language of the reader', async ({ signIn }) => {
  const ann = await signIn()
  const total = [
    ['店', '売上'],
    ['A', 1],
    ['B', 2],
    ['合計', 3],
  ]
  const two = [['店', '売上'], ['A', 1], [], ['県', '人口'], ['東京', 2]]
  const body = workbookOf({ 合計: total, 二つ: two, 表紙: [['資料']] })
  const sheets = async (language: string) => {
    const form = [
      '--x\r\ncontent-disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n',
      body,
      '\r\n--x--\r\n',
    ].map((part) => Buffer.from(part as string))
    const response = await ann.post(filesUrl, Buffer.concat(form), {
      'content-type': 'multipart/form-data; boundary=x',
      'accept-language': language,
    })
    expect(response.statusCode, response.body).toBe(201)
    expect(response.headers['content-language']).toBe(language)
    return response.json()
  }
  const { sheets: said, file_id } = await sheets('en')
  expect(said).toMatchObject([
    { notes: [{ code: 'table_with_totals', message: expect.stringContaining('totals') }] },
    { notes: [{ code: 'table_first_only', message: expect.stringContaining('first one') }] },
    { skipped_reason: 'table_not_found', skipped_message: expect.stringContaining('no table') },
  ])
  expect((await sheets('ja')).sheets[0].notes[0].message).toContain('二重に数える')
  const [, , cover] = (await readTreeFile(ann, file_id)).sheets
  expect(cover?.skipped_message).toContain('表が見つかりません')
})

describe('a file that is no use', () => {
  const good = workbookOf({ 表: flat })
  const wide = sheetXml(`<row>${'<c><v>1</v></c>'.repeat(16_385)}</row>`)
  const long = sheetXml('<row r="1"><c><v>1</v></c></row><row r="1048577"><c><v>1</v></c></row>')
  const encrypted = Buffer.concat([
    workbookOf({ 表: flat }, 'biff8'),
    Buffer.from('EncryptedPackage\0', 'utf16le'),
  ])

  test.for<[string, string, () => Buffer, string]>([
    ['a bomb', 'a.xlsx', () => bombOf(550), 'workbook_too_large'],
    ['encrypted', 'a.xls', () => encrypted, 'workbook_encrypted'],
    ['truncated', 'a.xlsx', () => good.subarray(0, good.length - 200), 'file_content_mismatch'],
    ['renamed to .xls', 'a.xls', () => good, 'file_content_mismatch'],
    ['renamed to .csv', 'a.csv', () => good, 'file_content_mismatch'],
    ['too wide', 'a.xlsx', () => zipOf(partsOf([{ name: 'a', xml: wide }])), 'sheet_too_wide'],
    ['too long', 'a.xlsx', () => zipOf(partsOf([{ name: 'a', xml: long }])), 'sheet_too_long'],
  ])(
    'is refused, and leaves nothing: %s',
    async ([, name, make, code], { signIn, app, service }) => {
      const ann = await signIn()
      const body = make()
      const before = await treeHoldings(service)
      const sending = sendTreeFile(ann, name, body)
      const answers = Array.from({ length: 5 }, () => app.inject('/health'))
      for (const answer of answers) expect((await answer).statusCode).toBe(200)
      const response = await sending
      expect(response.statusCode).toBeGreaterThan(400)
      expect(response.body).toContain(code)
      expect(await treeHoldings(service)).toEqual(before)
    },
  )
})
