import { describe, expect, test } from 'vitest'
import {
  packTable,
  type RawSheet,
  type SheetTable,
  tableIn,
  unpackTable,
} from '../../src/sheet-tables.ts'

type Rows = RawSheet['rows']

const sheet = (rows: Rows): RawSheet => ({ name: 'Sheet1', rows, skipped_reason: null })

function tableOf(rows: Rows): SheetTable {
  const table = tableIn(sheet(rows))
  if (!('cells' in table)) throw new Error(table.skipped_reason)
  return table
}

const reasonOf = (rows: Rows) => Object(tableIn(sheet(rows))).skipped_reason

/** What a table looks like at a glance: `年度 推移: 2023 2024`. */
const shown = (rows: Rows) => {
  const { columns, cells } = tableOf(rows)
  return columns.map(
    ({ name, role_guess }, n) =>
      `${name} ${role_guess}: ${(cells[n] ?? []).map((cell) => cell ?? '·').join(' ')}`,
  )
}

const block: Rows = [
  ['年度', 2023, 2023, 2024, 2024],
  ['部門', '営業', '開発', '営業', '開発'],
  [],
  ['売上', 1000, 500, 1200, 600],
  ['コスト', 800, 400, 900, 450],
]

const blockShown = [
  '年度 推移: 2023 2023 2024 2024',
  '部門 軸: 営業 開発 営業 開発',
  '売上 値: 1000 500 1200 600',
  'コスト 値: 800 400 900 450',
]

describe('a hierarchical block', () => {
  test('gives a column a header line, and a column a 科目', () => {
    expect(shown(block)).toEqual(blockShown)
    expect(tableOf(block)).toMatchObject({ name: 'Sheet1', layout: 'block', row_count: 4 })
  })

  test('may stand below titles, units and empty lines, and away from the first column', () => {
    const moved = block.map((cells) =>
      cells.length > 0 ? [null, '', ...cells] : [null, ' ', '　'],
    )
    for (const above of [
      [['売上実績表']],
      [['売上実績表'], []],
      [[], [null], ['売上実績表', null, null, null, null, null, '（単位：千円）']],
      [[null, null, '売上実績表'], [], ['2024年作成']],
    ] as Rows[]) {
      expect(shown([...above, ...moved])).toEqual(blockShown)
    }
  })

  test('reads the texts of a CSV file like the numbers of a workbook', () => {
    const texts = block.map((cells) => cells.map((cell) => String(cell)))
    expect(shown(texts)).toEqual(blockShown)
    expect(
      shown([
        ['年度', '２０２３', '2024'],
        ['', '', ''],
        ['売上', '１，０００', '▲2,000'],
      ]),
    ).toEqual(['年度 推移: 2023 2024', '売上 値: 1000 -2000'])
  })

  test('passes over empty lines and notes among the 科目, and keeps empty cells', () => {
    expect(
      shown([
        ['年度', 2023, 2024],
        [],
        ['売上', 1000, null],
        [],
        ['コスト', '-', 900],
        ['※ 2024年は見込み'],
      ]),
    ).toEqual(['年度 推移: 2023 2024', '売上 値: 1000 ·', 'コスト 値: · 900'])
  })

  test('gives merged cells of a header line their text where no two columns become one', () => {
    expect(
      shown([
        ['年度', 2023, null, 2024, null],
        ['部門', '営業', '開発', '営業', '開発'],
        [],
        ['売上', 1, 2, 3, 4],
      ]).slice(0, 2),
    ).toEqual(blockShown.slice(0, 2))
    expect(
      shown([
        ['年度', 2023, 2023, null, 2024],
        ['部門', '営業', '開発', '営業', '開発'],
        [],
        ['売上', 1, 2, 3, 4],
      ])[0],
    ).toBe('年度 推移: 2023 2023 · 2024')
  })

  test('keeps 科目 of the same name apart, and hostile names as they are', () => {
    expect(
      shown([
        ['__proto__', '東', '西'],
        [],
        ['売上', 1, 2],
        ['売上', 3, 4],
        ['constructor', 5, 6],
        ['売上 (2)', 7, 8],
      ]),
    ).toEqual([
      '__proto__ 軸: 東 西',
      '売上 値: 1 2',
      '売上 (2) 値: 3 4',
      'constructor 値: 5 6',
      '売上 (2) (2) 値: 7 8',
    ])
  })

  test('has one column of time at most, and takes months, quarters and dates', () => {
    const heads = [
      ['四半期', 'Q1', 'Q2'],
      ['月', '4月', '7月'],
    ]
    expect(shown([...heads, [], ['売上', 1, 2]]).slice(0, 2)).toEqual([
      '四半期 推移: Q1 Q2',
      '月 軸: 4月 7月',
    ])
    expect(shown([['対象', '2024/4', '2024/05'], [], ['売上', 1, 2]])[0]).toBe(
      '対象 推移: 2024-04 2024-05',
    )
    expect(shown([['店舗', 1, 2], [], ['売上', 1, 2]])[0]).toBe('店舗 軸: 1 2')
  })

  test('takes an axis without a name', () => {
    expect(shown([['', 2023, 2024], [], ['売上', 1, 2]])[0]).toBe('軸1 推移: 2023 2024')
  })
})

