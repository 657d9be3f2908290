import { Readable } from 'node:stream'
import { sql } from 'kysely'
import { read } from 'xlsx'
import { readRecords } from '../../src/csv.ts'
import type { App, Deps } from '../../src/fastify.ts'
import { expect } from './service.ts'

/** What a spreadsheet would take for a formula, or passes over before one. */
export const hostile = [
  "=cmd|' /C calc'!A0",
  '+1',
  '-2+3',
  '@SUM(3)',
  '\t=4',
  '\r=5',
  '＝6',
  '＋7',
  '－8',
  '＠SUM(9)',
]

const sheets = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const
export type SheetFormat = keyof typeof sheets

type Raw = { operationId: string; responses: Record<string, { content?: object }> }

/**
 * Every operation whose answer a spreadsheet opens, with the formats; those that answer PDFs as well give
 * back files as somebody has sent them.
 */
export function exportsOf(app: App): Map<string, SheetFormat[]> {
  const paths = Object.values(app.swagger().paths ?? {}) as Record<string, Raw>[]
  const operations = paths.flatMap((each) => Object.values(each))
  const found = operations.map(({ operationId, responses }): [string, SheetFormat[]] => {
    const types = Object.keys(responses['200']?.content ?? {})
    const isOfFiles = types.includes('application/pdf')
    const formats = Object.keys(sheets) as SheetFormat[]
    return [operationId, isOfFiles ? [] : formats.filter((each) => types.includes(sheets[each]))]
  })
  return new Map(found.filter(([, formats]) => formats.length > 0))
}

/** Gives columns of the rows of a table one hostile text after the other. */
export async function spoil(db: Deps['db'], table: string, columns: string[], key = 'id') {
  const { rows } = await sql<{ key: string }>`
    select ${sql.ref(key)} as key from ${sql.table(table)} order by ${sql.ref(key)}`.execute(db)
  for (const [at, row] of rows.entries()) {
    const text = hostile[at % hostile.length]
    const changes = sql.join(columns.map((column) => sql`${sql.ref(column)} = ${text}`))
    await sql`update ${sql.table(table)} set ${changes} where ${sql.ref(key)} = ${row.key}`.execute(
      db,
    )
  }
}

const dangerous = /^[\s\uFEFF\u200B]*[=+\-@＝＋－＠]|^[\t\r]/
const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i

/** Looks at every cell; answers how many have a hostile text, made harmless. */
export async function harmlessIn(format: SheetFormat, bytes: Buffer): Promise<number> {
  return format === 'csv' ? harmlessInCsv(bytes.toString()) : harmlessInWorkbook(bytes)
}

async function harmlessInCsv(text: string): Promise<number> {
  const stop = (fault: object) => {
    throw new Error(JSON.stringify(fault))
  }
  const limits = { maxCell: 100_000, maxColumns: 1000 }
  const chunks = Readable.from([text.replace(/^\uFEFF/, '')])
  let count = 0
  for await (const { cells } of readRecords(chunks, { stop }, limits)) {
    const bad = cells.filter((each) => dangerous.test(each) && !number.test(each))
    expect(bad).toEqual([])
    count += cells.filter((each) => hostile.some((one) => each.startsWith(`'${one}`))).length
  }
  return count
}

function harmlessInWorkbook(bytes: Buffer): number {
  const book = read(bytes, { cellFormula: true })
  let count = 0
  for (const sheet of Object.values(book.Sheets)) {
    for (const [address, cell] of Object.entries(sheet)) {
      if (address.startsWith('!') || !hostile.includes(String(cell.v))) continue
      expect(cell.t, address).toBe('s')
      expect(cell, address).not.toHaveProperty('f')
      expect(cell, address).not.toHaveProperty('l')
      count += 1
    }
  }
  return count
}
