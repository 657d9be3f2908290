import { pipeline, Readable, Transform } from 'node:stream'
import { stringify } from 'csv-stringify'
import type { FastifyReply } from 'fastify'
import { type ExportFormat, exportTypes } from '../schemas/exports.ts'
import { failure } from './failure.ts'
import type { Deps } from './fastify.ts'
import { dispositionOf } from './file-names.ts'

/** What a route that exports can fail with, besides its own. */
export const exportFailures = [
  'export_too_large',
  'task_too_large',
  'task_too_slow',
  'too_busy',
] as const

/** A workbook is put together in memory: three million cells, or 53 MB of text, fit into 512 MB. */
const limits = { rows: 100_000, bytes: 64 * 1024 * 1024, timeoutMs: 60_000, heapMb: 768 }

const rowsInPiece = 500

type Row = Record<string, unknown>
type Rows = Iterable<Row> | AsyncIterable<Row>

/** Answers rows as the file that is asked for; CSV as fast as its reader, a workbook when it is whole. */
export async function sendExport(
  reply: FastifyReply,
  format: ExportFormat,
  name: string,
  rows: Rows,
  columns: readonly string[],
): Promise<FastifyReply> {
  const file =
    format === 'csv'
      ? toCsv(Readable.from(rows), columns)
      : await toWorkbook(reply.server, rows, columns, name)
  const type = format === 'csv' ? `${exportTypes.csv}; charset=utf-8` : exportTypes[format]
  return reply
    .headers({
      'content-disposition': dispositionOf('attachment', `${name}.${format}`),
      'cache-control': 'private, no-store',
    })
    .type(type)
    .send(file)
}

/**
 * Like CSV, as .xlsx with one sheet. Rows are packed as they come, so that neither making a large
 * workbook nor handing it to a worker holds up the event loop.
 */
export async function toWorkbook(
  { workers }: Pick<Deps, 'workers'>,
  rows: Rows,
  columns: readonly string[],
  sheet: string,
): Promise<Buffer> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  const { timeoutMs, heapMb } = limits
  for await (const piece of packed(rows, columns)) pieces.push(piece)
  const transfer = pieces.map(({ buffer }) => buffer)
  const input = { sheet, columns, pieces }
  const bytes = await workers.run('write_workbook', input, { timeoutMs, heapMb, transfer })
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

async function* packed(rows: Rows, columns: readonly string[]) {
  const encoder = new TextEncoder()
  let count = 0
  let size = 0
  const batch: unknown[][] = []
  const pack = () => {
    const piece = encoder.encode(JSON.stringify(batch.splice(0)))
    size += piece.length
    if (size > limits.bytes) throw failure('task_too_large')
    return piece
  }
  for await (const row of rows) {
    count += 1
    if (count > limits.rows) throw failure('export_too_large', { limit: limits.rows })
    batch.push(columns.map((column) => row[column]))
    if (batch.length === rowsInPiece) yield pack()
  }
  if (batch.length > 0) yield pack()
}

/**
 * RFC 4180 with a header line, marked as UTF-8 for Excel unless told otherwise. A text that a spreadsheet would take for a
 * formula gets an apostrophe before it; numbers stay numbers. Objects are written as JSON.
 */
export function toCsv(
  rows: Readable,
  columns: readonly string[],
  { bom = true }: { bom?: boolean } = {},
): Readable {
  const writer = stringify({
    header: true,
    bom,
    columns: [...columns],
    record_delimiter: 'windows',
    escape_formulas: true,
    // Alone, either of them would begin a line for most readers, and the writer quotes only both together.
    quoted_match: /[\r\n]/,
    cast: { object: (value) => JSON.stringify(value), boolean: String, string: withoutFormula },
  })
  return pipeline(rows, writer, ignore)
}

/** The writer looks at the first letter only, and some spreadsheets pass over what is blank before it. */
function withoutFormula(text: string): string {
  return /^[\s\uFEFF\u200B]+[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text
}

/** One JSON object a line. */
export function toNdjson(rows: Readable): Readable {
  const writer = new Transform({
    writableObjectMode: true,
    transform: (row, _encoding, done) => done(null, `${JSON.stringify(row)}\n`),
  })
  return pipeline(rows, writer, ignore)
}

/** A fault reaches whoever reads the stream: the pipeline destroys it with the error. */
function ignore(): void {}
