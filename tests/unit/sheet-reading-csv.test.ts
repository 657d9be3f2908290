import { describe, expect, test } from 'vitest'
import { workbookLimits as limits } from '../../src/sheet-files.ts'
import { sheetsIn } from '../../src/sheet-reading.ts'
import type { RawSheet } from '../../src/sheet-tables.ts'

async function sheetOf(bytes: Buffer | string, more = {}): Promise<RawSheet> {
  const sheets: RawSheet[] = []
  const file = { bytes: Buffer.from(bytes), extension: '.csv' as const }
  for await (const each of sheetsIn({ ...file, limits: { ...limits, ...more } })) sheets.push(each)
  expect(sheets).toHaveLength(1)
  return sheets[0] as RawSheet
}

const rowsOf = async (bytes: Buffer | string) => (await sheetOf(bytes)).rows
const text = '年度,売上\r\n2023,"1,000"\r\n'
const rows = [
  ['年度', '売上'],
  ['2023', '1,000'],
]
const utf16 = (value: string) => Buffer.from(`\ufeff${value}`, 'utf16le')

describe('a CSV file', () => {
  test.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, little end first', utf16(text)],
    ['UTF-16, big end first', utf16(text).swap16()],
    [
      'Shift_JIS',
      Buffer.concat([
        Buffer.from([0x94, 0x4e, 0x93, 0x78, 0x2c, 0x94, 0x84, 0x8f, 0xe3]),
        Buffer.from('\r\n2023,"1,000"\r\n'),
      ]),
    ],
  ])('is read in %s', async (_, bytes) => {
    expect(await sheetOf(bytes)).toEqual({ name: 'CSV', rows, skipped_reason: null })
  })

  test('may have its cells parted by tabs or semicolons', async () => {
    expect(await rowsOf('a\tb,c\td\n1\t\t3')).toEqual([
      ['a', 'b,c', 'd'],
      ['1', null, '3'],
    ])
    expect(await rowsOf('a;"b,b,b,b";c\n1,5;2;3')).toEqual([
      ['a', 'b,b,b,b', 'c'],
      ['1,5', '2', '3'],
    ])
    expect(await rowsOf('\n\n\ta\tb\n')).toEqual([[], [null, 'a', 'b']])
    expect(await rowsOf('a')).toEqual([['a']])
  })

  test('keeps one empty line where there are some, for it parts two pieces', async () => {
    const lines = '年度,2023\n\n\n売上,"two\nlines"\n原価,3\n,\nend\n\n'
    expect(await rowsOf(lines)).toEqual([
      ['年度', '2023'],
      [],
      ['売上', 'two\nlines'],
      ['原価', '3'],
      [null, null],
      ['end'],
    ])
  })

  test('says line and column of what is wrong', async () => {
    for (const [bytes, line, column, rule] of [
      ['a,b\n1,"2', 2, 2, 'import_quote'],
      ['a,b\n1,\u0000', 2, 2, 'import_character'],
      [`a,b\n${'x'.repeat(32_768)}`, 2, 1, 'import_cell_length'],
      [Buffer.concat([Buffer.from('a\nb'), Buffer.from([0xff, 0x80])]), 2, 1, 'import_encoding'],
      [Buffer.concat([utf16('a\nb'), Buffer.from([0x00, 0xd8])]), 2, 1, 'import_encoding'],
      [Buffer.concat([utf16('a\nb'), Buffer.from([0x41])]), 2, 1, 'import_encoding'],
    ] as const) {
      await expect(sheetOf(bytes as Buffer)).rejects.toMatchObject({
        failure: 'workbook_unreadable',
        detail: { extension: '.csv' },
        extra: { errors: [{ field: 'file', line, column, rule }] },
      })
    }
  })

  test('is passed over where it is empty or past its bounds', async () => {
    for (const empty of ['', '\ufeff', '\n\n', ',,\n,,']) {
      expect(await sheetOf(empty)).toMatchObject({ rows: [], skipped_reason: 'sheet_empty' })
    }
    expect(await sheetOf(','.repeat(4999).concat('a'))).toMatchObject({ skipped_reason: null })
    expect(await sheetOf(','.repeat(5000))).toMatchObject({ skipped_reason: 'sheet_too_wide' })
    const [many, fewer] = ['a,b\n'.repeat(6), 'a,b\n'.repeat(5)]
    expect(await sheetOf(fewer, { cells: 10 })).toMatchObject({ skipped_reason: null })
    const reason = { rows: [], skipped_reason: 'sheet_too_many_cells' }
    expect(await sheetOf(many, { cells: 10 })).toMatchObject(reason)
    expect(await sheetOf(many, { unpackedBytes: 10 })).toMatchObject(reason)
  })
})
