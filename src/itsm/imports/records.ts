import { type CsvFaults, type CsvRecord, readRecords } from '../../csv.ts'
import { readText } from '../../csv-text.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'

/** What a file may have at most; a workbook is put together in memory. */
export const maxFileBytes = 256 * 1024 * 1024
export const maxWorkbookBytes = 64 * 1024 * 1024
/** A text of 20,000 characters may be of pairs, and an export may put an apostrophe before it. */
const cellLimits = { maxCell: 40_001, maxColumns: 200 }
const sheetLimits = { maxRows: 200_000, maxColumns: 100 }
const workLimits = { timeoutMs: 120_000, heapMb: 1024 }

type Source = Pick<Deps, 'storage' | 'workers'>

/** The records of a file in the storage, one after the other. */
export async function* recordsOf(
  { storage, workers }: Source,
  key: string,
  isWorkbook: boolean,
  faults: CsvFaults,
): AsyncGenerator<CsvRecord> {
  if (!isWorkbook) {
    const stream = await storage.get(key)
    yield* readRecords(readText(stream, maxFileBytes, faults), faults, cellLimits)
    return
  }
  const bytes = await bytesOf(storage, key)
  const input = { bytes, ...sheetLimits }
  const pieces = await workers.run('read_workbook', input, {
    ...workLimits,
    transfer: [bytes.buffer],
  })
  const decoder = new TextDecoder()
  for (const piece of pieces) {
    const lines: [number, string[]][] = JSON.parse(decoder.decode(piece))
    for (const [line, cells] of lines) if (cells.some((cell) => cell !== '')) yield { line, cells }
  }
}

/** The header, and what follows it in batches; the first `skip` records are passed over. */
export async function* batchesOf(
  records: AsyncIterable<CsvRecord>,
  skip: number,
  size: number,
): AsyncGenerator<{ records: CsvRecord[]; end: number }> {
  let batch: CsvRecord[] = []
  let n = 0
  for await (const record of records) {
    n += 1
    if (n <= skip) continue
    batch.push(record)
    if (batch.length < size) continue
    yield { records: batch, end: n }
    batch = []
  }
  if (batch.length > 0) yield { records: batch, end: n }
}

/** With bounds, so that no file that only calls itself a workbook fills the memory. */
async function bytesOf(storage: Source['storage'], key: string): Promise<Uint8Array<ArrayBuffer>> {
  const size = (await storage.stat(key))?.size ?? 0
  if (size > maxWorkbookBytes) {
    throw failure('import_too_large', { limit: maxWorkbookBytes / 2 ** 20 })
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for await (const chunk of await storage.get(key)) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
