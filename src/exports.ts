import { pipeline, type Readable, Transform } from 'node:stream'
import { stringify } from 'csv-stringify'

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
    cast: { object: (value) => JSON.stringify(value), boolean: String },
  })
  return pipeline(rows, writer, ignore)
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
