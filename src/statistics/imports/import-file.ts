import type { Db } from '../../../db/tables.ts'
import type { Imported, ImportQuery } from '../../../schemas/statistics/sync.ts'
import type { Actor } from '../../access.ts'
import { failure } from '../../failure.ts'
import { getPublicRun, listQuality } from '../runs/list.ts'
import { importCsv } from './import.ts'

const maxResults = 100

/**
 * Imports a file that somebody sent, and answers what became of it and why. Fails as `importCsv`
 * does, and with `unsupported_type` where no file came.
 */
export async function importFile(
  { db }: { db: Db },
  actor: Actor,
  file: unknown,
  { part, ...options }: ImportQuery,
): Promise<Imported> {
  if (!isStream(file)) throw failure('unsupported_type')
  const { id } = await importCsv({ db }, file, { ...options, isPart: part, actor })
  const run = await getPublicRun(db, id)
  const found = []
  for (const severity of ['error', 'warning'] as const) {
    const page = { run_id: id, severity, skip: 0, limit: maxResults }
    found.push(...(await listQuality(db, page)).results)
  }
  return { run, results: found.slice(0, maxResults) }
}

function isStream(file: unknown): file is AsyncIterable<Uint8Array> {
  return typeof Object(file)[Symbol.asyncIterator] === 'function'
}
