import type { Db } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { RepeatedKeys, SheetColumn, SheetConfig } from '../../../schemas/analysis/files.ts'
import type { Caller } from '../../access.ts'
import { failure, invalid } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import type { Language } from '../../messages.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { getWorkingSession, type SessionRow, touchSession } from '../sessions/access.ts'
import { type Told, tellSession } from '../sessions/tell.ts'
import { readDraft, type SnapshotRow, saveSnapshot } from '../snapshots/drafts.ts'
import { inputOf, isSameInput } from './inputs.ts'
import type { ChangedFile } from './registering.ts'
import { findRepeatedKeys } from './repeated.ts'
import { configuredColumns } from './roles.ts'
import { columnsOf, type FileRow, getFileRow, type SheetRow, sheetsOf, viewFile } from './views.ts'

type ConfigDeps = Told & Pick<Deps, 'engine'>

/** What a configuration comes to, and what it was worked out from. */
type Planned = {
  file: FileRow
  sheet: SheetRow
  columns: SheetColumn[]
  repeated: RepeatedKeys | null
}

const maxAttempts = 4

/**
 * Sets which sheet of a file is used, and what its columns are. Where the current snapshot starts from the
 * file, a child of it goes on with the table as it is configured now. Fails with 422 for what is not in
 * the file, and then changes nothing.
 */
export async function configureFile(
  deps: ConfigDeps,
  caller: Caller,
  ids: { session_id: string; file_id: string },
  config: SheetConfig,
  version: number | undefined,
  language: Language,
): Promise<ChangedFile> {
  for (let attempt = 1; ; attempt += 1) {
    const session = await getWorkingSession(deps.db, caller, ids.session_id)
    if (version !== undefined && session.version !== version) throw failure('stale_version')
    const planned = await planConfig(deps, session, ids.file_id, config)
    const { session: saved } = planned
      ? await save(deps, caller, planned, version).catch((error) => {
          if (!isChanged(error) || attempt === maxAttempts) throw error
          return { session: undefined }
        })
      : { session }
    if (!saved) continue
    const file = await viewFile(deps.db, saved, ids.file_id, language)
    return { file, version: saved.version }
  }
}

/** Nothing where the file is configured so already. */
async function planConfig(
  deps: ConfigDeps,
  session: SessionRow,
  fileId: string,
  config: SheetConfig,
): Promise<Planned | undefined> {
  const file = await getFileRow(deps.db, session.id, fileId)
  const sheet = await chooseSheet(deps.db, file, config.sheet_name)
  const columns = configuredColumns({ ...sheet, columns: columnsOf(sheet) }, config)
  const isSame = sheet.id === file.sheet_id && JSON.stringify(columns) === sheet.columns
  if (isSame || sheet.key === null) return undefined
  const repeated = await findRepeatedKeys(deps, session.id, sheet.key, columns)
  return { file, sheet, columns, repeated }
}

async function chooseSheet(db: Db, file: FileRow, name: string | undefined): Promise<SheetRow> {
  const sheets = (await sheetsOf(db, [file.id])).filter(({ key }) => key !== null)
  const found = sheets.find((sheet) =>
    name === undefined ? sheet.id === file.sheet_id : sheet.name === name,
  )
  if (found) return found
  const names = sheets.slice(0, 50).map((sheet) => sheet.name)
  const fault = { sheet: name, sheets: names }
  throw invalid({ field: 'sheet_name', rule: 'analysis_unknown_sheet', ...fault })
}

/** Fails with `analysis_file_changed`, having written nothing, where somebody has configured the file meanwhile. */
async function save(
  deps: ConfigDeps,
  caller: Caller,
  { file, sheet, columns, repeated }: Planned,
  version: number | undefined,
): Promise<{ session: SessionRow }> {
  const { session, snapshot } = await transact(deps.db, async (trx) => {
    const session = await touchSession(trx, caller, file.session_id, version)
    // Looked at again, now that nobody else changes the session.
    const before = await trx
      .selectFrom('analysis_sheets')
      .innerJoin('analysis_files', 'analysis_files.id', 'file_id')
      .select(['columns', 'sheet_id'])
      .where('analysis_sheets.id', '=', sheet.id)
      .executeTakeFirst()
    if (before?.columns !== sheet.columns || before.sheet_id !== file.sheet_id)
      throw failure('analysis_file_changed', undefined, { retry_after: 1 })
    const kept = {
      columns: JSON.stringify(columns),
      repeated_keys: repeated && JSON.stringify(repeated),
    }
    await trx.updateTable('analysis_sheets').set(kept).where('id', '=', sheet.id).execute()
    await trx
      .updateTable('analysis_files')
      .set({ sheet_id: sheet.id })
      .where('id', '=', file.id)
      .execute()
    const draft = await readDraft(trx, session.current_snapshot_id)
    const input = inputOf(file.id, sheet, columns)
    let snapshot: SnapshotRow | undefined
    if (draft.input?.file_id === file.id && !isSameInput(draft.input, input)) {
      const parent_id = session.current_snapshot_id
      const made = { parent_id, reason: 'config', draft: { ...draft, input } } as const
      snapshot = await saveSnapshot(trx, caller, session, made)
    }
    const changes = { session_id: session.id, sheet: sheet.name, roles: rolesOf(columns) }
    const { project_id } = session
    await recordProjectAudit(trx, caller, project_id, 'analysis.file_configured', file.id, changes)
    return {
      session: { ...session, current_snapshot_id: snapshot?.id ?? session.current_snapshot_id },
      snapshot,
    }
  })
  tellSession(deps, caller, session, 'file.configured', { file_id: file.id })
  if (snapshot) {
    tellSession(deps, caller, session, 'session.snapshot', { snapshot_id: snapshot.id })
  }
  return { session }
}

function isChanged(error: unknown): boolean {
  return Object(error).failure === 'analysis_file_changed'
}

/** For the log: as many columns as anybody reads there. */
function rolesOf(columns: readonly SheetColumn[]) {
  return Object.fromEntries(columns.slice(0, 100).map(({ name, role }) => [name, role]))
}
