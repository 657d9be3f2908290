import type { Static } from '@sinclair/typebox'
import type { Db } from '../../../db/tables.ts'
import type { ChatEntry, ChatPage, ChatQuery } from '../../../schemas/analysis/chat.ts'
import type { Caller } from '../../access.ts'
import { paginateByCursor } from '../../page.ts'
import type { Message } from '../model.ts'
import { withPath } from '../snapshots/paths.ts'
import { openSession } from '../steps/open.ts'
import { maxHistory } from './limits.ts'

/** What was said on the way to a snapshot, the newest first. */
export async function listChat(
  db: Db,
  caller: Caller,
  sessionId: string,
  { snapshot_id, ...page }: Static<typeof ChatQuery>,
): Promise<ChatPage> {
  const { snapshot } = await openSession({ db }, caller, sessionId, snapshot_id)
  const { rows, next_cursor } = await paginateByCursor(spokenTo(db, snapshot.id), page, 'rows')
  const names = await namesOf(
    db,
    rows.flatMap(({ created_by }) => created_by ?? []),
  )
  const messages = rows.map(
    ({ tool_calls, ...row }): ChatEntry => ({
      ...row,
      tool_calls: JSON.parse(tool_calls),
      created_by_name: names.get(row.created_by ?? '') ?? null,
    }),
  )
  return { messages, next_cursor }
}

/** The end of what was said before, as far as a model is told it again; the oldest first. */
export async function readHistory(db: Db, snapshotId: string): Promise<Message[]> {
  const rows = await spokenTo(db, snapshotId)
    .orderBy('id', 'desc')
    .limit(maxHistory.messages)
    .execute()
  let left = maxHistory.characters
  const told: Message[] = []
  for (const { role, message } of rows) {
    left -= message.length
    if (left < 0) break
    if (message.trim() !== '') told.unshift({ role, content: message })
  }
  return told
}

function spokenTo(db: Db, snapshotId: string) {
  return withPath(db, snapshotId)
    .selectFrom('analysis_chats')
    .select(['id', 'snapshot_id', 'role', 'message', 'tool_calls', 'created_by', 'created_at'])
    .where('snapshot_id', 'in', (eb) => eb.selectFrom('path').select('path.id'))
}

async function namesOf(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const users = await db
    .selectFrom('users')
    .select(['id', 'display_name'])
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(users.map(({ id, display_name }) => [id, display_name]))
}
