import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { furnishSession, register, tryRegister } from '../support/analysis-files.ts'
import { expect, type Service, test } from '../support/service.ts'
import { bombOf, partsOf, sheetXml, type ZipPart, zipOf } from '../support/workbooks.ts'

const million = (rows: number) => {
  const lines = Array.from({ length: 1000 }, (_, n) => `店${n % 50},${n}\n`).join('')
  return `店,売上\n${lines.repeat(Math.floor(rows / 1000))}${'あ,1\n'.repeat(rows % 1000)}`
}

async function leftOver({ deps }: Service) {
  const parsing = await readdir(join(deps.config.dataDir, 'parsing')).catch(() => [])
  const incoming = await deps.db.selectFrom('incoming_files').select('key').execute()
  return [...parsing, ...incoming]
}

const wide = Array.from({ length: 16_000 }, (_, n) => `列${n}`).join(',')

test.for([
  ['quotes that never end', '店,売上\na,"1\nb,2\n', 'workbook_unreadable', 'file'],
  [
    'a cell of 65,536 characters',
    `店,売上\n${'x'.repeat(65_536)},2\n`,
    'workbook_unreadable',
    'file',
  ],
  ['16,000 columns', `${wide}\n${wide}\n`, 'analysis_file_without_table', 'config_list.0'],
  ['a header without data', '店,売上\n', 'analysis_file_without_table', 'config_list.0'],
] as const)(
  'refuses %s, and stays up',
  async ([, body, code, field], { signIn, db, service, app }) => {
    const ann = await signIn()
    const response = await tryRegister(ann, await furnishSession(db, ann), 'a.csv', body)
    expect([response.statusCode, response.json().code], response.body).toEqual([422, code])
    expect(response.json().errors[0].field).toBe(field)
    expect((await app.inject('/health')).statusCode).toBe(200)
    expect(await leftOver(service)).toEqual([])
  },
)

test('refuses a bomb, and broken and encrypted workbooks, and stays up', async ({
  signIn,
  db,
  service,
  app,
}) => {
  const ann = await signIn()
  const place = await furnishSession(db, ann)
  const bomb = await tryRegister(ann, place, 'bomb.xlsx', bombOf(550))
  expect([bomb.statusCode, bomb.json().code], bomb.body).toEqual([422, 'workbook_too_large'])
  const parts = partsOf([{ name: '表', xml: sheetXml('<row><c><v>1</v></c></row>') }])
  const withSheet = (change: Partial<ZipPart>) =>
    zipOf(parts.map((part) => (part.name.includes('sheet1') ? { ...part, ...change } : part)))
  for (const [change, code] of [
    [{ said: { unpacked: 9 } }, 'workbook_unreadable'],
    [{ flags: 1 }, 'workbook_encrypted'],
  ] as const) {
    const response = await tryRegister(ann, place, 'broken.xlsx', withSheet(change))
    expect([response.statusCode, response.json().code], response.body).toEqual([422, code])
  }
  expect((await app.inject('/health')).statusCode).toBe(200)
  expect(await leftOver(service)).toEqual([])
})

test('takes names that are SQL, and texts among numbers', async ({ signIn, db }) => {
  const ann = await signIn()
  const place = await furnishSession(db, ann)
  const name = `a"; drop table input; --`
  const lines = [...Array.from({ length: 9 }, (_, n) => `'店${n}',"1,00${n}"`), 'b,inf', 'c,']
  const text = `"${name.replace('"', '""')}",x' or 1=1\n${lines.join('\n')}\n`
  const file = await register(ann, place, 'a.csv', text)
  expect(file.config_list[0]?.columns.map((each) => [each.name, each.text_cells])).toEqual([
    [name, 0],
    [`x' or 1=1`, 1],
  ])
  await ann.post(`${place.url}/input`, { file_id: file.id })
  const { rows, columns } = (await ann.get(`${place.url}/input/rows`)).json()
  expect(columns).toEqual([name, '科目', '値'])
  expect([rows[8], rows[9]]).toEqual([
    [`'店8'`, `x' or 1=1`, 1008],
    ['b', `x' or 1=1`, null],
  ])
  const config = {
    columns: [
      { name: `x' or 1=1`, role: '軸' },
      { name, role: '値' },
    ],
  }
  const turned = await ann.patch(`${place.url}/file/${file.id}/config`, config)
  expect(turned.statusCode, turned.body).toBe(200)
  const after = (await ann.get(`${place.url}/input/rows?skip=9&limit=1`)).json()
  expect(after.rows).toEqual([['inf', name, null]])
})

test('registers a million rows, and says so of one more', async ({ signIn, db, service }) => {
  const ann = await signIn()
  const place = await furnishSession(db, ann)
  const file = await register(ann, place, 'a.csv', million(1_000_000))
  expect(file.config_list[0]).toMatchObject({ row_count: 1_000_000, layout: 'flat' })
  expect(file.repeated_keys?.count).toBe(50)
  const response = await tryRegister(ann, place, 'b.csv', million(1_000_001))
  expect([response.statusCode, response.json().code]).toEqual([422, 'analysis_file_without_table'])
  expect(response.json().config_list).toEqual([
    { sheet_name: 'CSV', skipped_reason: 'table_too_long' },
  ])
  expect(response.json().errors[0].message).toContain('1,000,000')
  expect(await leftOver(service)).toEqual([])
})