const flat: Rows = [
  ['年度', '部門', '売上', 'コスト'],
  [2023, '営業', 1000, 800],
  [2023, '開発', 500, 400],
  [2024, '営業', 1200, 900],
]

const flatShown = [
  '年度 推移: 2023 2023 2024',
  '部門 軸: 営業 開発 営業',
  '売上 値: 1000 500 1200',
  'コスト 値: 800 400 900',
]

describe('a flat table', () => {
  test('gives the columns of its header', () => {
    expect(shown(flat)).toEqual(flatShown)
    expect(tableOf(flat)).toMatchObject({ layout: 'flat', row_count: 3 })
  })

  test('stays one with an empty line in it', () => {
    for (const at of [2, 3]) expect(shown(flat.toSpliced(at, 0, [null, '']))).toEqual(flatShown)
    expect(
      shown([
        ['部門', '売上', 'コスト'],
        ['営業', 1000, 800],
        ['開発', 500, 400],
        [],
        ['合計', 1500, 1200],
      ]),
    ).toEqual(['部門 軸: 営業 開発 合計', '売上 値: 1000 500 1500', 'コスト 値: 800 400 1200'])
    expect(shown([['部門', '担当'], ['営業', '佐藤'], [], ['開発', '鈴木']])).toEqual([
      '部門 軸: 営業 開発',
      '担当 軸: 佐藤 鈴木',
    ])
  })

  test('may stand below titles, and above notes', () => {
    const framed: Rows = [
      ['売上一覧'],
      ['作成', null, null, '単位：千円'],
      [],
      ...flat,
      [],
      ['※ 社内資料'],
    ]
    expect(shown(framed)).toEqual(flatShown)
    expect(shown(framed.map((cells) => [null, null, ...cells]))).toEqual(flatShown)
  })

  test('names columns that have no name, or that of another', () => {
    expect(
      shown([
        ['店', '売上', '', '売上', '売上 '],
        ['A', 1, 2, 3, 4],
      ]).map((each) => each.split(/ [軸値]/)[0]),
    ).toEqual(['店', '売上', '列3', '売上 (2)', '売上 (3)'])
    expect(
      shown([
        ['__proto__', '値', null],
        ['a', 1],
        ['b', 2],
      ])[0],
    ).toBe('__proto__ 軸: a b')
    expect(
      tableOf([
        ['あ'.repeat(999), 'b'],
        ['x', 1],
      ]).columns[0]?.name,
    ).toHaveLength(255)
  })

  test.for<[string, Rows[number], string]>([
    ['年', [2020, 2025], '推移'],
    ['会計年度', ['2023年度', '2024年度'], '推移'],
    ['月', [4, 5], '推移'],
    ['期', ['前半', '後半'], '推移'],
    ['order_date', ['2024-01-31', '2024-02-29'], '推移'],
    ['FY', [23, 24], '推移'],
    ['quarter', ['Q1', 'Q2'], '推移'],
    ['対象', ['2024年4月', '2024年5月'], '推移'],
    ['先月', [10, 12], '値'],
    ['年', [35, 42], '値'],
    ['曜日', ['月', '火'], '軸'],
    ['社員番号', [1001, 1002], '軸'],
    ['郵便', ['0010001', '0600042'], '軸'],
    ['比率', ['5%', '7.5%'], '値'],
    ['在庫', [1990, 2010], '値'],
    ['空', [null, null], '軸'],
    ['会員', [true, false], '軸'],
  ])('takes %s %j for %s', ([name, cells, role]) => {
    const rows = cells.map((cell, n) => [`店${n}`, cell, n])
    expect(tableOf([['店', name, '数'], ...rows]).columns[1]?.role_guess).toBe(role)
  })

  test('takes years without a name for time where numbers stand to the right of them', () => {
    const roles = (rows: Rows) => tableOf(rows).columns.map(({ role_guess }) => role_guess)
    expect(
      roles([
        ['', '売上'],
        [2023, 10],
        [2024, 20],
      ]),
    ).toEqual(['推移', '値'])
    expect(
      roles([
        ['店', '個数'],
        ['A', 2023],
        ['B', 2024],
      ]),
    ).toEqual(['軸', '値'])
  })

  test('keeps integers, dates and long decimals as people write them', () => {
    expect(
      shown([
        ['日付', '等級', '額'],
        ['2024/1/5', 1, 0.1],
        ['2024年1月6日', 'A', 2],
        ['2024-02-30', 0.1 + 0.2, 3],
      ]),
    ).toEqual(['日付 推移: 2024-01-05 2024-01-06 2024-02-30', '等級 軸: 1 A 0.3', '額 値: 0.1 2 3'])
  })

  test('leaves out the texts among numbers, and counts them', () => {
    const rows = [1, 2, '不明', 4, '-', 6, 7, 8].map((cell, n) => [`店${n}`, cell])
    const { columns, cells } = tableOf([['店', '売上'], ...rows])
    expect(columns[1]).toEqual({ name: '売上', role_guess: '値', texts: 1 })
    expect(cells[1]).toEqual([1, 2, null, 4, null, 6, 7, 8])
  })

  test('leaves numbers that are none out', () => {
    const { cells } = tableOf([
      ['店', '売上'],
      ['A', Number.NaN],
      ['B', -0],
      ['C', 1],
      ['D', 2],
      ['E', 3],
      ['F', 9],
    ])
    expect(cells[1]).toEqual([null, 0, 1, 2, 3, 9])
  })

  test('cuts what is endless', () => {
    const { cells } = tableOf([
      ['店', '売上'],
      ['あ'.repeat(30_000), 1],
      [`${'あ'.repeat(254)}😀x`, 2],
    ])
    expect(cells[0]?.map((cell) => String(cell).length)).toEqual([255, 255])
  })
})

