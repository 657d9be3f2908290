import type { Db } from '../../../db/tables.ts'
import { readTogether } from '../../../db/transact.ts'
import {
  type AnalysisSessionDetail,
  type SessionFile,
  shownFiles,
  shownMessages,
  shownSnapshots,
} from '../../../schemas/analysis/sessions.ts'
import type { SnapshotNode } from '../../../schemas/analysis/snapshots.ts'
import type { Caller } from '../../access.ts'
import { readDraft } from '../snapshots/drafts.ts'
import { withPath } from '../snapshots/paths.ts'
import { messageColumns } from '../snapshots/reading.ts'
import { toSteps, toTable } from '../snapshots/wire.ts'
import { getSessionRow } from './access.ts'
import { describeSession } from './wire.ts'

/** A session with its files, the steps it is at, its snapshots and what was said, as one moment has them. */
export function getSession(db: Db, caller: Caller, id: string): Promise<AnalysisSessionDetail> {
  return readTogether(db, async (reading) => {
    const row = await getSessionRow(reading, caller, id)
    const session = await describeSession(reading, row.id)
    const draft = await readDraft(reading, row.current_snapshot_id)
    return {
      ...session,
      file_list: await readFiles(reading, row.id, session.input_file_id),
      input: await toTable(reading, draft.input),
      step: toSteps(draft),
      ...(await readSnapshots(reading, row.id)),
      ...(await readChat(reading, row.current_snapshot_id)),
    }
  })
}

async function readFiles(
  db: Db,
  sessionId: string,
  inputId: string | null,
): Promise<SessionFile[]> {
  const rows = await db
    .selectFrom('analysis_files as file')
    .innerJoin('project_files', 'project_files.id', 'file.project_file_id')
    .leftJoin('analysis_sheets as sheet', 'sheet.id', 'file.sheet_id')
    .select(['file.id', 'project_file_id', 'original_name as project_file_name'])
    .select(['sheet.name as sheet_name', 'file.created_at'])
    .where('session_id', '=', sessionId)
    .orderBy('file.id', 'desc')
    .limit(shownFiles)
    .execute()
  return rows.map((row) => ({ ...row, is_input: row.id === inputId }))
}

async function readSnapshots(db: Db, sessionId: string) {
  const inSession = db.selectFrom('analysis_snapshots').where('session_id', '=', sessionId)
  const rows = await inSession
    .select(['id as snapshot_id', 'snapshot_order', 'parent_id', 'reason'])
    .select(['created_by', 'created_at'])
    .orderBy('snapshot_order', 'desc')
    .limit(shownSnapshots)
    .$castTo<SnapshotNode>()
    .execute()
  const { total } = await inSession
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return { snapshot_list: rows.reverse(), snapshot_total: total }
}

/** The last of what was said on the way to a snapshot, in its order. */
async function readChat(db: Db, snapshotId: string) {
  const said = withPath(db, snapshotId)
    .selectFrom('path')
    .innerJoin('analysis_chats as chat', 'chat.snapshot_id', 'path.id')
  const rows = await said
    .leftJoin('users', 'users.id', 'chat.created_by')
    .select(messageColumns)
    .orderBy('path.snapshot_order', 'desc')
    .orderBy('chat.id', 'desc')
    .limit(shownMessages)
    .execute()
  const { total } = await said
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return { chat: rows.reverse(), chat_total: total }
}
