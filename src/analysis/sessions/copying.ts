import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { readTogether } from '../../../db/transact.ts'
import type { AnalysisSession } from '../../../schemas/analysis/sessions.ts'
import type { Caller } from '../../access.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { newId, now } from '../../values.ts'
import { readDraft, saveSnapshot } from '../snapshots/drafts.ts'
import type { Draft } from '../steps/model.ts'
import { getSessionRow, type SessionRow } from './access.ts'
import { insertSession } from './opening.ts'
import { nextName, renewDraft } from './renewal.ts'
import { describeSession } from './wire.ts'

/** What is copied of a session. */
export type Original = {
  session: SessionRow
  files: Selectable<Tables['analysis_files']>[]
  sheets: Selectable<Tables['analysis_sheets']>[]
  draft: Draft
  /** What the template said first. */
  opening: string
}

/** A session as one moment has it, for somebody who may work in its project. */
export function readOriginal(db: Db, caller: Caller, id: string): Promise<Original> {
  return readTogether(db, async (reading) => {
    const session = await getSessionRow(reading, caller, id, 'work')
    const inSession = reading.selectFrom('analysis_files').where('session_id', '=', session.id)
    const files = await inSession.selectAll().orderBy('id').execute()
    const sheets = await reading
      .selectFrom('analysis_sheets')
      .selectAll()
      .where('file_id', 'in', inSession.select('id'))
      .orderBy('id')
      .execute()
    const draft = await readDraft(reading, session.current_snapshot_id)
    return { session, files, sheets, draft, opening: await readOpening(reading, session.id) }
  })
}

async function readOpening(db: Db, sessionId: string): Promise<string> {
  const first = await db
    .selectFrom('analysis_snapshots as snapshot')
    .innerJoin('analysis_chats as chat', 'chat.snapshot_id', 'snapshot.id')
    .select('message')
    .where('snapshot.session_id', '=', sessionId)
    .where('snapshot_order', '=', 0)
    .where('role', '=', 'assistant')
    .orderBy('chat.id')
    .limit(1)
    .executeTakeFirst()
  return first?.message ?? ''
}

/** Writes the copy; `keyOf` says where the tables of the original have been copied to. */
export async function writeCopy(
  trx: Trx,
  caller: Caller,
  original: Original,
  keyOf: (key: string) => string,
  name = nextName(original.session.name),
): Promise<AnalysisSession> {
  const { session, files, sheets, draft, opening } = original
  const { issue_id, issue_name, validation_id, validation_name, agent_prompt } = session
  const template = { issue_id, issue_name, validation_id, validation_name, agent_prompt }
  const { project_id } = session
  const copy = await insertSession(trx, caller, { ...template, project_id, name }, opening)
  const ids = new Map([...files, ...sheets].map(({ id }) => [id, newId()]))
  const idOf = (id: string) => ids.get(id) ?? id
  await copyFiles(trx, copy, original, idOf, keyOf)
  if (draft.input || draft.steps.length > 0) {
    const made = { parent_id: copy.current_snapshot_id, reason: 'duplicated' } as const
    await saveSnapshot(trx, caller, copy, { ...made, draft: renewDraft(draft, idOf, keyOf) })
  }
  const written = { name, session_id: session.id }
  await recordProjectAudit(trx, caller, project_id, 'analysis.session_duplicated', copy.id, written)
  return describeSession(trx, copy.id)
}

async function copyFiles(
  trx: Trx,
  { id: session_id, created_by }: SessionRow,
  { files, sheets }: Original,
  idOf: (id: string) => string,
  keyOf: (key: string) => string,
): Promise<void> {
  for (const { id, sheet_id, project_file_id } of files) {
    const sheet = sheet_id && idOf(sheet_id)
    const row = { project_file_id, session_id, created_by, created_at: now() }
    await trx
      .insertInto('analysis_files')
      .values({ ...row, id: idOf(id), sheet_id: sheet })
      .execute()
  }
  for (const { id, file_id, key, ...sheet } of sheets) {
    const row = { ...sheet, id: idOf(id), file_id: idOf(file_id), key: key && keyOf(key) }
    await trx.insertInto('analysis_sheets').values(row).execute()
  }
}
