import { sql } from 'kysely'
import type { Db } from '../../../db/tables.ts'
import { readTogether } from '../../../db/transact.ts'
import type {
  AnalysisSnapshot,
  AnalysisSnapshotDetail,
  SnapshotMessage,
} from '../../../schemas/analysis/snapshots.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { paginate } from '../../page.ts'
import { getSessionRow, type SessionRow } from '../sessions/access.ts'
import { getSnapshotRow } from './access.ts'
import { readDraft } from './drafts.ts'
import { toSteps, toTable } from './wire.ts'

/** How much of what was said is shown in lists. */
const shownCharacters = 200

/** What is shown of a message, and of the user who wrote it. */
export const messageColumns = [
  'chat.snapshot_id',
  'chat.role',
  'chat.message',
  'chat.created_by',
  'chat.created_at',
  'users.display_name as created_by_name',
] as const

/** Messages of one turn; a turn has two. */
const shownMessages = 100

/** All snapshots of a session, the newest first: a tree by `parent_id`. */
export async function listSnapshots(db: Db, caller: Caller, sessionId: string, page: PageQuery) {
  const session = await getSessionRow(db, caller, sessionId)
  const query = selectSnapshots(db, session).orderBy('snapshot_order', 'desc')
  const { snapshots, ...rest } = await paginate(query, page, 'snapshots')
  return { snapshots: snapshots.map((row) => toSnapshot(row, session)), ...rest }
}

/** What a snapshot holds, and what was said on the way to it. */
export function getSnapshot(
  db: Db,
  caller: Caller,
  sessionId: string,
  id: string,
): Promise<AnalysisSnapshotDetail> {
  return readTogether(db, async (reading) => {
    const session = await getSessionRow(reading, caller, sessionId)
    const { id: snapshotId } = await getSnapshotRow(reading, session.id, id)
    const row = await selectSnapshots(reading, session)
      .where('snapshot.id', '=', snapshotId)
      .executeTakeFirstOrThrow()
    const draft = await readDraft(reading, snapshotId)
    return {
      ...toSnapshot(row, session),
      session_id: session.id,
      input: await toTable(reading, draft.input),
      step: toSteps(draft),
      chat: await readMessages(reading, snapshotId),
    }
  })
}

function readMessages(db: Db, snapshotId: string): Promise<SnapshotMessage[]> {
  return db
    .selectFrom('analysis_chats as chat')
    .leftJoin('users', 'users.id', 'chat.created_by')
    .select(messageColumns)
    .where('snapshot_id', '=', snapshotId)
    .orderBy('chat.id')
    .limit(shownMessages)
    .execute()
}

type Row = Omit<AnalysisSnapshot, 'is_current'>

function selectSnapshots(db: Db, session: SessionRow) {
  return db
    .selectFrom('analysis_snapshots as snapshot')
    .leftJoin('users', 'users.id', 'snapshot.created_by')
    .select(['snapshot.id as snapshot_id', 'snapshot_order', 'parent_id', 'reason'])
    .select(['snapshot.created_by', 'users.display_name as created_by_name'])
    .select('snapshot.created_at')
    .select((eb) => [
      eb
        .selectFrom('analysis_snapshot_steps as step')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('step.snapshot_id', '=', 'snapshot.id')
        .as('step_count'),
      eb
        .selectFrom('analysis_chats as chat')
        .select(sql<string>`substr(message, 1, ${sql.lit(shownCharacters)})`.as('message'))
        .whereRef('chat.snapshot_id', '=', 'snapshot.id')
        .orderBy('chat.id')
        .limit(1)
        .as('message'),
    ])
    .where('snapshot.session_id', '=', session.id)
    .$castTo<Row>()
}

function toSnapshot(row: Row, { current_snapshot_id }: SessionRow): AnalysisSnapshot {
  return { ...row, is_current: row.snapshot_id === current_snapshot_id }
}
