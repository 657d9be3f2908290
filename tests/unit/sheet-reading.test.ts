import { describe, expect, test } from 'vitest'
import { read, utils, write } from 'xlsx'
import { rules } from '../../src/messages.ts'
import { workbookLimits as limits } from '../../src/sheet-files.ts'
import { sheetsIn } from '../../src/sheet-reading.ts'
import type { RawSheet, TableFile } from '../../src/sheet-tables.ts'
import {
  bombOf,
  partsOf,
  type SheetXml,
  sheetXml,
  stringsXml,
  stylesXml,
  zipOf,
} from '../support/workbooks.ts'

type Extension = TableFile['extension']

async function sheetsOf(bytes: Uint8Array, extension: Extension = '.xlsx', more = {}) {
  const sheets: RawSheet[] = []
  for await (const each of sheetsIn({ bytes, extension, limits: { ...limits, ...more } })) {
    sheets.push(each)
  }
  return sheets
}

const book = (sheets: SheetXml[], extras: Parameters<typeof partsOf>[1] = {}) =>
  zipOf(partsOf(sheets, extras))
const one = (rows: string, extras = {}, after = '') =>
  book([{ name: 'a', xml: sheetXml(rows, after) }], extras)
const rowsOf = async (bytes: Uint8Array, extension?: Extension) =>
  (await sheetsOf(bytes, extension))[0]?.rows
const row = (...cells: string[]) => `<row>${cells.join('')}</row>`
const number = (value: number | string, style = 0) => `<c s="${style}"><v>${value}</v></c>`

describe('cells of a workbook', () => {
  test('are texts, numbers, truths or nothing', async () => {
    const strings = stringsXml([
      '<r><t>東</t></r><r><rPr><b/></rPr><t>京</t></r><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>',
      '<t>大阪</t><rPh sb="0" eb="2"><t>オオサカ</t></rPh>',
      '<t xml:space="preserve"> 001 </t>',
    ])
    const cells = [
      ...[0, 1, 2].map((n) => `<c t="s"><v>${n}</v></c>`),
      '<c t="inlineStr"><is><t>&lt;内&amp;線&gt;</t></is></c>',
      '<c t="str"><f>A1</f><v>式の値</v></c>',
      '<c><f>1+1</f><v>2</v></c>',
      '<c t="b"><v>1</v></c>',
      '<c t="e"><v>#N/A</v></c>',
      ...[2023, 0.25, -1e-7, '1e999', 'abc', ''].map((value) => number(value)),
      '<c t="str"><v></v></c>',
      '<c t="inlineStr"><is><t>最後</t></is></c>',
    ]
    const value = await rowsOf(one(row(...cells), { strings }))
    expect(value).toEqual([
      ['東京', '大阪', ' 001 ', '<内&線>', '式の値', 2, true, null]
        .concat([2023, 0.25, -1e-7] as never[], [null, null, null, null] as never[])
        .concat('最後'),
    ])
  })

  test('are texts as on a clock where their format is of times', async () => {
    const formats: [string, number, string | number][] = [
      ['yyyy/m/d', 46024, '2026-01-02'],
      ['yyyy"年"m"月"', 46023, '2026-01'],
      ['[$-411]ggge"年"m"月"d"日"', 46024, '2026-01-02'],
      ['yyyy/m/d h:mm', 46024, '2026-01-02'],
      ['yyyy/m/d h:mm', 46024.5, '2026-01-02 12:00:00'],
      ['m/d/yy h:mm', 46024 + 11_045 / 86_400, '2026-01-02 03:04:05'],
      ['yyyy/m/d h:mm', 46023.9999999, '2026-01-02'],
      ['h:mm', 0.25, '06:00:00'],
      ['h:mm AM/PM', 46024.75, '18:00:00'],
      ['[h]:mm', 1.25, '30:00:00'],
      ['[mm]:ss', -0.5, '-12:00:00'],
      ['yyyy/m/d', 1, '1900-01-01'],
      ['yyyy/m/d', 60, '1900-02-29'],
      ['yyyy/m/d', 61, '1900-03-01'],
      ['yyyy/m/d', 2_958_465, '9999-12-31'],
      ['yyyy/m/d', 2_958_466, 2_958_466],
      ['yyyy/m/d', 0, 0],
      ['yyyy/m/d', -1, -1],
      ['[h]:mm', 1e300, 1e300],
      ['0.0%', 0.05, 0.05],
      ['#,##0"円"', 1000, 1000],
      ['0"年度"', 2023, 2023],
      ['General"月"', 4, 4],
      ['[$¥-411]#,##0;[Red]-#,##0', 5, 5],
    ]
    const styles = stylesXml(formats.map(([format]) => format))
    const cells = formats.map(([, value], n) => number(value, n + 1))
    const values = await rowsOf(one(row(...cells), { styles }))
    expect(values?.[0]).toEqual(formats.map(([, , value]) => value))
  })

  test('count days from 1904 where a workbook does', async () => {
    const styles = stylesXml(['yyyy/m/d'])
    const rows = row(number(0, 1), number(44_562, 1), number(44_562))
    expect(await rowsOf(one(rows, { styles, date1904: true }))).toEqual([
      ['1904-01-01', '2026-01-02', 44_562],
    ])
  })

  test('have the value in the first of those that are merged', async () => {
    const rows = `<row r="2"><c r="B2"><v>1</v></c><c r="C2"><v>2</v></c></row><row r="3"><c r="B3"><v>3</v></c><c r="D3"><v>4</v></c></row>`
    const merged = (...ranges: string[]) =>
      `<mergeCells>${ranges.map((range) => `<mergeCell ref="${range}"/>`).join('')}</mergeCells>`
    expect(await rowsOf(one(rows, {}, merged('B2:C3')))).toEqual([
      [],
      [null, 1],
      [null, null, null, 4],
    ])
    const many = merged(...Array(20_000).fill('A1:XFD1048576'))
    expect(await rowsOf(one(row(number(7), number(8)), {}, many))).toEqual([[7]])
  })
})

