import { open as openFile, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { TableFormat } from '../../../schemas/analysis/exports.ts'
import { tableTypes } from '../../../schemas/analysis/exports.ts'
import { sendExport } from '../../exports.ts'
import { dispositionOf } from '../../file-names.ts'
import { quoted } from '../engine/database.ts'
import type { EngineValue, Tables } from '../engine.ts'
import type { Relation } from '../steps/model.ts'
import { cellsOf, columnsOf } from '../steps/rows.ts'

/** Makes a table and lends it; each time from anew, so that nobody who reads slowly holds anything. */
export type LendTable = <Result>(
  work: (tables: Tables, relation: Relation) => Promise<Result>,
) => Promise<Result>

/** How many rows are read at a time. */
const rowsInPage = 10_000

/**
 * Answers the rows of a table as a file, in their order: its axes, 科目 and 値. CSV and Parquet of any
 * length; a workbook as far as workbooks go (`export_too_large`, `task_too_large`).
 */
export async function sendTable(
  reply: FastifyReply,
  lend: LendTable,
  name: string,
  format: TableFormat,
): Promise<FastifyReply> {
  if (format === 'parquet') {
    return reply
      .headers({
        'content-disposition': dispositionOf('attachment', `${name}.parquet`),
        'cache-control': 'private, no-store',
      })
      .type(tableTypes.parquet)
      .send(await lend(parquetOf))
  }
  const columns = await lend(async (_tables, relation) => columnsOf(relation))
  return sendExport(reply, format, name, recordsOf(columns, await pagesOf(lend)), columns)
}

type Page = EngineValue[][]

/** What goes wrong with the first page goes wrong before anything is answered. */
async function pagesOf(lend: LendTable): Promise<AsyncGenerator<Page>> {
  const readPage = (after: number) =>
    lend((tables, relation) =>
      tables.rows(
        `select ${['n', ...cellsOf(relation)]} from ${relation.table}
          where n > $1 order by n limit ${rowsInPage}`,
        [after],
      ),
    )
  const first = await readPage(Number.MIN_SAFE_INTEGER)
  return (async function* read() {
    for (let page = first; ; page = await readPage(Number(page.at(-1)?.[0]))) {
      yield page
      if (page.length < rowsInPage) return
    }
  })()
}

async function* recordsOf(columns: readonly string[], pages: AsyncIterable<Page>) {
  for await (const page of pages) {
    for (const [, ...cells] of page) {
      yield Object.fromEntries(columns.map((column, at) => [column, cells[at]]))
    }
  }
}

/** The file is open and has no name any more when this answers: it goes when it has been read. */
async function parquetOf(tables: Tables, relation: Relation): Promise<Readable> {
  const path = tables.newFile('parquet')
  const names = columnsOf(relation).map(identifier)
  const list = cellsOf(relation).map((cell, at) => `${cell} as ${names[at]}`)
  try {
    await tables.run(
      `copy (select ${list} from ${relation.table} order by n)
        to ${quoted(path)} (format parquet, compression zstd)`,
    )
    const file = await openFile(path)
    return file.createReadStream()
  } finally {
    await rm(path, { force: true })
  }
}

/** The only place where a name of a user stands in a statement: quoted, so that it is a name whatever it says. */
function identifier(name: string): string {
  return `"${name.replaceAll('\0', '').replaceAll('"', '""') || '_'}"`
}
