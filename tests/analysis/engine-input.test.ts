import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, expect, test } from 'vitest'
import { createEngine, createParquetWriter } from '../../src/analysis/engine.ts'
import { openCells, openInput } from '../../src/analysis/parsing/input.ts'
import type { Relation, SnapshotInput } from '../../src/analysis/steps/model.ts'
import type { SheetTable } from '../../src/sheet-tables.ts'
import { diskStorage } from '../../src/storage.ts'
import { newId } from '../../src/values.ts'

const root = mkdtempSync(join(tmpdir(), 'engine-input-'))
const storage = diskStorage(join(root, 'files'))
const engine = createEngine({ storage, folder: join(root, 'engine'), megabytes: 128, threads: 2 })
afterAll(async () => {
  await engine.close()
  rmSync(root, { recursive: true })
})

type Columns = SnapshotInput['columns']
type Cells = (string | number | null)[][]

async function keep(columns: Columns, cells: Cells, layout: 'block' | 'flat' = 'flat') {
  const path = join(root, `${newId()}.parquet`)
  const named = columns.map(({ is_number }, at) => ({ name: `c${at}`, is_number }))
  const writer = await createParquetWriter(path, named)
  await writer.append(cells)
  await writer.close()
  const key = `analysis/${newId()}`
  await storage.put(key, Readable.from([await readFile(path)]), 2 ** 30)
  const input: SnapshotInput = {
    file_id: newId(),
    sheet_id: newId(),
    sheet_name: '売上',
    key,
    layout,
    columns,
  }
  return input
}

/** The axes and all rows in their order, without their numbers. */
function read(
  open: (tables: Parameters<Parameters<typeof engine.use>[1]>[0]) => Promise<Relation>,
) {
  return engine.use(newId(), async (tables) => {
    const relation = await open(tables)
    const axes = relation.axes.map((_, at) => `a${at}`)
    const rows = await tables.rows(
      `select ${[...axes, 's', 'v']} from ${relation.table} order by n`,
    )
    const [[distinct] = []] = await tables.rows(`select count(distinct n) from ${relation.table}`)
    expect([relation.row_count, distinct]).toEqual([rows.length, rows.length])
    return { axes: relation.axes, rows }
  })
}

const text = (name: string, role: Columns[number]['role'] = '軸') => ({
  name,
  role,
  is_number: false,
})
const number = (name: string, role: Columns[number]['role'] = '値') => ({
  name,
  role,
  is_number: true,
})

test('each 値 becomes a 科目, line after line, and an empty cell keeps its row', async () => {
  const input = await keep(
    [
      text('店舗'),
      number('年度', '推移'),
      number('売上'),
      text('メモ', '利用しない'),
      number('原価'),
    ],
    [
      ['東京', '大阪', null],
      [2023, 2024, null],
      [100, null, 3],
      ['x', 'y', 'z'],
      [60, 2.5, null],
    ],
  )
  expect(await read((tables) => openInput(tables, input))).toEqual({
    axes: [
      { name: '店舗', kind: '軸' },
      { name: '年度', kind: '推移' },
    ],
    rows: [
      ['東京', '2023', '売上', 100],
      ['東京', '2023', '原価', 60],
      ['大阪', '2024', '売上', null],
      ['大阪', '2024', '原価', 2.5],
      [null, null, '売上', 3],
      [null, null, '原価', null],
    ],
  })
})

test('a cell of a block without a number is no row', async () => {
  const columns = [text('年度', '推移'), number('売上'), number('原価')]
  const input = await keep(
    columns,
    [
      ['2023', '2024'],
      [1, null],
      [null, null],
    ],
    'block',
  )
  const { rows } = await read((tables) => openInput(tables, input))
  expect(rows).toEqual([['2023', '売上', 1]])
})

