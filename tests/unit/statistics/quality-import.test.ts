import { describe, expect, test } from 'vitest'
import type { AreaRow, IndicatorRow } from '../../../db/tables/statistics.ts'
import { readRecords } from '../../../src/csv.ts'
import { readText } from '../../../src/csv-text.ts'
import { readFigure } from '../../../src/statistics/imports/cells.ts'
import { collectFaults } from '../../../src/statistics/imports/faults.ts'
import { cellLimits } from '../../../src/statistics/imports/import.ts'
import { readOwnFormat } from '../../../src/statistics/imports/own-format.ts'
import { readSsdse } from '../../../src/statistics/imports/ssdse.ts'
import type { Figure } from '../../../src/statistics/quality/batch.ts'

const area = (code: string, name_ja: string) => ({ code, name_ja, valid_until: null }) as AreaRow
const indicator = (code: string, formula: string | null = null) =>
  ({ code, unit: '人', kind: 'count', formula }) as IndicatorRow

const catalogue = {
  areas: new Map(
    [area('00000', '全国'), area('01000', '北海道'), area('13000', '東京都')].map((row) => [
      row.code,
      row,
    ]),
  ),
  indicators: new Map(
    [indicator('A1101'), indicator('A1301'), indicator('rate', 'A1301 / A1101')].map((row) => [
      row.code,
      row,
    ]),
  ),
}

async function* streamOf(bytes: Uint8Array, size = bytes.length) {
  for (let n = 0; n < bytes.length; n += size || 1) yield bytes.subarray(n, n + size)
}

const utf8 = (text: string) => new TextEncoder().encode(text)

/** 府中市 and 東京都 in the bytes of Windows-31J. */
const shiftJis = (text: string) => {
  const letters: Record<string, number[]> = {
    東: [0x93, 0x8c],
    京: [0x8b, 0x9e],
    都: [0x93, 0x73],
    '－': [0x81, 0x7c],
    '①': [0x87, 0x40],
  }
  return Uint8Array.from([...text].flatMap((each) => letters[each] ?? [each.charCodeAt(0)]))
}

const cellsOf = async (bytes: Uint8Array, size?: number) => {
  const faults = collectFaults()
  const rows = []
  for await (const row of readRecords(
    readText(streamOf(bytes, size), 1e6, faults),
    faults,
    cellLimits,
  )) {
    rows.push(row)
  }
  return rows
}

const figuresOf = async (text: string, reader = readOwnFormat) => {
  const faults = collectFaults()
  const records = readRecords(readText(streamOf(utf8(text), 7), 1e6, faults), faults, cellLimits)
  const figures: Figure[] = []
  for await (const figure of reader(records, catalogue, 'test', faults)) figures.push(figure)
  faults.end()
  return figures
}

const faultsOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown) => thrown,
  )
  expect(error).toMatchObject({ failure: 'import_malformed', statusCode: 422 })
  return error.extra.errors
}

describe('comma-separated text', () => {
  test('is read as RFC 4180 has it, examples 1 to 7 of section 2', async () => {
    const text = 'aaa,"b ""b"" b",\r\n"c\r\nc",,"d,d"\r\n\r\nzzz,yyy,xxx'
    const expected = [
      { line: 1, cells: ['aaa', 'b "b" b', ''] },
      { line: 2, cells: ['c\r\nc', '', 'd,d'] },
      { line: 5, cells: ['zzz', 'yyy', 'xxx'] },
    ]
    expect(await cellsOf(utf8(text))).toEqual(expected)
    for (const size of [1, 2, 3, 5]) expect(await cellsOf(utf8(text), size)).toEqual(expected)
    expect(await cellsOf(utf8('a\rb\rc'))).toHaveLength(3)
    expect(await cellsOf(utf8('""'))).toEqual([{ line: 1, cells: [''] }])
    expect(await cellsOf(utf8(''))).toEqual([])
  })

  test.each([
    ['a quotation mark inside', 'a,b\nc,d"e', { line: 2, column: 2, rule: 'import_quote' }],
    ['text after a closing one', 'a\n"b"c', { line: 2, column: 1, rule: 'import_quote' }],
    ['one that is not closed', 'a,"b\n\nc', { line: 1, column: 2, rule: 'import_quote' }],
    ['a NUL', 'a,b\0', { line: 1, column: 2, rule: 'import_character' }],
    [
      'a long cell',
      `a,${'b'.repeat(cellLimits.maxCell + 1)}`,
      { column: 2, rule: 'import_cell_length' },
    ],
    ['many columns', ','.repeat(2000), { line: 1, column: 1001, rule: 'import_columns' }],
  ])('with %s is refused with its line and column', async (_, text, fault) => {
    expect(await faultsOf(cellsOf(utf8(text)))).toMatchObject([fault])
  })

  test('may be UTF-8 with or without a mark, or Shift_JIS, cut anywhere', async () => {
    const expected = [{ line: 1, cells: ['a', '東京都'] }]
    for (const size of [1, 2, 3, 100]) {
      expect(await cellsOf(utf8('a,東京都'), size)).toEqual(expected)
      expect(await cellsOf(utf8('\ufeffa,東京都'), size)).toEqual(expected)
      expect(await cellsOf(shiftJis('a,東京都'), size)).toEqual(expected)
    }
    // NEC's row 13 is in Windows-31J and not in JIS X 0208.
    expect(await cellsOf(shiftJis('①'))).toEqual([{ line: 1, cells: ['①'] }])
    expect(await faultsOf(cellsOf(Uint8Array.from([0x61, 0x0a, 0xff, 0xff])))).toMatchObject([
      { rule: 'import_encoding' },
    ])
  })

  test('of too many bytes is refused before it is read to its end', async () => {
    let read = 0
    const endless = async function* () {
      for (;;) {
        read += 1
        yield utf8('a,b\n'.repeat(1000))
      }
    }
    const work = async () => {
      for await (const _ of readText(endless(), 50_000, collectFaults())) {
      }
    }
    await expect(work()).rejects.toMatchObject({ failure: 'import_too_large', statusCode: 413 })
    expect(read).toBe(13)
  })
})

