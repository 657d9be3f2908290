import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Failure, failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { bringIn, type Kept } from '../../incoming.ts'
import { workbookLimits } from '../../sheet-files.ts'
import type { TableFile } from '../../sheet-tables.ts'
import { createTurns } from '../../turns.ts'
import { newId } from '../../values.ts'
import { type ParsedSheet, withoutTable } from '../parsing/columns.ts'

export const sheetExtensions = ['.xlsx', '.xls', '.csv'] as const

export type ReadingDeps = Pick<Deps, 'db' | 'storage' | 'workers' | 'config'>

/** A sheet, and where its table is in the storage; as yet it is nobody's. */
export type StoredSheet = Omit<ParsedSheet, 'file'> & { key: string | null }

type Source = { key: string; extension: TableFile['extension'] }

const limits = { ...workbookLimits, rows: 1_000_000 }
const work = { isolation: 'process', timeoutMs: 120_000, heapMb: 768, residentMb: 2048 } as const
const place = { folder: 'analysis-tables', maxBytes: 1024 * 1024 * 1024 }

/** Columns of a file; sheets beyond them are left out. */
const maxColumns = 5000

/** A folder of somebody who died is this old: nobody reads for as long. */
const longestMs = 60 * 60 * 1000

/** So many files are read at a time, and so many may wait for it. */
const inPlace = createTurns({ atOnce: 2, waiting: 20 })

/**
 * The sheets of a file in the storage, each with its table in the storage as Parquet. What is put there is
 * noted in `incoming`, also where this fails. Neither the file nor a table is ever in the memory of this
 * process. Fails with `analysis_file_without_table` where no sheet holds one.
 */
export function readSheets(
  deps: ReadingDeps,
  { key, extension }: Source,
  incoming: Kept[],
): Promise<StoredSheet[]> {
  return inPlace(() =>
    inFolder(parsingIn(deps.config), async (folder) => {
      await forgetParsing(deps.config)
      const path = join(folder, 'source')
      await pipeline(await deps.storage.get(key), createWriteStream(path, { mode: 0o600 }))
      const parsed = await deps.workers
        .run('parse_tables', { path, folder, extension, limits }, work)
        .catch(blame)
      const sheets = await store(deps, withinColumns(parsed), incoming)
      if (sheets.every((sheet) => sheet.key === null)) throw withoutTables(sheets)
      return sheets
    }),
  )
}

function parsingIn({ dataDir }: Pick<Deps['config'], 'dataDir'>): string {
  return join(dataDir, 'parsing')
}

/** A folder for the time of some work, whatever becomes of it. */
async function inFolder<Result>(
  parent: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = join(parent, newId())
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Removes what a service has left behind that was killed while it read files. */
export async function forgetParsing(config: Pick<Deps['config'], 'dataDir'>): Promise<void> {
  const parent = parsingIn(config)
  for (const name of await readdir(parent).catch((): string[] => [])) {
    const found = await stat(join(parent, name)).catch(() => undefined)
    if (!found || Date.now() - found.mtimeMs < longestMs) continue
    await rm(join(parent, name), { recursive: true, force: true })
  }
}

function blame(error: unknown): never {
  const { failure: code } = Object(error)
  if (code === 'task_too_slow') throw failure('analysis_file_too_slow')
  if (code !== 'task_too_large') throw error
  const { unpackedBytes, sheets } = limits
  throw failure('workbook_too_large', { megabytes: unpackedBytes / 2 ** 20, sheets })
}

function withinColumns(sheets: readonly ParsedSheet[]): ParsedSheet[] {
  let columns = 0
  return sheets.map((sheet) => {
    columns += sheet.columns.length
    if (columns <= maxColumns || sheet.file === null) return sheet
    return withoutTable(sheet.name, 'table_beyond_limit')
  })
}

async function store(
  deps: ReadingDeps,
  sheets: readonly ParsedSheet[],
  incoming: Kept[],
): Promise<StoredSheet[]> {
  const stored: StoredSheet[] = []
  for (const { file, ...sheet } of sheets) {
    const kept = file === null ? null : await bringIn(deps, place, createReadStream(file))
    if (kept) incoming.push(kept)
    stored.push({ ...sheet, key: kept?.key ?? null })
  }
  return stored
}

function withoutTables(sheets: readonly StoredSheet[]): Failure {
  const errors = sheets.map(({ skipped_reason }, n) => ({
    field: `config_list.${n}`,
    rule: (skipped_reason ?? 'table_not_found') as 'table_not_found',
  }))
  const config_list = sheets.map(({ name, skipped_reason }) => ({
    sheet_name: name,
    skipped_reason,
  }))
  return failure('analysis_file_without_table', undefined, { errors, config_list })
}