test('a 軸 called 科目 beside one 値 is the 科目', async () => {
  const columns = [text(' 科目 '), text('店舗'), number('金額')]
  const input = await keep(columns, [
    ['売上', '原価'],
    ['東京', null],
    [1, null],
  ])
  expect(await read((tables) => openInput(tables, input))).toEqual({
    axes: [{ name: '店舗', kind: '軸' }],
    rows: [
      ['東京', '売上', 1],
      [null, '原価', null],
    ],
  })
})

test('other axes called 科目 or 値 get another name', async () => {
  const columns = [text('科目'), text('値'), text('科目 (2)'), number('売上'), number('原価')]
  const input = await keep(columns, [['a'], ['b'], ['c'], [1], [2]])
  const { axes, rows } = await read((tables) => openInput(tables, input))
  expect(axes.map(({ name }) => name)).toEqual(['科目 (3)', '値 (2)', '科目 (2)'])
  expect(rows[1]).toEqual(['a', 'b', 'c', '原価', 2])
})

test('numbers that are axes are texts as people write them', async () => {
  const numbers = [2023, -0, 0.5, -1234567.25, 1e20, 1e-7, 2 ** 53, 1e300, -1.25e-30]
  const input = await keep([number('年度', '推移'), number('値段')], [numbers, numbers])
  const { rows } = await read((tables) => openInput(tables, input))
  const texts = rows.map(([text]) => text)
  expect(texts.slice(0, 7)).toEqual([
    '2023',
    '0',
    '0.5',
    '-1234567.25',
    '100000000000000000000',
    '0.0000001',
    '9007199254740992',
  ])
  expect(Number(texts[7])).toBe(1e300)
  expect(texts[8]).toBe('-0.00000000000000000000000000000125')
  for (const text of texts) expect(text).toMatch(/^-?\d+(\.\d+)?$/)
})

test('a text that is used as 値 is read as a number, or left empty', async () => {
  const input = await keep(
    [text('店舗'), text('金額', '値')],
    [
      ['a', 'b', 'c', 'd', 'e'],
      ['1000', '-2.5', '未定', 'inf', null],
    ],
  )
  const { rows } = await read((tables) => openInput(tables, input))
  expect(rows.map(([, , v]) => v)).toEqual([1000, -2.5, null, null, null])
})

test('names and cells that are SQL are names and cells', async () => {
  const name = `"'; drop table x; --`
  const input = await keep([text(name), number(`${name}1`), number(`${name}2`)], [[name], [1], [2]])
  expect(await read((tables) => openInput(tables, input))).toEqual({
    axes: [{ name, kind: '軸' }],
    rows: [
      [name, `${name}1`, 1],
      [name, `${name}2`, 2],
    ],
  })
})

test('a table at hand gives the same as its file', async () => {
  const lines = Array.from({ length: 12_000 }, (_, at) => at)
  const cells: Cells = [
    lines.map((at) => (at % 7 === 0 ? null : `店\u0000'${at % 13}`)),
    lines.map((at) => (at % 5 === 0 ? null : at / 3)),
    lines,
  ]
  const columns = [text('店舗'), number('売上'), number('原価')]
  const table: SheetTable = {
    name: '売上',
    layout: 'flat',
    columns: columns.map(({ name, role }) => ({ name, role_guess: role as '軸' | '値' })),
    cells,
    row_count: lines.length,
    notes: [],
  }
  const input = await keep(columns, cells)
  const [fromFile, fromCells] = [
    await read((tables) => openInput(tables, input)),
    await read((tables) => openCells(tables, table)),
  ]
  expect(fromCells.rows.length).toBe(24_000)
  expect(fromCells).toEqual(fromFile)
})

test('the long form is made once, and one that is not there fails', async () => {
  const input = await keep([text('店舗'), number('売上')], [['a'], [1]])
  const id = newId()
  const open = () => engine.use(id, (tables) => openInput(tables, input))
  const first = await open()
  await storage.remove(input.key)
  expect(await open()).toEqual(first)
  const other = { ...input, key: 'analysis/none' }
  await expect(engine.use(id, (tables) => openInput(tables, other))).rejects.toMatchObject({
    failure: 'file_missing',
  })
})
