import { failure } from './failure.ts'
import type { SheetRead, TableFile } from './sheet-tables.ts'
import type { Workers } from './workers.ts'

/** What is read of a workbook: as much as people make, and as fits into a process of this size. */
export const workbookLimits: TableFile['limits'] = {
  unpackedBytes: 256 * 1024 * 1024,
  cells: 3_000_000,
  columns: 5000,
  sheets: 200,
}

const work = { isolation: 'process', timeoutMs: 60_000, heapMb: 768, residentMb: 2048 } as const

/**
 * All sheets of a workbook or a CSV file, each with its table or why there is none; read in a process of
 * its own, which its content may end. Fails with `workbook_unreadable`, `workbook_encrypted`,
 * `workbook_too_large`, and `too_busy`.
 */
export async function readWorkbookTables(
  workers: Workers,
  { bytes, extension }: Pick<TableFile, 'bytes' | 'extension'>,
): Promise<SheetRead[]> {
  const input = { bytes, extension, limits: workbookLimits }
  try {
    return await workers.run('read_tables', input, work)
  } catch (error) {
    const { failure: code } = Object(error)
    if (code !== 'task_too_large' && code !== 'task_too_slow') throw error
    const { unpackedBytes, sheets } = workbookLimits
    const megabytes = unpackedBytes / 2 ** 20
    throw failure('workbook_too_large', { megabytes, sheets })
  }
}
