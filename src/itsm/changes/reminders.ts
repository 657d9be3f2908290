import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import { now } from '../../values.ts'
import type { ChangeRow } from './access.ts'
import { announceChange } from './announce.ts'
import { overdueReviews } from './listing.ts'
import { dayInJapan } from './times.ts'

const batch = 100

/**
 * The job that reminds those of an emergency that its review is overdue: once a day each, however
 * often it runs.
 */
export async function remindReviews(db: Db, at = now()): Promise<void> {
  let last = ''
  for (;;) {
    const rows = await overdueReviews(db, at)
      .selectAll()
      .where('id', '>', last)
      .orderBy('id')
      .limit(batch)
      .execute()
    if (rows.length > 0) await transact(db, (trx) => remind(trx, rows, dayInJapan(at)))
    last = rows.at(-1)?.id ?? ''
    if (rows.length < batch) return
  }
}

async function remind(trx: Trx, rows: readonly ChangeRow[], day: string): Promise<void> {
  const reminded = await trx
    .insertInto('change_review_reminders')
    .values(rows.map(({ id }) => ({ change_id: id, day })))
    .onConflict((conflict) =>
      conflict
        .column('change_id')
        .doUpdateSet({ day })
        .where('change_review_reminders.day', '<', day),
    )
    .returning('change_id')
    .execute()
  const due = new Set(reminded.map(({ change_id }) => change_id))
  for (const row of rows) {
    if (due.has(row.id)) await announceChange(trx, null, 'change.review_due', row)
  }
}