describe('sheets of a workbook', () => {
  test('are all read, hidden ones as well, each or with the reason why not', async () => {
    const xml = sheetXml(row(number(1)))
    const parts = partsOf([
      { name: '売上', xml },
      { name: 'hidden', xml, state: 'hidden' },
      { name: '__proto__', xml, state: 'veryHidden' },
      { name: 'constructor', xml: 'no XML' },
      { name: 'empty', xml: sheetXml('') },
      { name: 'toString', xml: '' },
    ])
    const rows = [[1]]
    expect(await sheetsOf(zipOf(parts))).toEqual([
      { name: '売上', rows, skipped_reason: null },
      { name: 'hidden', rows, skipped_reason: null },
      { name: '__proto__', rows, skipped_reason: null },
      { name: 'constructor', rows: [], skipped_reason: 'sheet_empty' },
      { name: 'empty', rows: [], skipped_reason: 'sheet_empty' },
      { name: 'toString', rows: [], skipped_reason: 'sheet_unreadable' },
    ])
    expect(({} as Record<string, unknown>)['!data']).toBeUndefined()
  })

  test('are passed over where they hold a chart', async () => {
    const parts = partsOf([
      { name: 'a', xml: sheetXml(row(number(1))) },
      { name: 'chart', xml: '<chartsheet/>' },
    ]).map((part) => ({
      ...part,
      body: String(part.body)
        .replace(
          'relationships/worksheet" Target="worksheets/sheet2',
          'relationships/chartsheet" Target="worksheets/sheet2',
        )
        .replace(
          'sheet2.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet',
          'sheet2.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.chartsheet',
        ),
    }))
    expect(await sheetsOf(zipOf(parts))).toMatchObject([
      { skipped_reason: null },
      { name: 'chart', skipped_reason: 'sheet_without_cells' },
    ])
  })

  test('are passed over past their bounds, and the others are read', async () => {
    const wide = row(...Array.from({ length: 16_384 }, (_, n) => number(n)))
    const sheets = [
      { name: 'wide', xml: sheetXml(wide) },
      { name: 'far', xml: sheetXml('<row r="9"><c r="XFD9"><v>1</v></c></row>') },
      { name: 'beyond', xml: sheetXml('<row><c r="ZZZZ1"><v>1</v></c></row>') },
      { name: 'long', xml: sheetXml('<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>') },
      { name: 'many', xml: sheetXml(row(number(1), number(2)).repeat(60)) },
      { name: 'well', xml: sheetXml(row(number(1), '<c s="1"/>'.repeat(16_383))) },
    ]
    const read = await sheetsOf(book(sheets), '.xlsx', { cells: 119 })
    const reasons = read.map(({ skipped_reason }) => skipped_reason)
    const [many, well] = ['sheet_too_many_cells', null]
    expect(reasons).toEqual([...Array(3).fill('sheet_too_wide'), 'sheet_too_long', many, well])
    for (const reason of reasons) if (reason) expect(rules).toHaveProperty(reason)
  })

  test('say the bounds that there are', () => {
    expect(rules.sheet_too_wide.en).toContain(` ${limits.columns}`)
    expect(rules.sheet_too_many_cells.ja).toContain(` ${limits.cells} `)
  })

  test('are not too many', async () => {
    const sheets = Array.from({ length: 6 }, (_, n) => ({
      name: `s${n}`,
      xml: sheetXml(row(number(n))),
    }))
    expect(await sheetsOf(book(sheets), '.xlsx', { sheets: 6 })).toHaveLength(6)
    await expect(sheetsOf(book(sheets), '.xlsx', { sheets: 5 })).rejects.toMatchObject({
      failure: 'workbook_too_large',
      detail: { sheets: 5 },
    })
  })

  test('cut what no cell of Excel holds', async () => {
    const long = 'あ'.repeat(40_000)
    const rows = await rowsOf(one(`<row><c t="inlineStr"><is><t>${long}</t></is></c></row>`))
    expect(rows?.[0]?.[0]).toHaveLength(32_767)
  })
})

