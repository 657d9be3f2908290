import type { Db } from '../../../db/tables.ts'
import { failure } from '../../failure.ts'
import { later, newId, now } from '../../values.ts'

const leaseSeconds = 60
const renewalMs = 20_000

/** How long somebody who finds a turn under way is asked to wait. */
const waitSeconds = 10

export type Lease = {
  id: string
  /** Fails with 409 where another turn has taken the place of this one meanwhile. */
  require(session: { chat_id: string | null }): void
  release(): Promise<void>
}

/**
 * Takes the one turn at a time that a session has, and keeps it until it is released: on whatever instance
 * of the service, and for a minute at most after that instance has died. Fails with 409
 * `analysis_chat_busy`; `onLost` is told when the turn has gone to somebody else.
 */
export async function takeLease(
  db: Db,
  sessionId: string,
  onLost: (error: Error) => void,
): Promise<Lease> {
  const id = newId()
  const at = now()
  const taken = await db
    .updateTable('analysis_sessions')
    .set({ chat_id: id, chat_until: later(at, leaseSeconds) })
    .where('id', '=', sessionId)
    .where((eb) => eb.or([eb('chat_until', 'is', null), eb('chat_until', '<', at)]))
    .executeTakeFirst()
  if (Number(taken.numUpdatedRows) === 0) throw busy()
  const renewal = setInterval(() => void renew().catch(() => {}), renewalMs)
  renewal.unref()

  async function renew(): Promise<void> {
    const renewed = await db
      .updateTable('analysis_sessions')
      .set({ chat_until: later(now(), leaseSeconds) })
      .where('id', '=', sessionId)
      .where('chat_id', '=', id)
      .executeTakeFirst()
    if (Number(renewed.numUpdatedRows) === 0) onLost(busy())
  }

  return {
    id,
    require: ({ chat_id }) => {
      if (chat_id !== id) throw busy()
    },
    async release() {
      clearInterval(renewal)
      await db
        .updateTable('analysis_sessions')
        .set({ chat_id: null, chat_until: null })
        .where('id', '=', sessionId)
        .where('chat_id', '=', id)
        .execute()
    },
  }
}

function busy() {
  return failure('analysis_chat_busy', undefined, { retry_after: waitSeconds })
}
