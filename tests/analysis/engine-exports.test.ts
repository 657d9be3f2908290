import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import Fastify from 'fastify'
import { afterAll, expect, test } from 'vitest'
import { createEngine } from '../../src/analysis/engine.ts'
import { openCells } from '../../src/analysis/parsing/input.ts'
import { type LendTable, sendTable } from '../../src/analysis/results/exports.ts'
import { workbookLimits } from '../../src/sheet-files.ts'
import { readTables } from '../../src/sheet-reading.ts'
import type { SheetTable } from '../../src/sheet-tables.ts'
import { diskStorage } from '../../src/storage.ts'
import { newId } from '../../src/values.ts'
import { builtWorkers } from '../support/workers.ts'

const root = mkdtempSync(join(tmpdir(), 'engine-exports-'))
const folder = join(root, 'engine')
const storage = diskStorage(join(root, 'files'))
const engine = createEngine({ storage, folder, megabytes: 256, threads: 2 })
const workers = builtWorkers()
afterAll(async () => {
  await engine.close()
  await workers.close()
  rmSync(root, { recursive: true })
})

const hostile = `"'); drop table x; -- "年 度`

function tableOf(count: number): SheetTable {
  const lines = Array.from({ length: count }, (_, at) => at)
  return {
    name: '売上',
    layout: 'flat',
    columns: [
      { name: hostile, role_guess: '推移' },
      { name: '店舗', role_guess: '軸' },
      { name: '売上', role_guess: '値' },
    ],
    cells: [
      lines.map((at) => (at === 1 ? null : String(2000 + at))),
      lines.map((at) => (at === 0 ? '=1+1' : `店,"${at}`)),
      lines.map((at) => (at === 2 ? null : -at / 4)),
    ],
    row_count: count,
    notes: [],
  }
}

/** The answer to somebody who asks for this table. */
async function ask(table: SheetTable, format: 'csv' | 'xlsx' | 'parquet') {
  const app = Fastify()
  app.decorate('workers', workers)
  const id = newId()
  const lend: LendTable = (work) =>
    engine.use(id, async (tables) => work(tables, await openCells(tables, table)))
  app.get('/', (_request, reply) => sendTable(reply, lend, '売上', format))
  const answer = await app.inject('/')
  await app.close()
  return answer
}

test('CSV has the names, guarded texts and plain numbers, in order', async () => {
  const { statusCode, headers, body } = await ask(tableOf(3), 'csv')
  expect(statusCode).toBe(200)
  expect(headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(body).toBe(
    [
      `\ufeff"${hostile.replaceAll('"', '""')}",店舗,科目,値`,
      "2000,'=1+1,売上,0",
      ',"店,""1",売上,-0.25',
      '2002,"店,""2",売上,',
      '',
    ].join('\r\n'),
  )
})

test('CSV of many pages has each row once, in order', async () => {
  const { body } = await ask(tableOf(20_001), 'csv')
  const lines = body.trimEnd().split('\r\n').slice(1)
  expect(lines.length).toBe(20_001)
  expect(lines.slice(2).map((line) => line.split(',')[0])).toEqual(
    Array.from({ length: 19_999 }, (_, at) => String(2002 + at)),
  )
})

test('a workbook reads as it was, and one that is too long is refused', async () => {
  const { statusCode, rawPayload } = await ask(tableOf(50), 'xlsx')
  expect(statusCode).toBe(200)
  const [sheet] = await readTables({
    bytes: rawPayload,
    extension: '.xlsx',
    limits: workbookLimits,
  })
  expect(sheet?.columns.map(({ name }) => name)).toEqual([hostile, '店舗', '科目', '値'])
  expect(sheet?.row_count).toBe(50)
  const { statusCode: refused, body } = await ask(tableOf(100_001), 'xlsx')
  expect([refused, JSON.parse(body).message]).toEqual([422, expect.stringContaining('100000')])
})

test('Parquet has the real names and types, and leaves no file', async () => {
  const { statusCode, headers, rawPayload } = await ask(tableOf(3), 'parquet')
  expect([statusCode, headers['content-type']]).toEqual([200, 'application/vnd.apache.parquet'])
  const path = join(root, 'answer.parquet')
  writeFileSync(path, rawPayload)
  const connection = await (await DuckDBInstance.create()).connect()
  const result = await connection.run(`select * from read_parquet('${path}')`)
  expect(result.columnNames()).toEqual([hostile, '店舗', '科目', '値'])
  expect(await result.getRowsJS()).toEqual([
    ['2000', '=1+1', '売上', 0],
    [null, '店,"1', '売上', -0.25],
    ['2002', '店,"2', '売上', null],
  ])
  expect(
    readdirSync(folder, { recursive: true }).filter((name) => /parquet/.test(String(name))),
  ).toEqual([])
})

test('Parquet takes axes that differ in upper case alone', async () => {
  const table = tableOf(2)
  table.columns = [
    { name: 'a', role_guess: '軸' },
    { name: 'A', role_guess: '軸' },
    { name: '売上', role_guess: '値' },
  ]
  expect((await ask(table, 'parquet')).statusCode).toBe(200)
})
