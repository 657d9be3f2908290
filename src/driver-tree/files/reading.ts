import type { Trx } from '../../../db/tables.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { bringIn, type Kept } from '../../incoming.ts'
import { readWorkbookTables } from '../../sheet-files.ts'
import type { SheetRead, TableFile } from '../../sheet-tables.ts'
import { createTurns } from '../../turns.ts'

export const sheetExtensions = ['.xlsx', '.xls', '.csv'] as const
export type SheetExtension = TableFile['extension']

export type TreeFileDeps = Pick<Deps, 'db' | 'storage' | 'workers'>

/** A sheet, and where its table is in the storage; as yet it is nobody's. */
export type StoredSheet = Omit<SheetRead, 'packed'> & { key: string | null }

/** A packed table is far smaller than what is read of a file at most. */
const maxTableBytes = 1024 * 1024 * 1024

/** Columns of a file; those of sheets beyond it are left out. */
const maxColumns = 20_000

/** So many files are in memory at a time, and so many may wait for it. */
const inPlace = createTurns({ atOnce: 2, waiting: 20 })

/**
 * The sheets of a file in the storage, each with its table in the storage. What is put there is noted in
 * `incoming`, also where this fails. Fails with `tree_file_without_table` where no sheet holds one.
 */
export async function readSheets(
  deps: TreeFileDeps,
  key: string,
  extension: SheetExtension,
  incoming: Kept[],
): Promise<StoredSheet[]> {
  const reads = await inPlace(async () => {
    const bytes = await bytesOf(deps, key)
    return readWorkbookTables(deps.workers, { bytes, extension })
  })
  let columns = 0
  const sheets: StoredSheet[] = []
  for (const { packed, ...sheet } of reads) {
    columns += sheet.columns.length
    if (packed === null) sheets.push({ ...sheet, layout: null, key: null })
    else if (columns > maxColumns) sheets.push(leftOut(sheet.name))
    else {
      const kept = await bringIn(deps, place, piecesOf(packed))
      incoming.push(kept)
      sheets.push({ ...sheet, key: kept.key })
    }
  }
  if (sheets.every((sheet) => sheet.key === null)) throw withoutTable(sheets)
  return sheets
}

/** Removes the notes that make files nobody's. */
export async function claimAll(trx: Trx, incoming: readonly Kept[]): Promise<void> {
  const keys = incoming.map(({ key }) => key)
  if (keys.length > 0) await trx.deleteFrom('incoming_files').where('key', 'in', keys).execute()
}

const place = { folder: 'tree-tables', maxBytes: maxTableBytes }

function leftOut(name: string): StoredSheet {
  const skipped_reason = 'table_beyond_limit'
  return { name, layout: null, columns: [], row_count: 0, notes: [], skipped_reason, key: null }
}

function withoutTable(sheets: readonly StoredSheet[]) {
  const errors = sheets.map(({ skipped_reason }, n) => ({
    field: `sheets.${n}`,
    rule: (skipped_reason ?? 'table_not_found') as 'table_not_found',
  }))
  return failure('tree_file_without_table', undefined, {
    errors,
    sheets: sheets.map(({ name, skipped_reason }) => ({ name, skipped_reason })),
  })
}

/** The whole of a file of the storage. */
export async function bytesOf({ storage }: Pick<Deps, 'storage'>, key: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of await storage.get(key)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* piecesOf({ buffer, byteOffset, length }: Uint8Array): AsyncGenerator<Buffer> {
  const all = Buffer.from(buffer, byteOffset, length)
  for (let at = 0; at < length; at += 2 ** 20) yield all.subarray(at, at + 2 ** 20)
}
