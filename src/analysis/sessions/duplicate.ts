import type { Trx } from '../../../db/tables.ts'
import type { AnalysisSession, AnalysisSessionCopy } from '../../../schemas/analysis/sessions.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { bringIn, claimIncoming, dropIncoming, type Kept, settle } from '../../incoming.ts'
import { shareProject } from '../../projects/hold.ts'
import { getSessionRow } from './access.ts'
import { type Original, readOriginal, writeCopy } from './copying.ts'

type Stores = Pick<Deps, 'db' | 'storage'>

const maxAttempts = 3

/**
 * Opens another session with the files of this one as they are configured, and with what its current
 * snapshot holds; its history stays behind. Tables are copied in the storage, so that neither session
 * needs the other. Fails with 409 `analysis_session_changed` where files are deleted again and again
 * while they are copied.
 */
export async function duplicateSession(
  stores: Stores,
  caller: Caller,
  id: string,
  { name }: AnalysisSessionCopy,
): Promise<AnalysisSession> {
  for (let attempt = 1; ; attempt += 1) {
    const original = await readOriginal(stores.db, caller, id)
    try {
      const copy = await copyOnce(stores, caller, original, name?.trim())
      if (copy) return copy
    } catch (error) {
      const isMissing = Object(error).failure === 'file_missing'
      if (!isMissing || attempt === maxAttempts) throw error
    }
    if (attempt === maxAttempts) throw failure('analysis_session_changed')
  }
}

/** Nothing where files that were read of the session are no longer there. */
async function copyOnce(
  stores: Stores,
  caller: Caller,
  original: Original,
  name?: string,
): Promise<AnalysisSession | undefined> {
  const tables = await copyTables(stores, original)
  const copies = [...tables.values()]
  return settle(stores, copies, async (trx) => {
    await shareProject(trx, original.session.project_id)
    await getSessionRow(trx, caller, original.session.id, 'work')
    if (!(await hasFiles(trx, original))) return undefined
    for (const kept of copies) await claimIncoming(trx, kept)
    return writeCopy(trx, caller, original, (key) => tables.get(key)?.key ?? key, name)
  })
}

/** By the keys of the original. */
async function copyTables(stores: Stores, { sheets }: Original): Promise<Map<string, Kept>> {
  const tables = new Map<string, Kept>()
  try {
    for (const { key } of sheets) {
      if (key !== null) tables.set(key, await copyTable(stores, key))
    }
    return tables
  } catch (error) {
    await dropIncoming(stores, [...tables.values()])
    throw error
  }
}

async function copyTable(stores: Stores, key: string): Promise<Kept> {
  const found = await stores.storage.stat(key)
  if (!found) throw failure('file_missing')
  const folder = key.slice(0, key.lastIndexOf('/'))
  return bringIn(stores, { folder, maxBytes: found.size }, await stores.storage.get(key))
}

/** Those of a session keep the ones of the project from being deleted. */
async function hasFiles(trx: Trx, { session, files }: Original): Promise<boolean> {
  const rows = await trx
    .selectFrom('analysis_files')
    .select('id')
    .where('session_id', '=', session.id)
    .execute()
  const there = new Set(rows.map(({ id }) => id))
  return files.every(({ id }) => there.has(id))
}
