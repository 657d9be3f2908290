import type { Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { ChatTurn, ToolCall } from '../../../schemas/analysis/chat.ts'
import type { Caller } from '../../access.ts'
import { holdCaller } from '../../accounts/hold.ts'
import type { Deps } from '../../fastify.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { newId, now } from '../../values.ts'
import { resultsOf } from '../results/results.ts'
import { touchSession } from '../sessions/access.ts'
import { tellSession } from '../sessions/tell.ts'
import { saveSnapshot } from '../snapshots/drafts.ts'
import type { Draft, SnapshotInput } from '../steps/model.ts'
import { openWorkingSession, requireInput, withOutcomes } from '../steps/open.ts'
import { changesBetween } from './changes.ts'
import { readHistory } from './history.ts'
import { type Lease, takeLease } from './leases.ts'
import { converse, type Said, type Tell } from './loop.ts'
import { languageOfText, systemPrompt } from './prompt.ts'
import { createToolbox } from './toolbox.ts'

export type ChatDeps = Pick<Deps, 'db' | 'channels' | 'engine' | 'complete' | 'config'>

/** Who asks what, and when nobody wants to know any more. */
export type Wish = {
  caller: Caller
  sessionId: string
  message: string
  /** Called once, when nothing stands in the way of the turn. */
  onBegin?: () => void
  tell?: Tell
  controller: AbortController
}

/**
 * One turn of the chat: the model works on a draft with its tools, and what came of it is kept as a
 * snapshot with what was said, all at once. A turn that fails changes nothing. Fails with 409
 * `analysis_chat_busy` while another is under way, with `analysis_no_input` where nothing is chosen, and
 * with what the reason of the controller's signal is.
 */
export async function runTurn(deps: ChatDeps, wish: Wish): Promise<ChatTurn> {
  const { caller, sessionId, controller } = wish
  requireInput((await openWorkingSession(deps, caller, sessionId)).draft)
  const lease = await takeLease(deps.db, sessionId, (error) => controller.abort(error))
  try {
    return await talk(deps, wish, lease)
  } catch (error) {
    controller.signal.throwIfAborted()
    throw error
  } finally {
    // Whoever comes next takes it over when it is past, should this not work now.
    await lease.release().catch(() => {})
  }
}

async function talk(deps: ChatDeps, wish: Wish, lease: Lease): Promise<ChatTurn> {
  const { db, complete, config } = deps
  const { caller, sessionId, message, onBegin, tell = () => {}, controller } = wish
  const { signal } = controller
  const { session, snapshot, draft } = await openWorkingSession(deps, caller, sessionId)
  requireInput(draft)
  onBegin?.()
  const toolbox = createToolbox(
    deps,
    {
      session,
      draft: draft as Draft & { input: SnapshotInput },
      limits: config.chat,
      language: languageOfText(message),
    },
    signal,
  )
  const messages = [
    systemPrompt(session.agent_prompt),
    ...(await readHistory(db, snapshot.id)),
    { role: 'user', content: message } as const,
  ]
  const said = await converse(messages, { complete, toolbox, tell, signal })
  const after = toolbox.draft()
  const results = await withOutcomes(
    deps,
    { session, draft: after },
    (tables, outcomes) => resultsOf(tables, snapshot.id, outcomes, languageOfText(message)),
    signal,
  )
  signal.throwIfAborted()
  const made = { began: snapshot.id, before: draft, draft: after, message, said }
  const kept = await transact(db, (trx) => keepTurn(trx, caller, sessionId, lease, made))
  tellSession(deps, caller, kept.session, 'session.chat', { snapshot_id: kept.snapshot_id })
  const { snapshot_id, snapshot_order, is_current } = kept
  return {
    ...said,
    snapshot_id,
    snapshot_order,
    is_current,
    ...changesBetween(draft, after),
    results,
  }
}

type Made = { began: string; before: Draft; draft: Draft; message: string; said: Said }

/** The snapshot of a turn is a child of the one it began from, wherever the session is by now. */
async function keepTurn(
  trx: Trx,
  caller: Caller,
  sessionId: string,
  lease: Lease,
  { began, before, draft, message, said }: Made,
) {
  await holdCaller(trx, caller)
  const session = await touchSession(trx, caller, sessionId)
  lease.require(session)
  const isCurrent = session.current_snapshot_id === began
  const snapshot = await saveSnapshot(trx, caller, session, {
    parent_id: began,
    reason: 'chat',
    draft,
    isCurrent,
  })
  await saySo(trx, snapshot, { role: 'user', message, tool_calls: [], created_by: caller.id })
  await saySo(trx, snapshot, { role: 'assistant', ...said, created_by: null })
  const changes = changesBetween(before, draft)
  const counts = Object.fromEntries(
    Object.entries(changes).map(([name, all]) => [name, all.length]),
  )
  const audited = { snapshot_id: snapshot.id, ...counts }
  await recordProjectAudit(
    trx,
    caller,
    session.project_id,
    'analysis.chat_turn',
    sessionId,
    audited,
  )
  const { id: snapshot_id, snapshot_order } = snapshot
  return { session, snapshot_id, snapshot_order, is_current: isCurrent }
}

type Spoken = {
  role: 'user' | 'assistant'
  message: string
  tool_calls: ToolCall[]
  created_by: string | null
}

async function saySo(
  trx: Trx,
  { id: snapshot_id, session_id }: { id: string; session_id: string },
  { tool_calls, ...said }: Spoken,
): Promise<void> {
  await trx
    .insertInto('analysis_chats')
    .values({
      id: newId(),
      session_id,
      snapshot_id,
      ...said,
      tool_calls: JSON.stringify(tool_calls),
      created_at: now(),
    })
    .execute()
}
