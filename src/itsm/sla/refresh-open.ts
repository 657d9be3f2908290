import { clockOf } from '../../../db/clock.ts'
import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Caller } from '../../access.ts'
import { enqueue } from '../../jobs.ts'
import { later, now } from '../../values.ts'
import { refreshClocks } from './refresh.ts'

type Changed = { policy_id: string } | { calendar_id: string }

const batch = 500
const againSeconds = 60

/**
 * Has an edit move the clocks that run, and once more a minute later: what was being written meanwhile by
 * the terms of before could not be seen yet.
 */
export async function enqueueRefresh(trx: Trx, caller: Caller, changed: Changed): Promise<void> {
  const runAt = later(await clockOf(trx), againSeconds)
  await enqueue(trx, 'refresh_clocks', changed, { from: caller })
  await enqueue(trx, 'refresh_clocks', changed, { from: caller, runAt })
}

/** The job that lets an edit of a policy, or of a calendar, move the clocks that run. */
export async function refreshOpen(
  db: Db,
  changed: Changed,
  at = now(),
  signal?: AbortSignal,
): Promise<void> {
  const policies =
    'policy_id' in changed ? [changed.policy_id] : await usersOf(db, changed.calendar_id)
  for (const policy of policies) {
    let last = ''
    do {
      if (signal?.aborted) throw new Error('Stopped before all clocks were looked at.')
      const rows = await db
        .selectFrom('incidents')
        .select('id')
        .where('sla_policy_id', '=', policy)
        .where('status', 'not in', ['resolved', 'closed', 'cancelled'])
        .where('id', '>', last)
        .orderBy('id')
        .limit(batch)
        .execute()
      const ids = rows.map(({ id }) => id)
      await transact(db, (trx) => refreshClocks(trx, ids, at))
      last = ids.length === batch ? String(ids.at(-1)) : ''
    } while (last)
  }
}

async function usersOf(db: Db, calendarId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('sla_policies')
    .select('id')
    .where('calendar_id', '=', calendarId)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}
