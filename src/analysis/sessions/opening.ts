import type { Trx } from '../../../db/tables.ts'
import type { Caller } from '../../access.ts'
import { newId, now } from '../../values.ts'
import { saveSnapshot } from '../snapshots/drafts.ts'
import type { SessionRow } from './access.ts'

type Opened = Pick<
  SessionRow,
  | 'project_id'
  | 'name'
  | 'issue_id'
  | 'issue_name'
  | 'validation_id'
  | 'validation_name'
  | 'agent_prompt'
>

/** Writes a session with its first snapshot, in which there is nothing but what is said first. */
export async function insertSession(
  trx: Trx,
  caller: Caller,
  opened: Opened,
  firstMessage: string,
): Promise<SessionRow> {
  const [snapshotId, at] = [newId(), now()]
  const session: SessionRow = {
    id: newId(),
    ...opened,
    is_active: 1,
    current_snapshot_id: snapshotId,
    version: 1,
    chat_id: null,
    chat_until: null,
    created_by: caller.id,
    created_at: at,
    updated_at: at,
  }
  await trx.insertInto('analysis_sessions').values(session).execute()
  const draft = { input: null, steps: [] }
  const first = { id: snapshotId, parent_id: null, reason: 'created', draft } as const
  await saveSnapshot(trx, caller, session, first)
  if (firstMessage !== '') await say(trx, session, snapshotId, firstMessage)
  return session
}

async function say(
  trx: Trx,
  session: SessionRow,
  snapshot_id: string,
  message: string,
): Promise<void> {
  await trx
    .insertInto('analysis_chats')
    .values({
      id: newId(),
      session_id: session.id,
      snapshot_id,
      role: 'assistant',
      message,
      tool_calls: '[]',
      created_by: null,
      created_at: session.created_at,
    })
    .execute()
}