test('says why a sheet holds no table', () => {
  expect(reasonOf([])).toBe('table_empty')
  expect(reasonOf([[], [null, ' ', '　']])).toBe('table_empty')
  expect(reasonOf([['このブックの使い方'], ['1枚目を見てください'], ['以上']])).toBe(
    'table_not_found',
  )
  expect(reasonOf([['題']])).toBe('table_not_found')
  expect(reasonOf([['年度', '部門', '売上']])).toBe('table_without_rows')
  expect(reasonOf([['売上一覧'], [], ['年度', '部門', '売上']])).toBe('table_without_rows')
  const wide = Array.from({ length: 1001 }, (_, n) => n)
  expect(reasonOf([wide.map(String), wide])).toBe('table_too_wide')
  expect(tableIn({ ...sheet(flat), skipped_reason: 'x' })).toEqual({ skipped_reason: 'x' })
})

test('takes a column that stands alone', () => {
  expect(shown([['売上'], [1], [2]])).toEqual(['売上 値: 1 2'])
})

test('packs a table, and unpacks the same cells', async () => {
  for (const rows of [block, flat, [['売上'], [1]]]) {
    const table = tableOf(rows as Rows)
    expect(await unpackTable(packTable(table))).toEqual(table.cells)
  }
  const cells = [
    Array.from({ length: 20_000 }, (_, n) => (n % 7 === 0 ? null : `支店 "${n % 100}"\n😀`)),
    Array.from({ length: 20_000 }, (_, n) => n / 3),
  ]
  const packed = packTable({ ...tableOf(flat), cells })
  expect(packed.length).toBeLessThan(200_000)
  expect(await unpackTable(packed)).toEqual(cells)
  const empty = { ...tableOf(flat), cells: [[], []] }
  expect(await unpackTable(packTable(empty))).toEqual([[], []])
  await expect(unpackTable(packed.slice(0, 100))).rejects.toThrow()
})

test('reads any table there is without failing', () => {
  const pieces = [
    null,
    '',
    '年度',
    '売上',
    '__proto__',
    2023,
    '2023',
    '1,000',
    '▲',
    '-',
    true,
    0.5,
    '※',
    '合計',
    '😀',
  ]
  let seed = 42
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed % below
  }
  for (let round = 0; round < 3000; round += 1) {
    const rows = Array.from({ length: random(8) }, () =>
      Array.from({ length: random(6) }, () => pieces[random(pieces.length)] ?? null),
    )
    const found = tableIn(sheet(rows))
    if ('skipped_reason' in found) continue
    const { columns, cells, row_count } = found
    expect(new Set(columns.map(({ name }) => name)).size).toBe(cells.length)
    for (const [n, column] of cells.entries()) {
      expect(column).toHaveLength(row_count)
      const type = columns[n]?.role_guess === '値' ? 'number' : 'string'
      expect(column.every((cell) => cell === null || typeof cell === type)).toBe(true)
    }
  }
})