describe('a cell of figures', () => {
  test.each([
    ['1234', 1234],
    ['1,234', 1234],
    ['14,047,594', 14_047_594],
    ['１２３４', 1234],
    [' 1,234.5 ', 1234.5],
    ['-0.5', -0.5],
    ['+3', 3],
    ['△12', -12],
    ['▲1,000', -1000],
    ['−7', -7],
    ['0', 0],
    ['***', '***'],
    ['＊＊＊', '***'],
    ['-', '-'],
    ['－', '-'],
    ['X', 'X'],
    ['x', 'X'],
    ['…', '…'],
  ])('%s is %s', (text, value) => {
    expect(readFigure(text)).toEqual({ value })
  })

  test.each([
    ['1,23', 'import_ambiguous_number'],
    ['1,2345', 'import_ambiguous_number'],
    ['0,123', 'import_ambiguous_number'],
    ['1.234.567', 'import_ambiguous_number'],
    ['1.234,5', 'import_ambiguous_number'],
    ['1 234', 'import_ambiguous_number'],
    ['1e5', 'import_number'],
    ['0x10', 'import_number'],
    ['NaN', 'import_number'],
    ['Infinity', 'import_number'],
    ['12人', 'import_number'],
    ['十二', 'import_number'],
    ['=1+1', 'import_formula'],
    ['＝1+1', 'import_formula'],
    ['@SUM(A1)', 'import_formula'],
    ['+cmd|x', 'import_formula'],
    ['-cmd|x', 'import_formula'],
    ['1234567890123456', 'import_digits'],
  ])('%s is refused: %s', (text, rule) => {
    expect(readFigure(text)).toMatchObject({ fault: { rule } })
  })
})

