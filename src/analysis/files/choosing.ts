import type { Db } from '../../../db/tables.ts'
import { readTogether, transact } from '../../../db/transact.ts'
import type { ChosenInput } from '../../../schemas/analysis/files.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { getWorkingSession, type SessionRow, touchSession } from '../sessions/access.ts'
import { type Told, tellSession } from '../sessions/tell.ts'
import { readDraft, saveSnapshot } from '../snapshots/drafts.ts'
import type { SnapshotInput } from '../steps/model.ts'
import { inputOf, isSameInput } from './inputs.ts'
import { columnsOf, getFileRow, type SheetRow, sheetsOf } from './views.ts'

/**
 * Chooses the file that steps start from, or none: a new branch, a child of the first snapshot without
 * steps. Choosing what is the input already, configured as it is, changes nothing.
 */
export async function chooseInput(
  deps: Told,
  caller: Caller,
  sessionId: string,
  fileId: string | null,
  version: number | undefined,
): Promise<ChosenInput> {
  const before = await viewIfChosen(deps.db, caller, sessionId, fileId, version)
  if (before) return before
  const { session, snapshot, chosen } = await transact(deps.db, async (trx) => {
    const session = await touchSession(trx, caller, sessionId, version)
    const input = await readInput(trx, session, fileId)
    const { id: parent_id } = await trx
      .selectFrom('analysis_snapshots')
      .select('id')
      .where('session_id', '=', session.id)
      .where('snapshot_order', '=', 0)
      .executeTakeFirstOrThrow()
    const draft = { input, steps: [] }
    const snapshot = await saveSnapshot(trx, caller, session, { parent_id, reason: 'input', draft })
    const { project_id } = session
    const changes = { file_id: fileId, sheet: input?.sheet_name ?? null, snapshot_id: snapshot.id }
    await recordProjectAudit(trx, caller, project_id, 'analysis.input_chosen', session.id, changes)
    const current = { ...session, current_snapshot_id: snapshot.id }
    return { session, snapshot, chosen: await viewInput(trx, current, true) }
  })
  tellSession(deps, caller, session, 'session.snapshot', { snapshot_id: snapshot.id })
  return chosen
}

/** What there is where it is the input already, and else nothing. */
function viewIfChosen(
  db: Db,
  caller: Caller,
  sessionId: string,
  fileId: string | null,
  version: number | undefined,
): Promise<ChosenInput | undefined> {
  return readTogether(db, async (reading) => {
    const session = await getWorkingSession(reading, caller, sessionId)
    if (version !== undefined && session.version !== version) throw failure('stale_version')
    const { input } = await readDraft(reading, session.current_snapshot_id)
    const wanted = await readInput(reading, session, fileId)
    return isSameInput(input, wanted) ? viewInput(reading, session, false) : undefined
  })
}

/** The table of a file as it is configured now. */
async function readInput(
  db: Db,
  session: SessionRow,
  fileId: string | null,
): Promise<SnapshotInput | null> {
  if (fileId === null) return null
  const file = await getFileRow(db, session.id, fileId)
  const sheets = await sheetsOf(db, [file.id])
  const sheet = sheets.find(({ id }) => id === file.sheet_id) as SheetRow
  return inputOf(file.id, sheet, columnsOf(sheet))
}

async function viewInput(
  db: Db,
  { id: session_id, current_snapshot_id: snapshot_id, version }: SessionRow,
  is_changed: boolean,
): Promise<ChosenInput> {
  const { snapshot_order, file_id, input, name } = await db
    .selectFrom('analysis_snapshots as snapshot')
    .leftJoin('analysis_files as file', 'file.id', 'snapshot.file_id')
    .leftJoin('project_files as source', 'source.id', 'file.project_file_id')
    .select(['snapshot_order', 'snapshot.file_id', 'input', 'source.original_name as name'])
    .where('snapshot.id', '=', snapshot_id)
    .executeTakeFirstOrThrow()
  const sheet: SnapshotInput | null = input === null ? null : JSON.parse(input)
  return {
    session_id,
    input_file_id: file_id,
    input_file_name: name,
    sheet_name: sheet?.sheet_name ?? null,
    snapshot_id,
    snapshot_order,
    current_snapshot: snapshot_order,
    is_changed,
    version,
  }
}