describe('a file that is no workbook', () => {
  const unreadable = { failure: 'workbook_unreadable', statusCode: 422 }
  const good = one(row(number(1)))

  test.each<[string, Uint8Array, Extension]>([
    ['nothing', Buffer.alloc(0), '.xlsx'],
    ['nothing', Buffer.alloc(0), '.xls'],
    ['text', Buffer.from('a,b\n1,2'), '.xlsx'],
    ['HTML', Buffer.from('<table><tr><td>1</td></tr></table>'), '.xls'],
    ['a workbook of another kind', good, '.xls'],
    ['half of one', good.subarray(0, good.length / 2), '.xlsx'],
    ['a beginning of one', Buffer.from('d0cf11e0a1b11ae1', 'hex'), '.xls'],
    ['other parts', zipOf([{ name: 'word/document.xml', body: '<a/>' }]), '.xlsx'],
    ['an OpenDocument', zipOf([{ name: 'META-INF/manifest.xml', body: '<a/>' }]), '.xlsx'],
    ['a package in a package', zipOf([{ name: 'Index.zip', body: good }]), '.xlsx'],
  ])('is refused: %s', async (_, bytes, extension) => {
    await expect(sheetsOf(bytes, extension)).rejects.toMatchObject({
      ...unreadable,
      detail: { extension },
    })
  })

  test('is refused where it has entities of its own, which no workbook has', async () => {
    const laughs = Array.from(
      { length: 9 },
      (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`,
    )
    const before = `<!DOCTYPE a [<!ENTITY l0 "ha">${laughs.join('')}]>`
    const rows = '<row><c t="inlineStr"><is><t>&l9;</t></is></c></row>'
    await expect(sheetsOf(one(rows, { before }))).rejects.toMatchObject(unreadable)
    const [first = {}] = partsOf([])
    const outside = `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>`
    expect(first).toBeDefined()
    await expect(sheetsOf(one(rows, { before: outside }))).rejects.toMatchObject(unreadable)
  })

  test('is refused as a bomb by what it says of itself', async () => {
    const bomb = bombOf(550)
    expect(bomb.length).toBeLessThan(572 * 1024)
    await expect(sheetsOf(bomb)).rejects.toMatchObject({
      failure: 'workbook_too_large',
      detail: { megabytes: 256, sheets: 200 },
    })
  })

  test('is refused as one that lies where it says less', async () => {
    for (const said of [100, 1_000_000, 250_000_000]) {
      const failed = said > 100_000_000 ? 'workbook_too_large' : 'workbook_unreadable'
      await expect(sheetsOf(bombOf(550, said))).rejects.toMatchObject({ failure: failed })
    }
  })

  test('is told to have a password, which can be removed', async () => {
    const encrypted = utils.book_new()
    utils.book_append_sheet(encrypted, utils.aoa_to_sheet([[1]]))
    const bytes: Buffer = write(encrypted, { type: 'buffer', bookType: 'biff8' })
    const protectedOne = Buffer.concat([bytes, Buffer.from('EncryptedPackage\0', 'utf16le')])
    for (const extension of ['.xls', '.xlsx'] as const) {
      await expect(sheetsOf(protectedOne, extension)).rejects.toMatchObject({
        failure: 'workbook_encrypted',
      })
    }
    const flags = 1
    const parts = partsOf([{ name: 'a', xml: sheetXml('') }]).map((part) => ({ ...part, flags }))
    await expect(sheetsOf(zipOf(parts))).rejects.toMatchObject({ failure: 'workbook_encrypted' })
  })

  test('changes nothing of ours by the places of its comments', async () => {
    const comments = `<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>a</author></authors><commentList><comment ref="__proto__" authorId="0"><text><t>b</t></text></comment></commentList></comments>`
    const relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="c" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="../TARGET"/></Relationships>`
    for (const target of ['comments1.xml', 'notes.xml']) {
      const parts = [
        ...partsOf([{ name: 'a', xml: sheetXml(row(number(1))) }]),
        { name: `xl/${target}`, body: comments },
        {
          name: 'xl/worksheets/_rels/sheet1.xml.rels',
          body: relations.replace('TARGET', target),
        },
      ]
      expect(await sheetsOf(zipOf(parts))).toMatchObject([{ rows: [[1]] }])
      expect(({} as Record<string, unknown>).c).toBeUndefined()
      expect(Object.keys(Object.prototype)).toEqual([])
    }
  })
})

describe('an .xls workbook', () => {
  test('is read the same', async () => {
    const sheet = utils.aoa_to_sheet([
      ['__proto__', '売上', 'いつ'],
      ['東京', 1234.5, { t: 'n', v: 46_024, z: 'yyyy/m/d' }],
      [null, true, { t: 'n', v: 0.05, z: '0%' }],
    ])
    const workbook = utils.book_new()
    utils.book_append_sheet(workbook, sheet, '表')
    utils.book_append_sheet(workbook, utils.aoa_to_sheet([]), '空')
    const bytes: Buffer = write(workbook, { type: 'buffer', bookType: 'biff8' })
    expect(read(bytes).SheetNames).toEqual(['表', '空'])
    expect(await sheetsOf(bytes, '.xls')).toEqual([
      {
        name: '表',
        rows: [
          ['__proto__', '売上', 'いつ'],
          ['東京', 1234.5, '2026-01-02'],
          [null, true, 0.05],
        ],
        skipped_reason: null,
      },
      { name: '空', rows: [], skipped_reason: 'sheet_empty' },
    ])
    await expect(sheetsOf(bytes, '.xlsx')).rejects.toMatchObject({ failure: 'workbook_unreadable' })
  })
})