describe('the own format', () => {
  const header = 'indicator,area,period,value'

  test('has a line a figure', async () => {
    const text = `${header},mark,status,unit\r\nA1101,13000,2020,"14,047,594",,final,人\r\nA1101,01,FY2020,,X,,\r\n`
    expect(await figuresOf(text)).toEqual([
      {
        indicator: 'A1101',
        area: '13000',
        period: '2020000000',
        value: 14_047_594,
        mark: null,
        status: 'final',
        source_id: 'test',
        unit: '人',
      },
      {
        indicator: 'A1101',
        area: '01000',
        period: '2020100000',
        value: null,
        mark: 'X',
        status: 'suppressed',
        source_id: 'test',
        unit: null,
      },
    ])
  })

  test('has its columns in any order', async () => {
    const [figure] = await figuresOf('value,period,area,indicator\n5,2020-Q1,R13000,A1101')
    expect(figure).toMatchObject({ value: 5, period: '2020000103', area: '13000' })
  })

  test('tells every fault with its line and column', async () => {
    const lines = [
      'A9999,13000,2020,1',
      'A1101,1000,2020,1',
      'A1101,99000,2020,1',
      'A1101,13000,令和2年,1',
      'A1101,13000,2020,=1',
      'A1101,13000,2020,',
      'A1101,13000,2020',
      'A1101,13000,2020,1,2',
      'rate,13000,2020,1',
    ]
    const faults = await faultsOf(figuresOf([header, ...lines].join('\n')))
    expect(
      faults.map((fault: Record<string, unknown>) => [fault.line, fault.column, fault.rule]),
    ).toEqual([
      [2, 1, 'import_indicator'],
      [3, 2, 'import_area_digits'],
      [4, 2, 'import_area'],
      [5, 3, 'import_period'],
      [6, 4, 'import_formula'],
      [7, 4, 'required'],
      [8, 4, 'import_columns'],
      [9, 5, 'import_columns'],
      [10, 1, 'import_derived'],
    ])
  })

  test.each([
    ['indicator,area,period,amount', ['import_column', 'import_column_missing']],
    ['indicator,area,period,value,value', ['import_column_twice']],
    ['indicator,area', ['import_column_missing', 'import_column_missing']],
  ])('refuses the header %s', async (text, rules) => {
    const faults = await faultsOf(figuresOf(`${text}\nA1101,13000,2020,1`))
    expect(faults.map(({ rule }: { rule: string }) => rule)).toEqual(rules)
  })

  test('gives up after a hundred faults', async () => {
    const lines = Array.from({ length: 500 }, () => 'A1101,99999,2020,1')
    expect(await faultsOf(figuresOf([header, ...lines].join('\n')))).toHaveLength(100)
  })

  test('refuses a value beside a mark, and a mark nobody knows', async () => {
    const faults = await faultsOf(
      figuresOf(`${header},mark\nA1101,13000,2020,1,X\nA1101,13000,2020,,<b>`),
    )
    expect(faults.map(({ rule }: { rule: string }) => rule)).toEqual([
      'import_value_and_mark',
      'import_mark',
    ])
  })
})

describe('the layout of SSDSE', () => {
  const keysOf = (figures: readonly Figure[]) =>
    figures.map(({ indicator: code, area: place, period, value }) => [code, place, period, value])

  test('has years over the columns (A, E)', async () => {
    const text = [
      'SSDSE-E-2024,Prefecture,A1101,Z9999,A1301',
      '地域コード,都道府県,2020,2021,2015',
      '地域コード,都道府県,総人口,ほか,15歳未満人口',
      'R00000,全国,126146099,1,14955692',
      'R13000,東京都,14047594,2,***',
    ].join('\r\n')
    expect(keysOf(await figuresOf(text, readSsdse))).toEqual([
      ['A1101', '00000', '2020000000', 126_146_099],
      ['A1301', '00000', '2015000000', 14_955_692],
      ['A1101', '13000', '2020000000', 14_047_594],
      ['A1301', '13000', '2015000000', null],
    ])
  })

  test('has the year of each line in front (B)', async () => {
    const text = [
      'SSDSE-B-2025,Code,Prefecture,A1101',
      '年度,地域コード,都道府県,総人口',
      '2022,R01000,北海道,5140000',
      '2021,R01000,北海道,5183000',
    ].join('\n')
    expect(keysOf(await figuresOf(text, readSsdse))).toEqual([
      ['A1101', '01000', '2022000000', 5_140_000],
      ['A1101', '01000', '2021000000', 5_183_000],
    ])
  })

  test('has ages that are counted in census years, and estimated in between', async () => {
    const text = [
      'SSDSE-B-2025,Code,Prefecture,A1101,A1301',
      '2020,R13000,東京都,14047594,1534240',
      '2019,R13000,東京都,14007000,1566000',
      '2018,R13000,東京都,***,1566000',
    ].join('\n')
    const figures = await figuresOf(text, readSsdse)
    expect(
      figures.map(({ indicator: code, period, status }) => [code, period.slice(0, 4), status]),
    ).toEqual([
      ['A1101', '2020', 'final'],
      ['A1301', '2020', 'final'],
      ['A1101', '2019', 'estimated'],
      ['age.0-14', '2019', 'estimated'],
      ['A1101', '2018', 'missing'],
      ['age.0-14', '2018', 'estimated'],
    ])
  })

  test.each([
    ['no item', 'a,b\n1,2', 'import_nothing', 1],
    ['no year', 'code,name,A1101\nR13000,東京都,5', 'import_years', 1],
    ['an unknown area', 'code,A1101\nx,2020\nR99000,5', 'import_area', 3],
    ['a line without an area', 'code,A1101\nx,2020\nabc,5', 'import_area', 3],
    ['a column too many', 'code,A1101\nx,2020\nR13000,5,6', 'import_columns', 3],
    ['a formula', 'code,A1101\nx,2020\nR13000,=5', 'import_formula', 3],
    ['an item twice', 'code,A1101,A1101\nx,2020,2020', 'import_column_twice', 1],
  ])('with %s is refused', async (_, text, rule, line) => {
    expect(await faultsOf(figuresOf(text, readSsdse))).toMatchObject([{ rule, line }])
  })
})
