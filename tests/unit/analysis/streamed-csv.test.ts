import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { isNumberColumn, sheetColumnsOf } from '../../../src/analysis/parsing/columns.ts'
import { parseStreamedCsv } from '../../../src/analysis/parsing/streamed-csv.ts'
import { itemsOf, sheetsIn } from '../../../src/sheet-reading.ts'
import { tableIn } from '../../../src/sheet-tables.ts'
import { chanceOf } from '../../support/workbooks.ts'

const limits = { unpackedBytes: 1e8, cells: 1e6, columns: 100, sheets: 1 }

/** A CSV file, read as a stream and as a whole: both must give the same table. */
async function bothOf(text: string | Buffer, maxRows = 1000) {
  const folder = await mkdtemp(join(tmpdir(), 'kaname-csv-'))
  try {
    const path = join(folder, 'a.csv')
    await writeFile(path, text)
    const { file, ...streamed } = await parseStreamedCsv(
      { path, columns: limits.columns },
      join(folder, 'a.parquet'),
      maxRows,
    )
    const cells = file === null ? [] : await cellsIn(file)
    const bytes = Buffer.from(text)
    for await (const sheet of sheetsIn({ bytes, extension: '.csv', limits })) {
      const table = tableIn(sheet, { keepsTexts: true })
      return { streamed: { ...streamed, cells }, table }
    }
    throw new Error('no sheet')
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function cellsIn(file: string): Promise<unknown[][]> {
  const connection = await (await DuckDBInstance.create()).connect()
  const result = await connection.runAndReadAll(
    `select * exclude (n) from read_parquet('${file}') order by n`,
  )
  return result.getColumns()
}

async function expectSame(text: string | Buffer) {
  const { streamed, table } = await bothOf(text)
  if ('skipped_reason' in table) {
    expect(streamed.skipped_reason).toBe(table.skipped_reason)
    return streamed
  }
  const columns = sheetColumnsOf(
    table.columns.map((column, n) => ({ ...column, items: itemsOf(table.cells[n] ?? []) })),
  )
  expect(streamed.columns).toEqual(columns)
  expect(streamed.cells).toEqual(table.cells)
  expect([streamed.layout, streamed.row_count, streamed.notes]).toEqual([
    table.layout,
    table.row_count,
    table.notes,
  ])
  return streamed
}

test.for([
  ['a plain table', '年度,部門,売上\n2023,営業,"1,000"\n2024,開発,▲２００\n'],
  [
    'titles, units and notes',
    '売上表\n単位：円\n\n年度,部門,売上\n,,円\n2023,営業,10%\n2024,開発,(5)\n※注\n',
  ],
  ['ragged lines, and columns without a name', '年度,売上\n2023,1,x\n2024\n\n2025,3,,4\n'],
  ['texts among numbers', `店,売上\n${'a,"1,000"\n'.repeat(9)}b,未定\nc,\n`],
  ['another table below', '年度,売上\n2023,1\n2024,2\n\n店,客数\nA,5\nB,6\n'],
  ['merged cells, and totals', '地域,店,売上\n東,a,1\n,b,2\n西,c,3\n,合計,6\n'],
  ['codes and dates', '日付,商品コード,数量\n2024/4/1,001,5\n2024/4/2,002,6\n'],
  ['years without a name', 'x,売上,客数\n2021,5,6\n2022,6,7\n'],
  ['numbers of all kinds', '店,値\na,-0\nb,1.5\nc,2012.5\nd,1e3\ne,20\nf,-\ng,１２\nh,0.10\n'],
  ['names that are SQL', `"a"";drop table t;--","x' or 1=1"\n1,2\n3,4\n`],
  ['only a header', '年度,売上\n'],
  ['prose', 'こんにちは\nさようなら\n'],
] as const)('%s', async ([, text]) => {
  await expectSame(text)
})

test('UTF-16, and Shift_JIS', async () => {
  const utf16 = Buffer.from('\ufeff年度,売上\n2023,1\n2024,2\n', 'utf16le')
  const sjis = Buffer.from('944e93782c94848fe30a323032332c310a323032342c320a', 'hex')
  for (const bytes of [utf16, sjis]) {
    const { columns } = await expectSame(bytes)
    expect(columns.map(({ name }) => name)).toEqual(['年度', '売上'])
  }
})

test('tables of chance', async () => {
  const chance = chanceOf(11)
  const cells = [
    '',
    '',
    '1',
    '-2.50',
    '1,000',
    '2023',
    '営業',
    '合計',
    'n/a',
    '2024/5',
    ' ',
    'x y',
    '007',
  ]
  const pick = () => `"${cells[Math.floor(chance() * cells.length)]}"`
  for (let round = 0; round < 60; round += 1) {
    const width = 2 + Math.floor(chance() * 4)
    const heads = ['年度', '部門', '店名', '売上', '数量', 'コード'].slice(0, width)
    const lines = Array.from({ length: 3 + Math.floor(chance() * 20) }, () =>
      Array.from({ length: width }, pick).join(','),
    )
    // The strict reader also knows blocks, which no large file is.
    const text = [heads.join(','), ...lines, ''].join('\n')
    const { table } = await bothOf(text)
    if ('layout' in table && table.layout === 'block') continue
    await expectSame(text)
  }
})

test('says so of one row too many', async () => {
  const { streamed } = await bothOf('店,売上\na,1\nb,2\nc,3\n', 2)
  expect([streamed.skipped_reason, streamed.columns]).toEqual(['table_too_long', []])
  expect((await bothOf('店,売上\na,1\nb,2\n', 2)).streamed.row_count).toBe(2)
})

test('keeps only pure numbers as numbers', async () => {
  const { columns } = await expectSame(`店,売上,客数\n${'a,1,2\n'.repeat(9)}b,未定,3\n`)
  expect(columns.map(isNumberColumn)).toEqual([false, false, true])
  expect(columns[1]).toMatchObject({ role_guess: '値', text_cells: 1 })
})
