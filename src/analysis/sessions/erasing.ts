import { setImmediate } from 'node:timers/promises'
import type { Trx } from '../../../db/tables.ts'
import { enqueue } from '../../jobs.ts'
import { keysOfSession } from '../files/keys.ts'

/** How much goes at a time; a cascade over all of it would keep SQLite from everybody else. */
const snapshotsAtATime = 50
const versionsAtATime = 1000

/** Deletes all rows of a session; jobs remove its tables from the storage. */
export async function eraseSession(trx: Trx, id: string): Promise<void> {
  for (const key of await keysOfSession(trx, id)) await enqueue(trx, 'remove_file', { key })
  await eraseSnapshots(trx, id)
  await eraseVersions(trx, id)
  await trx.deleteFrom('analysis_sessions').where('id', '=', id).execute()
}

/** With their links to steps, and what was said. */
async function eraseSnapshots(trx: Trx, sessionId: string): Promise<void> {
  for (;;) {
    const rows = await trx
      .selectFrom('analysis_snapshots')
      .select('id')
      .where('session_id', '=', sessionId)
      .orderBy('snapshot_order', 'desc')
      .limit(snapshotsAtATime)
      .execute()
    if (rows.length === 0) return
    const ids = rows.map(({ id }) => id)
    await trx.deleteFrom('analysis_snapshots').where('id', 'in', ids).execute()
    await setImmediate()
  }
}

async function eraseVersions(trx: Trx, sessionId: string): Promise<void> {
  for (;;) {
    const rows = await trx
      .selectFrom('analysis_step_versions')
      .select('id')
      .where('session_id', '=', sessionId)
      .limit(versionsAtATime)
      .execute()
    if (rows.length === 0) return
    const ids = rows.map(({ id }) => id)
    await trx.deleteFrom('analysis_step_versions').where('id', 'in', ids).execute()
    await setImmediate()
  }
}
