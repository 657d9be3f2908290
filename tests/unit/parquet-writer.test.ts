import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, expect, test } from 'vitest'
import { createParquetWriter } from '../../src/analysis/engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'parquet-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function rowsOf(path: string, what = '*') {
  const connection = await (await DuckDBInstance.create()).connect()
  const source = path.replaceAll("'", "''")
  const result = await connection.run(`select ${what} from read_parquet('${source}') order by 1`)
  return result.getRowsJS()
}

test('a table is written in pieces, with its rows numbered', async () => {
  const path = join(folder, "it's a table.parquet")
  const columns = [
    { name: 'c0', is_number: false },
    { name: 'c1', is_number: true },
  ]
  const writer = await createParquetWriter(path, columns)
  await writer.append([
    ['東京', null],
    [1.5, null],
  ])
  expect(existsSync(path)).toBe(false)
  await writer.append([[], []])
  await writer.append([['a\0b'], [Number.POSITIVE_INFINITY]])
  await writer.close()
  expect(await rowsOf(path)).toEqual([
    [0n, '東京', 1.5],
    [1n, null, null],
    [2n, 'a\0b', null],
  ])
  expect(readdirSync(folder)).toEqual(["it's a table.parquet"])
})

test('a table without rows is a file with its columns', async () => {
  const path = join(folder, 'empty.parquet')
  await (await createParquetWriter(path, [{ name: 'c0', is_number: true }])).close()
  expect(await rowsOf(path, 'n, c0')).toEqual([])
})

test('rows keep their order over many pieces, and long texts their length', async () => {
  const path = join(folder, 'long.parquet')
  const writer = await createParquetWriter(path, [
    { name: 'c0', is_number: false },
    { name: 'c1', is_number: true },
  ])
  const count = 5000
  for (let piece = 0; piece < 3; piece += 1) {
    const numbers = Array.from({ length: count }, (_, at) => piece * count + at)
    const texts = numbers.map((n) => (n % 1000 === 7 ? '長'.repeat(65_536) : `値${n}`))
    await writer.append([texts, numbers])
  }
  await writer.close()
  const [found] = await rowsOf(
    path,
    'count(*), count(*) filter (n = c1), max(length(c0)), count(*) filter (length(c0) = 65536)',
  )
  expect(found).toEqual([15_000n, 15_000n, 65_536n, 15n])
})
