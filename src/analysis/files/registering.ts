import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import {
  type AnalysisFile,
  maxSessionFiles,
  type NewAnalysisFile,
} from '../../../schemas/analysis/files.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { extensionOf } from '../../file-content.ts'
import { claimIncoming, dropIncoming, type Kept } from '../../incoming.ts'
import type { Language } from '../../messages.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { clean } from '../../sheet-roles.ts'
import { newId, now } from '../../values.ts'
import { getWorkingSession, type SessionRow, touchSession } from '../sessions/access.ts'
import { tellSession } from '../sessions/tell.ts'
import { type ReadingDeps, readSheets, type StoredSheet, sheetExtensions } from './reading.ts'
import { findRepeatedKeys } from './repeated.ts'
import { type SheetRow, viewFile } from './views.ts'

export type FileDeps = ReadingDeps & Pick<Deps, 'channels' | 'engine'>

/** What a change of a file of a session answers: the file, and what version the session has now. */
export type ChangedFile = { file: AnalysisFile; version: number }

/**
 * Reads a file of the project for a session, all its sheets; the first with a table is used with the roles
 * that its columns seem to have. Fails with 404 for a file of another project, and as `readSheets` does.
 */
export async function registerFile(
  deps: FileDeps,
  caller: Caller,
  sessionId: string,
  { project_file_id }: NewAnalysisFile,
  version: number | undefined,
  language: Language,
): Promise<ChangedFile> {
  const { db } = deps
  const seen = await getWorkingSession(db, caller, sessionId)
  if (version !== undefined && seen.version !== version) throw failure('stale_version')
  const { key, original_name } = await getSource(db, seen, project_file_id)
  const extension = extensionOf(original_name, sheetExtensions) as (typeof sheetExtensions)[number]
  await requireRoom(db, seen.id)
  const incoming: Kept[] = []
  try {
    const sheets = await readSheets(deps, { key, extension }, incoming)
    const rows = await rowsOf(deps, seen.id, sheets)
    const made = await transact(db, async (trx) => {
      const session = await touchSession(trx, caller, sessionId, version)
      await getSource(trx, session, project_file_id)
      await requireRoom(trx, session.id)
      for (const kept of incoming) await claimIncoming(trx, kept)
      const id = await insertFile(trx, caller, session, project_file_id, rows)
      const changes = { session_id: session.id, name: original_name }
      const { project_id } = session
      await recordProjectAudit(trx, caller, project_id, 'analysis.file_registered', id, changes)
      return { session, file: await viewFile(trx, session, id, language) }
    })
    tellSession(deps, caller, made.session, 'file.registered', { file_id: made.file.id })
    return { file: made.file, version: made.session.version }
  } finally {
    await dropIncoming(deps, incoming)
  }
}

/** Fails with 404 `analysis_source_not_found` for a file that is not of the session's project. */
function getSource(db: Db, { project_id }: SessionRow, id: string) {
  return db
    .selectFrom('project_files')
    .select(['key', 'original_name'])
    .where('project_id', '=', project_id)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('analysis_source_not_found', { id }))
}

async function requireRoom(db: Db, sessionId: string): Promise<void> {
  const { count } = await db
    .selectFrom('analysis_files')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('session_id', '=', sessionId)
    .executeTakeFirstOrThrow()
  if (count >= maxSessionFiles) throw failure('analysis_files_full', { limit: maxSessionFiles })
}

type NewSheet = Omit<SheetRow, 'file_id'>

/** What is kept of the sheets; keys are looked for only in the one that is used. */
async function rowsOf(
  deps: Pick<Deps, 'engine'>,
  sessionId: string,
  sheets: readonly StoredSheet[],
): Promise<NewSheet[]> {
  const used = sheets.find(({ key }) => key !== null)
  const repeated = used?.key
    ? await findRepeatedKeys(deps, sessionId, used.key, used.columns)
    : null
  const names = sheetNamesOf(sheets)
  return sheets.map(({ columns, notes, name: _, ...sheet }, position) => ({
    ...sheet,
    id: newId(),
    position,
    name: names[position] as string,
    columns: JSON.stringify(columns),
    notes: JSON.stringify(notes),
    repeated_keys: sheet.key === used?.key && repeated ? JSON.stringify(repeated) : null,
  }))
}

/** Each sheet can be told by its name: programs other than Excel write none, or one twice. */
function sheetNamesOf(sheets: readonly StoredSheet[]): string[] {
  const taken = new Set<string>()
  return sheets.map(({ name }, n) => {
    const wanted = clean(name) || `Sheet${n + 1}`
    let free = wanted
    for (let count = 2; taken.has(free); count += 1) free = `${wanted} (${count})`
    taken.add(free)
    return free
  })
}

async function insertFile(
  trx: Trx,
  caller: Caller,
  { id: session_id }: SessionRow,
  project_file_id: string,
  sheets: readonly NewSheet[],
): Promise<string> {
  const file_id = newId()
  const sheet_id = sheets.find(({ key }) => key !== null)?.id ?? null
  await trx
    .insertInto('analysis_files')
    .values({
      id: file_id,
      session_id,
      project_file_id,
      sheet_id,
      created_by: caller.id,
      created_at: now(),
    })
    .execute()
  const rows = sheets.map((sheet) => ({ ...sheet, file_id }))
  await trx.insertInto('analysis_sheets').values(rows).execute()
  return file_id
}
