import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { enqueue } from '../jobs.ts'
import { later, now } from '../values.ts'
import { dayInJapan, type SessionRow } from './access.ts'
import { describeSessions, reviewStatusOf } from './descriptions.ts'

/** How many days before the due date a submitter is reminded. */
const daysBefore = [1, 3]
const batch = 500

/**
 * The job that reminds submitters of what is still missing. Once a day each, however often it runs,
 * and never where the link is closed or all is approved.
 */
export async function remindSubmitters(db: Db, at = now()): Promise<void> {
  let last = ''
  for (;;) {
    const rows = await dueSessions(db, at, last)
    const sessions = await describeSessions(db, undefined, rows)
    const lacking = rows.filter((row, n) => isLacking(row, sessions[n]?.completion.missing ?? []))
    await remind(
      db,
      lacking.map(({ id }) => id),
      at,
    )
    last = rows.at(-1)?.id ?? ''
    if (rows.length < batch) return
  }
}

function dueSessions(db: Db, at: string, last: string): Promise<SessionRow[]> {
  const days = daysBefore.map((days) => dayInJapan(later(at, days * 86_400)))
  return db
    .selectFrom('submission_sessions')
    .selectAll()
    .where('due_date', 'in', days)
    .where('closed_at', 'is', null)
    .where('status', '!=', 'approved')
    .where('id', '>', last)
    .orderBy('id')
    .limit(batch)
    .execute()
}

/** What staff have refused is lacking too, until something comes again. */
function isLacking(row: SessionRow, missing: string[]): boolean {
  const isRefused = row.status === 'needs_reupload' && reviewStatusOf(row) !== 'waiting'
  return missing.length > 0 || isRefused
}

async function remind(db: Db, ids: string[], at: string): Promise<void> {
  if (ids.length === 0) return
  const midnight = new Date(`${dayInJapan(at)}T00:00:00.000+09:00`).toISOString()
  await transact(db, async (trx) => {
    const reminded = await trx
      .updateTable('submission_sessions')
      .set({ reminded_at: at })
      .where('id', 'in', ids)
      .where((eb) => eb.or([eb('reminded_at', 'is', null), eb('reminded_at', '<', midnight)]))
      .returning('id')
      .execute()
    for (const { id } of reminded) {
      await enqueue(trx, 'send_session_mail', { session_id: id, reason: 'due' })
    }
  })
}
