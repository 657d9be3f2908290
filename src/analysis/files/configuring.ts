import type { Db, Trx } from '../../../db/tables.ts'
import { readTogether, transact } from '../../../db/transact.ts'
import type { RepeatedKeys, SheetColumn, SheetConfig } from '../../../schemas/analysis/files.ts'
import type { Caller } from '../../access.ts'
import { failure, invalid } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import type { Language } from '../../messages.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { getWorkingSession, type SessionRow, touchSession } from '../sessions/access.ts'
import { type Told, tellSession } from '../sessions/tell.ts'
import { readDraft, type SnapshotRow, saveSnapshot } from '../snapshots/drafts.ts'
import type { SnapshotInput } from '../steps/model.ts'
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
    const read = await readConfig(deps.db, caller, ids, config, version, language)
    if ('answer' in read) return read.answer
    const planned = await planConfig(deps, ids.session_id, read)
    const saved = await save(deps, caller, planned, version, language).catch((error) => {
      if (!isChanged(error) || attempt === maxAttempts) throw error
    })
    if (saved) return saved
  }
}

type Read = Pick<Planned, 'file' | 'sheet' | 'columns'>

/** What the configuration makes of the file, or the file as it is where it is configured so already. */
function readConfig(
  db: Db,
  caller: Caller,
  { session_id, file_id }: { session_id: string; file_id: string },
  config: SheetConfig,
  version: number | undefined,
  language: Language,
): Promise<Read | { answer: ChangedFile }> {
  return readTogether(db, async (reading) => {
    const session = await getWorkingSession(reading, caller, session_id)
    if (version !== undefined && session.version !== version) throw failure('stale_version')
    const file = await getFileRow(reading, session.id, file_id)
    const sheet = await chooseSheet(reading, file, config.sheet_name)
    const columns = configuredColumns({ ...sheet, columns: columnsOf(sheet) }, config)
    const isSame = sheet.id === file.sheet_id && JSON.stringify(columns) === sheet.columns
    if (!isSame) return { file, sheet, columns }
    const shown = await viewFile(reading, session, file.id, language)
    return { answer: { file: shown, version: session.version } }
  })
}

async function planConfig(deps: ConfigDeps, sessionId: string, read: Read): Promise<Planned> {
  const { sheet, columns } = read
  return {
    ...read,
    repeated: await findRepeatedKeys(deps, sessionId, sheet.key as string, columns),
  }
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
  language: Language,
): Promise<ChangedFile> {
  const { session, snapshot, shown } = await transact(deps.db, async (trx) => {
    const session = await touchSession(trx, caller, file.session_id, version)
    await requireUnchanged(trx, file, sheet)
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
    const snapshot = await goOn(trx, caller, session, inputOf(file.id, sheet, columns))
    const changes = { session_id: session.id, sheet: sheet.name, roles: rolesOf(columns) }
    const { project_id } = session
    await recordProjectAudit(trx, caller, project_id, 'analysis.file_configured', file.id, changes)
    const current_snapshot_id = snapshot?.id ?? session.current_snapshot_id
    const shown = await viewFile(trx, { ...session, current_snapshot_id }, file.id, language)
    return { session, snapshot, shown }
  })
  tellSession(deps, caller, session, 'file.configured', { file_id: file.id })
  if (snapshot) {
    tellSession(deps, caller, session, 'session.snapshot', { snapshot_id: snapshot.id })
  }
  return { file: shown, version: session.version }
}

/** Looks at the file again, now that nobody else changes the session. */
async function requireUnchanged(trx: Trx, file: FileRow, sheet: SheetRow): Promise<void> {
  const before = await trx
    .selectFrom('analysis_sheets')
    .innerJoin('analysis_files', 'analysis_files.id', 'file_id')
    .select(['columns', 'sheet_id'])
    .where('analysis_sheets.id', '=', sheet.id)
    .executeTakeFirst()
  if (before?.columns !== sheet.columns || before.sheet_id !== file.sheet_id) {
    throw failure('analysis_file_changed', undefined, { retry_after: 1 })
  }
}

/** The next snapshot, where the current one starts from the same file otherwise configured. */
async function goOn(
  trx: Trx,
  caller: Caller,
  session: SessionRow,
  input: SnapshotInput,
): Promise<SnapshotRow | undefined> {
  const parent_id = session.current_snapshot_id
  const draft = await readDraft(trx, parent_id)
  if (draft.input?.file_id !== input.file_id || isSameInput(draft.input, input)) return undefined
  const made = { parent_id, reason: 'config', draft: { ...draft, input } } as const
  return saveSnapshot(trx, caller, session, made)
}

function isChanged(error: unknown): boolean {
  return Object(error).failure === 'analysis_file_changed'
}

/** For the log: as many columns as anybody reads there. */
function rolesOf(columns: readonly SheetColumn[]) {
  return Object.fromEntries(columns.slice(0, 100).map(({ name, role }) => [name, role]))
}
